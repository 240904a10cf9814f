"""Reads a brief as people write it, as JSON, Markdown or plain text, into the fields of a request.

Markdown and plain text may begin with front matter: YAML between two lines of `---`, as Jekyll has
it (https://jekyllrb.com/docs/front-matter/). What follows it is the brief.
"""

import re
from pathlib import Path
from typing import Any

import yaml

from agent.errors import IntakeError
from agent.intake.data_uris import data_uri
from agent.intake.request import parse
from agent.static_site.media_types import media_type_of

_FRONT_MATTER = re.compile(r"\A---[ \t]*\r?\n(.*?)^---[ \t]*(?:\r?\n|\Z)(.*)\Z", re.DOTALL | re.M)
_TEXT_ENDINGS = (".md", ".markdown", ".txt")
_LONGEST_TASK = 60
_DEFAULT_TASK = "app"


def read_brief(body: bytes, name: str, folder: Path) -> dict[str, Any]:
    """The fields of a request, not validated yet.

    `name` is the file's, "" for standard input: without a `task`, it names one. `folder` is where
    attachments of the front matter are looked for.

    Raises IntakeError where the text can be read as none of the three.
    """
    if _is_json(body, name):
        return parse(body)
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise IntakeError(f"brief: expected UTF-8: {error.reason} at byte {error.start}") from None
    found = _FRONT_MATTER.match(text)
    fields = _front_matter(found[1]) if found else {}
    if "brief" in fields:
        raise IntakeError("brief: it is the text after the front matter, not a field of it")
    fields = {"task": task_name(Path(name).stem), **fields}
    fields["brief"] = (found[2] if found else text).strip()
    if "attachments" in fields:
        fields["attachments"] = [_attachment(item, folder) for item in _list(fields["attachments"])]
    return fields


def _is_json(body: bytes, name: str) -> bool:
    """By the file's name, and where that says nothing by how it begins."""
    ending = Path(name).suffix.lower()
    begins_so = body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
    return ending == ".json" or (begins_so and ending not in _TEXT_ENDINGS)


def task_name(words: str) -> str:
    """A name that a task may have, made of some words: `Tip calculator` is `tip-calculator`."""
    name = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")[:_LONGEST_TASK].strip("-")
    return name or _DEFAULT_TASK


def attach(path: Path) -> dict[str, str]:
    """A file of this machine as an attachment, inside a `data:` URI.

    Raises IntakeError where it cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise IntakeError(f"attachments: {path}: {error.strerror}") from None
    media_type = media_type_of(path.name).replace(" ", "")
    return {"name": path.name, "url": data_uri(media_type, content)}


def _front_matter(text: str) -> dict[str, Any]:
    try:
        fields = yaml.safe_load(text)
    except yaml.YAMLError as error:
        line = f", line {mark.line + 2}" if (mark := getattr(error, "problem_mark", None)) else ""
        problem = getattr(error, "problem", None) or "it cannot be read"
        raise IntakeError(f"front matter{line}: expected YAML: {problem}") from None
    if fields is None:
        return {}
    if not isinstance(fields, dict) or not all(isinstance(name, str) for name in fields):
        raise IntakeError("front matter: expected `name: value` lines")
    return fields


def _attachment(item: Any, folder: Path) -> Any:
    """What names a file beside the brief becomes that file; anything else is for the validation."""
    return attach(folder / item) if isinstance(item, str) else item


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
