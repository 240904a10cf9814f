"""Owns the decision where a hunk goes: one result, or a refusal that says why not."""

from collections.abc import Iterator, Sequence
from typing import Final

from agent.drafting.edits.align import alignments
from agent.drafting.edits.edit import Hunk, HunkLine, Mark
from agent.drafting.edits.fold import indent_of
from agent.drafting.edits.indent import agrees, reindented
from agent.drafting.edits.merge import Placed, merged
from agent.drafting.edits.nearest import nearest_lines
from agent.drafting.edits.outcomes import Alignment
from agent.drafting.edits.page import Page
from agent.drafting.edits.refusals import NumberedLine, Reason, Refusal
from agent.drafting.edits.script import Script

NEAR: Final = 1.1
"""Results whose costs differ by less are rivals: a context line that the model left out is why."""

TIE: Final = 0.3
"""Rivals this close are equally good, so that an exact line number may choose among them."""

RIVALS_COMPARED: Final = 24


def place(hunk: Hunk, page: Page) -> Placed:
    """The one result that the hunk can mean on this page; raises Refusal."""
    script = Script(hunk)
    if not any(old.key for old in script.olds):
        raise Refusal(
            Reason.NOT_FOUND,
            "the change names no line of the file that says where it belongs; "
            "give at least one unchanged line with text before or after it",
        )
    found = list(_supported(script, page))
    found = _below_section(hunk, page, _without_needless_blanks(script, found))
    if not found:
        raise _not_found(script, page)
    return _chosen(script, page, found)


def _supported(script: Script, page: Page) -> Iterator[Alignment]:
    """The results that have evidence, cheapest first, up to the dearest that counts."""
    limit = float("inf")
    for item in alignments(script, page, NEAR):
        if item.cost > limit:
            return
        if _is_supported(item, script, page):
            limit = min(limit, item.cost + NEAR)
            yield item


def _is_supported(found: Alignment, script: Script, page: Page) -> bool:
    """Whether enough lines with text match, for each line that does not."""
    right = [
        old
        for old, line in found.pairs
        if page.keys[line] and page.keys[line] == script.olds[old].key
    ]
    return len(right) >= max(1, 2 * found.faults)


def _without_needless_blanks(script: Script, found: Sequence[Alignment]) -> list[Alignment]:
    """Of alignments that differ in blank lines only, those that need the fewest changes to them."""
    least: dict[tuple[tuple[int, int], ...], float] = {}
    kept = []
    for item in found:  # cheapest first
        telling = tuple(pair for pair in item.pairs if script.olds[pair[0]].key)
        if item.cost < least.setdefault(telling, item.cost) + 0.05:
            kept.append(item)
    return kept


def _below_section(hunk: Hunk, page: Page, found: list[Alignment]) -> list[Alignment]:
    """An envelope's `@@ line` means the first place behind that line, if there is one such line."""
    lines = page.where(" ".join((hunk.section or "").split()))
    if len(lines) != 1 or not hunk.section:
        return found
    below = [item for item in found if item.pairs[0][1] >= lines[0]]
    if not below:
        return found
    cheapest = min(item.cost for item in below)
    tied = [item for item in below if item.cost <= cheapest + TIE]
    return [min(tied, key=lambda item: item.pairs[0][1])]


def _chosen(script: Script, page: Page, found: Sequence[Alignment]) -> Placed:
    best = found[0]
    rivals = [item for item in found if item.cost < best.cost + _margin(best, item)]
    results: dict[object, list[Alignment]] = {}
    exact = [item for item in rivals if item.start == script.hunk.start]
    for item in [*rivals[:RIVALS_COMPARED], *exact]:
        results.setdefault(_result(script, page, item), []).append(item)
    if len(results) > 1:
        told = _by_line_number(script, results, best)
        if told is None:
            raise _ambiguous(page, rivals)
        best = told
    if best.is_doubtful:
        raise _doubtful(script, page, best)
    _refuse_loose(script, page, best)
    return _placed(script, page, best)


def _margin(best: Alignment, other: Alignment) -> float:
    """How much dearer another alignment may be and still stand against the best.

    One that only doubts what the best says must be as good as it.
    """
    same = (best.removed, best.added) == (other.removed, other.added)
    return TIE if same and other.is_doubtful else NEAR


def _refuse_loose(script: Script, page: Page, found: Alignment) -> None:
    """Refuse added lines that have context on one side only, if there is reason to mistrust it.

    A diff leaves context out only at the ends of a file. Elsewhere a line may be missing, unless
    all the others are right and the header does not count more of them.
    """
    if not found.faults and not script.hunk.is_miscounted:
        return
    for boundary, line in found.added:
        if Mark.REMOVED in (script.mark(boundary - 1), script.mark(boundary)):
            continue
        before, behind = script.sides(boundary)
        if (before is None and any(page.keys[:line])) or (behind is None and any(page.keys[line:])):
            raise Refusal(
                Reason.NOT_FOUND,
                "the added lines have unchanged lines on one side only, and not at the file's "
                "start or end; repeat unchanged lines on both sides",
                nearest=nearest_lines(page, [old.key for old in script.olds]),
            )


