"""Owns the alignment of a hunk's old lines with a file: one dynamic program over both.

A state is (old lines used, file lines used, what happened last). For each state the program keeps
the cheapest way to every different *outcome*, an outcome being which lines are removed and where
lines are added. What it returns are therefore not places but results with their costs, and
whether a hunk is ambiguous is a question about results.
"""

from collections.abc import Sequence
from enum import IntEnum
from typing import Final

from agent.drafting.edits.edit import Mark
from agent.drafting.edits.fold import indent_of, likeness
from agent.drafting.edits.outcomes import (
    Alignment,
    Outcome,
    Outcomes,
    Way,
    alignment_of,
)
from agent.drafting.edits.page import Page
from agent.drafting.edits.script import Script
from agent.drafting.edits.seeds import Seeds

TRAILING: Final = 0.02
"""Same text, other whitespace at the end."""

FOLDED: Final = {Mark.CONTEXT: 0.1, Mark.REMOVED: 0.3}
"""Same text with other inner whitespace or typography."""

INDENTED: Final = {Mark.CONTEXT: 0.2, Mark.REMOVED: 1.2}
"""Same text, other indentation: for a removed line more than NEAR, so that exact text wins."""

BLANK: Final = 0.1
"""A blank line that only one side has."""

ELISION: Final = 0.05
MISSED: Final = 1.0
"""A line of the file that the hunk leaves out between two context lines."""

MISREMEMBERED: Final = 1.5
"""A context line that resembles the line of the file; up to 0.5 more, the less it does."""

REPLACED: Final = 2.5
"""A context line that does not resemble the line of the file between two that fit."""

INVENTED: Final = 2.0
"""A context line that the file does not have."""

ALIKE: Final = 0.6
"""The likeness from which on two lines resemble each other."""

ALIKE_AT_CHANGE: Final = 0.8
"""The same for a line next to a change, where taking it for another one does more harm."""

NEARLY_SAME: Final = 0.9
SLIP: Final = 0.5
"""From that likeness on, a misremembered line is a slip and counts as half a fault."""

OUTCOMES_KEPT: Final = 12
STARTS_TRIED: Final = 2000
BLANKS_PASSED: Final = 40
COST_LIMITS: Final = (1.4, 5.0, float("inf"))


class Event(IntEnum):
    """What the last step of an alignment was."""

    JUMP = 0  # nothing yet, or an elision: the next line must match
    MATCH = 1
    INVENTION = 2
    GAP = 3  # unmentioned text, and nothing has matched since
    BLANK = 4  # a blank line of the hunk that the file lacks, behind a match


State = tuple[int, Event]


Layer = dict[State, dict[Outcome, Way]]


def alignments(script: Script, page: Page, margin: float) -> list[Alignment]:
    """The results with their least costs, cheapest first, and all within `margin` of the best.

    Cheap alignments are looked for first, because there are few ways to be cheap.
    """
    seeds = Seeds(script, page)
    for limit in COST_LIMITS:
        found = _Aligner(script, page, seeds, limit).run()
        if found and found[0].cost + margin <= limit:
            return found
    return found


