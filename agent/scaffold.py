"""The scaffolds: every text for people or models, rendered by Jinja from files.

A file `x.jinja` under `scaffolds/site` writes `x` in a task's repository. Foreign text is only
ever a variable, so braces in a brief are braces in the page; an undefined variable is a bug.
"""

import re
from importlib.resources import files
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from agent.inert_text import visible, without_markup

_SUFFIX = ".jinja"


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


def fenced(text: str, info: str = "") -> str:
    """A Markdown code fence (CommonMark 4.5) that the text cannot close."""
    longest = max((len(run) for run in re.findall("`{3,}", text)), default=2)
    ticks = "`" * (longest + 1)
    return f"{ticks}{info}\n{text.rstrip(chr(10))}\n{ticks}"


def oneline(text: str) -> str:
    """The text on one line, cut where it gets long, and fit for a terminal."""
    line = visible(" ".join(text.split()))
    return line if len(line) <= 200 else f"{line[:199]}…"


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(HOME),
        undefined=StrictUndefined,
        keep_trailing_newline=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "quoted": quoted,
        "code": code,
        "fenced": fenced,
        "inert": without_markup,
        "oneline": oneline,
    }
    return environment


_ENVIRONMENT = _environment()


def text(name: str, **variables: object) -> str:
    """A text from `scaffolds/<name>.jinja`, with one line end at its end."""
    return _ENVIRONMENT.get_template(name + _SUFFIX).render(variables).strip() + "\n"


def prompt(name: str, **variables: object) -> str:
    """A text for a model: `scaffolds/prompts/<name>.md.jinja`."""
    return text(f"prompts/{name}.md", **variables)


_SITE = HOME / "site"
SITE_PATHS = tuple(
    sorted(
        path.relative_to(_SITE).as_posix().removesuffix(_SUFFIX) for path in _SITE.rglob("*.jinja")
    )
)
"""What is rendered into every task's repository; models don't write these."""


def site(**variables: object) -> dict[str, bytes]:
    """What every task's repository gets, by path."""
    return {
        path: _ENVIRONMENT.get_template(f"site/{path}{_SUFFIX}").render(variables).encode()
        for path in SITE_PATHS
    }
