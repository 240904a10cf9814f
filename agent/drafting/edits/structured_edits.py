"""Edits that an answer states as elements (`<file path="…">`, tool calls) or as JSON objects."""

import html
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from agent.drafting.edits.edit import Delete, Edit, Hunk, Revise, Unusable, Write
from agent.drafting.edits.edit_refusal import Reason
from agent.drafting.edits.fences import without_fence
from agent.drafting.edits.file_names import is_path
from agent.drafting.edits.html_document import is_document
from agent.drafting.edits.known_files import KnownFiles
from agent.drafting.edits.patch_blocks import compared

Nested = Callable[[str, str], Sequence[Edit]]
"""Reads a text for a path as an answer of its own: a diff, or search/replace blocks."""

_PATH: Final = ("path", "filepath", "filename", "file", "targetfile", "target", "name", "title")
_CONTENT: Final = (
    *("content", "contents", "code", "filetext", "filecontent", "filecontents", "codeedit"),
    *("newcontent", "text", "body", "source"),
)
_OLD: Final = (
    *("search", "find", "old", "oldstring", "oldstr", "oldtext", "oldcode", "original"),
    *("before", "from", "targetcontent"),
)
_NEW: Final = (
    *("replace", "replacement", "new", "newstring", "newstr", "newtext", "newcode", "updated"),
    *("after", "with", "to", "replacementcontent"),
)
_DIFF: Final = ("diff", "patch")
_ACTION: Final = ("action", "type", "operation", "op", "command", "kind")
_LISTS: Final = (
    *("edits", "changes", "patches", "replacements", "operations", "modifications"),
    *("files", "updates"),
)
_CALL: Final = ("arguments", "input", "parameters", "args")
"""What fields are called, in lower case and without underscores."""

_TAG: Final = re.compile(
    r"(?:antml:)?(?:file|\w*[._:-]?(?:edit|patch|change|replace|write|create|update|modif|insert|"
    r"delete|remove|artifact|action|invoke|tool_?call|tool_?use|function)[\w.:-]*)",
    re.IGNORECASE,
)
_OPENING: Final = re.compile(
    r"^[ \t]*<(?P<tag>[A-Za-z][\w:.-]*)"
    r"(?P<attributes>(?:\s+[\w:.-]+\s*=\s*(?:\"[^\"]*\"|'[^']*'))*)\s*(?P<void>/?)>(?P<rest>.*)$"
)
_ATTRIBUTE: Final = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_CHILD: Final = re.compile(
    r"<(?P<tag>[A-Za-z][\w-]*)(?:\s[^<>]*)?>(?P<text>.*?)</(?P=tag)\s*>", re.S
)
_SHORT_CALL: Final = re.compile(r"<(function|parameter)=([\w.-]+)>")
_PARAMETER: Final = re.compile(
    r"<((?:antml:)?parameter)\s+name\s*=\s*[\"']([\w.-]+)[\"'][^<>]*>(.*?)</\1\s*>", re.S
)
_JSON_EDITS: Final = re.compile(
    r"\s*[\[{].{0,400}?\"(?:edits|changes|files|patches|replacements|operations)\"\s*:\s*[\[{]\s*"
    r"(?:\{|\"[^\"]+\.\w+\"\s*:)",
    re.S,
)
_SIMPLE_TAG: Final = re.compile(r"<([\w-]+)>")
_CDATA: Final = re.compile(r"\A\s*<!\[CDATA\[(.*?)\]\]>\s*\Z", re.S)


@dataclass(frozen=True, slots=True)
class StatedEdit:
    """What an element or object says, under whichever of the usual names."""

    path: str = ""
    content: str | None = None
    pairs: tuple[tuple[str, str], ...] = ()
    diff: str = ""
    is_deletion: bool = False

    def edits(self, known: KnownFiles, nested: Nested) -> Sequence[Edit]:
        """The edits that it amounts to; an Unusable where it says too little."""
        path = self.path or (known.only_path or "")
        if not path and self.content is not None and is_document(self.content):
            path = known.first_page or ""
        if not path:
            message = "it is not said which file this edit is for"
            return [Unusable("", Reason.NO_FILE, message, self.content or self.diff)]
        if self.is_deletion:
            return [Delete(path)]
        if self.diff:
            return nested(self.diff, path)
        if self.pairs:
            return [pair_edit(path, old, new, known) for old, new in self.pairs]
        if self.content is not None:
            return [Write(path, self.content)]
        message = (
            "it is not said what is to be done with this file; write a diff, or the whole file"
        )
        return [Unusable(path, Reason.MALFORMED, message)]


