"""How capable models are asked: for the whole app, then for changes to what is wrong with it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from agent import scaffold
from agent.deadline import Deadline
from agent.drafting import answer, visual_checks
from agent.drafting.claims import are_made, labels_of
from agent.drafting.conversation import Conversation
from agent.drafting.model_profiles import Format
from agent.drafting.prompt_material import PROMPT_TOKENS, PromptMaterial
from agent.errors import UnchangedDraft
from agent.ports import DraftRequest, EarlierDraft, Image, Message, Model, Prompt
from agent.ranking import best
from agent.scaffold import is_site_path
from agent.values import Check, DraftContent, Outcome, Proof, ProvedDraft

_MOST_IN_VAIN = 2


@dataclass(frozen=True)
class LargeModelWriter:
    """Speaks Writer; `revises_by` is how changes are asked for.

    `prompt_tokens` tells how large a prompt may be; a model may be looked up for it.
    """

    model: Model
    revises_by: Format
    max_repairs: int
    prompt_tokens: Callable[[], int] = lambda: PROMPT_TOKENS

    def write(self, request: DraftRequest) -> DraftContent:
        start = best_of(request.tried)
        base = start.files if start else request.base
        conversation = Conversation(self.model, base, request)
        files = conversation.hold(self._prompt(request, base, start))
        answers = [turn.text for _, turn in request.turns]
        same = _with_app(request.tried, files)
        if same and not are_made(answers, labels_of(request)):
            raise UnchangedDraft(f"the repair came out as draft {same.proved.draft.number} again")
        explanation = answer.explanation(answers, files)
        summary = answer.summary(answers, request.brief.text)
        if start:  # a repair's summary is about the repair; the round is about the app
            summary = request.tried[0].proved.draft.summary
            explanation = explanation or answer.true_of(start.proved.draft.explanation, files)
        if same:  # other words don't make it another draft
            explanation = same.proved.draft.explanation
        return DraftContent(files, summary, explanation, request.turns[-1][1].model)

    def reason_to_stop(
        self, proved: tuple[ProvedDraft, ...], attempts: int, deadline: Deadline
    ) -> str:
        if proved and proved[-1].proof.is_clean:
            return "nothing is known to be wrong with the last draft"
        if proved and _was_reported(proved):
            return "what is left are tests that nobody sent; the model has heard of them"
        if attempts > self.max_repairs:
            return f"{attempts} attempts were made"
        if not deadline.remaining:
            return "the time left is for publishing"
        if attempts - len(proved) >= _MOST_IN_VAIN:
            return f"{_MOST_IN_VAIN} attempts came to nothing"
        if any(each.draft.tree == proved[-1].draft.tree for each in proved[:-1]):
            return "the same draft came again"
        if len(proved) > 2 and best(proved) in proved[:-2]:
            return "two drafts in a row brought nothing new"
        return ""

    def _prompt(
        self, request: DraftRequest, base: Mapping[str, bytes], start: EarlierDraft | None
    ) -> Prompt:
        material = PromptMaterial(request, self.prompt_tokens())
        changes = "polish" if request.objections else "repair"
        kind = changes if start else "revise" if material.is_revision else "build"
        pictures = material.pictures(base)
        if start and start.picture and visual_checks.are_in_doubt(start.proved.proof):
            pictures["the page above, as it looked in a desktop window"] = start.picture
        if start and request.objections:
            pictures |= _both(start)
        given: dict[str, object] = {
            "brief": request.brief,
            "earlier": material.earlier(base),
            "overridden": _overridden(request),
            "labels": labels_of(request),
            "shapes": material.shapes_in(base),
            "earlier_shapes": material.earlier_shapes_in(base),
        }
        asked = scaffold.prompt("asked", **given)
        wanted = scaffold.prompt(
            kind,
            current=material.shown(base),
            format=self.revises_by,
            pictures=list(pictures),
            objections=request.objections,
            **given,
            **(_findings(request, start) if start else {}),
        )
        text = f"{asked}\n{wanted}"
        user = Message("user", text, tuple(pictures.values()), stable=len(asked))
        return Prompt((Message("system", scaffold.prompt("system")), user))


def _was_reported(proved: Sequence[ProvedDraft]) -> bool:
    """Whether the best draft fails only own tests, and all of them failed in a draft before the
    last: a repair has heard of them, and a drill would gain nothing."""
    left = best(tuple(proved)).proof
    if left.faults or left.count(Outcome.FAILED):
        return False
    heard = {text for each in proved[:-1] for text in _failing_own(each.proof)}
    return _failing_own(left) <= heard


def _failing_own(proof: Proof) -> set[str]:
    return {v.check.text for v in proof.own_tests if v.outcome is Outcome.FAILED}


def _both(start: EarlierDraft) -> dict[str, Image]:
    """The draft as it looked in both windows."""
    drawn = {
        "the page above, as it looked in a desktop window": start.picture,
        "the page above, as it looked on a phone": start.phone,
    }
    return {name: picture for name, picture in drawn.items() if picture}


@dataclass(frozen=True, slots=True)
class _DraftOutcome:
    """What became of a draft, for the repairs after it."""

    number: int
    change: str
    proof: str
    failed: tuple[str, ...]
    is_start: bool


def _findings(request: DraftRequest, start: EarlierDraft) -> dict[str, object]:
    """What a repair is told of the draft it starts from, and of those before."""
    labels, proof = labels_of(request), start.proved.proof
    return {
        "proof": proof,
        "tests": request.tests,
        "upheld": request.upheld,
        "own_failed": [v for v in proof.own_tests if v.outcome is Outcome.FAILED],
        "own_steps": {each.check: each.steps for each in request.own_tests},
        "failed": [v for v in proof.verdicts if v.outcome is Outcome.FAILED],
        "unproved": [v for v in proof.verdicts if v.outcome is Outcome.UNPROVED],
        "outcomes": [
            _DraftOutcome(
                number=each.proved.draft.number,
                change=(each.change or each.proved.draft.summary).rstrip("."),
                proof=each.proved.proof.summary,
                failed=tuple(
                    labels[verdict.check]
                    for verdict in each.proved.proof.verdicts
                    if verdict.outcome is Outcome.FAILED
                ),
                is_start=each is start,
            )
            for each in request.tried
        ],
    }


def _overridden(request: DraftRequest) -> list[Check]:
    """The checks of earlier rounds that a round in between took back."""
    return [
        check
        for round_ in request.earlier
        for check in round_.checks
        if any(
            check.text in later.superseded and check.round < later.number
            for later in request.earlier
        )
    ]


def best_of(tried: tuple[EarlierDraft, ...]) -> EarlierDraft | None:
    """The draft to go on from: the one that would be published."""
    if not tried:
        return None
    chosen = best(tuple(each.proved for each in tried))
    return next(each for each in tried if each.proved is chosen)


def _with_app(tried: tuple[EarlierDraft, ...], files: Mapping[str, bytes]) -> EarlierDraft | None:
    """The draft with the same files, those that are written for models left out."""
    return next((each for each in tried if _app(each.files) == _app(files)), None)


def _app(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if not is_site_path(path)}
