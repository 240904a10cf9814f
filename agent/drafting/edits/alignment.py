"""The alignment of a hunk's old lines with a file, by one dynamic program over both.

A state is (old lines used, file lines used, what happened last). For each state the program keeps
the cheapest way to every different effect, an effect being which lines are removed and where
lines are added. It returns effects with their costs instead of places, so that whether a hunk is
ambiguous is a question about effects.
"""

from collections.abc import Sequence
from enum import IntEnum

from agent.drafting.edits.alignment_costs import (
    ALIKE,
    ALIKE_AT_CHANGE,
    BLANK,
    BLANKS_PASSED,
    COST_LIMITS,
    EFFECTS_KEPT,
    ELISION,
    FOLDED,
    INDENTED,
    INVENTED,
    MISREMEMBERED,
    MISSED,
    MISSED_AT_ADDITION,
    NEARLY_SAME,
    REPLACED,
    SLIP,
    STARTS_TRIED,
    TRAILING,
)
from agent.drafting.edits.alignment_effects import (
    Alignment,
    EffectNumber,
    Effects,
    PartialAlignment,
    alignment_of,
)
from agent.drafting.edits.edit import Mark
from agent.drafting.edits.file_lines import FileLines, indent_of, likeness
from agent.drafting.edits.hunk_pattern import CandidatePositions, HunkPattern


class Event(IntEnum):
    """What the last step of an alignment was."""

    JUMP = 0  # nothing yet, or an elision: the next line must match
    MATCH = 1
    INVENTION = 2
    GAP = 3  # unmentioned text, and nothing has matched since
    BLANK = 4  # a blank line of the hunk that the file lacks, behind a match


State = tuple[int, Event]


Layer = dict[State, dict[EffectNumber, PartialAlignment]]


def alignments(pattern: HunkPattern, file: FileLines, margin: float) -> list[Alignment]:
    """The results with their least costs, cheapest first, and all within `margin` of the best.

    Cheap alignments are looked for first, because there are few partials to be cheap.
    """
    candidates = CandidatePositions(pattern, file)
    for limit in COST_LIMITS:
        found = _Aligner(pattern, file, candidates, limit).run()
        if found and found[0].cost + margin <= limit:
            return found
    return found


