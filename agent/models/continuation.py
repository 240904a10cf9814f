"""A cut-off answer and what the model went on to say, as one text."""

_LONGEST_OVERLAP = 2000
_SHORTEST_OVERLAP = 16
_FENCE = "```"


def join(said: str, more: str) -> str:
    """`said` continued by `more`, without what models put at the seam.

    They open the code fence again, and they say the last words again. A repetition counts when it
    is long and varied enough not to be the app's own data (`0, 0, 0, …`).
    """
    if _is_in_fence(said) and more.lstrip().startswith(_FENCE):
        _, newline, rest = more.lstrip().partition("\n")
        more = rest if newline else more
    return said + more[_overlap(said, more) :]


def _is_in_fence(text: str) -> bool:
    return sum(line.startswith(_FENCE) for line in text.splitlines()) % 2 == 1


def _overlap(said: str, more: str) -> int:
    """Characters at the start of `more` that only repeat the end of `said`."""
    longest = min(len(said), len(more), _LONGEST_OVERLAP)
    for length in range(longest, _SHORTEST_OVERLAP - 1, -1):
        if said.endswith(more[:length]):
            return length if len(set(more[:length])) >= _SHORTEST_OVERLAP // 2 else 0
    return 0
