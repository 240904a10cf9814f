"""Draws an outline, whose levels are indentations by two spaces, as a tree."""

from collections.abc import Iterator, Sequence

_INDENT = 2


def tree(outline: Sequence[str]) -> Iterator[str]:
    """The lines with guides in place of their indentation; empty lines are left out."""
    lines = [line for line in outline if line.strip()]
    depths = [(len(line) - len(line.lstrip(" "))) // _INDENT for line in lines]
    for at, line in enumerate(lines):
        levels = range(1, depths[at])
        guides = ["│  " if _goes_on(depths, at, level) else "   " for level in levels]
        if depths[at]:
            guides.append("├─ " if _goes_on(depths, at, depths[at]) else "└─ ")
        yield "".join(guides) + line.strip(" ")


def _goes_on(depths: Sequence[int], at: int, level: int) -> bool:
    """Whether a level has another entry below a line, before the outline leaves it."""
    following = next((depth for depth in depths[at + 1 :] if depth <= level), 0)
    return following == level
