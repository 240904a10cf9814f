"""Sentences that want a file to be valid JSON, XML or SVG."""

import json
import re
from collections.abc import Callable, Mapping
from xml.etree import ElementTree

from agent.proofing.finding import Finding, failed, passed
from agent.proofing.rules.repository import FILE, Repository, Rule

_VALID = re.compile(
    rf"{FILE}\s+(?:is|must be|should be|contains|parses as|must parse as)\s+(?:an?\s+)?"
    r"(?:(?:valid|well-?\s?formed|correct|parse?able|syntactically valid)\s+)?"
    r"(?P<format>JSON|XML|SVG)(?:\s+(?P<root>array|list|object|file|document|image))?",
    re.IGNORECASE,
)
_ROOTS: Mapping[str, type] = {"array": list, "list": list, "object": dict}


def read(clause: str) -> Rule | None:
    """`rates.json is valid JSON`, `logo.svg is a valid SVG image`."""
    match = _VALID.fullmatch(clause)
    if match is None:
        return None
    path, kind, root = (
        match["file"],
        match["format"].upper(),
        (match["root"] or "").lower(),
    )
    return lambda repository: _is_valid(repository, path, kind, root)


def _is_valid(repository: Repository, path: str, kind: str, root: str) -> Finding:
    if path not in repository.files:
        return failed(f"there is no {path}")
    complaint = _COMPLAINTS[kind](repository.files[path], root)
    return failed(f"{path}: {complaint}") if complaint else passed(f"{path} is valid {kind}")


def _json_complaint(content: bytes, root: str) -> str:
    try:
        value = json.loads(content.decode("utf-8"), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        return f"not valid JSON: {error}"
    wanted = _ROOTS.get(root, object)
    return "" if isinstance(value, wanted) else f"its root is not an {root}"


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _xml_complaint(content: bytes, _root: str) -> str:
    try:
        ElementTree.fromstring(content)
    except ElementTree.ParseError as error:
        return f"not well-formed XML: {error}"
    return ""


def _svg_complaint(content: bytes, root: str) -> str:
    complaint = _xml_complaint(content, root)
    if complaint:
        return complaint
    tag = ElementTree.fromstring(content).tag
    wanted = "{http://www.w3.org/2000/svg}svg"
    return "" if tag == wanted else f"its root is {tag!r} and not svg in the namespace of SVG"


_COMPLAINTS: Mapping[str, Callable[[bytes, str], str]] = {
    "JSON": _json_complaint,
    "XML": _xml_complaint,
    "SVG": _svg_complaint,
}
