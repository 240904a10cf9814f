"""The scaffolds: every text for people or models, rendered by Jinja from files.

A file `x.jinja` under `scaffolds/site` writes `x` in a task's repository. Foreign text is only
ever a variable, so braces in a brief are braces in the page; an undefined variable is a bug.
"""

import re
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from agent.inert_text import visible, without_markup
from agent.url_display import shown_url

_SUFFIX = ".jinja"
_SENTENCE_ENDS = re.compile(r"[.!?](?=\s)")
_ECHOED_LINES = 24
_OURS = "docs/galley/"
PICTURE = f"{_OURS}page.png"
"""How the page looked when it was proved."""


def _home() -> Path:
    """Inside the package once installed, beside it in a checkout."""
    package = Path(str(files("agent")))
    installed = package / "scaffolds"
    return installed if installed.is_dir() else package.parent / "scaffolds"


HOME = _home()


def quoted(text: str) -> str:
    """A Markdown block quotation (CommonMark 5.1)."""
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def code(text: str) -> str:
    """A Markdown code span (CommonMark 6.1): longer backticks around those inside."""
    line = " ".join(text.split())
    longest = max((len(run) for run in re.findall("`+", line)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def verbatim(text: str) -> str:
    """A Markdown code span with every character of a line, or a fence for several lines."""
    if "\n" in text or text != text.strip() or not text:
        return (
            "\n\n"
            + "\n".join(f"  {line}" if line else "" for line in fenced(text).split("\n"))
            + "\n"
        )
    longest = max((len(run) for run in re.findall("`+", text)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if text.startswith("`") or text.endswith("`") else ""
    return f"{ticks}{pad}{text}{pad}{ticks}"


def sentence(text: str) -> str:
    """The words as a whole sentence: with a capital and a full stop, unless it has its own end."""
    words = text.strip()
    return words[:1].upper() + words[1:] + ("" if words.endswith((".", "!", "?", "…")) else ".")


def gist(text: str, room: int) -> str:
    """The beginning of a long text, up to the last paragraph, sentence or word that fits."""
    if len(text) <= room:
        return text
    start = text[:room]
    ends = [start.rfind("\n\n"), *(found.end() for found in _SENTENCE_ENDS.finditer(start))]
    end = max(ends)
    if end < room // 2:
        end = max(start.rfind(" "), start.rfind("\n"))
    return (start[:end] if end > 0 else start).rstrip() + " …"


def beginning(text: str) -> str:
    """The first lines of a long text, and how many there are besides."""
    lines = text.rstrip("\n").split("\n")
    more = len(lines) - _ECHOED_LINES
    return text if more <= 0 else "\n".join([*lines[:_ECHOED_LINES], f"… ({more} more lines)"])


def fenced(text: str, info: str = "") -> str:
    """A Markdown code fence (CommonMark 4.5) that the text cannot close."""
    longest = max((len(run) for run in re.findall("`{3,}", text)), default=2)
    ticks = "`" * (longest + 1)
    return f"{ticks}{info}\n{text.rstrip(chr(10))}\n{ticks}"


def oneline(text: str) -> str:
    """The text on one line, cut where it gets long, and fit for a terminal."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= 200 else f"{line[:199]}…"


def moment(seconds: float) -> str:
    """A time (epoch) for people who have no script: UTC, to the second."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _environment(is_html: bool) -> Environment:
    environment = Environment(
        autoescape=is_html,
        loader=FileSystemLoader(HOME),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "beginning": beginning,
        "sentence": sentence,
        "verbatim": verbatim,
        "quoted": quoted,
        "shown_url": shown_url,
        "code": code,
        "fenced": fenced,
        "inert": without_markup,
        "oneline": oneline,
        "moment": moment,
    }
    return environment


_ENVIRONMENT = _environment(is_html=False)
_PAGES = _environment(is_html=True)


def text(name: str, **variables: object) -> str:
    """A text from `scaffolds/<name>.jinja`, with one line end at its end."""
    return _ENVIRONMENT.get_template(name + _SUFFIX).render(variables).strip() + "\n"


def prompt(name: str, **variables: object) -> str:
    """A text for a model: `scaffolds/prompts/<name>.md.jinja`."""
    return text(f"prompts/{name}.md", **variables)


WEB_FILES = HOME / "web" / "static"
"""Stylesheet and scripts of the pages for people."""


def page(name: str, **variables: object) -> str:
    """A page for people, `scaffolds/web/<name>.html.jinja`; foreign text is escaped."""
    return _PAGES.get_template(f"web/{name}.html{_SUFFIX}").render(variables)


_SITE = HOME / "site"
SITE_PATHS = tuple(
    sorted(
        path.relative_to(_SITE).as_posix().removesuffix(_SUFFIX) for path in _SITE.rglob("*.jinja")
    )
)
"""What is rendered into every task's repository; models don't write these."""


def is_site_path(path: str) -> bool:
    """Whether Galley writes that file: models neither see nor change it."""
    return path in SITE_PATHS or path.startswith(_OURS)


def brief_path(number: int) -> str:
    """Where a repository has the whole text of a round's long brief."""
    return f"{_OURS}brief-{number}.txt"


def site(**variables: object) -> dict[str, bytes]:
    """What every task's repository gets, by path."""
    return {
        path: _ENVIRONMENT.get_template(f"site/{path}{_SUFFIX}").render(variables).encode()
        for path in SITE_PATHS
    }
