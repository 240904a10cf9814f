"""Owns whether lines between blank ones may be prose behind a diff that has no fence."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

Known = Callable[[str], bool]
"""Whether a line, whitespace and typography aside, is in any file of the tree."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Lines between blank ones: where its last changed lines are, and whether it is a list."""

    first: int
    end: int
    last_added: int
    last_removed: int
    is_list: bool

    @classmethod
    def of(cls, lines: Sequence[str], first: int, end: int, known: Known) -> "Paragraph":
        inside = range(first, end)
        return cls(
            first,
            end,
            max((n for n in inside if lines[n][:1] == "+"), default=-1),
            max((n for n in inside if lines[n][:1] == "-"), default=-1),
            all(lines[n].startswith(("- ", "  ")) for n in inside)
            and not any(known(lines[n][1:]) for n in inside if lines[n][:1] == "-"),
        )
