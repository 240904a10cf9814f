"""Finds the known name that a misspelled one stands for."""

from collections.abc import Iterable

_LONG = 8


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is one slip away, or two where it is long; empty where there is none."""
    reachable = ((slips(name, each), each) for each in known if abs(len(each) - len(name)) <= 2)
    count, found = min(reachable, default=(len(name), ""))
    return found if count <= (2 if len(found) >= _LONG else 1) else ""


def slips(written: str, meant: str) -> int:
    """Letters too many, missing, wrong, or swapped with their neighbour.

    Source: the "optimal string alignment" distance.
    """
    rows = [list(range(len(meant) + 1))]
    for i, letter in enumerate(written):
        row = [i + 1]
        for j, other in enumerate(meant):
            ways = [rows[-1][j + 1] + 1, row[j] + 1, rows[-1][j] + (letter != other)]
            if i and j and (letter, written[i - 1]) == (meant[j - 1], other):
                ways.append(rows[-2][j - 1] + 1)
            row.append(min(ways))
        rows.append(row)
    return rows[-1][-1]
