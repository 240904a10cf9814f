"""Ten right pages, and nine faults that a visitor would see, each planted in every page."""

from collections.abc import Callable, Mapping
from pathlib import Path

Files = dict[str, bytes]

_PAGES = Path(__file__).parent / "pages"


def right_drafts() -> dict[str, Files]:
    """The drafts by name: a front page of its own and the same second page."""
    second = (_PAGES / "about.html").read_bytes()
    names = sorted(path.stem for path in _PAGES.glob("*.html") if path.stem != "about")
    fronts = {name: (_PAGES / f"{name}.html").read_bytes() for name in names}
    return {name: {"index.html": front, "about.html": second} for name, front in fronts.items()}


def _styled(css: str) -> Callable[[Files], Files]:
    return lambda files: _changed(files, "index.html", "</style>", f"{css}\n</style>")


def _changed(files: Files, path: str, old: str, new: str) -> Files:
    return {**files, path: files[path].replace(old.encode(), new.encode(), 1)}


def _broken_image(files: Files) -> Files:
    shown = _changed(
        files, "index.html", "</main>", '<img src="team.png" alt="The team" width="90"></main>'
    )
    return {**shown, "team.png": b"no picture at all"}


def _second_page_error(files: Files) -> Files:
    return _changed(files, "about.html", "</main>", "</main><script>showTotals()</script>")


def _second_page_link(files: Files) -> Files:
    return _changed(files, "about.html", "</main>", '<a href="contact.html">Contact</a></main>')


def _empty_section(files: Files) -> Files:
    section = '<section><h2>Latest news</h2><div id="news"></div></section></main>'
    return _changed(files, "index.html", "</main>", section)


PLANTED: Mapping[str, tuple[Callable[[Files], Files], ...]] = {
    "sideways scroll": (
        _styled("main { min-width: 900px }"),
        _styled(".intro { white-space: nowrap; padding-right: 30rem }"),
    ),
    "cut text": (
        _styled(".intro { width: 9em; overflow: hidden; white-space: nowrap }"),
        _styled("h1 { height: .7em; overflow: hidden }"),
    ),
    "overlapping": (
        _styled(".intro { margin-top: -2.4rem }"),
        _styled("h1 { position: absolute } "),
    ),
    "unreadable contrast": (
        _styled(".intro { opacity: .3; animation: none }"),
        _styled(".intro, h1 { color: #8f8f8f; background: #a5a5a5 }"),
    ),
    "broken image": (_broken_image,),
    "tiny controls": (
        _styled("button, .button, input, nav a { font-size: 9px; padding: 0; line-height: 1 }"),
        _styled("button, .button { height: 12px; padding: 0; overflow: visible }"),
    ),
    "error on the second page": (_second_page_error,),
    "dead link on the second page": (_second_page_link,),
    "blank area": (_empty_section, _styled(".intro { margin-bottom: 1100px }")),
}
"""By fault the ways of planting it; pages take them in turn."""
