"""Edits that an answer gives as shell commands: a here-document for a patch tool, or for a file."""

import re
from collections.abc import Sequence
from typing import Final

from agent.drafting.edits.edit import Edit, Unusable, Write
from agent.drafting.edits.edit_refusal import Reason
from agent.drafting.edits.known_files import KnownFiles
from agent.drafting.edits.structured_edits import Nested

_HERE_DOCUMENT: Final = re.compile(
    r"^\s*(?:\$ )?(?P<before>[^<]*)<<-?\s*(?P<quote>['\"]?)\\?(?P<end>\w+)(?P=quote)(?P<behind>.*)$"
)
_PATCH_TOOL: Final = re.compile(r"\b(?:apply_patch|applypatch|git apply|patch)\b")
_WRITES: Final = re.compile(r"(?<!>)>\s*[\"']?(?P<path>[^\s\"'<>|&;]+)|\btee\s+(?P<tee>[^\s-]\S*)")
_CHANGES: Final = re.compile(
    r"^\s*(?:\$ )?(?:sudo )?"
    r"(?:sed\s+(?:-\S+\s+)*-i|perl\s+-\S*i|rm|mv|cp|git\s+(?:rm|mv)|truncate)\b"
    r"|>>?\s*[\"']?[\w./-]+\.\w+"
)


def holds_edits(lines: Sequence[str], known: KnownFiles) -> bool:
    """Whether shell commands change files of the tree, as far as can be seen."""
    if any(_HERE_DOCUMENT.match(line) for line in lines):
        return True
    return any(_changes(line, known) for line in lines)


def shell_edits(lines: Sequence[str], known: KnownFiles, nested: Nested) -> Sequence[Edit]:
    """The edits of the commands; an Unusable for each that changes files in another way."""
    edits: list[Edit] = []
    at = 0
    while at < len(lines):
        opening = _HERE_DOCUMENT.match(lines[at])
        if opening is None:
            if _changes(lines[at], known):
                edits.append(_unusable(lines[at]))
            at += 1
            continue
        end = next(
            (n for n in range(at + 1, len(lines)) if lines[n].strip() == opening["end"]), len(lines)
        )
        if end == len(lines):
            message = f"the here-document has no end ({opening['end']}); it was cut off"
            quote = "\n".join(lines[at:][-40:])
            return [*edits, Unusable("", Reason.TRUNCATED, message, quote)]
        edits.extend(_of_document(opening, lines[at + 1 : end], nested))
        at = end + 1
    return edits


def _of_document(opening: re.Match[str], body: Sequence[str], nested: Nested) -> Sequence[Edit]:
    command = f"{opening['before']} {opening['behind']}"
    if _PATCH_TOOL.search(command):
        return nested("\n".join(body) + "\n", "")
    written = _WRITES.search(command)
    if written and ">>" not in command:
        path = written["path"] or written["tee"]
        return [Write(path, "".join(f"{line}\n" for line in body))]
    return [_unusable(opening.string)]


def _changes(line: str, known: KnownFiles) -> bool:
    """Whether a command changes a file that the tree has."""
    words = re.findall(r"[\w./-]+", line)
    return bool(_CHANGES.search(line)) and any(word.removeprefix("./") in known for word in words)


def _unusable(line: str) -> Unusable:
    message = "commands are not run; give the change as a diff, or the whole file"
    return Unusable("", Reason.MALFORMED, message, line)
