"""Cuts a text to a budget: its head, its tail, and how much is left out between them."""

from typing import Final

_STATEMENT: Final = 60
_HEAD_SHARE: Final = 2 / 3


def excerpt(text: str, budget: int) -> str:
    """The text whole if it has at most `budget` characters; never longer than the budget."""
    if len(text) <= budget:
        return text
    room = budget - _STATEMENT
    if room < 2 * _STATEMENT:
        statement = f"[… {len(text):,} characters left out …]"
        return statement if len(statement) <= budget else ""
    head_size = int(room * _HEAD_SHARE)
    head = _to_line_end(text[:head_size])
    tail = _from_line_start(text[head_size - room :])
    left_out = len(text) - len(head) - len(tail)
    return f"{head.rstrip()}\n[… {left_out:,} characters left out …]\n{tail.lstrip()}"


def _to_line_end(text: str) -> str:
    """Without a last line that is cut, unless lines are so long that little would remain."""
    end = text.rfind("\n") + 1
    return text[:end] if end > len(text) // 2 else text


def _from_line_start(text: str) -> str:
    start = text.find("\n") + 1
    return text[start:] if 0 < start < len(text) // 2 else text
