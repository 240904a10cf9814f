"""How models write the name of a file: in diff headers, headings, info strings, comments."""

import re
from typing import Final

_STAMP: Final = re.compile(r"\s+\d{4}-\d\d-\d\d[ T].*$|\s+\((?:[a-z ]+)\)$|\s+<[^>]*>$", re.I)
_OCTAL: Final = re.compile(r"\\([0-7]{3})")
_NO_EXTENSION: Final = (
    "Makefile",
    "Dockerfile",
    "LICENSE",
    "README",
    "CNAME",
    "Procfile",
)
_PATH: Final = re.compile(r"(?:\.{0,2}/)?[^\s*`\"'<>|,;:!?=(){}]+")
_EXTENSION: Final = re.compile(r"(?:^|[^.])\.[A-Za-z][A-Za-z0-9]{0,11}$")
_DECORATION: Final = re.compile(r"^\s*(?:(?:[-*+>]|\d+[.)])\s+)?(?:#{1,6}\s+)?(?:\d+[.)]\s+)?")
_LEAD: Final = re.compile(
    r"^(?:new\s+|updated\s+|modified\s+)?(?:file|filename|file name|path|step)\s*\d*\s*[:=]\s*",
    re.I,
)
_NOTE: Final = re.compile(r"\s*(?:\((?:[^()]*)\)|[-\u2013\u2014]\s+.*)$")
_QUOTED: Final = re.compile(r"`([^`\s][^`]*)`|\*\*([^*\s][^*]*)\*\*")
_INFO_KEY: Final = re.compile(
    r"\b(?:title|file|filename|path|name)\s*[=:]\s*(\"[^\"]+\"|'[^']+'|\S+)"
)
_COMMENT: Final = re.compile(
    r"^\s*(?:<!--\s*(?P<html>.+?)\s*-->|/\*+\s*(?P<block>.+?)\s*\*/|(?://|#|--|;)\s*(?P<line>.+?))\s*$"
)


def header_name(raw: str) -> str:
    """The path in a diff header, without time stamp, quotes or remark."""
    name = raw.split("\t")[0].strip()
    name = _STAMP.sub("", name).strip()
    if len(name) > 1 and name[0] == name[-1] and name[0] in "\"'`":
        quote, name = name[0], name[1:-1]
        if quote == '"' and "\\" in name:
            name = _unquoted(name)
    return name


def is_path(text: str) -> bool:
    """Whether the text can only be meant as a path."""
    if not _PATH.fullmatch(text) or "//" in text or text.endswith((".", "/")):
        return False
    last = text.rsplit("/", 1)[-1]
    return "/" in text or bool(_EXTENSION.search(last)) or last in _NO_EXTENSION


def heading_name(line: str) -> str | None:
    """The path that a line of its own gives, as `**a.html**`, `### File: a.html`, `a.html:`."""
    text = _DECORATION.sub("", line).strip()
    for _ in range(3):
        text = _bare(_LEAD.sub("", _bare(text)))
        if is_path(text):
            return text
        text = _NOTE.sub("", text)
    return None


def is_heading(line: str) -> bool:
    """Whether the line is set off from prose, so that it also names a fence further down."""
    return bool(re.match(r"\s*(?:#{1,6}\s|\*\*|(?:new )?file(?:name)?\s*\d*\s*:)", line, re.I))


def sentence_name(line: str) -> str | None:
    """The one path that a sentence ending in a colon names, as in "Here is `a.html`:"."""
    text = line.rstrip()
    if not text.endswith((":", ":**")):
        return None
    found = [one or other for one, other in _QUOTED.findall(text)]
    paths = [name for name in found if is_path(name)]
    return paths[0] if len(paths) == 1 else None


def info_name(info: str) -> str | None:
    """The path in a fence's info string: `html title="a.html"`, `html:a.html`, `a.html`."""
    keyed = _INFO_KEY.search(info)
    if keyed:
        return keyed[1].strip("\"'")
    words = info.split()
    for word in words[:2]:
        _, colon, name = word.partition(":")
        if colon and is_path(name):
            return name
    return next((word for word in words[:2] if is_path(word) and "." in word), None)


def comment_name(line: str) -> str | None:
    """The path that a comment line consists of."""
    comment = _COMMENT.match(line)
    if not comment:
        return None
    words = _LEAD.sub("", comment["html"] or comment["block"] or comment["line"])
    return words if is_path(words) and _EXTENSION.search(words) else None


def _bare(text: str) -> str:
    """The text without the marks that set a name off."""
    text = text.strip().rstrip(":").strip()
    for mark in ("**", "__", "`", '"', "'", "*"):
        if len(text) > 2 * len(mark) and text.startswith(mark) and text.endswith(mark):
            return text[len(mark) : -len(mark)].strip().rstrip(":").strip()
    return text


def _unquoted(name: str) -> str:
    """A path as git quotes it: backslashes, and the bytes of UTF-8 as octal numbers."""
    plain = name.replace('\\"', '"').replace("\\\\", "\\")
    octets = bytearray()
    position = 0
    for octal in _OCTAL.finditer(plain):
        octets += plain[position : octal.start()].encode("utf-8", "surrogatepass")
        octets.append(int(octal[1], 8) & 0xFF)
        position = octal.end()
    octets += plain[position:].encode("utf-8", "surrogatepass")
    return octets.decode("utf-8", "replace")
