"""The decision where a hunk goes: one result, or a refusal that says why not."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from agent.drafting.edits.alignment import alignments
from agent.drafting.edits.alignment_effects import Alignment, Placed, merged
from agent.drafting.edits.edit import Hunk, HunkLine, Mark
from agent.drafting.edits.edit_refusal import NumberedLine, Reason, Refusal
from agent.drafting.edits.file_lines import FileLines, indent_of, nearest_lines
from agent.drafting.edits.hunk_pattern import HunkPattern
from agent.drafting.edits.indentation import agrees, reindented

NEAR: Final = 1.1
"""Results whose costs differ by less are rivals: a context line that the model left out is why."""

EXACT: Final = 0.05
"""Results that cost less differ from the file in whitespace at line ends at most."""

TIE: Final = 0.3
"""Rivals this close are equally good, so that an exact line number may choose among them."""

RIVALS_COMPARED: Final = 24


def place(hunk: Hunk, file: FileLines) -> Placed:
    """The one result that the hunk can mean on this file; raises Refusal."""
    pattern = HunkPattern(hunk)
    if not any(old.key for old in pattern.olds):
        raise Refusal(
            Reason.NOT_FOUND,
            "the change names no line of the file that says where it belongs; "
            "give at least one unchanged line with text before or after it",
        )
    found = list(_supported(pattern, file))
    found = _below_section(hunk, file, _without_needless_blanks(pattern, found))
    if not found:
        raise _not_found(pattern, file)
    return _chosen(pattern, file, found)


def _supported(pattern: HunkPattern, file: FileLines) -> Iterator[Alignment]:
    """The results that have evidence, cheapest first, up to the dearest that counts."""
    limit = float("inf")
    for item in alignments(pattern, file, NEAR):
        if item.cost > limit:
            return
        if _is_supported(item, pattern, file):
            limit = min(limit, item.cost + NEAR)
            yield item


def _is_supported(found: Alignment, pattern: HunkPattern, file: FileLines) -> bool:
    """Whether enough lines with text match, for each line that does not."""
    right = [
        old
        for old, line in found.pairs
        if file.keys[line] and file.keys[line] == pattern.olds[old].key
    ]
    return len(right) >= max(1, 2 * found.faults)


def _without_needless_blanks(pattern: HunkPattern, found: Sequence[Alignment]) -> list[Alignment]:
    """Of alignments that differ in blank lines only, those that need the fewest changes to them."""
    least: dict[tuple[tuple[int, int], ...], float] = {}
    kept = []
    for item in found:  # cheapest first
        filled = tuple(pair for pair in item.pairs if pattern.olds[pair[0]].key)
        if item.cost < least.setdefault(filled, item.cost) + 0.05:
            kept.append(item)
    return kept


def _below_section(hunk: Hunk, file: FileLines, found: list[Alignment]) -> list[Alignment]:
    """An envelope's `@@ line` means the first place behind that line, if there is one such line."""
    lines = file.where(" ".join((hunk.section or "").split()))
    if len(lines) != 1 or not hunk.section:
        return found
    below = [item for item in found if item.pairs[0][1] >= lines[0]]
    if not below:
        return found
    cheapest = min(item.cost for item in below)
    tied = [item for item in below if item.cost <= cheapest + TIE]
    return [min(tied, key=lambda item: item.pairs[0][1])]


def _chosen(pattern: HunkPattern, file: FileLines, found: Sequence[Alignment]) -> Placed:
    best = found[0]
    rivals = [item for item in found if item.cost < best.cost + _margin(best, item)]
    results: dict[object, list[Alignment]] = {}
    exact = [item for item in rivals if item.start == pattern.hunk.start]
    for item in [*rivals[:RIVALS_COMPARED], *exact]:
        results.setdefault(_result(pattern, file, item), []).append(item)
    if len(results) > 1:
        by_number = _by_line_number(pattern, results, best)
        if by_number is None:
            raise _ambiguous(file, rivals)
        best = by_number
    if best.is_doubtful:
        raise _doubtful(pattern, file, best)
    _refuse_loose(pattern, file, best)
    return _placed(pattern, file, best)


def _margin(best: Alignment, other: Alignment) -> float:
    """How much dearer another alignment may be and still stand against the best.

    One that only doubts what the best says must be as good as it.
    """
    same = (best.removed, best.added) == (other.removed, other.added)
    return TIE if same and other.is_doubtful else NEAR


def _refuse_loose(pattern: HunkPattern, file: FileLines, found: Alignment) -> None:
    """Refuse added lines that have context on one side only, if there is reason to mistrust it.

    A diff leaves context out only at the ends of a file. Elsewhere a line may be missing, unless
    all the others are right and the header does not count more of them.
    """
    if not found.faults and not pattern.hunk.is_miscounted:
        return
    for boundary, line in found.added:
        if Mark.REMOVED in (pattern.mark(boundary - 1), pattern.mark(boundary)):
            continue
        before, behind = pattern.sides(boundary)
        if (before is None and any(file.keys[:line])) or (behind is None and any(file.keys[line:])):
            raise Refusal(
                Reason.NOT_FOUND,
                "the added lines have unchanged lines on one side only, and not at the file's "
                "start or end; repeat unchanged lines on both sides",
                nearest=nearest_lines(file, [old.key for old in pattern.olds]),
            )


def _by_line_number(
    pattern: HunkPattern, results: dict[object, list[Alignment]], best: Alignment
) -> Alignment | None:
    """The rival whose line number is exactly the header's, if it is one and as good as the best.

    An exact match is better than any other: a line number does not outweigh it.
    """
    exact = [
        min(items, key=lambda item: item.cost)
        for items in results.values()
        if any(item.start == pattern.hunk.start for item in items)
    ]
    tie = EXACT if best.cost < EXACT else TIE
    if len(exact) == 1 and exact[0].cost <= best.cost + tie:
        return exact[0]
    return None