class _Aligner:
    """One run of the program, following only ways that cost at most `limit`."""

    def __init__(self, script: Script, page: Page, seeds: Seeds, limit: float) -> None:
        self.script = script
        self.page = page
        self.seeds = seeds
        self.limit = limit
        self.outcomes = Outcomes()
        self.count = len(script.olds)
        self.layers: list[Layer] = [{} for _ in range(self.count + 1)]

    def run(self) -> list[Alignment]:
        self._seed()
        for index in range(self.count):
            self._cross(index)
            self._use(index)
        self._cross(self.count)
        best: dict[Outcome, Way] = {}
        for ways in self.layers[self.count].values():
            for outcome, way in ways.items():
                if way.pairs and (outcome not in best or way.cost < best[outcome].cost):
                    best[outcome] = way
        found = [alignment_of(self.outcomes.steps(number), way) for number, way in best.items()]
        return sorted(found, key=lambda item: item.cost)

    # -- where alignments may begin

    def _seed(self) -> None:
        cost, faults, ahead, doubt = 0.0, 0.0, 0, False
        for index, old in enumerate(self.script.olds):
            if old.mark is not Mark.ELIDED:
                for start in self._starts(index, ahead):
                    outcome = self.outcomes.then(0, "?") if doubt else 0
                    self._put(index, (start, Event.JUMP), outcome, Way(cost, faults, None))
                if old.mark is Mark.REMOVED:
                    return
                doubt = doubt or self._is_doubtful_extra(index)
                cost += BLANK if old.is_blank else INVENTED
                faults += 0.0 if old.is_blank else 1.0
                ahead += 0 if old.is_blank else 1
            if faults > self.script.faults_allowed:
                return

    def _starts(self, index: int, ahead: int) -> list[int]:
        """File lines at which this old line, with `ahead` others before it, may match first."""
        old, page = self.script.olds[index], self.page
        starts: Sequence[int] = page.where(old.key)
        if not starts and index + 1 < self.count and self.script.olds[index + 1].key:
            starts = [place - 1 for place in page.where(self.script.olds[index + 1].key) if place]
        found = [start for start in starts if self.seeds.allows(start, ahead)]
        if len(found) > STARTS_TRIED:
            expected = (self.script.hunk.start or 1) - 1
            found = sorted(found, key=lambda start: abs(start - expected))[:STARTS_TRIED]
        return found

    # -- steps between old lines

    def _cross(self, boundary: int) -> None:
        """File lines that the hunk leaves out, and the lines that it adds, at a boundary."""
        blank_before, blank_behind = self.script.may_skip_blank(boundary)
        text = self.script.may_skip_text(boundary)
        if blank_before or text:
            self._skip(boundary, blank_before, text)
        if not self.script.added[boundary]:
            return
        layer, self.layers[boundary] = self.layers[boundary], {}
        for (line, event), ways in layer.items():
            for outcome, way in ways.items():
                onward = self._doubted(outcome, event is Event.GAP)
                number = self.outcomes.then(onward, "+", boundary, line)
                self._put(boundary, (line, event), number, way)
        if blank_behind:
            self._skip(boundary, True, False)

    def _skip(self, boundary: int, blank: bool, text: bool) -> None:
        """Let alignments pass over file lines; the layer grows while it is walked."""
        layer = self.layers[boundary]
        pending = [(state, 0) for state in layer if state[1] not in (Event.JUMP, Event.INVENTION)]
        while pending:
            state, passed = pending.pop()
            line, event = state
            if line >= len(self.page.keys) or passed > BLANKS_PASSED:
                continue
            is_blank = not self.page.keys[line]
            if not (blank if is_blank else text and event is not Event.BLANK):
                continue
            target = (line + 1, event if is_blank else Event.GAP)
            step, fault = (BLANK, 0.0) if is_blank else (MISSED, 1.0)
            moved = False
            for outcome, way in list(layer[state].items()):
                onward = Way(way.cost + step, way.faults + fault, way.pairs)
                moved = self._put(boundary, target, outcome, onward) or moved
            if moved:
                pending.append((target, passed + 1))

    # -- steps over an old line

    def _use(self, index: int) -> None:
        old = self.script.olds[index]
        if old.mark is Mark.ELIDED:
            self._elide(index)
            return
        for (line, event), ways in list(self.layers[index].items()):
            self._match(index, line, event, ways)
            if old.mark is Mark.CONTEXT and (old.is_blank or event is not Event.GAP):
                self._invent(index, line, event, ways)

    def _match(self, index: int, line: int, event: Event, ways: dict[Outcome, Way]) -> None:
        if line >= len(self.page.keys):
            return
        old = self.script.olds[index]
        step = self._matching(index, line, event)
        if step is None:
            return
        cost, fault, doubt = step
        for outcome, way in ways.items():
            onward = self._doubted(outcome, doubt)
            if old.mark is Mark.REMOVED:
                onward = self.outcomes.then(onward, "-", line)
            reached = Way(way.cost + cost, way.faults + fault, (way.pairs, index, line))
            self._put(index + 1, (line + 1, Event.MATCH), onward, reached)

    def _matching(self, index: int, line: int, event: Event) -> tuple[float, float, bool] | None:
        """Cost, faults and doubt of taking an old line for a file line; None if it cannot be."""
        old, key = self.script.olds[index], self.page.keys[line]
        if old.mark is Mark.REMOVED and event is Event.GAP:
            return None
        if old.key == key:
            return self._same(index, line), 0.0, False
        if old.mark is Mark.REMOVED or not key or not old.key:
            return None
        script = self.script
        before, after = script.changes_before(index), script.changes_after(index)
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
        old, real = self.script.olds[index], self.page.lines[line]
        if old.text == real:
            return 0.0
        if old.is_blank or old.text.rstrip() == real.rstrip():
            return TRAILING
        if self.script.lost_its_space(index, real):
            return TRAILING
        same_indent = indent_of(old.text) == indent_of(real)
        return (FOLDED if same_indent else INDENTED)[old.mark]

    def _invent(self, index: int, line: int, event: Event, ways: dict[Outcome, Way]) -> None:
        """Take a context line for one that the file does not have."""
        old = self.script.olds[index]
        if self._is_pointless_extra(index, line, event):
            return
        doubt = self._is_doubtful_extra(index) or self._is_moved(index, line)
        cost, fault = (BLANK, 0.0) if old.is_blank else (INVENTED, 1.0)
        reached = Event.INVENTION
        if old.is_blank:
            reached = Event.BLANK if event is Event.MATCH else event
        for outcome, way in ways.items():
            onward = self._doubted(outcome, doubt)
            extra = Way(way.cost + cost, way.faults + fault, way.pairs)
            self._put(index + 1, (line, reached), onward, extra)

    def _is_pointless_extra(self, index: int, line: int, event: Event) -> bool:
        """Whether an alignment without this step says the same, and says it better.

        Alignments that begin behind a line are seeded there. A blank line of the hunk is not extra
        if the file has one at this place, or had one that was just passed over.
        """
        if not self.script.olds[index].is_blank:
            return event is Event.JUMP
        keys = self.page.keys
        passed = line > 0 and not keys[line - 1] and index > 0 and self.script.olds[index - 1].key
        return bool(passed) or (line < len(keys) and not keys[line])

    def _is_doubtful_extra(self, index: int) -> bool:
        """Whether a context line that the file lacks may be an added line without its "+"."""
        before, after = (
            self.script.changes_before(index),
            self.script.changes_after(index),
        )
        if self.script.olds[index].is_blank:
            return bool(self.script.added[index] and self.script.added[index + 1])
        return before or after

    def _is_moved(self, index: int, line: int) -> bool:
        """Whether a context line near an addition is in the file, but a little further down."""
        near = self.script.added[max(0, index - 1) : index + 3]
        key = self.script.olds[index].key
        return bool(key) and any(near) and key in self.page.keys[line + 1 : line + 4]

    def _elide(self, index: int) -> None:
        """Pass over any number of file lines to where the next line that says something is.

        Of the ways to one outcome, a dearer one that ends further down is not followed.
        """
        follow = next((n for n in range(index + 1, self.count) if self.script.olds[n].key), None)
        cheapest: dict[Outcome, Way] = {}
        targets: list[int] = []
        if follow is not None:
            blanks = follow - index - 1
            places = self.page.where(self.script.olds[follow].key)
            targets = sorted({start for p in places for start in (p, max(p - blanks, 0))})
        position = 0
        for (line, event), ways in sorted(self.layers[index].items()):
            while position < len(targets) and targets[position] < line:
                self._land(index, targets[position], cheapest)
                position += 1
            for outcome, way in ways.items():
                if follow is None or event is Event.JUMP:
                    self._put(index + 1, (line, event), outcome, way)
                elif outcome not in cheapest or way.cost < cheapest[outcome].cost:
                    cheapest[outcome] = way
        for target in targets[position:]:
            self._land(index, target, cheapest)

    def _land(self, index: int, line: int, ways: dict[Outcome, Way]) -> None:
        if len(ways) > OUTCOMES_KEPT:
            least = sorted(ways, key=lambda outcome: ways[outcome].cost)[:OUTCOMES_KEPT]
            ways = {outcome: ways[outcome] for outcome in least}
        for outcome, way in ways.items():
            onward = Way(way.cost + ELISION, way.faults, way.pairs)
            self._put(index + 1, (line, Event.JUMP), outcome, onward)

    def _doubted(self, outcome: Outcome, doubt: bool) -> Outcome:
        return self.outcomes.then(outcome, "?") if doubt else outcome

    def _put(self, index: int, state: State, outcome: Outcome, way: Way) -> bool:
        """Keep a way if it is affordable and the cheapest to its outcome; says whether it was."""
        if way.faults > self.script.faults_allowed or way.cost > self.limit:
            return False
        ways = self.layers[index].setdefault(state, {})
        known = ways.get(outcome)
        if known is not None and known.cost <= way.cost:
            return False
        if known is None and len(ways) >= OUTCOMES_KEPT:
            dearest = max(ways, key=lambda other: ways[other].cost)
            if ways[dearest].cost <= way.cost:
                return False
            del ways[dearest]
        ways[outcome] = way
        return True