def _by_line_number(
    script: Script, results: dict[object, list[Alignment]], best: Alignment
) -> Alignment | None:
    """The rival whose line number is exactly the header's, if it is one and as good as the best."""
    exact = [
        min(items, key=lambda item: item.cost)
        for items in results.values()
        if any(item.start == script.hunk.start for item in items)
    ]
    if len(exact) == 1 and exact[0].cost <= best.cost + TIE:
        return exact[0]
    return None


def _result(script: Script, page: Page, found: Alignment) -> object:
    """What distinguishes results: the text they lead to, and doubt about it."""
    placed = _placed(script, page, found)
    return found.is_doubtful, tuple(merged(page, [placed])[0])


def _placed(script: Script, page: Page, found: Alignment) -> Placed:
    removed = frozenset(found.removed)
    added = []
    for boundary, line in found.added:
        slot = (line - 1, 1) if line - 1 in removed else (line, 0)
        added.append((slot, _indented(script, page, found, boundary)))
    touched = [line for _, line in found.pairs]
    return Placed(removed, tuple(added), _unended(script.hunk), touched[0], touched[-1])


def _indented(script: Script, page: Page, found: Alignment, boundary: int) -> tuple[str, ...]:
    """The lines added at a boundary, indented like the removed lines there, or like the rest."""
    pairs = _indent_pairs(script, page, found)
    beside = [pairs[old] for old in _removed_beside(script, boundary) if old in pairs]
    lines = [line.text for line in script.added[boundary]]
    if beside and agrees(beside):
        return tuple(lines)
    return reindented(lines, list(pairs.values()))


def _indent_pairs(script: Script, page: Page, found: Alignment) -> dict[int, tuple[str, str]]:
    """For each old line found as it is: its indentation in the hunk, and in the file.

    Context that lost its leading space has the file's indentation, if removed lines have it too.
    """
    pairs = {}
    moved = False
    for old, line in found.pairs:
        if script.olds[old].key and page.keys[line] == script.olds[old].key:
            pairs[old] = indent_of(script.olds[old].text), indent_of(page.lines[line])
            moved = moved or (script.mark(old) is Mark.REMOVED and not agrees([pairs[old]]))
    for old, line in found.pairs:
        if old in pairs and not moved and script.lost_its_space(old, page.lines[line]):
            pairs[old] = pairs[old][1], pairs[old][1]
    return pairs


def _removed_beside(script: Script, boundary: int) -> list[int]:
    before = boundary - 1
    while script.mark(before) is Mark.REMOVED:
        before -= 1
    after = boundary
    while script.mark(after) is Mark.REMOVED:
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


def _not_found(script: Script, page: Page) -> Refusal:
    missing = [
        old
        for old in script.olds
        if old.mark is Mark.REMOVED and old.key and not page.where(old.key)
    ]
    near = nearest_lines(page, [old.key for old in script.olds])
    if missing:
        return Refusal(
            Reason.NOT_FOUND,
            f"this line to remove is not in the file: {missing[0].text.strip()!r}",
            nearest=near,
        )
    what = (
        "the lines to remove are"
        if any(script.mark(n) is Mark.REMOVED for n in range(len(script.olds)))
        else "the lines around the change are"
    )
    message = f"{what} not in the file together, in this order"
    return Refusal(Reason.NOT_FOUND, message, nearest=near)


def _ambiguous(page: Page, rivals: Sequence[Alignment]) -> Refusal:
    starts = sorted({item.pairs[0][1] for item in rivals})
    near = [NumberedLine(line + 1, page.lines[line]) for line in starts[:8]]
    where = ", ".join(str(line + 1) for line in starts[:8])
    return Refusal(
        Reason.AMBIGUOUS,
        f"the change fits in more than one way (near line {where}); "
        "repeat more of the unchanged lines around it",
        nearest=near,
    )


def _doubtful(script: Script, page: Page, best: Alignment) -> Refusal:
    matched = {old for old, _ in best.pairs}
    odd = next(
        (old.text for n, old in enumerate(script.olds) if n not in matched and old.key),
        "",
    )
    return Refusal(
        Reason.NOT_FOUND,
        f"this line beside the change is neither in the file nor marked as added: {odd.strip()!r}",
        nearest=nearest_lines(page, [old.key for old in script.olds]),
    )
