"""What a script declares and calls, found by scanning: enough to join pieces of code, no parser."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_LITERAL = re.compile(
    r"""//[^\n]*|/\*.*?(?:\*/|\Z)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|`(?:\\.|[^`\\])*`?"""
    r"""|(?<=[=(,:!&|?;{}\n])(?P<gap>[ \t]*)/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\\n\[])+/""",
    re.DOTALL,
)
_HOLE = re.compile(r"\$\{([^{}`]*)\}")
_DECLARATION = re.compile(
    r"^[ \t]*(?:(?:async[ \t]+)?function[ \t]*\*?|const|let|var|class)[ \t]+"
    r"(?P<name>[A-Za-z_$][\w$]*)",
    re.MULTILINE,
)
_CALL = re.compile(r"(?<![\w$.])([A-Za-z_$][\w$]*)[ \t]*\(")
_HANDED_ON = re.compile(r"addEventListener\([^,()]*,[ \t]*([A-Za-z_$][\w$]*)[ \t]*\)")
_CONSTANT = re.compile(r"\bconst(?=\s+(?P<name>[A-Za-z_$][\w$]*)\s*=)[^;\n]*")


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration outside all brackets: its name and its whole text."""

    name: str
    text: str
    start: int
    end: int


def masked(script: str) -> str:
    """The script with literals and comments as spaces, as long as before, holes kept as code."""
    return _LITERAL.sub(_blanked, script)


def declarations(script: str) -> tuple[Declared, ...]:
    """The declarations at the top of a script, in order."""
    return tuple(_declarations(script))


def names(script: str) -> frozenset[str]:
    """What the top of a script declares."""
    return frozenset(each.name for each in declarations(script))


def called(script: str) -> frozenset[str]:
    """Names that are called as functions, or handed to a listener as one."""
    code = masked(script)
    return frozenset(_CALL.findall(code)) | frozenset(_HANDED_ON.findall(script))


def undeclared(script: str, suspects: Iterable[str]) -> tuple[str, ...]:
    """Those of the names that the script uses as variables and declares nowhere."""
    code = masked(script)
    return tuple(
        name
        for name in dict.fromkeys(suspects)
        if re.search(rf"(?<![\w$.]){re.escape(name)}(?=[.\[;,)\s])(?!\s*(?::|=>))", code)
        and not re.search(
            rf"\b(?:const|let|var|function|class)\b(?:(?!\b(?:of|in)\b)[^;=\n(])*(?<![\w$.]){re.escape(name)}\b"
            rf"|(?<![\w$.]){re.escape(name)}\s*=>"
            rf"|\([^()]*(?<![\w$.]){re.escape(name)}\b[^()]*\)\s*=>"
            rf"|\b(?:function\b[^()]*|catch\s*)\([^()]*(?<![\w$.]){re.escape(name)}\b",
            code,
        )
    )


def runnable(script: str) -> str:
    """The script without two slips that stop it: a constant that is assigned to again, and a
    function that waits without being `async`."""
    code = masked(script)
    for match in reversed(tuple(_CONSTANT.finditer(code))):
        name = re.escape(match["name"])
        if re.search(rf"(?<![\w$.]){name}\s*(?:[-+*/%]?=(?![=>])|\+\+|--)", code[match.end() :]):
            script = f"{script[: match.start()]}let{script[match.start() + len('const') :]}"
    for each in reversed(declarations(script)):
        if each.text.startswith("function") and re.search(r"\bawait\s", masked(each.text)):
            script = f"{script[: each.start]}async {script[each.start :]}"
    return script


def _blanked(match: re.Match[str]) -> str:
    text = match[0]
    if not text.startswith("`"):
        return re.sub(r"[^\n]", " ", text)
    kept = [" " if letter != "\n" else letter for letter in text]
    for hole in _HOLE.finditer(text):
        kept[hole.start(1) : hole.end(1)] = hole[1]
    return "".join(kept)


def _declarations(script: str) -> Iterator[Declared]:
    code = masked(script)
    depths = _depths(code)
    for match in _DECLARATION.finditer(code):
        start = match.start("name")
        if depths[start] == 0:
            begin = match.start() + len(match[0]) - len(match[0].lstrip())
            end = _end(code, depths, match.end(), "function" in match[0] or "class" in match[0])
            yield Declared(match["name"], script[begin:end], begin, end)


def _depths(code: str) -> list[int]:
    """How many brackets are open before each character, and after the last."""
    depths = [0]
    for letter in code:
        step = 1 if letter in "([{" else -1 if letter in ")]}" else 0
        depths.append(max(0, depths[-1] + step))
    return depths


def _end(code: str, depths: list[int], place: int, has_body: bool) -> int:
    """Just after the body, or after the semicolon that ends a `const`, else its line."""
    while place < len(code):
        if has_body and code[place] == "}" and depths[place + 1] == 0:
            return place + 1
        if not has_body and depths[place] == 0 and code[place] in ";\n":
            return place + (code[place] == ";")
        place += 1
    return len(code)
