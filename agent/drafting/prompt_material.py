"""What prompts show of a request within a budget: whole files, outlines, shapes, and briefs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from agent.drafting.answer import as_text
from agent.drafting.brief_history import bounded
from agent.drafting.file_outlines import FileOutline, outline
from agent.intake.shapes import Shape, shapes_of
from agent.ports import DraftRequest, Image
from agent.scaffold import is_site_path
from agent.values import Attachment, Round

PROMPT_TOKENS = 32_000
"""The budget where neither the settings nor the model say anything else."""

_CHARS_PER_TOKEN = 3
_ALWAYS_THERE = 8_000
"""Characters of the rules and of how to answer."""

_SHOWN_ATTACHMENTS = 24_000
_SHARE_OF_ATTACHMENTS = 0.25
_SHARE_OF_UNNAMED = 0.25
_SHOWN_BRIEFS = 8_000
_SHARE_OF_BRIEFS = 0.1
_SMALL_DATA = 4_000
_CODE = (".html", ".htm", ".js", ".mjs", ".css")


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A text file of the repository as the model sees it.

    `was_sent`: it came with a brief and was changed since.
    """

    path: str
    text: str
    was_sent: bool


@dataclass(frozen=True, slots=True)
class ShownFiles:
    """The files of a tree as a prompt has them: `hidden` are paths of files that are no text."""

    whole: tuple[ShownFile, ...] = ()
    outlines: tuple[FileOutline, ...] = ()
    hidden: tuple[str, ...] = ()


@dataclass(frozen=True)
class PromptMaterial:
    """What a request brings, cut to what a prompt of so many tokens has room for."""

    request: DraftRequest
    prompt_tokens: int = PROMPT_TOKENS

    def earlier(self, files: Mapping[str, bytes]) -> tuple[Round, ...]:
        """The rounds before, with all their checks and what still holds of their briefs."""
        app = "\n".join(filter(None, map(as_text, self._own(files).values())))
        room = min(_SHOWN_BRIEFS, int(self._chars * _SHARE_OF_BRIEFS))
        return bounded(self.request.earlier, room, app)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes of this brief's files."""
        return tuple(shape for shape in self._shapes if shape.name in self._names)

    def shapes_in(self, files: Mapping[str, bytes]) -> tuple[Shape, ...]:
        """The shapes of this brief's files that are as they were sent."""
        return tuple(shape for shape in self.shapes if self._is_as_sent(shape.name, files))

    def earlier_shapes_in(self, files: Mapping[str, bytes]) -> tuple[Shape, ...]:
        """The shapes of files that came with earlier rounds and are as they were sent."""
        return tuple(
            shape
            for shape in self._shapes
            if shape.name not in self._names and self._is_as_sent(shape.name, files)
        )

    def pictures(self, files: Mapping[str, bytes]) -> dict[str, Image]:
        """The pictures among the files that were sent, by name, for models that see."""
        shapes = (*self.shapes_in(files), *self.earlier_shapes_in(files))
        return {shape.name: shape.image for shape in shapes if shape.image}

    @property
    def is_revision(self) -> bool:
        """There is an app to change, not only files that were sent."""
        return any(not self._is_as_sent(path, self.request.base) for path in self.request.base)

    def shown(self, files: Mapping[str, bytes]) -> ShownFiles:
        """Whole files as far as there is room, those that may be concerned first.

        Files that are as they were sent are left out: their shapes are shown.
        """
        own = self._own(files)
        texts = {
            path: text for path, content in own.items() if (text := as_text(content)) is not None
        }
        room = self._room_for(files)
        whole: dict[str, ShownFile] = {}
        for path in sorted(
            texts, key=lambda path: (*self._unconcern(path), len(texts[path]), path)
        ):
            if len(texts[path]) <= room and self._may_be_concerned(path, texts[path]):
                whole[path] = ShownFile(path, texts[path], path in self._sent)
                room -= len(texts[path])
        return ShownFiles(
            whole=tuple(whole[path] for path in sorted(whole)),
            outlines=tuple(outline(path, texts[path]) for path in sorted(texts.keys() - whole)),
            hidden=tuple(sorted(own.keys() - texts)),
        )

    def _own(self, files: Mapping[str, bytes]) -> dict[str, bytes]:
        """The files that models write: neither Galley's nor as they were sent."""
        return {
            path: content
            for path, content in files.items()
            if not is_site_path(path) and not self._is_as_sent(path, files)
        }

    def _unconcern(self, path: str) -> tuple[bool, bool, bool]:
        """The lower, the sooner a file is shown: those that the words name, pages, other code."""
        return not self._is_spoken_of(path), not path.endswith(".html"), not path.endswith(_CODE)

    def _may_be_concerned(self, path: str, text: str) -> bool:
        """Whether a change may have to touch a file; much data that nobody speaks of is none."""
        return path.endswith(_CODE) or len(text) <= _SMALL_DATA or self._is_spoken_of(path)

    def _is_spoken_of(self, path: str) -> bool:
        return path.rpartition("/")[2].casefold() in self._words

    def _room_for(self, files: Mapping[str, bytes]) -> int:
        """Characters for whole files: what all else leaves of the budget."""
        earlier = self.earlier(files)
        checks = [check for each in earlier for check in each.checks]
        asked = sum(len(check.text) for check in (*checks, *self.request.brief.checks))
        asked += len(self.request.brief.text) + sum(len(each.brief) for each in earlier)
        return max(0, self._chars - _ALWAYS_THERE - asked - _size(self._shapes))

    @cached_property
    def _words(self) -> str:
        """What this round and the last proof speak of."""
        request = self.request
        proof = request.tried[-1].proved.proof if request.tried else None
        verdicts = (*proof.verdicts, *proof.own_tests) if proof else ()
        seen = [f"{each.check.text} {each.observed}" for each in verdicts]
        faults = proof.faults if proof else ()
        return "\n".join((request.brief.text, *seen, *faults)).casefold()

    @property
    def _chars(self) -> int:
        return self.prompt_tokens * _CHARS_PER_TOKEN

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset(attachment.name for attachment in self.request.brief.attachments)

    @cached_property
    def _sent(self) -> dict[str, bytes]:
        return {attachment.name: attachment.content for attachment in self.request.attachments}

    @cached_property
    def _shapes(self) -> tuple[Shape, ...]:
        """All within one budget, most of it for the files that the brief names."""
        named = [a for a in self.request.attachments if _is_named(a, self.request.brief.text)]
        others = [a for a in self.request.attachments if a not in named]
        share = _SHARE_OF_UNNAMED if named else 1.0
        room = min(_SHOWN_ATTACHMENTS, int(self._chars * _SHARE_OF_ATTACHMENTS))
        of_others = shapes_of(others, int(room * share))
        left = room - _size(of_others)
        return (*shapes_of(named, left), *of_others)

    def _is_as_sent(self, path: str, files: Mapping[str, bytes]) -> bool:
        return path in self._sent and files.get(path) == self._sent[path]


def _is_named(attachment: Attachment, brief: str) -> bool:
    return attachment.name.rpartition("/")[2].casefold() in brief.casefold()


def _size(shapes: Iterable[Shape]) -> int:
    return sum(shape.size for shape in shapes)
