"""Tells which failures are about how a page looks, where a picture says more than words."""

import re

from agent.values import CheckKind, Outcome, Proof, Verdict

_MEASURED = re.compile(
    r"getComputedStyle|getBoundingClientRect|getClientRects|checkVisibility|elementFromPoint"
    r"|matchMedia|styleSheets|\.style\b|(?:offset|client|scroll|inner)(?:Width|Height|Top|Left)"
)
_DESCRIBED = re.compile(
    r"\b(?:look\w*|layouts?|overlap\w*|align\w*|cent(?:er|re)(?:d|s)?|visibl[ey]|hidden|overflow\w*"
    r"|responsive|colou?r\w*|fonts?|width|height|wide|narrow|margins?|padding|spacing|grid|columns?"
    r"|side by side|contrast|(?:dark|light) (?:mode|theme)|readable|styled?|mobile|phones?|screens?"
    r")\b",
    re.IGNORECASE,
)


def are_in_doubt(proof: Proof) -> bool:
    """Whether a check failed that measures or describes the page's looks."""
    return any(v.outcome is Outcome.FAILED and _is_about_looks(v) for v in proof.verdicts)


def _is_about_looks(verdict: Verdict) -> bool:
    words = _MEASURED if verdict.check.kind is CheckKind.JS else _DESCRIBED
    return bool(words.search(verdict.check.text))
