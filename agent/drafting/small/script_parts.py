"""Splits a page's JavaScript into top-level declarations, and joins those of several answers."""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
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
_TEXT = re.compile(r"""(["'`])(?P<text>(?:\\.|(?!\1)[^\\])*)\1""", re.DOTALL)
_CONSTANT = re.compile(r"\bconst(?=\s+(?P<name>[A-Za-z_$][\w$]*)\s*=)[^;\n]*")

_ASSIGNMENT = re.compile(r"(?<![\w$.])([A-Za-z_$][\w$]*)\s*=(?![=>])")
INLINE_SCRIPT = re.compile(
    r"(<script(?![^>]*\bsrc=)[^>]*>)(?P<body>.*?)(</script\s*>)", re.IGNORECASE | re.DOTALL
)


@dataclass(frozen=True, slots=True)
class Declaration:
    """A top-level declaration: its name and its whole text."""

    name: str
    text: str
    start: int
    end: int

    @property
    def is_function(self) -> bool:
        return bool(re.match(r"(?:async\s+)?function\b", self.text))


def inline_script(page: str) -> str:
    """The page's first script of its own; empty where it has none."""
    found = INLINE_SCRIPT.search(page)
    return found["body"] if found else ""


def without_literals(script: str) -> str:
    """The script with strings, patterns and comments blanked out; its length stays the same.

    Expressions inside template strings stay.
    """
    return _LITERAL.sub(_blanked, script)


def declarations(script: str) -> tuple[Declaration, ...]:
    """The top-level declarations of a script, in order."""
    return tuple(_declarations(script))


def declared_names(script: str) -> frozenset[str]:
    """The names that a script declares at its top level."""
    return frozenset(each.name for each in declarations(script))


def texts_of(script: str) -> str:
    """The texts of a script's string literals, one a line, without expressions inside templates."""
    return "\n".join(_HOLE.sub(" ", match["text"]) for match in _TEXT.finditer(script))


def undeclared_names(script: str, suspects: Iterable[str]) -> tuple[str, ...]:
    """The suspects that the script uses as variables or functions and declares nowhere."""
    code = without_literals(script)
    return tuple(
        name
        for name in dict.fromkeys(suspects)
        if re.search(rf"(?<![\w$.]){re.escape(name)}(?![\w$])(?!\s*(?::|=>))", code)
        and not re.search(
            rf"\b(?:const|let|var|function|class)\b(?:(?!\b(?:of|in)\b)[^;=\n(])*(?<![\w$.]){re.escape(name)}\b"
            rf"|(?<![\w$.]){re.escape(name)}\s*=>"
            rf"|\([^()]*(?<![\w$.]){re.escape(name)}\b[^()]*\)\s*=>"
            rf"|\b(?:function\b[^()]*|catch\s*)\([^()]*(?<![\w$.]){re.escape(name)}\b",
            code,
        )
    )


def assigned_names(script: str) -> tuple[str, ...]:
    """The variables that the script assigns to and declares nowhere.

    Reading such a variable before its first assignment is an error.
    """
    return undeclared_names(script, _ASSIGNMENT.findall(without_literals(script)))


def runnable(script: str) -> str:
    """The script without two mistakes that stop it: assigning to a constant, and `await` in a
    function that is not `async`."""
    code = without_literals(script)
    for match in reversed(tuple(_CONSTANT.finditer(code))):
        name = re.escape(match["name"])
        if re.search(rf"(?<![\w$.]){name}\s*(?:[-+*/%]?=(?![=>])|\+\+|--)", code[match.end() :]):
            script = f"{script[: match.start()]}let{script[match.start() + len('const') :]}"
    for each in reversed(declarations(script)):
        if each.text.startswith("function") and re.search(
            r"\bawait\s", without_literals(each.text)
        ):
            script = f"{script[: each.start]}async {script[each.start :]}"
    return script


def without_repeated_declarations(script: str) -> str:
    """The script with only the last declaration of each name; two of one name do not parse."""
    found = declarations(script)
    last = {each.name: each for each in found}
    return _without(script, [each for each in found if each is not last[each.name]])


def without_declarations(script: str, names: Collection[str]) -> str:
    """The script without its own declarations of the names."""
    return _without(script, [each for each in declarations(script) if each.name in names])


def merged(before: str, said: str) -> str:
    """The script `before` with declarations replaced by those of `said`; new ones go in front."""
    new = {each.name: each.text for each in declarations(said)}
    for each in reversed(declarations(before)):
        if each.name in new:
            before = before[: each.start] + new.pop(each.name) + before[each.end :]
    return "\n\n".join((*new.values(), before)) if new else before


def dropped(script: str, earlier: Sequence[str]) -> tuple[Declaration, ...]:
    """The declarations that a script uses and lacks, as the latest earlier script has them.

    What these declarations use in turn comes with them.
    """
    available = {each.name: each for other in earlier for each in declarations(other)}
    missing = available.keys() - declared_names(script)
    found: set[str] = set()
    unread = script
    while new := set(undeclared_names(unread, missing)) - found:
        found |= new
        unread = "\n".join(available[name].text for name in new)
    return tuple(each for each in available.values() if each.name in found)


def joined(script: str, added: Sequence[Declaration]) -> str:
    """The script with declarations added: variables in front of it, functions after it."""
    front = [each.text for each in added if not each.is_function]
    after = [each.text for each in added if each.is_function]
    return "\n\n".join(filter(None, ("\n".join(front), script, *after)))


def _without(script: str, unwanted: Sequence[Declaration]) -> str:
    for each in reversed(unwanted):
        script = script[: each.start] + script[each.end :]
    return script


def _blanked(match: re.Match[str]) -> str:
    text = match[0]
    if not text.startswith("`"):
        return re.sub(r"[^\n]", " ", text)
    kept = [" " if letter != "\n" else letter for letter in text]
    for hole in _HOLE.finditer(text):
        kept[hole.start(1) : hole.end(1)] = hole[1]
    return "".join(kept)


def _declarations(script: str) -> Iterator[Declaration]:
    code = without_literals(script)
    depths = _depths(code)
    for match in _DECLARATION.finditer(code):
        start = match.start("name")
        if depths[start] == 0:
            begin = match.start() + len(match[0]) - len(match[0].lstrip())
            end = _end(code, depths, match.end(), "function" in match[0] or "class" in match[0])
            yield Declaration(match["name"], script[begin:end], begin, end)


def _depths(code: str) -> list[int]:
    """The number of open brackets before each character and at the end."""
    depths = [0]
    for letter in code:
        step = 1 if letter in "([{" else -1 if letter in ")]}" else 0
        depths.append(max(0, depths[-1] + step))
    return depths


def _end(code: str, depths: list[int], place: int, has_body: bool) -> int:
    """Where a declaration ends: after its body, or after the semicolon or line of a variable."""
    while place < len(code):
        if has_body and code[place] == "}" and depths[place + 1] == 0:
            return place + 1
        if not has_body and depths[place] == 0 and code[place] in ";\n":
            return place + (code[place] == ";")
        place += 1
    return len(code)
