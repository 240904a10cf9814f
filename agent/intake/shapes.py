"""Decides what a model is shown of the files that came with a brief, within a budget."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from agent.intake.descriptions import Description, described
from agent.intake.excerpt import excerpt
from agent.intake.file_kinds import recognise
from agent.ports import Image
from agent.values import Attachment

_LONGEST_FACT: Final = 600
_FACTS_SHARE: Final = 1 / 2
_COUNT_OF_REST: Final = len("… and 10000 more facts")


@dataclass(frozen=True, slots=True)
class Shape:
    """A file as the model sees it; everything in it is data from outside.

    `url` is how the page asks for it: relative and percent-encoded. `excerpt` is None for files
    that are not text. `image` is there for models that see.
    """

    name: str
    url: str
    kind: str
    facts: tuple[str, ...]
    excerpt: str | None = field(repr=False)
    image: Image | None = None

    @property
    def size(self) -> int:
        """Characters of facts and excerpt: what counts against the budget."""
        return sum(map(len, self.facts)) + len(self.excerpt or "")


def shapes_of(attachments: Sequence[Attachment], budget_chars: int) -> tuple[Shape, ...]:
    """Each attachment's shape; what small ones leave of their share goes to the large ones."""
    descriptions = [_described(attachment) for attachment in attachments]
    whole = [_shape(*each, budget_chars) for each in descriptions]
    shares = _fair_shares([shape.size for shape in whole], budget_chars)
    return tuple(
        shape if shape.size <= share else _shape(*each, share)
        for shape, each, share in zip(whole, descriptions, shares, strict=True)
    )


def _described(attachment: Attachment) -> tuple[str, str, Description]:
    recognised = recognise(attachment)
    return attachment.name, recognised.kind, described(attachment, recognised)


def _shape(name: str, kind: str, description: Description, budget: int) -> Shape:
    text = description.text
    facts = _fitting(description.facts, int(budget * _FACTS_SHARE) if text else budget)
    if text is not None:
        text = excerpt(text, budget - sum(map(len, facts)))
    return Shape(name, quote(name, safe="/"), kind, facts, text, description.image)


def _fitting(facts: Sequence[str], budget: int) -> tuple[str, ...]:
    """The first fact, those after it that fit, and how many there are besides."""
    taken: list[str] = []
    budget -= _COUNT_OF_REST
    for fact in facts:
        line = " ".join(fact[:_LONGEST_FACT].split())
        budget -= len(line)
        if budget < 0 and taken:
            return (*taken, f"… and {len(facts) - len(taken)} more facts")
        taken.append(line)
    return tuple(taken)


def _fair_shares(wants: Sequence[int], budget: int) -> list[int]:
    """No file gets more than it wants while another has less than an equal share."""
    shares = [0] * len(wants)
    smallest_first = sorted(range(len(wants)), key=lambda index: wants[index])
    for served, index in enumerate(smallest_first):
        shares[index] = min(wants[index], budget // (len(wants) - served))
        budget -= shares[index]
    return shares
