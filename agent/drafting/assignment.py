"""What an attempt starts from: what is asked, what was asked before, and the files there are."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from agent.desk import Desk
from agent.drafting.answer import as_text
from agent.intake.shapes import Shape, shapes_of
from agent.scaffold import SITE_PATHS
from agent.values import Brief, Order
from agent.workspace.rounds import Round

_SHOWN_FILE = 60_000
_SHOWN_ATTACHMENTS = 24_000


@dataclass(frozen=True, slots=True)
class ShownFile:
    """A text file of the repository as the model sees it."""

    path: str
    text: str


@dataclass(frozen=True)
class Assignment:
    """An order with everything that prompts are made of.

    `base` is the tree before the attempt: what `main` has, and this brief's attachments.
    """

    order: Order
    brief: Brief
    earlier: tuple[Round, ...]
    base: Mapping[str, bytes]

    @classmethod
    def of(cls, order: Order, desk: Desk) -> "Assignment":
        repository, brief = desk.repository(order), desk.brief(order)
        head = repository.head
        before = repository.files(head) if head else {}
        attached = {attachment.name: attachment.content for attachment in brief.attachments}
        return cls(order, brief, desk.earlier_rounds(order), {**before, **attached})

    @cached_property
    def shapes(self) -> tuple[Shape, ...]:
        """This brief's attachments, as the model is shown them."""
        return shapes_of(self.brief.attachments, _SHOWN_ATTACHMENTS)

    @property
    def wishes(self) -> tuple[str, ...]:
        """The words of every brief and check, this round's and those before."""
        rounds = (Round.of(self.brief, ""), *self.earlier)
        return tuple(
            text for round_ in rounds for text in (round_.brief, *(c.text for c in round_.checks))
        )

    @property
    def is_revision(self) -> bool:
        """There is an app to change."""
        return any(path not in self._given for path in self.base)

    def shown(self, files: Mapping[str, bytes]) -> tuple[tuple[ShownFile, ...], tuple[str, ...]]:
        """The text files a model reads in full, and the paths it is only told of.

        This brief's attachments are neither: they are shown by their shapes.
        """
        current, hidden = [], []
        for path in sorted(files.keys() - self._given - set(SITE_PATHS)):
            text = as_text(files[path])
            if text is not None and len(text) <= _SHOWN_FILE:
                current.append(ShownFile(path, text))
            else:
                hidden.append(path)
        return tuple(current), tuple(hidden)

    @property
    def _given(self) -> frozenset[str]:
        return frozenset(attachment.name for attachment in self.brief.attachments)
