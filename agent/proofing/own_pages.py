"""Lists the HTML pages of a draft that were made for it, and says which of them visitors reach."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from agent.proofing.page_faults import DraftContext

MOST_PAGES = 8

_IS_DOCUMENT = re.compile(rb"<!doctype\s+html|<html[\s>]", re.IGNORECASE)
_DEPENDS_ON_ITS_VISIT = re.compile(
    r"\blocation\b\s*\.\s*(?:search|hash|href)|URLSearchParams|document\.(?:referrer|URL|cookie)"
    r"|(?:local|session)Storage|indexedDB|\bopener\b|postMessage|history\.state|window\.name"
    r"|\bparent\b"
)
_SCRIPT_FILE = re.compile(r"""<script\b[^>]*?\bsrc\s*=\s*["']?([^"'\s>]+)""", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class OwnPage:
    """A page of a draft.

    `is_plain`: the draft leads visitors to it, and it does the same for each of them, however they
    came. What happens on any other page when it is opened by itself may happen to nobody.
    """

    path: str
    is_plain: bool


def own_pages(context: DraftContext) -> list[OwnPage]:
    """The pages, `index.html` first; pieces of pages and what came with the brief are left out."""
    paths = [
        path
        for path, content in context.files.items()
        if path.endswith((".html", ".htm"))
        and not context.is_as_sent(path)
        and _IS_DOCUMENT.search(content)
    ]
    paths.sort(key=lambda path: (path != "index.html", path))
    return [OwnPage(path, _is_plain(path, context.files)) for path in paths[:MOST_PAGES]]


def _is_plain(path: str, files: Mapping[str, bytes]) -> bool:
    texts = {name: content.decode("utf-8", "replace") for name, content in files.items()}
    name = re.escape(path.rpartition("/")[2])
    link = re.compile(rf"""\bhref\s*=\s*["']?[^"'\s>]*\b{name}(?:["'\s>#]|$)""")
    others = (text for other, text in texts.items() if other != path and other.endswith("html"))
    is_linked = any(link.search(text) for text in others)
    scripts = [file.rpartition("/")[2] for file in _SCRIPT_FILE.findall(texts[path])]
    loaded = [text for other, text in texts.items() if other.rpartition("/")[2] in scripts]
    return is_linked and not any(map(_DEPENDS_ON_ITS_VISIT.search, (texts[path], *loaded)))
