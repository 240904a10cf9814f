"""The draft step: has one draft written and puts it on record, with what was asked and said."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial

from agent import evidence, path_policy, readme
from agent.drafting import answer, claims
from agent.errors import (
    DeadlinePassed,
    DraftRefused,
    ModelError,
    UnchangedDraft,
    WorkspaceLost,
)
from agent.loaded_job import LoadedJob
from agent.ports import DraftRequest, EarlierDraft, Image, Listener, ShownTest, Writer
from agent.proofing.own_tests import own_tests_of
from agent.proofing.planning import tests_of, upheld_tests
from agent.proofing.superseding import is_grounded
from agent.values import Draft, DraftContent, Job, ProvedDraft, RefusedDraft, Round


@dataclass(frozen=True)
class Drafting:
    """Asks the writer, and adds what the scaffolds put into every repository.

    `withdraw` decides about a sentence's test that an answer contests, given the reason.
    """

    writer: Writer
    holder: str
    allow_workflows: bool
    listen: Callable[[Job], Listener]
    withdraw: Callable[[LoadedJob, str, str], bool]

    def draft(
        self,
        loaded: LoadedJob,
        tried: Sequence[ProvedDraft | RefusedDraft],
        objections: tuple[str, ...] = (),
    ) -> Draft | RefusedDraft:
        """The next draft, recorded, or why there is none; `objections` are those of a review.

        Raises WorkspaceLost, and ModelError or DeadlinePassed when no model answered at all.
        """
        proved = [each for each in tried if isinstance(each, ProvedDraft)]
        if not all(loaded.repository.holds(loaded.round, each.draft) for each in proved):
            raise WorkspaceLost(f"the drafts of {loaded.job.id} were on a machine that is gone")
        number = len(tried) + 1
        deadline = loaded.deadlines.whole.at
        if made := loaded.repository.draft(loaded.round, number):
            return made
        record = loaded.evidence(f"{evidence.attempt_folder(number)}/refused.json")
        if reason := evidence.refusal_of(record, deadline):
            return RefusedDraft(number, reason, deadline)
        try:
            request = self._request(loaded, proved, number)
            return self._write(loaded, replace(request, objections=objections))
        except DraftRefused as refusal:
            is_final = isinstance(refusal, UnchangedDraft)
            return RefusedDraft(number, str(refusal), deadline, is_final=is_final)
        except (ModelError, DeadlinePassed) as error:
            if not proved:
                raise
            return RefusedDraft(number, str(error), deadline, is_final=True)

    def _write(self, loaded: LoadedJob, request: DraftRequest) -> Draft:
        """Raises DraftRefused when the answers cannot be used; they are on record all the same."""
        number = request.number
        try:
            content = self.writer.write(request)
        except DraftRefused as refusal:
            loaded.record(
                {
                    **evidence.of_refusal(number, str(refusal), loaded.deadlines.whole.at),
                    **evidence.of_turns(number, request.turns),
                }
            )
            raise
        except (ModelError, DeadlinePassed):
            loaded.record(evidence.of_turns(number, request.turns))
            raise
        loaded.record({**evidence.of_turns(number, request.turns), **self._claims(loaded, request)})
        return loaded.repository.record_draft(
            loaded.round, number, self._with_scaffolds(loaded, content)
        )

    def _request(
        self, loaded: LoadedJob, proved: Sequence[ProvedDraft], number: int
    ) -> DraftRequest:
        tests = tests_of(loaded.repository, loaded.round)
        own = own_tests_of(loaded.repository, loaded.round).wanted
        return DraftRequest(
            brief=loaded.brief,
            earlier=loaded.earlier,
            attachments=loaded.attachments,
            base=_base(loaded),
            tests={
                text: test.model_dump_json(exclude_defaults=True) for text, test in tests.items()
            },
            own_tests=tuple(
                ShownTest(each.label, each.check, each.test.model_dump_json(exclude_defaults=True))
                for each in own
            ),
            upheld=frozenset(upheld_tests(loaded.repository, loaded.round)),
            number=number,
            tried=tuple(_earlier_draft(loaded, each) for each in proved),
            deadline=loaded.deadlines.drafting,
            listen=self.listen(loaded.job),
            permit=partial(self._permit, loaded),
        )

    def _claims(self, loaded: LoadedJob, request: DraftRequest) -> dict[str, bytes]:
        """What the answers claim of checks, as evidence; contested tests are judged at once."""
        labels = claims.labels_of(request)
        answers = [said.text for _, said in request.turns]
        for contested in claims.contested_tests(answers, labels):
            self.withdraw(loaded, contested.check.text, contested.reason)
        grounded = {
            claim.check.text: claim.sentence
            for claim in claims.superseded_claims(answers, labels)
            if claim.check.round < loaded.round and is_grounded(claim.sentence, loaded.brief.text)
        }
        return evidence.of_superseded(request.number, grounded)

    def _with_scaffolds(self, loaded: LoadedJob, content: DraftContent) -> DraftContent:
        if not content.explanation:  # what was said of the code before, as far as it is still true
            said = readme.former_readme(loaded).explanation
            content = replace(content, explanation=answer.true_of(said, content.files))
        round_ = Round.of(loaded.brief, content.summary)
        app = readme.AppDescription.of(
            loaded, round_, content.summary, content.explanation, self.holder
        )
        site = readme.render(app, content.files, None)
        return replace(content, files={**content.files, **site})

    def _permit(
        self, loaded: LoadedJob, before: Mapping[str, bytes], after: Mapping[str, bytes]
    ) -> dict[str, bytes]:
        texts = [loaded.brief.text, *(round_.brief for round_ in loaded.earlier)]
        texts += [check.text for check in loaded.checks]
        is_asked = path_policy.asks_for_workflows(texts)
        return path_policy.permitted(before, after, self.allow_workflows, is_asked)


def _base(loaded: LoadedJob) -> dict[str, bytes]:
    """What `main` has, and this brief's files.

    A file that is sent again as it was last sent keeps what was made of it since.
    """
    head = loaded.repository.head
    before = loaded.repository.files(head) if head else {}
    last_sent = {each.name: each.content for each in loaded.earlier_attachments}
    sent = {
        each.name: each.content
        for each in loaded.brief.attachments
        if each.name not in before or last_sent.get(each.name) != each.content
    }
    return {**before, **sent}


def _earlier_draft(loaded: LoadedJob, proved: ProvedDraft) -> EarlierDraft:
    folder = evidence.attempt_folder(proved.draft.number)
    drawn = (loaded.evidence(f"{folder}/screenshot{size}.png") for size in ("", "-phone"))
    desktop, phone = (Image("image/png", picture) if picture else None for picture in drawn)
    files = loaded.repository.files(proved.draft.commit)
    said = (loaded.evidence(f"{folder}/answer.md") or b"").decode()
    change = answer.summary([said], proved.draft.summary)
    return EarlierDraft(proved, files, desktop, phone, change)
