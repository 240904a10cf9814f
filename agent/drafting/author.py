"""The author: asks a model for a draft, or for a better one, until it is enough."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count

from agent import evidence, readme, scaffold
from agent.choosing import choose
from agent.deadline import Deadline
from agent.desk import Desk
from agent.drafting import answer, policy
from agent.drafting.conversation import Conversation
from agent.drafting.stopping import enough
from agent.drafting.traits import Format
from agent.errors import DraftRefused, ModelError
from agent.intake.shapes import Shape, shapes_of
from agent.ports import Listener, Message, Model, Prompt
from agent.values import Attempt, Brief, Draft, Enough, Job, Order, Outcome, Trial
from agent.workspace.repository import Repository
from agent.workspace.rounds import Round

_SHOWN_FILE = 60_000
_SHOWN_ATTACHMENTS = 24_000


@dataclass(frozen=True, slots=True)
class Rules:
    """How drafting is limited, from the settings."""

    revises_by: Format
    max_repairs: int
    allow_workflows: bool
    holder: str


@dataclass(frozen=True, slots=True)
class Assignment:
    """Everything a prompt is made of: what is asked, what was asked before, what is there."""

    order: Order
    brief: Brief
    earlier: tuple[Round, ...]
    base: Mapping[str, bytes]
    shapes: tuple[Shape, ...]


@dataclass(frozen=True)
class Author:
    """The drafting stage for models that can be asked for the whole thing at once.

    `deadlines` gives the time for drafting, which leaves room for publishing.
    """

    model: Model
    desk: Desk
    rules: Rules
    deadlines: Callable[[Job], Deadline]
    listen: Callable[[Job], Listener]

    def draft(self, order: Order, trials: tuple[Trial, ...]) -> Attempt | Enough:
        """The next attempt, recorded, or why there is none. Raises ModelError before the first."""
        repository = self.desk.repository(order)
        deadline = self.deadlines(order.job)
        reason = enough(trials, self.rules.max_repairs, deadline)
        for number in count(trials[-1].attempt.number + 1 if trials else 1):
            if made := repository.attempt(order.round, number):
                return made
            if reason or number > self.rules.max_repairs + 1:
                return Enough(reason or f"{number - 1} attempts were made")
            if _was_refused(repository, order, number):
                continue
            try:
                return self._attempt(order, trials, number, deadline)
            except DraftRefused as refusal:
                reason = reason if number <= self.rules.max_repairs else str(refusal)
            except ModelError as error:
                if not trials:
                    raise
                return Enough(str(error))
        raise AssertionError("count() does not end")

    def _attempt(
        self, order: Order, trials: tuple[Trial, ...], number: int, deadline: Deadline
    ) -> Attempt:
        """Ask, and record what was asked, said and made, or why nothing could be made of it."""
        assignment = self._assignment(order)
        repository = self.desk.repository(order)
        best = choose(trials) if trials else None
        base = repository.files(best.attempt.commit) if best else assignment.base
        prompt = self._prompt(assignment, base, best)
        conversation = Conversation(
            self.model,
            deadline,
            self.listen(order.job),
            lambda after: self._permitted(base, after),
        )
        try:
            files = conversation.hold(prompt, base)
        except DraftRefused as refusal:
            repository.record_evidence(order.round, evidence.of_refusal(number, str(refusal)))
            raise
        finally:
            if conversation.turns:
                record = evidence.of_turns(number, conversation.turns)
                repository.record_evidence(order.round, record)
        last = conversation.turns[-1][1]
        draft = self._draft(assignment, files, answer.summary(last.text, assignment.brief.text))
        return repository.record_attempt(order.round, draft(last.model, number))

    def _draft(
        self, assignment: Assignment, files: Mapping[str, bytes], summary: str
    ) -> Callable[[str, int], Draft]:
        rounds = (*assignment.earlier, as_round(assignment.brief, summary))
        told = readme.Told(assignment.order, rounds, summary, "", self.rules.holder)
        whole = {**files, **readme.render(told, files, None)}
        return lambda model, number: Draft(whole, summary, model, number)

    def _permitted(self, base: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, bytes]:
        return policy.permitted(base, after, self.rules.allow_workflows)

    def _assignment(self, order: Order) -> Assignment:
        repository = self.desk.repository(order)
        brief = self.desk.brief(order)
        head = repository.head
        before = repository.files(head) if head else {}
        attached = {attachment.name: attachment.content for attachment in brief.attachments}
        return Assignment(
            order=order,
            brief=brief,
            earlier=self.desk.earlier_rounds(order),
            base={**before, **attached},
            shapes=shapes_of(brief.attachments, _SHOWN_ATTACHMENTS),
        )

    def _prompt(
        self, assignment: Assignment, base: Mapping[str, bytes], best: Trial | None
    ) -> Prompt:
        given: dict[str, object] = {
            "brief": assignment.brief,
            "earlier": assignment.earlier,
            "shapes": assignment.shapes,
            "format": self.rules.revises_by,
            **_shown(base, assignment.brief),
        }
        if best:
            failed = [v for v in best.proof.verdicts if v.outcome is Outcome.FAILED]
            text = scaffold.prompt("repair", proof=best.proof, failed=failed, **given)
        elif any(path not in _given(assignment.brief) for path in base):
            text = scaffold.prompt("revise", **given)
        else:
            text = scaffold.prompt("build", **given)
        images = tuple(shape.image for shape in assignment.shapes if shape.image)
        system = Message("system", scaffold.prompt("system"))
        return Prompt((system, Message("user", text, images)))


def as_round(
    brief: Brief, summary: str, model: str = "", proof: str = "", request: str = ""
) -> Round:
    """A brief as the record of its round."""
    return Round(
        brief.round,
        brief.task,
        summary,
        brief.text,
        brief.checks,
        model,
        proof,
        request,
    )


def _was_refused(repository: Repository, order: Order, number: int) -> bool:
    (path,) = evidence.of_refusal(number, "")
    return repository.read(f"refs/evidence/{order.round}", path) is not None


def _given(brief: Brief) -> set[str]:
    return {attachment.name for attachment in brief.attachments}


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A text file as the model sees it."""

    path: str
    text: str


def _shown(base: Mapping[str, bytes], brief: Brief) -> dict[str, object]:
    """The repository's text files in full; what came with this brief is shown by its shape."""
    current, hidden = [], []
    for path in sorted(base.keys() - _given(brief) - set(scaffold.SITE_PATHS)):
        text = answer.as_text(base[path])
        if text is not None and len(text) <= _SHOWN_FILE:
            current.append(ShownFile(path, text))
        else:
            hidden.append(path)
    return {"current": current, "hidden": hidden}