def pair_edit(path: str, old: str, new: str, known: KnownFiles) -> Edit:
    """The replacement of one text by another; a part of a line is widened to its whole line."""
    if not old.strip():
        message = "it is not said what is to be replaced; give the unchanged lines around it"
        return Unusable(path, Reason.MALFORMED, message, new)
    old, new = known.whole_lines(path, old, new)
    lines = compared(old.split("\n"), new.split("\n") if new else [], known.has_line)
    return Revise(path, path, (Hunk(lines, is_prefixed=False),))


# -- JSON


def json_edits(text: str, known: KnownFiles, nested: Nested) -> Sequence[Edit] | None:
    """The edits of a JSON text; None if it is not JSON or not about files."""
    if text.lstrip()[:1] not in ("{", "["):
        return None
    try:
        stated = _stated_in(json.loads(text, strict=False))
    except ValueError:
        stated = None
    if stated is not None:
        return [edit for each in stated for edit in each.edits(known, nested)]
    if not _JSON_EDITS.match(text):
        return None
    message = "these edits in JSON are not understood; give the files or diffs instead"
    return [Unusable("", Reason.MALFORMED, message, text[:2000])]


def _stated_in(value: object) -> list[StatedEdit] | None:
    """What a JSON value states; None if anything in it is not understood."""
    if isinstance(value, list):
        found = [_stated_in(item) for item in value]
        return None if not found or None in found else [s for each in found for s in each or ()]
    if not isinstance(value, dict):
        return None
    keys = {_plain(key): item for key, item in value.items()}
    if all(is_path(str(key)) for key in value) and value:
        return [_of_map(str(key), item) for key, item in value.items()]
    if (call := _first(keys, _CALL)) is not None:
        return _stated_in(json.loads(call) if isinstance(call, str) else call)
    if items := next((keys[key] for key in _LISTS if isinstance(keys.get(key), list | dict)), None):
        path = _first(keys, _PATH)
        return _within(items, path if isinstance(path, str) else "")
    stated = _of_fields(keys)
    return [stated] if stated else None


def _within(items: object, path: str) -> list[StatedEdit] | None:
    """What a list of edits states, with the path that is given for all of them."""
    if isinstance(items, list) and path:
        items = [{"path": path, **item} if isinstance(item, dict) else item for item in items]
    return _stated_in(items)


def _of_map(path: str, item: object) -> StatedEdit:
    if isinstance(item, str):
        return StatedEdit(path, item)
    fields = {_plain(key): value for key, value in item.items()} if isinstance(item, dict) else {}
    return _of_fields({**fields, "path": path}) or StatedEdit(path)


def _of_fields(fields: Mapping[str, Any]) -> StatedEdit | None:
    """What named fields state; None if they are not about a file."""
    path, old, new = (_first(fields, keys) for keys in (_PATH, _OLD, _NEW))
    content, diff = _first(fields, _CONTENT), _first(fields, _DIFF)
    action = str(_first(fields, _ACTION) or "").lower()
    is_deletion = action.startswith(("delete", "remove"))
    if action.startswith(("insert", "append", "prepend")):
        return StatedEdit(path if isinstance(path, str) else "")
    if isinstance(path, str) and not is_path(path):
        path = ""
    pairs = ((_text(old), _text(new or "")),) if old is not None and new is not None else ()
    if not (pairs or content is not None or diff or (is_deletion and path)):
        return None
    whole = None if content is None or pairs else _text(content)
    return StatedEdit(path or "", whole, pairs, str(diff or ""), is_deletion and not pairs)


def _first(fields: Mapping[str, Any], keys: Sequence[str]) -> Any:
    return next((fields[key] for key in keys if fields.get(key) is not None), None)


def _plain(key: object) -> str:
    return str(key).strip().lower().replace("_", "").replace("-", "")


