"""Takes from foreign text what terminals, forges and Markdown act on, and keeps it readable.

Terminals obey escape sequences, forges notify `@name` and close `owner/other#1`, and a README's
picture is fetched from wherever it says.
"""

import re
import unicodedata
from typing import Final

_ACTIVE_CATEGORIES: Final = ("Cc", "Cf", "Cs", "Zl", "Zp")
_HARMLESS: Final = "\n\t\u200c\u200d"
"""Line ends, tabs, and what joins letters and emoji."""
_BREAK: Final = "\u200a"
"""A hair space: it breaks a token and stands for nothing else, so it can be taken out again."""

# GitHub's documentation: "Autolinked references and URLs", "Skipping workflow runs".
_FORGE_TOKENS: Final = re.compile(
    r"(?:(?<!\w)@(?=\w)|\w@(?=[0-9a-f]{7,40}\b)|\#(?=\d)|\bGH-(?=\d)"
    r"|/(?:issues|pulls?|discussions|commit)/(?=\w)"
    r"|\[(?=\s*(?:skip|ci|no|actions)\b)|\bskip-checks(?=:))",
    re.IGNORECASE,
)
_MARKUP: Final = re.compile(r"<(?=[A-Za-z/!?])|!(?=\[)")
_BROKEN: Final = re.compile(rf"{_BREAK}(?:\\u\{{([0-9a-f]+)\}}|\\u([0-9a-f]{{4}}))?")


def visible(text: str) -> str:
    """The text with control and formatting characters as JSON and JavaScript escape them."""
    return "".join(_escape(letter) if _is_active(letter) else letter for letter in text)


def without_references(text: str) -> str:
    """The text for a commit message: nobody is notified, nothing is closed, no build is skipped.

    `with_references` undoes it.
    """
    marked = "".join(
        _BREAK + _escape(letter) if _is_active(letter) or letter == _BREAK else letter
        for letter in text
    )
    return _FORGE_TOKENS.sub(rf"\g<0>{_BREAK}", marked)


def with_references(text: str) -> str:
    """The text that `without_references` was given."""
    return _BROKEN.sub(
        lambda match: chr(int(match[1] or match[2], 16)) if match[0][1:] else "", text
    )


def without_markup(text: str) -> str:
    """The text for a README: besides, no HTML, and no picture from elsewhere."""
    unlinked = _FORGE_TOKENS.sub(rf"\g<0>{_BREAK}", visible(text))
    return _MARKUP.sub(rf"\g<0>{_BREAK}", unlinked)


def _is_active(letter: str) -> bool:
    return unicodedata.category(letter) in _ACTIVE_CATEGORIES and letter not in _HARMLESS


def _escape(letter: str) -> str:
    number = ord(letter)
    return f"\\u{number:04x}" if number <= 0xFFFF else f"\\u{{{number:x}}}"
