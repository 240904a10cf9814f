"""Owns how placed changes and a page become lines."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.drafting.edits.page import Page


@dataclass(frozen=True, slots=True)
class Placed:
    """A hunk's change to a page: lines to remove, and lines to add by slot.

    A slot is (index of a file line, 0 in front of it or 1 behind it). `unended` tells whether the
    hunk says the file's last line has no line end: None if it says nothing.
    """

    removed: frozenset[int]
    added: tuple[tuple[tuple[int, int], tuple[str, ...]], ...]
    unended: bool | None
    first: int
    last: int


def merged(page: Page, changes: Sequence[Placed]) -> tuple[list[str], list[int | None]]:
    """The page's lines after the changes, and for each the old index it kept (None: added)."""
    removed = frozenset[int]().union(*(change.removed for change in changes))
    added = {slot: lines for change in changes for slot, lines in change.added}
    lines: list[str] = []
    origins: list[int | None] = []
    previous = 0
    stops = sorted({index for index, _ in added} | removed)
    for stop in [*stops, len(page.lines)]:
        stretch = range(previous, stop)
        lines.extend(page.lines[previous:stop])
        origins.extend(stretch)
        previous = stop
        if stop == len(page.lines):
            break
        _merge_line(page, stop, stop in removed, added, lines, origins)
        previous = stop + 1
    tail = added.get((len(page.lines), 0), ())
    lines.extend(tail)
    origins.extend([None] * len(tail))
    return lines, origins


def _merge_line(
    page: Page,
    index: int,
    is_removed: bool,
    added: dict[tuple[int, int], tuple[str, ...]],
    lines: list[str],
    origins: list[int | None],
) -> None:
    for side in (0, 1):
        new = added.get((index, side), ())
        if side == 1 and not is_removed:
            lines.append(page.lines[index])
            origins.append(index)
        lines.extend(new)
        origins.extend([None] * len(new))
