"""What prompts show of a request: which files whole, which by their shape, which by name only."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from agent.drafting.answer import as_text
from agent.intake.shapes import Shape, shapes_of
from agent.ports import DraftRequest, Image
from agent.scaffold import SITE_PATHS
from agent.values import Attachment

_SHOWN_FILE = 60_000
_SHOWN_ATTACHMENTS = 24_000
_SHARE_OF_UNNAMED = 0.25


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A text file of the repository as the model sees it.

    `was_sent`: it came with a brief and was changed since.
    """

    path: str
    text: str
    was_sent: bool


@dataclass(frozen=True)
class PromptMaterial:
    """The files of a request, cut to what a prompt has room for."""

    request: DraftRequest

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

    def shown(self, files: Mapping[str, bytes]) -> tuple[tuple[ShownFile, ...], tuple[str, ...]]:
        """The text files a model reads whole, and the paths of which it only hears.

        Files that are as they were sent are neither: their shapes are shown.
        """
        current, hidden = [], []
        sent = self._sent
        for path in sorted(files.keys() - set(SITE_PATHS)):
            if self._is_as_sent(path, files):
                continue
            text = as_text(files[path])
            if text is not None and len(text) <= _SHOWN_FILE:
                current.append(ShownFile(path, text, path in sent))
            else:
                hidden.append(path)
        return tuple(current), tuple(hidden)

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
        of_others = shapes_of(others, int(_SHOWN_ATTACHMENTS * share))
        left = _SHOWN_ATTACHMENTS - _size(of_others)
        return (*shapes_of(named, left), *of_others)

    def _is_as_sent(self, path: str, files: Mapping[str, bytes]) -> bool:
        return path in self._sent and files.get(path) == self._sent[path]


def _is_named(attachment: Attachment, brief: str) -> bool:
    return attachment.name.rpartition("/")[2].casefold() in brief.casefold()


def _size(shapes: Iterable[Shape]) -> int:
    return sum(shape.size for shape in shapes)