class _Aligner:
    """One run of the program, following only partial alignments that cost at most `limit`."""

    def __init__(
        self, pattern: HunkPattern, file: FileLines, candidates: CandidatePositions, limit: float
    ) -> None:
        self.pattern = pattern
        self.file = file
        self.candidates = candidates
        self.limit = limit
        self.effects = Effects()
        self.count = len(pattern.olds)
        self.layers: list[Layer] = [{} for _ in range(self.count + 1)]

    def run(self) -> list[Alignment]:
        self._seed()
        for index in range(self.count):
            self._cross(index)
            self._use(index)
        self._cross(self.count)
        best: dict[EffectNumber, PartialAlignment] = {}
        for partials in self.layers[self.count].values():
            for effect, partial in partials.items():
                if partial.pairs and (effect not in best or partial.cost < best[effect].cost):
                    best[effect] = partial
        found = [
            alignment_of(self.effects.steps(number), partial) for number, partial in best.items()
        ]
        return sorted(found, key=lambda item: item.cost)

    # -- where alignments may begin

    def _seed(self) -> None:
        cost, faults, ahead, doubt = 0.0, 0.0, 0, False
        for index, old in enumerate(self.pattern.olds):
            if old.mark is not Mark.ELIDED:
                for start in self._starts(index, ahead):
                    effect = self.effects.then(0, "?") if doubt else 0
                    self._put(
                        index, (start, Event.JUMP), effect, PartialAlignment(cost, faults, None)
                    )
                if old.mark is Mark.REMOVED:
                    return
                doubt = doubt or self._is_doubtful_extra(index)
                cost += BLANK if old.is_blank else INVENTED
                faults += 0.0 if old.is_blank else 1.0
                ahead += 0 if old.is_blank else 1
            if faults > self.pattern.faults_allowed:
                return

    def _starts(self, index: int, ahead: int) -> list[int]:
        """File lines at which this old line, with `ahead` others before it, may match first."""
        old, file = self.pattern.olds[index], self.file
        starts: Sequence[int] = file.where(old.key)
        if not starts and index + 1 < self.count and self.pattern.olds[index + 1].key:
            starts = [place - 1 for place in file.where(self.pattern.olds[index + 1].key) if place]
        found = [start for start in starts if self.candidates.allows(start, ahead)]
        if len(found) > STARTS_TRIED:
            expected = (self.pattern.hunk.start or 1) - 1
            found = sorted(found, key=lambda start: abs(start - expected))[:STARTS_TRIED]
        return found

    # -- steps between old lines

    def _cross(self, boundary: int) -> None:
        """File lines that the hunk leaves out, and the lines that it adds, at a boundary."""
        blank_before, blank_behind = self.pattern.may_skip_blank(boundary)
        text = self.pattern.may_skip_text(boundary)
        if blank_before or text:
            self._skip(boundary, blank_before, text)
        if self.pattern.may_remove_blank(boundary):
            self._remove_blanks(boundary)
        if not self.pattern.added[boundary]:
            return
        layer, self.layers[boundary] = self.layers[boundary], {}
        for (line, event), partials in layer.items():
            for effect, partial in partials.items():
                onward = self._doubted(effect, event is Event.GAP)
                number = self.effects.then(onward, "+", boundary, line)
                self._put(boundary, (line, event), number, partial)
        if self.pattern.is_insertion(boundary):
            self._doubt_insertion(boundary)
        if blank_behind:
            self._skip(boundary, True, False)

    def _remove_blanks(self, boundary: int) -> None:
        """Let blank lines of the file go with the long run of removed lines that they part."""
        for (line, event), partials in list(self.layers[boundary].items()):
            end = line
            while event is Event.MATCH and end < len(self.file.keys) and not self.file.keys[end]:
                end += 1
            for effect, partial in list(partials.items()) if end > line else ():
                for blank in range(line, end):
                    effect = self.effects.then(effect, "-", blank)
                cost = partial.cost + BLANK * (end - line)
                onward = PartialAlignment(cost, partial.faults, partial.pairs)
                self._put(boundary, (end, Event.MATCH), effect, onward)

    def _doubt_insertion(self, boundary: int) -> None:
        """Let a line that the hunk leaves out directly behind what it adds make that doubtful."""
        for (line, event), partials in list(self.layers[boundary].items()):
            if event is not Event.MATCH or line >= len(self.file.keys) or not self.file.keys[line]:
                continue
            for effect, partial in list(partials.items()):
                onward = PartialAlignment(
                    partial.cost + MISSED_AT_ADDITION, partial.faults + 1, partial.pairs
                )
                self._put(boundary, (line + 1, Event.GAP), self.effects.then(effect, "?"), onward)

    def _skip(self, boundary: int, blank: bool, text: bool) -> None:
        """Let alignments pass over file lines; the layer grows while it is walked."""
        layer = self.layers[boundary]
        pending = [(state, 0) for state in layer if state[1] not in (Event.JUMP, Event.INVENTION)]
        while pending:
            state, passed = pending.pop()
            line, event = state
            if line >= len(self.file.keys) or passed > BLANKS_PASSED:
                continue
            is_blank = not self.file.keys[line]
            if not (blank if is_blank else text and event is not Event.BLANK):
                continue
            target = (line + 1, event if is_blank else Event.GAP)
            step, fault = (BLANK, 0.0) if is_blank else (MISSED, 1.0)
            moved = False
            for effect, partial in list(layer[state].items()):
                onward = PartialAlignment(
                    partial.cost + step, partial.faults + fault, partial.pairs
                )
                moved = self._put(boundary, target, effect, onward) or moved
            if moved:
                pending.append((target, passed + 1))

    # -- steps over an old line

    def _use(self, index: int) -> None:
        old = self.pattern.olds[index]
        if old.mark is Mark.ELIDED:
            self._elide(index)
            return
        for (line, event), partials in list(self.layers[index].items()):
            self._match(index, line, event, partials)
            if old.mark is Mark.CONTEXT and (old.is_blank or event is not Event.GAP):
                self._invent(index, line, event, partials)

    def _match(
        self, index: int, line: int, event: Event, partials: dict[EffectNumber, PartialAlignment]
    ) -> None:
        if line >= len(self.file.keys):
            return
        old = self.pattern.olds[index]
        step = self._matching(index, line, event)
        if step is None:
            return
        cost, fault, doubt = step
        for effect, partial in partials.items():
            onward = self._doubted(effect, doubt)
            if old.mark is Mark.REMOVED:
                onward = self.effects.then(onward, "-", line)
            reached = PartialAlignment(
                partial.cost + cost, partial.faults + fault, (partial.pairs, index, line)
            )
            self._put(index + 1, (line + 1, Event.MATCH), onward, reached)

    def _matching(self, index: int, line: int, event: Event) -> tuple[float, float, bool] | None:
        """Cost, faults and doubt of taking an old line for a file line; None if it cannot be."""
        old, key = self.pattern.olds[index], self.file.keys[line]
        if old.mark is Mark.REMOVED and event is Event.GAP:
            return None
        if old.key == key:
            return self._same(index, line), 0.0, False
        if old.mark is Mark.REMOVED or not key or not old.key:
            return None
        pattern = self.pattern
        before, after = pattern.changes_before(index), pattern.changes_after(index)
        alike = likeness(old.key, key)
        if alike >= (ALIKE_AT_CHANGE if before or after else ALIKE):
            fault = SLIP if alike >= NEARLY_SAME else 1.0
            return MISREMEMBERED + 0.5 * (1 - alike), fault, before and after
        inside = 0 < index < self.count - 1 and event is Event.MATCH
        if inside and not before and not after:
            return REPLACED, 1.0, False
        return None

    def _same(self, index: int, line: int) -> float:
        """The cost of two lines with the same folded text."""
        old, real = self.pattern.olds[index], self.file.lines[line]
        if old.text == real:
            return 0.0
        if old.is_blank or old.text.rstrip() == real.rstrip():
            return TRAILING
        if self.pattern.lost_its_space(index, real):
            return TRAILING
        same_indent = indent_of(old.text) == indent_of(real)
        return (FOLDED if same_indent else INDENTED)[old.mark]

    def _invent(
        self, index: int, line: int, event: Event, partials: dict[EffectNumber, PartialAlignment]
    ) -> None:
        """Take a context line for one that the file does not have."""
        old = self.pattern.olds[index]
        if self._is_pointless_extra(index, line, event):
            return
        doubt = self._is_doubtful_extra(index) or self._is_moved(index, line)
        cost, fault = (BLANK, 0.0) if old.is_blank else (INVENTED, 1.0)
        reached = Event.INVENTION
        if old.is_blank:
            reached = Event.BLANK if event is Event.MATCH else event
        for effect, partial in partials.items():
            onward = self._doubted(effect, doubt)
            extra = PartialAlignment(partial.cost + cost, partial.faults + fault, partial.pairs)
            self._put(index + 1, (line, reached), onward, extra)

    def _is_pointless_extra(self, index: int, line: int, event: Event) -> bool:
        """Whether an alignment without this step says the same, and says it better.

        Alignments that begin behind a line are seeded there. A blank line of the hunk is not extra
        if the file has one at this place, or had one that was just passed over.
        """
        if not self.pattern.olds[index].is_blank:
            return event is Event.JUMP
        keys = self.file.keys
        passed = line > 0 and not keys[line - 1] and index > 0 and self.pattern.olds[index - 1].key
        return bool(passed) or (line < len(keys) and not keys[line])

    def _is_doubtful_extra(self, index: int) -> bool:
        """Whether a context line that the file lacks may be an added line without its "+"."""
        before, after = (
            self.pattern.changes_before(index),
            self.pattern.changes_after(index),
        )
        if self.pattern.olds[index].is_blank:
            return bool(self.pattern.added[index] and self.pattern.added[index + 1])
        return before or after

    def _is_moved(self, index: int, line: int) -> bool:
        """Whether a context line near an addition is in the file, but a little further down."""
        near = self.pattern.added[max(0, index - 1) : index + 3]
        key = self.pattern.olds[index].key
        return bool(key) and any(near) and key in self.file.keys[line + 1 : line + 4]

    def _elide(self, index: int) -> None:
        """Pass over any number of file lines to where the next line that says something is.

        Of the partials to one effect, a dearer one that ends further down is not followed.
        """
        follow = next((n for n in range(index + 1, self.count) if self.pattern.olds[n].key), None)
        cheapest: dict[EffectNumber, PartialAlignment] = {}
        targets: list[int] = []
        if follow is not None:
            blanks = follow - index - 1
            places = self.file.where(self.pattern.olds[follow].key)
            targets = sorted({start for p in places for start in (p, max(p - blanks, 0))})
        position = 0
        for (line, event), partials in sorted(self.layers[index].items()):
            while position < len(targets) and targets[position] < line:
                self._land(index, targets[position], cheapest)
                position += 1
            for effect, partial in partials.items():
                if follow is None or event is Event.JUMP:
                    self._put(index + 1, (line, event), effect, partial)
                elif effect not in cheapest or partial.cost < cheapest[effect].cost:
                    cheapest[effect] = partial
        for target in targets[position:]:
            self._land(index, target, cheapest)

    def _land(self, index: int, line: int, partials: dict[EffectNumber, PartialAlignment]) -> None:
        if len(partials) > EFFECTS_KEPT:
            least = sorted(partials, key=lambda effect: partials[effect].cost)[:EFFECTS_KEPT]
            partials = {effect: partials[effect] for effect in least}
        for effect, partial in partials.items():
            onward = PartialAlignment(partial.cost + ELISION, partial.faults, partial.pairs)
            self._put(index + 1, (line, Event.JUMP), effect, onward)

    def _doubted(self, effect: EffectNumber, doubt: bool) -> EffectNumber:
        return self.effects.then(effect, "?") if doubt else effect

    def _put(
        self, index: int, state: State, effect: EffectNumber, partial: PartialAlignment
    ) -> bool:
        """Keep a partial alignment if none is cheaper to its effect; says whether it was kept."""
        if partial.faults > self.pattern.faults_allowed or partial.cost > self.limit:
            return False
        partials = self.layers[index].setdefault(state, {})
        known = partials.get(effect)
        if known is not None and known.cost <= partial.cost:
            return False
        if known is None and len(partials) >= EFFECTS_KEPT:
            dearest = max(partials, key=lambda other: partials[other].cost)
            if partials[dearest].cost <= partial.cost:
                return False
            del partials[dearest]
        partials[effect] = partial
        return True
