"""Lines that stand for code instead of being code, recognised by their words."""

import re
from typing import Final

from agent.drafting.edits.file_lines import fold

_WRAPPED: Final = re.compile(
    r"^(?:\{/\*|/\*+|<!--|//+|#+|--|;+|%+|\*|\(|\[|\"\"\"|'''|@@)\s*(?P<words>.*?)"
    r"\s*(?:\*/\}?|-->|\)|\]|\"\"\"|'''|@@)?$"
)
_DOTS: Final = re.compile(r"\.{3,}")
_DOTTED: Final = re.compile(r"^\.{3,}\s*(?P<words>.*?)\s*(?:\.{3,})?$")
_STANDING_IN: Final = re.compile(
    r"\b(?:rest|remain\w*|existing|unchanged|same|previous|other|original|omitted|continues?|"
    r"code|content|more|keep|kept|before|above|etc)\b",
    re.IGNORECASE,
)
_PLAIN: Final = re.compile(
    r"^(?:(?:the |your )?rest (?:of (?:the |your )?\w+"
    r"|unchanged|is unchanged|stays\b.*|remains\b.*)"
    r"|(?:the )?rest of (?:the |your )?(?:\w+ )?\w+ (?:is |are )?"
    r"(?:unchanged|as before|here|goes here|(?:stays|remains) (?:the same|unchanged))"
    r"|(?:existing|previous|remaining|original|other|unchanged) (?:\w+ )?"
    r"(?:code|contents?|styles?|markup|rules|functions?|keys|lines|script|html|css|logic)"
    r"(?: (?:here|goes here|unchanged|(?:stays|remains) (?:the same|unchanged)))?"
    r"|(?:code |everything |all )?(?:unchanged|as before|same as (?:before|above))"
    r"|(?:your |the )?(?:code|content|implementation|logic) (?:goes )?here)\.?$",
    re.IGNORECASE,
)


_SAYS_KEPT: Final = re.compile(
    r"\b(?:rest|remain\w*|existing|unchanged|untouched|same|previous\w*|other|original\w*|omitted|"
    r"continue\w*|keep|kept|keeps|before|above|etc|stays?|as[- ]is|current|currently|here|snip\w*|"
    r"truncated|abbreviated|brevity|leave|left|no changes?|not changed|nothing changes|already|"
    r"as they were|as it was|goes|placeholder|and so on|unverändert|bleib\w*|übrig\w*|wie bisher|"
    r"wie vorher|rest\w*|igual|sin cambios|inchangé\w*|identique\w*|invariato|reste)\b"
    r"|\.\.\.|✂|^\W*$",
    re.IGNORECASE,
)


def stands_in(words: str) -> bool:
    """Whether the words of a comment may say that code was left out where the comment stands."""
    return _SAYS_KEPT.search(fold(words)) is not None


def is_placeholder(line: str) -> bool:
    """Whether the line says "and so on" in place of code, as `// ... rest of the code ...`."""
    text = fold(line)
    if len(text) > 120 or not text:
        return False
    if _DOTS.fullmatch(text):
        return True
    wrapped = _WRAPPED.match(text)
    if wrapped is None:
        dotted = _DOTTED.match(text)
        return bool(dotted and _STANDING_IN.search(dotted["words"]) and text.endswith("..."))
    words = wrapped["words"].strip("()[]{}: ")
    if _DOTS.fullmatch(words):
        return True
    dotted = _DOTTED.match(words)
    if dotted and _STANDING_IN.search(dotted["words"]):
        return True
    return _PLAIN.match(words) is not None
