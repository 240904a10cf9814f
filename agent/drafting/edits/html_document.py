"""Where an HTML document begins and ends, as a browser reads it: not inside strings or comments."""

import re
from typing import Final

_BEGIN: Final = re.compile(r"\A\s*(?:<!--.*?-->\s*)*<(?:!doctype\s+html|html)\b", re.I | re.S)
_TOKEN: Final = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|(?P<end></html\s*>)"
    r"|<(?P<raw>script|style|textarea|title|xmp|iframe)\b(?:\"[^\"]*\"|'[^']*'|[^'\">])*>"
    r"|</?[a-z](?:\"[^\"]*\"|'[^']*'|[^'\">])*>",
    re.I | re.S,
)
_STILL_READ: Final = re.compile(
    r"(?:\s*(?:<!--.*?-->|<(?P<tag>script|style)\b[^>]*>.*?</(?P=tag)\s*>))*", re.I | re.S
)


def is_document(text: str) -> bool:
    """Whether the text begins as a complete HTML document does."""
    return _BEGIN.match(text) is not None


def document_end(text: str) -> int | None:
    """The index just behind the document's `</html>`; None if the document has no such end."""
    position = 0
    while token := _TOKEN.search(text, position):
        if token["end"]:
            return token.end()
        position = token.end()
        if token["raw"]:
            closing = re.compile(rf"</{token['raw']}\s*>", re.I).search(text, position)
            if closing is None:
                return None
            position = closing.end()
    return None


def without_tail(text: str) -> str:
    """The document without prose and stray closing tags behind its end.

    Comments, scripts and styles that follow the end at once stay: browsers read them even there.
    """
    end = document_end(text) if is_document(text) else None
    if end is None:
        return text
    found = _STILL_READ.match(text, end)
    end = found.end() if found else end
    return f"{text[:end]}\n" if text[end:].strip() else text
