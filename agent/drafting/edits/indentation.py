"""How added lines take on the file's indentation where the model's differs from it."""

from collections import Counter
from collections.abc import Callable, Sequence

from agent.drafting.edits.file_lines import indent_of

Pair = tuple[str, str]
"""The indentation of one line: as the model wrote it, and as the file has it."""

Rule = Callable[[str], str]


def reindented(lines: Sequence[str], pairs: Sequence[Pair]) -> tuple[str, ...]:
    """The lines with the file's indentation, as far as the pairs agree how it differs."""
    rule = _rule(pairs)
    if rule is None:
        return tuple(lines)
    return tuple(
        rule(indent_of(line)) + line[len(indent_of(line)) :] if line else "" for line in lines
    )


def agrees(pairs: Sequence[Pair]) -> bool:
    """Whether the model's indentation is the file's on all lines."""
    return all(theirs == ours for theirs, ours in pairs)


def _rule(pairs: Sequence[Pair]) -> Rule | None:
    """The change that more pairs ask for than contradict; None to leave lines as they are."""
    differing = [pair for pair in pairs if pair[0] != pair[1]]
    same = len(pairs) - len(differing)
    same_indented = sum(1 for theirs, ours in pairs if theirs == ours != "")
    if len(differing) > same_indented:
        scaled = _tabs(differing) or _spaces(differing) or _scale(differing)
        if scaled:
            return scaled
    moves = Counter(move for pair in differing if (move := _move(pair)))
    if not moves:
        return None
    (kind, step), votes = moves.most_common(1)[0]
    if votes <= same:
        return None
    if kind == "add":
        return lambda theirs: step + theirs
    return lambda theirs: theirs[len(step) :] if theirs.startswith(step) else theirs


def _move(pair: Pair) -> tuple[str, str] | None:
    theirs, ours = pair
    if ours.endswith(theirs):
        return "add", ours[: len(ours) - len(theirs)]
    if theirs.endswith(ours):
        return "cut", theirs[: len(theirs) - len(ours)]
    return None


def _tabs(pairs: Sequence[Pair]) -> Rule | None:
    """Spaces written for tabs of one width."""
    widths = {
        len(theirs) / len(ours)
        for theirs, ours in pairs
        if theirs and ours and not theirs.strip(" ") and not ours.strip("\t")
    }
    width = int(widths.pop()) if len(widths) == 1 else 0
    if not width:
        return None
    return lambda theirs: (
        theirs if "\t" in theirs else "\t" * (len(theirs) // width) + " " * (len(theirs) % width)
    )


def _spaces(pairs: Sequence[Pair]) -> Rule | None:
    """Tabs written for so many spaces each."""
    widths = {
        len(ours) / len(theirs)
        for theirs, ours in pairs
        if theirs and ours and not theirs.strip("\t") and not ours.strip(" ")
    }
    width = int(widths.pop()) if len(widths) == 1 else 0
    return (lambda theirs: theirs.replace("\t", " " * width)) if width else None


def _scale(pairs: Sequence[Pair]) -> Rule | None:
    """Steps of another width, if two depths or more show it: four spaces written for two."""
    if len(set(pairs)) < 2 or any("\t" in theirs + ours or not theirs for theirs, ours in pairs):
        return None
    ratios = {len(ours) / len(theirs) for theirs, ours in pairs}
    ratio = ratios.pop() if len(ratios) == 1 else 0.0
    return (lambda theirs: " " * round(len(theirs) * ratio)) if ratio else None
