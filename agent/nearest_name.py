"""Finds the known name that a misspelled one stands for."""

from collections.abc import Iterable

_LONG = 8


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is one slip away, or two where it is long; empty where there is none.

    Two slips in one word make another word: GITLAB_TOKEN is no misspelled GITHUB_TOKEN.
    """
    close = (each for each in known if abs(len(each) - len(name)) <= 2)
    reachable = ((slips(name, each), each) for each in close if not _has_other_word(name, each))
    count, found = min(reachable, default=(len(name), ""))
    return found if count <= (2 if len(found) >= _LONG else 1) else ""


def _has_other_word(written: str, meant: str) -> bool:
    """Whether a word of one name, between its underscores, is not that of the other."""
    words, meant_words = written.split("_"), meant.split("_")
    return len(words) == len(meant_words) > 1 and any(
        slips(word, meant_word) > 1 for word, meant_word in zip(words, meant_words, strict=True)
    )


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
