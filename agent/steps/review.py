"""The review step: a model that sees looks at the pictures of a draft that nothing is wrong with.

What it objects to is worth one more draft, which is kept only if it is as good by every proof.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from agent import evidence, scaffold
from agent.budget import NO_LIMITS, Budget, spent
from agent.drafting.objections import read_objections
from agent.errors import DeadlinePassed, ModelError
from agent.loaded_job import LoadedJob
from agent.looks import Review
from agent.ports import Image, Listener, Message, Model, Prompt
from agent.ranking import best
from agent.values import Job, ProvedDraft, RefusedDraft

LEAST_SECONDS = 60.0
"""With less time left for drafting no review is begun: a further draft would not be done."""

_SHARE_OF_TIME = 0.35


@dataclass(frozen=True)
class Reviewing:
    """`is_asked` is False for models that do not see, and where the settings say so."""

    model: Model
    is_asked: bool
    listen: Callable[[Job], Listener]
    budget: Budget = NO_LIMITS

    def review(self, loaded: LoadedJob, tried: Sequence[ProvedDraft | RefusedDraft]) -> Review:
        """What is objected to in the best draft; nothing where no model was asked or answered, or
        nothing is left for a polish."""
        chosen = best(tuple(each for each in tried if isinstance(each, ProvedDraft)))
        number = chosen.draft.number
        is_done = loaded.evidence(evidence.review_file(number)) is not None
        has_time = loaded.deadlines.drafting.remaining >= LEAST_SECONDS
        can_pay = not self._excess(loaded, tried)
        if not is_done and self.is_asked and chosen.proof.is_clean and has_time and can_pay:
            self._ask(loaded, number)
        record = loaded.evidence(evidence.review_file(number))
        if record is None:
            return Review(number)
        objections = () if self._excess(loaded, tried) else evidence.review_of(record)
        return Review(number, objections, True)

    def _excess(self, loaded: LoadedJob, tried: Sequence[ProvedDraft | RefusedDraft]) -> str:
        used = spent(loaded, range(1, len(tried) + 1))
        return self.budget.excess(each.usage for each in used)

    def _ask(self, loaded: LoadedJob, number: int) -> None:
        """Record what the model says of the pictures; without an answer the draft is good as is."""
        pictures = _pictures(loaded, number)
        if not pictures:
            return
        text = scaffold.prompt(
            "review", brief=loaded.brief, earlier=loaded.earlier, pictures=list(pictures)
        )
        user = Message("user", text, tuple(pictures.values()))
        system = Message("system", scaffold.prompt("review_system"))
        prompt = Prompt((system, user), is_optional=True)
        drafting = loaded.deadlines.drafting
        try:
            deadline = drafting.sooner(drafting.remaining * _SHARE_OF_TIME)
            answer = self.model.answer(prompt, deadline, self.listen(loaded.job))
        except (ModelError, DeadlinePassed):
            return
        objections = read_objections(answer.text)
        proof = loaded.evidence(f"{evidence.attempt_folder(number)}/proof.json")
        loaded.record(evidence.of_review(number, prompt, answer, objections, proof=proof))


def _pictures(loaded: LoadedJob, number: int) -> dict[str, Image]:
    """What the browser drew of the draft, by what it is."""
    folder = evidence.attempt_folder(number)
    files = {
        "the page in a desktop window": loaded.evidence(f"{folder}/screenshot.png"),
        "the page on a phone": loaded.evidence(f"{folder}/screenshot-phone.png"),
    }
    return {name: Image("image/png", drawn) for name, drawn in files.items() if drawn}
