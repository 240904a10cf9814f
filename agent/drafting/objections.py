"""Reads what a model that saw a page's pictures objects to."""

import re

from agent.drafting.edits import without_thoughts

MOST_OBJECTIONS = 6
LONGEST_OBJECTION = 300

_ITEM = re.compile(r"^\s*(?:[-*•]|\d+[.)])\s+(\S.*)$", re.MULTILINE)
_NOTHING = re.compile(r"\W*(?:nothing|none|no objections?)\W*", re.IGNORECASE)


def read_objections(answer: str) -> tuple[str, ...]:
    """The items of the answer's list; an answer without a list objects to nothing."""
    items = (" ".join(text.split()) for text in _ITEM.findall(without_thoughts(answer)))
    said = [text[:LONGEST_OBJECTION] for text in items if not _NOTHING.fullmatch(text)]
    return tuple(dict.fromkeys(said))[:MOST_OBJECTIONS]
