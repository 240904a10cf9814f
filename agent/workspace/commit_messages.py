"""Commit messages of rounds, written and read: any clone can tell what was asked before.

The message holds the summary, the brief and its checks; no e-mail, nonce or secret, because it is
pushed. What a forge would act on is broken, and whole again when it is read. A check of several
lines is folded as git-interpret-trailers(1) describes; an empty line of it is a dot, and a folded
line of dots has one more. Only line feeds part lines: the others that Unicode knows are characters
of a check like any other.
"""

from agent.inert_text import with_references, without_references
from agent.values import Check, CheckKind, Round

_JS = "js: "
_REQUIRED = {"Task", "Model", "Proof", "Request"}


def message(round_: Round) -> str:
    """The commit message of a round."""
    trailers = [("Check", _written(check)) for check in round_.checks]
    trailers += [
        ("Round", str(round_.number)),
        ("Task", round_.task),
        ("Model", round_.model),
        ("Proof", round_.proof),
        ("Request", round_.request),
    ]
    trailers += [("Superseded", text) for text in round_.superseded]
    lines = [f"{name}: {_fold(value)}" for name, value in trailers]
    head = f"{_subject(round_.summary)}\n\n{_paragraphs(round_.brief)}\n\n"
    return without_references(storable(head + "\n".join(lines) + "\n"))


def storable(text: str) -> str:
    """What git takes into a message: no NUL, and no half of a character."""
    return text.replace("\0", "\ufffd").encode(errors="replace").decode()


def read(message_: str) -> Round | None:
    """The round of a commit message; None for a commit that Galley did not make."""
    head, _, tail = with_references(message_.rstrip("\n")).rpartition("\n\n")
    summary, _, brief = head.partition("\n\n")
    trailers = _unfold(tail)
    values = dict(trailers)
    count = values.get("Round", "")
    number = int(count) if count.isdecimal() else 0
    if not brief or number < 1 or not values.keys() >= _REQUIRED:
        return None
    checks = [value for name, value in trailers if name == "Check" and value.strip()]
    return Round(
        number=number,
        task=values["Task"],
        summary=summary,
        brief=brief,
        checks=tuple(_parsed(check, number) for check in checks),
        model=values["Model"],
        proof=values["Proof"],
        request=values["Request"],
        superseded=tuple(value for name, value in trailers if name == "Superseded"),
    )


def _subject(summary: str) -> str:
    """One line of at most 72 characters, the width git's own tools keep to."""
    line = " ".join(summary.split()) or "Build the app"
    return line if len(line) <= 72 else line[:71].rstrip() + "…"


def _paragraphs(text: str) -> str:
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def _written(check: Check) -> str:
    return f"{_JS}{check.text}" if check.kind is CheckKind.JS else check.text


def _parsed(value: str, number: int) -> Check:
    if value.startswith(_JS):
        return Check(CheckKind.JS, value.removeprefix(_JS), number)
    return Check(CheckKind.SENTENCE, value, number)


def _fold(value: str) -> str:
    first, *folded = value.strip().split("\n")
    return "\n  ".join([first, *(line if line.strip(".") else f"{line}." for line in folded)])


def _unfold(block: str) -> list[tuple[str, str]]:
    trailers: list[tuple[str, str]] = []
    for line in block.split("\n"):
        if line.startswith("  ") and trailers:
            name, value = trailers[-1]
            folded = line[2:]
            trailers[-1] = (name, f"{value}\n{folded if folded.strip('.') else folded[:-1]}")
        else:
            name, _, value = line.partition(": ")
            trailers.append((name, value))
    return trailers