def _text(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


# -- elements


def begins_element(line: str) -> bool:
    """Whether an element begins here whose name says that it edits something."""
    opening = _OPENING.match(_SHORT_CALL.sub(r'<\1 name="\2">', line))
    return bool(opening and _TAG.fullmatch(opening["tag"]))


def read_element(
    lines: Sequence[str], start: int, known: KnownFiles, nested: Nested
) -> tuple[Sequence[Edit], int]:
    """The edits of the element at `start`, and the line behind what was read.

    Of an element that only holds others, nothing but its opening line is read.
    """
    head = _OPENING.match(_SHORT_CALL.sub(r'<\1 name="\2">', lines[start]))
    assert head is not None
    attributes = {
        _plain(key): one or other for key, one, other in _ATTRIBUTE.findall(head["attributes"])
    }
    if head["void"]:
        return _of_element(head["tag"], attributes, "").edits(known, nested), start + 1
    closing = re.compile(rf"^(?P<text>.*)</{re.escape(head['tag'])}\s*>\s*$")
    end = next((n for n in range(start, len(lines)) if closing.match(lines[n])), None)
    inside = [head["rest"], *lines[start + 1 : end]]
    if any(begins_element(line) for line in inside) and not _is_file(attributes, inside):
        return (), start + 1
    if end is None:
        message = f"the answer ends in the middle of <{head['tag']}>; give it again in full"
        quote = "\n".join(lines[start:][-40:])
        return [Unusable(attributes.get("path", ""), Reason.TRUNCATED, message, quote)], len(lines)
    last = closing.match(head["rest"] if end == start else lines[end])
    inside = [last["text"]] if end == start and last else [*inside, last["text"] if last else ""]
    body = "\n".join(inside)
    stated = json_edits(body, known, nested)
    if stated is None:
        stated = _of_element(head["tag"], attributes, body).edits(known, nested)
    return stated, end + 1


def _is_file(attributes: Mapping[str, str], inside: Sequence[str]) -> bool:
    """Whether an element has a path, so that elements in it are its content or its edits."""
    return any(is_path(attributes.get(key, "")) for key in _PATH)


def _of_element(tag: str, attributes: Mapping[str, str], body: str) -> StatedEdit:
    """What an element states in its attributes, in its children, or by its text."""
    body = _PARAMETER.sub(
        lambda m: f"<{m[2]}>{m[3]}</{m[2]}>", _SHORT_CALL.sub(r'<\1 name="\2">', body)
    )
    children = dict(_children(body))
    fields: dict[str, Any] = {**attributes, **children}
    if re.search(r"delete|remove", tag, re.IGNORECASE):
        fields.setdefault("action", "delete")
    path = next(
        (str(fields[k]).strip() for k in _PATH if is_path(str(fields.get(k, "")).strip())), ""
    )
    pairs = tuple(_pairs(body))
    if pairs:
        return StatedEdit(path, pairs=pairs)
    stated = _of_fields({**fields, "path": path})
    if stated is not None and (children or stated.pairs or stated.is_deletion):
        return stated
    text = _content(body)
    if begins_element(text.lstrip().partition("\n")[0]):
        return StatedEdit(path)
    if re.match(r"\s*(?:<{5,9} ?SEARCH|-{5,9} ?SEARCH|--- |\*\*\* |@@)", text):
        return StatedEdit(path, diff=text)
    return StatedEdit(path, text if text.strip() else None)


def _children(body: str) -> Iterator[tuple[str, str]]:
    """The elements in a body by the usual names; content reaches to the last closing tag."""
    usual = {*_PATH, *_CONTENT, *_OLD, *_NEW, *_DIFF, *_ACTION}
    for found in _CHILD.finditer(body):
        key = _plain(found["tag"])
        if key in usual and key not in ("title", "body", "code", "source", "text"):
            text = found["text"]
            if key in _CONTENT:
                last = body.rfind(f"</{found['tag']}")
                text = body[found.start("text") : last]
            yield key, _content(text) if key in (*_CONTENT, *_DIFF) else _inner(text)
            if key in _CONTENT:
                return


def _pairs(body: str) -> Iterator[tuple[str, str]]:
    """Old and new texts that follow one another as elements."""
    position = 0
    while (old := _element_of(_OLD, body, position)) is not None:
        position = old.end()
        new = _element_of(_NEW, body, position)
        if new is not None and not body[position : new.start()].strip():
            yield _inner(old["text"]), _inner(new["text"])
            position = new.end()


def _element_of(names: Sequence[str], body: str, start: int) -> re.Match[str] | None:
    """The next element by one of the names."""
    for tag in _SIMPLE_TAG.finditer(body, start):
        if _plain(tag[1]) in names:
            closed = re.compile(rf"<{tag[1]}>(?P<text>.*?)</{tag[1]}\s*>", re.S)
            return closed.match(body, tag.start())
    return None


def _inner(text: str) -> str:
    """The text of an element without CDATA, fences, and line breaks at both ends."""
    cdata = _CDATA.match(text)
    text = cdata[1] if cdata else text
    text = "\n".join(without_fence(text.split("\n")))
    return text.removeprefix("\n").removesuffix("\n")


def _content(text: str) -> str:
    """The text of an element as a file: with a line end, and not escaped."""
    text = _inner(text).rstrip()
    if "<" not in text and re.search(r"&lt;/?\w", text):
        text = html.unescape(text)
    return f"{text.lstrip(chr(10))}\n" if text else ""
