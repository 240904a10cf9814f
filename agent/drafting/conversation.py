"""The talk with a model until its answer can be used: refusals go back with their reasons."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agent import scaffold
from agent.deadline import Deadline
from agent.drafting.answer import revised
from agent.drafting.edits import EditRefused
from agent.errors import DraftRefused
from agent.ports import Listener, Message, Model, Prompt
from agent.values import Answer

_MOST_TURNS = 3

Turns = list[tuple[Prompt, Answer]]


@dataclass(frozen=True)
class Conversation:
    """One attempt at a draft: up to three turns, each on record in `turns`.

    The second turn asks for the edits that failed, the third for whole files.
    """

    model: Model
    deadline: Deadline
    listen: Listener
    permit: Callable[[Mapping[str, bytes]], dict[str, bytes]]
    turns: Turns = field(default_factory=list)

    def hold(self, prompt: Prompt, base: Mapping[str, bytes]) -> dict[str, bytes]:
        """The tree that the model made of `base`. Raises DraftRefused with the last reasons."""
        kept = ""
        while True:
            answer = self.model.answer(prompt, self.deadline, self.listen)
            self.turns.append((prompt, answer))
            try:
                return self.permit(revised(base, f"{kept}\n{answer.text}" if kept else answer.text))
            except DraftRefused as refusal:
                if len(self.turns) == _MOST_TURNS:
                    raise
                kept = refusal.kept if isinstance(refusal, EditRefused) else ""
                prompt = _answered(prompt, answer, refusal, len(self.turns) == _MOST_TURNS - 1)


def _answered(prompt: Prompt, answer: Answer, refusal: DraftRefused, whole: bool) -> Prompt:
    """The next turn: the answer as it was, and what was wrong with it."""
    failures = refusal.failures if isinstance(refusal, EditRefused) else ()
    text = scaffold.prompt(
        "refused",
        failures=failures,
        applied=refusal.applied if isinstance(refusal, EditRefused) else (),
        reason=str(refusal),
        whole=whole or not any(failure.edit for failure in failures),
        paths=sorted({failure.path for failure in failures if failure.path}),
    )
    turns = (Message("assistant", answer.text), Message("user", text))
    return Prompt(prompt.messages + turns, prompt.temperature, prompt.seed, prompt.max_tokens)
