"""The conversation with a model about one draft: what cannot be used goes back with reasons."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent import scaffold
from agent.drafting.answer import revised
from agent.drafting.edits import EditRefused, Reason
from agent.errors import DraftRefused
from agent.intake.conversions import place_converted
from agent.ports import DraftRequest, Message, Model, Prompt
from agent.values import Answer

_MOST_TURNS = 3


@dataclass(frozen=True)
class Conversation:
    """Up to three turns about one draft: the second asks for the edits that failed, the third
    for whole files."""

    model: Model
    base: Mapping[str, bytes]
    request: DraftRequest

    def hold(self, prompt: Prompt) -> dict[str, bytes]:
        """The tree that the model made of `base`. Raises DraftRefused with the last reasons.

        A repair that changes nothing gives `base` again: asking on would bring the same.
        """
        kept = ""
        for turn in range(1, _MOST_TURNS + 1):
            answer = self.model.answer(prompt, self.request.deadline, self.request.listen)
            self.request.turns.append((prompt, answer))
            try:
                after = revised(self.base, answer.text, kept=kept, brief=self._words)
                placed = place_converted(after, self.request.brief.attachments)
                return self.request.permit(self.base, dict(placed))
            except DraftRefused as refusal:
                if self.request.tried and _changes_nothing(refusal):
                    return dict(self.base)
                if turn == _MOST_TURNS:
                    raise
                kept = refusal.kept if isinstance(refusal, EditRefused) else ""
                whole = turn == _MOST_TURNS - 1 or self._is_new
                prompt = _answered(prompt, answer, refusal, whole)
        raise AssertionError("the last turn returns or raises")

    @property
    def _words(self) -> str:
        """What this round asks for."""
        return self.request.brief.text

    @property
    def _is_new(self) -> bool:
        """There is no app yet that edits could be placed in."""
        sent = {attachment.name for attachment in self.request.brief.attachments}
        return self.base.keys() <= sent


def _changes_nothing(refusal: DraftRefused) -> bool:
    failures = refusal.failures if isinstance(refusal, EditRefused) else ()
    return [failure.reason for failure in failures] == [Reason.NOTHING]


def _answered(prompt: Prompt, answer: Answer, refusal: DraftRefused, whole: bool) -> Prompt:
    """The next turn: the answer as it was, and what was wrong with it."""
    failures = refusal.failures if isinstance(refusal, EditRefused) else ()
    text = scaffold.prompt(
        "refused",
        shapes=True,
        earlier_shapes=(),
        failures=failures,
        applied=refusal.applied if isinstance(refusal, EditRefused) else (),
        reason=str(refusal),
        whole=whole or not any(failure.edit for failure in failures),
        paths=sorted({failure.path for failure in failures if failure.path}),
    )
    turns = (Message("assistant", answer.text), Message("user", text))
    return Prompt(prompt.messages + turns, prompt.temperature, prompt.seed, prompt.max_tokens)
