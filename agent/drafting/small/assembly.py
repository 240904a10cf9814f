"""A script from pieces: the skeleton's declarations, what the model wrote, and the wiring."""

import re
from collections.abc import Sequence

from agent.drafting.small import code
from agent.drafting.small.skeleton import Skeleton
from agent.errors import DraftRefused

_FENCE = re.compile(r"^[ \t]*```[ \t]*(?:\w+)?[ \t]*\n(?P<body>.*?)(?:^[ \t]*```|\Z)", re.M | re.S)
_INLINE = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(?P<body>.*?)(?:</script\s*>|\Z)", re.I | re.S)
_DOCUMENT = re.compile(
    r"<!doctype html\b.*(?:</html\s*>|\Z)|<html\b.*(?:</html\s*>|\Z)", re.I | re.S
)
_OWN = "// What the page does"
_GIVEN = "// When it does it"
_LISTENER = re.compile(r"^(?P<name>\w+)\.addEventListener\([^\n]*\);?[ \t]*$\n?", re.MULTILINE)
_STARTING = re.compile(
    r"^(?:(?:await )?(?:update|load|prepare|start)\(\);?"
    r"|document\.addEventListener\([\"']DOMContentLoaded[\"'], (?:start|update|load)\);?)"
    r"[ \t]*$\n?",
    re.MULTILINE,
)


def script_in(answer: str) -> str:
    """The script that an answer holds, out of its fence, and out of a page if it wrote one."""
    blocks = [match["body"] for match in _FENCE.finditer(answer)]
    text = max(blocks, key=len) if blocks else answer
    inline = [match["body"] for match in _INLINE.finditer(text)]
    return (max(inline, key=len) if inline else text).strip("\n")


def assembled(skeleton: Skeleton, said: str, earlier: Sequence[str]) -> str:
    """The complete script. `earlier` are scripts to put a dropped function back from."""
    body = code.runnable(_once(_STARTING.sub("", said))).strip("\n")
    own = code.names(body)
    head = [_set_off(each) for each in skeleton.head if each.name not in own]
    known = "\n".join((*head, body))
    body = _LISTENER.sub(lambda line: line[0] if line["name"] in code.names(known) else "", body)
    body = "\n\n".join((body, *dropped("\n".join((*head, body)), earlier)))
    wiring = skeleton.wiring("\n".join((*head, body)))
    return "\n".join((*head, "", _OWN, body, "", _GIVEN, wiring))


def written(script: str) -> str:
    """The part of an assembled script that the model wrote."""
    return script.partition(f"{_OWN}\n")[2].partition(f"\n{_GIVEN}")[0].strip("\n")


def dropped(script: str, earlier: Sequence[str]) -> list[str]:
    """The functions that a script calls and lacks, as the latest earlier script has them."""
    known, found = code.names(script), {}
    wanted = code.called(script) - known
    for other in earlier:
        for each in code.declarations(other):
            if each.name in wanted and "function" in each.text.split("{", 1)[0]:
                found[each.name] = each.text
    return list(found.values())


def _set_off(declared: code.Declared) -> str:
    return f"\n{declared.text}" if "function" in declared.text.split("(", 1)[0] else declared.text


def _once(script: str) -> str:
    """The script with only the last of declarations that have the same name: two do not parse."""
    seen: set[str] = set()
    for each in reversed(code.declarations(script)):
        if each.name in seen:
            script = script[: each.start] + script[each.end :]
        seen.add(each.name)
    return script


def merged(before: str, said: str) -> str:
    """A script after some of its declarations were written again; new ones come in front."""
    new = {each.name: each.text for each in code.declarations(said)}
    for each in reversed(code.declarations(before)):
        if each.name in new:
            before = before[: each.start] + new.pop(each.name) + before[each.end :]
    return "\n\n".join((*new.values(), before)) if new else before


def fenced_page(answer: str) -> str:
    """The page that an answer holds. Raises DraftRefused where there is none."""
    blocks = [match["body"] for match in _FENCE.finditer(answer)]
    found = _DOCUMENT.search(max(blocks, key=len) if blocks else answer)
    if not found:
        raise DraftRefused("the answer holds no page")
    return found[0].strip() + "\n"
