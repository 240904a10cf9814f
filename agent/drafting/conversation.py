"""The conversation with a model about one draft: what cannot be used goes back with reasons."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agent import scaffold
from agent.drafting.answer import as_text, revised
from agent.drafting.claims import files_to_show, says_nothing_changes
from agent.drafting.edits import EditRefused, Reason
from agent.errors import DraftRefused
from agent.intake.conversions import place_converted
from agent.ports import DraftRequest, Message, Model, Prompt
from agent.values import Answer

_MOST_TURNS = 3
_MOST_SHOWS = 3
_SHOWN_CHARS = 60_000


@dataclass(frozen=True)
class Conversation:
    """Up to three turns about one draft: the second asks for the edits that failed, the third
    for whole files. Between them the model may ask up to three times to see files."""

    model: Model
    base: Mapping[str, bytes]
    request: DraftRequest

    def hold(self, prompt: Prompt) -> dict[str, bytes]:
        """The tree that the model made of `base`. Raises DraftRefused with the last reasons.

        It is `base` again where there is nothing to change: asking on would bring the same.
        """
        kept = ""
        for turn in range(1, _MOST_TURNS + 1):
            prompt, answer = self._answer(prompt)
            try:
                after = revised(self.base, answer.text, kept=kept, brief=self._words)
                placed = place_converted(after, self.request.brief.attachments)
                return self.request.permit(self.base, dict(placed))
            except DraftRefused as refusal:
                if _changes_nothing(refusal) and self._may_stay(answer, turn):
                    return dict(self.base)
                if turn == _MOST_TURNS:
                    raise
                kept = refusal.kept if isinstance(refusal, EditRefused) else ""
                whole = turn == _MOST_TURNS - 1 or self._is_new
                prompt = _answered(prompt, answer, refusal, whole, self._has_attachments)
        raise AssertionError("the last turn returns or raises")

    def _answer(self, prompt: Prompt) -> tuple[Prompt, Answer]:
        """The next answer that does not only ask to see files, and the prompt that it is to."""
        for left in reversed(range(_MOST_SHOWS + 1)):
            answer = self.model.answer(prompt, self.request.deadline, self.request.listen)
            self.request.turns.append((prompt, answer))
            paths = files_to_show(answer.text)
            if not paths or not left:
                break
            prompt = _next(prompt, answer, self._shown(paths, left - 1))
        return prompt, answer

    def _shown(self, paths: Sequence[str], left: int) -> str:
        """The files that a model asked to see, as far as there are such files and room for them."""
        found: dict[str, str] = {}
        room = _SHOWN_CHARS
        for path in paths:
            text = as_text(self.base.get(path, b"\0"))
            if text is not None and len(text) <= room:
                found[path] = text
                room -= len(text)
        missing = [path for path in paths if path not in found]
        return scaffold.prompt("shown", found=found, missing=missing, left=left)

    def _may_stay(self, answer: Answer, turn: int) -> bool:
        """Whether an answer without a change is meant: a repair's, or one that says so.

        So does a second answer with files in it that are as they were.
        """
        if self.request.tried:
            return True
        return not self._is_new and (
            says_nothing_changes(answer.text) or (turn > 1 and "```" in answer.text)
        )

    @property
    def _has_attachments(self) -> bool:
        return bool(self.request.attachments)

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


def _answered(
    prompt: Prompt, answer: Answer, refusal: DraftRefused, whole: bool, with_attachments: bool
) -> Prompt:
    """The next turn: the answer as it was, and what was wrong with it."""
    failures = refusal.failures if isinstance(refusal, EditRefused) else ()
    applied = refusal.applied if isinstance(refusal, EditRefused) else ()
    text = scaffold.prompt(
        "refused",
        shapes=with_attachments,
        earlier_shapes=(),
        failures=failures,
        applied=sorted({edit.path for edit in applied}),
        reason=str(refusal),
        whole=whole or not any(failure.edit for failure in failures),
        paths=sorted({failure.path for failure in failures if failure.path}),
    )
    return _next(prompt, answer, text)


def _next(prompt: Prompt, answer: Answer, text: str) -> Prompt:
    turns = (Message("assistant", answer.text), Message("user", text))
    return replace(prompt, messages=prompt.messages + turns)
