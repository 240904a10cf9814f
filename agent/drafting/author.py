"""The author: has drafts written until it is enough, and keeps a record of every one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from itertools import count

from agent import evidence, readme
from agent.deadline import Deadline
from agent.desk import Desk
from agent.drafting import policy
from agent.drafting.assignment import Assignment
from agent.drafting.writing import Attempting, Tried, Writer, Written
from agent.errors import DeadlinePassed, DraftRefused, ModelError
from agent.ports import Image, Listener
from agent.values import Attempt, Draft, Enough, Job, Order, Trial
from agent.workspace.repository import Repository, evidence_ref
from agent.workspace.rounds import Round


@dataclass(frozen=True)
class Author:
    """The drafting stage. `deadlines` gives the time for drafting, which leaves some to publish."""

    writer: Writer
    desk: Desk
    holder: str
    allow_workflows: bool
    deadlines: Callable[[Job], Deadline]
    listen: Callable[[Job], Listener]

    def draft(self, order: Order, trials: tuple[Trial, ...]) -> Attempt | Enough | None:
        """The next attempt, recorded, or why there is none. None: the others' machine is gone.

        Attempts that came to nothing are on record too, and are passed over; where there was
        nothing else, the job fails, and the attempts of its retry count anew. Raises ModelError
        or DeadlinePassed when no model answered at all.
        """
        repository = self.desk.repository(order)
        if not all(repository.holds(order.round, trial.attempt) for trial in trials):
            return None
        deadline = self.deadlines(order.job)
        before = _given_up(repository, order, deadline)
        refusal = ""
        for number in count(trials[-1].attempt.number + 1 if trials else 1):
            if made := repository.attempt(order.round, number):
                return made
            if refused := _refusal(repository, order, number):
                refusal = refused
                continue
            if reason := self.writer.enough(trials, number - before, deadline):
                if not trials:
                    record = evidence.of_giving_up(number - 1, deadline.at)
                    repository.record_evidence(order.round, record)
                return Enough(f"{reason}: {refusal}" if refusal else reason)
            try:
                return self._attempt(order, trials, number, deadline)
            except DraftRefused as error:
                refusal = str(error)
            except (ModelError, DeadlinePassed) as error:
                if not trials:
                    raise
                return Enough(str(error))
        raise AssertionError("there is always another number")

    def _attempt(
        self, order: Order, trials: tuple[Trial, ...], number: int, deadline: Deadline
    ) -> Attempt:
        """Have it written, and record what was asked, said and made of it, or why nothing was."""
        repository = self.desk.repository(order)
        assignment = Assignment.of(order, self.desk)
        attempting = Attempting(
            assignment=assignment,
            number=number,
            tried=tuple(_tried(repository, order, trial) for trial in trials),
            deadline=deadline,
            listen=self.listen(order.job),
            permit=partial(self._permit, assignment),
        )
        try:
            written = self.writer.write(attempting)
        except DraftRefused as refusal:
            repository.record_evidence(order.round, evidence.of_refusal(number, str(refusal)))
            raise
        finally:
            if attempting.turns:
                record = evidence.of_turns(number, attempting.turns)
                repository.record_evidence(order.round, record)
        return repository.record_attempt(order.round, self._draft(attempting, written))

    def _draft(self, attempting: Attempting, written: Written) -> Draft:
        """What was written, with the scaffolds' files."""
        assignment = attempting.assignment
        rounds = (*assignment.earlier, Round.of(assignment.brief, written.summary))
        told = readme.Told(
            order=assignment.order,
            rounds=rounds,
            summary=written.summary,
            explanation=written.explanation,
            holder=self.holder,
            sources=assignment.brief.sources,
        )
        files = {**written.files, **readme.render(told, written.files, None)}
        return Draft(files, written.summary, written.explanation, written.model, attempting.number)

    def _permit(
        self, assignment: Assignment, before: Mapping[str, bytes], after: Mapping[str, bytes]
    ) -> dict[str, bytes]:
        is_asked = policy.asks_for_workflows(assignment.wishes)
        return policy.permitted(before, after, self.allow_workflows, is_asked)


def _given_up(repository: Repository, order: Order, deadline: Deadline) -> int:
    """How many attempts are those of runs before this one, which ended without a draft."""
    record = repository.read(evidence_ref(order.round), evidence.GIVEN_UP)
    return evidence.given_up_before(record, deadline.at) if record else 0


def _refusal(repository: Repository, order: Order, number: int) -> str:
    """Why an attempt of that number came to nothing; empty if it did not."""
    (path,) = evidence.of_refusal(number, "")
    return (repository.read(evidence_ref(order.round), path) or b"").decode().strip()


def _tried(repository: Repository, order: Order, trial: Trial) -> Tried:
    picture = repository.read(
        evidence_ref(order.round), f"{evidence.attempt_folder(trial.attempt.number)}/screenshot.png"
    )
    files = repository.files(trial.attempt.commit)
    return Tried(trial, files, Image("image/png", picture) if picture else None)