def _result(pattern: HunkPattern, file: FileLines, found: Alignment) -> object:
    """What distinguishes results: the text they lead to, and doubt about it."""
    placed = _placed(pattern, file, found)
    return found.is_doubtful, tuple(merged(file, [placed])[0])


def _placed(pattern: HunkPattern, file: FileLines, found: Alignment) -> Placed:
    removed = frozenset(found.removed)
    added = []
    for boundary, line in found.added:
        slot = (line - 1, 1) if line - 1 in removed else (line, 0)
        added.append((slot, _indented(pattern, file, found, boundary)))
    touched = [line for _, line in found.pairs]
    return Placed(removed, tuple(added), _unended(pattern.hunk), touched[0], touched[-1])


def _indented(
    pattern: HunkPattern, file: FileLines, found: Alignment, boundary: int
) -> tuple[str, ...]:
    """The lines added at a boundary, indented like the removed lines there, or like the rest."""
    pairs = _indent_pairs(pattern, file, found)
    beside = [pairs[old] for old in _removed_beside(pattern, boundary) if old in pairs]
    lines = [line.text for line in pattern.added[boundary]]
    if beside and agrees(beside):
        return tuple(lines)
    return reindented(lines, list(pairs.values()))


def _indent_pairs(
    pattern: HunkPattern, file: FileLines, found: Alignment
) -> dict[int, tuple[str, str]]:
    """For each old line found as it is: its indentation in the hunk, and in the file.

    Context that lost its leading space has the file's indentation, if removed lines have it too.
    """
    pairs = {}
    moved = False
    for old, line in found.pairs:
        if pattern.olds[old].key and file.keys[line] == pattern.olds[old].key:
            pairs[old] = indent_of(pattern.olds[old].text), indent_of(file.lines[line])
            moved = moved or (pattern.mark(old) is Mark.REMOVED and not agrees([pairs[old]]))
    for old, line in found.pairs:
        if old in pairs and not moved and pattern.lost_its_space(old, file.lines[line]):
            pairs[old] = pairs[old][1], pairs[old][1]
    return pairs


def _removed_beside(pattern: HunkPattern, boundary: int) -> list[int]:
    before = boundary - 1
    while pattern.mark(before) is Mark.REMOVED:
        before -= 1
    after = boundary
    while pattern.mark(after) is Mark.REMOVED:
        after += 1
    return list(range(before + 1, after))


def _unended(hunk: Hunk) -> bool | None:
    """Whether the new text is said to lack its last line end; None if that is not said."""
    old: HunkLine | None = None
    new: HunkLine | None = None
    for line in hunk.lines:
        if line.mark is not Mark.ADDED:
            old = line
        if line.mark is not Mark.REMOVED:
            new = line
    if new is not None and new.unended:
        return True
    return False if old is not None and old.unended else None


def _not_found(pattern: HunkPattern, file: FileLines) -> Refusal:
    missing = [
        old
        for old in pattern.olds
        if old.mark is Mark.REMOVED and old.key and not file.where(old.key)
    ]
    near = nearest_lines(file, [old.key for old in pattern.olds])
    if missing:
        return Refusal(
            Reason.NOT_FOUND,
            f"this line to remove is not in the file: {missing[0].text.strip()!r}",
            nearest=near,
        )
    what = (
        "the lines to remove are"
        if any(pattern.mark(n) is Mark.REMOVED for n in range(len(pattern.olds)))
        else "the lines around the change are"
    )
    message = f"{what} not in the file together, in this order"
    difference = _first_difference(pattern, file)
    return Refusal(Reason.NOT_FOUND, f"{message}{difference}", nearest=near)


def _first_difference(pattern: HunkPattern, file: FileLines) -> str:
    """Where the old lines and the file part: the first line of the hunk that does not follow."""
    filled = [old for old in pattern.olds if old.key]
    places = file.where(filled[0].key)
    if not places:
        return f"; the first that is not there is {filled[0].text.strip()!r}"
    for before, old in pairwise(filled):
        after = [file.rank(place) + 1 for place in places]
        follows = [file.filled[rank] for rank in after if rank < len(file.filled)]
        places = [line for line in follows if file.keys[line] == old.key]
        if not places:
            real = f", where the file has {file.lines[follows[0]].strip()!r}" if follows else ""
            return f"; {before.text.strip()!r} is not followed by {old.text.strip()!r}{real}"
    return ""


def _ambiguous(file: FileLines, rivals: Sequence[Alignment]) -> Refusal:
    starts = sorted({item.pairs[0][1] for item in rivals})
    near = [NumberedLine(line + 1, file.lines[line]) for line in starts[:8]]
    where = ", ".join(str(line + 1) for line in starts[:8])
    return Refusal(
        Reason.AMBIGUOUS,
        f"the change fits in more than one way (near line {where}); "
        "repeat more of the unchanged lines around it",
        nearest=near,
    )


def _doubtful(pattern: HunkPattern, file: FileLines, best: Alignment) -> Refusal:
    matched = {old for old, _ in best.pairs}
    odd = next(
        (old.text for n, old in enumerate(pattern.olds) if n not in matched and old.key),
        "",
    )
    message = (
        f"this line beside the change is neither in the file nor marked as added: {odd.strip()!r}"
        if odd
        else "unchanged lines beside the added ones seem to be left out; repeat them as they are"
    )
    return Refusal(
        Reason.NOT_FOUND,
        message,
        nearest=nearest_lines(file, [old.key for old in pattern.olds]),
    )
