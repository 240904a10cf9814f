"""Outlines of files: what a model must know of a file that it does not see whole."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from agent.drafting.answer import as_text
from agent.intake.shapes import shapes_of
from agent.page_outline import PageOutline, Reaction, functions_of, reactions_of, routes_of
from agent.scaffold import is_site_path
from agent.values import Attachment

_MOST = 40
_FACTS_CHARS = 600
_SELECTORS = re.compile(r"(?:^|\})\s*([^{}@;]+?)\s*\{")
_COMMENTS = re.compile(r"/\*.*?\*/", re.S)


@dataclass(frozen=True, slots=True)
class FileOutline:
    """A file by its path, its size in characters, and one line for each thing worth knowing."""

    path: str
    size: int
    facts: tuple[str, ...]


def outlines_of(files: Mapping[str, bytes]) -> tuple[FileOutline, ...]:
    """The outlines of an app's own pages, scripts and styles."""
    texts = {path: as_text(content) for path, content in sorted(files.items())}
    return tuple(
        outline(path, text)
        for path, text in texts.items()
        if text is not None and path.endswith(tuple(_READERS)) and not is_site_path(path)
    )


def outline(path: str, text: str) -> FileOutline:
    """The outline of a text file."""
    read = next((read for end, read in _READERS.items() if path.endswith(end)), None)
    facts = read(text) if read else _described(path, text)
    return FileOutline(path, len(text), tuple(facts))


def _of_page(text: str) -> list[str]:
    page = PageOutline.of(text)
    facts = [f"title: {page.title}"] if page.title else []
    facts += _listed("headings", page.headings)
    facts += _listed("ids", (f"#{name}" for name in page.ids))
    facts += _listed("scripts", (*page.scripts, *page.libraries))
    return facts + _of_code(page.functions, page.reactions, page.routes)


def _of_script(text: str) -> list[str]:
    return _of_code(functions_of(text), reactions_of(text), routes_of(text))


def _of_code(
    functions: Iterable[str], reactions: Iterable[Reaction], routes: Iterable[str]
) -> list[str]:
    listens = (f"{each.event} of {each.source} {each.handler}".rstrip() for each in reactions)
    return [
        *_listed("functions", (f"{name}()" for name in functions)),
        *_listed("listens to", listens),
        *_listed("routes", routes),
    ]


def _of_styles(text: str) -> list[str]:
    selectors = (" ".join(each.split()) for each in _SELECTORS.findall(_COMMENTS.sub("", text)))
    return _listed("selectors", dict.fromkeys(selectors))


def _described(path: str, text: str) -> tuple[str, ...]:
    """The facts of data and other texts, as of a file that came with a brief."""
    (shape,) = shapes_of([Attachment(path, "", text.encode())], _FACTS_CHARS)
    return shape.facts


def _listed(name: str, items: Iterable[str]) -> list[str]:
    found = [item for item in items if item]
    more = f", and {len(found) - _MOST} more" if len(found) > _MOST else ""
    return [f"{name}: {', '.join(found[:_MOST])}{more}"] if found else []


_READERS = {
    ".html": _of_page,
    ".htm": _of_page,
    ".js": _of_script,
    ".mjs": _of_script,
    ".css": _of_styles,
}
