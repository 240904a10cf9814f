"""Asks a page for its `js` checks, as an evaluator does: each expression, soon after the load.

Checks that only read share one page that nobody touches. The engine says which those are: it
evaluates an expression and refuses it once it would have an effect. It refuses some harmless ones
too (`getElementById`, promises), so a refused check is evaluated at the end of the visit and
watched: where no code of the page ran and nothing changed, the page still counts as untouched.
"""

import asyncio
import re
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace

from agent.browsing import Ending, Evaluation
from agent.ports import BrowserPage
from agent.proofing.subexpressions import chains, literals, without_literals
from agent.proofing.unreachable_resources import NO_SUBJECT, CheckSubject, may_matter, subject_of

USUAL_SECONDS = 2.0
MOST_SECONDS = 15.0
EVALUATION_SECONDS = 5.0
"""What an evaluation may take that names no more."""

ALL_SECONDS = 50.0
"""After that nothing more is asked on a page, so that a visit ends with what is known."""

POLL_SECONDS = 0.1
MOTION_SECONDS = 1.2
MOST_NOTES = 4

_SECONDS = re.compile(r"(\d+(?:\.\d+)?)[\s-]*(?:s|secs?|seconds?)\b", re.IGNORECASE)
_DELAY = re.compile(r"[(,]\s*(\d{3,5})\s*\)")
_ACTING_CALL = re.compile(
    r"\.(?:click|dispatchEvent|submit|requestSubmit|reset|focus|blur|select|push|pop|shift|unshift"
    r"|splice|set\w*|add\w*|append\w*|prepend|insert\w*|delete|clear\w*|remove\w*|toggle\w*"
    r"|replace(?:With|Children|State)|pushState|scroll\w*|show\w*|close|open|play|pause|step\w+"
    r"|(?:fill|stroke)\w*|write\w*|assign|on\w+)\s*\("
)
_ASSIGNED = re.compile(r"([\w$\])])\s*(?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)?=(?![=>])")
_STEPPED = re.compile(r"\+\+|--|\bdelete\b")
_DECLARED = re.compile(r"\b(?:const|let|var)\s+([\w$]+)")
_UNPACKED = re.compile(r"\b(?:const|let|var)\s*[\[{][^=]*=")
_FAULTLESS = (Ending.VALUE, Ending.THREW)


def patience(text: str) -> float:
    """Seconds that a check is given: as many as it names or waits itself, within 2 and 15."""
    named = [float(number) for number in _SECONDS.findall(text)]
    delays = _DELAY.findall(text) if "setTimeout" in text else []
    waited = sum(int(milliseconds) / 1000 for milliseconds in delays)
    return min(MOST_SECONDS, max(USUAL_SECONDS + waited, *named, 0.0))


def looks_acting(text: str) -> bool:
    """Whether the text itself calls or assigns what may change a page, beside its own variables."""
    bare = _UNPACKED.sub("", without_literals(text))
    for name in set(_DECLARED.findall(bare)):
        own = rf"(?:\+\+|--)?(?<![\w$.]){re.escape(name)}\s*(?:[-+*/]?=(?![=>])|\+\+|--)?"
        bare = re.sub(own, "", bare)
    return any(pattern.search(bare) for pattern in (_ACTING_CALL, _ASSIGNED, _STEPPED))


@dataclass(frozen=True, slots=True)
class CheckAnswer:
    """What came of a check; `notes` say what its parts are worth.

    `broke` says how a check that had been true was not true any more at the end of the visit.
    """

    evaluation: Evaluation
    notes: tuple[str, ...] = ()
    subject: CheckSubject = NO_SUBJECT
    has_acted: bool = False
    broke: str = ""
    is_moving: bool = False

    @property
    def may_change(self) -> bool:
        """Whether the same check may be true a little later."""
        return not self.evaluation.is_truthy and self.evaluation.ending in _FAULTLESS


@dataclass(slots=True)
class UntouchedPage:
    """The checks of one page that nobody touches; `answers` are by the text of the check."""

    page: BrowserPage
    texts: Sequence[str]
    answers: dict[str, CheckAnswer] = field(default_factory=dict)
    is_touched: bool = False
    _began: float = 0.0

    async def ask_readers(self) -> None:
        """Decide every check that the engine lets pass, and see that what is true stays so."""
        self._began = time.monotonic()
        waiting = list(dict.fromkeys(self.texts))
        while waiting and self._has_time:
            for text in waiting:
                await self._peek(text)
            waiting = [text for text in waiting if self._is_waited_for(text)]
            await asyncio.sleep(POLL_SECONDS if waiting else 0)
        await self.page.settle_timers()
        for text, answer in list(self.answers.items()):
            if answer.evaluation.is_truthy:
                await self._see_that_it_stays(text)
            else:
                self.answers[text] = await explained(self.page, text, answer)

    async def ask_refused(self) -> None:
        """Evaluate what the engine refused, until one of those has acted on the page."""
        refused = [text for text in dict.fromkeys(self.texts) if text not in self.answers]
        for text in sorted(refused, key=looks_acting):
            if self.is_touched or not self._has_time:
                return
            await self._ask_watched(text)

    @property
    def has_refused(self) -> bool:
        """Whether a check is left that the engine did not let pass."""
        return not self.answers.keys() >= set(self.texts)

    @property
    def _has_time(self) -> bool:
        return time.monotonic() - self._began < ALL_SECONDS * self.page.pace

    async def _peek(self, text: str) -> None:
        seen = await self.page.ask(text, seconds_for(self.page, text))
        if seen.ending is not Ending.REFUSED:
            self.answers[text] = CheckAnswer(seen)

    def _is_waited_for(self, text: str) -> bool:
        given = patience(text) * self.page.pace
        is_open = text in self.answers and self.answers[text].may_change
        return is_open and time.monotonic() - self._began < given

    async def _see_that_it_stays(self, text: str) -> None:
        seen = await self.page.ask(text, seconds_for(self.page, text))
        if seen.is_truthy or seen.ending not in _FAULTLESS:
            return
        first = await notes_on(self.page, text)
        await asyncio.sleep(MOTION_SECONDS)
        again = await self.page.ask(text, seconds_for(self.page, text))
        is_moving = again.is_truthy or first != await notes_on(self.page, text)
        broke = "was true at first, and not any more at the end of the visit"
        answer = CheckAnswer(seen, broke=broke, is_moving=is_moving)
        self.answers[text] = await explained(self.page, text, answer)

    async def _ask_watched(self, text: str) -> None:
        acts = looks_acting(text)
        while not self.is_touched:
            seen, has_acted = await self.page.evaluate_watched(text, seconds_for(self.page, text))
            self.is_touched = acts or has_acted
            self.answers[text] = CheckAnswer(seen, has_acted=self.is_touched)
            if not self._is_waited_for(text):
                break
            await asyncio.sleep(POLL_SECONDS)
        self.answers[text] = await explained(self.page, text, self.answers[text])


async def ask_once(page: BrowserPage, text: str, pause: float) -> CheckAnswer:
    """The check on a page of its own, so many seconds after the load."""
    await page.open()
    await asyncio.sleep(pause * page.pace)
    seen = await page.evaluate(text, seconds_for(page, text))
    return await explained(page, text, CheckAnswer(seen, has_acted=True))


def seconds_for(page: BrowserPage, text: str) -> float:
    """What the evaluation of a check may take."""
    return max(EVALUATION_SECONDS, patience(text)) * page.pace


async def explained(page: BrowserPage, text: str, answer: CheckAnswer) -> CheckAnswer:
    """The answer with notes; those of a check that acted leave out what the check itself says."""
    if not answer.may_change:
        return answer
    notes: Iterable[str] = await notes_on(page, text)
    if answer.has_acted:
        notes = (note for note in notes if not repeats_literal(note.rpartition("` is ")[2], text))
    answer = replace(answer, notes=tuple(notes))
    missed = may_matter(page.log.unreached, text)
    return replace(answer, subject=await subject_of(page, text, missed)) if missed else answer


def repeats_literal(value: str, text: str) -> bool:
    """Whether a value has a word that the check itself may have typed."""
    typed = {literal.lower() for literal in literals(text) if literal.strip()}
    words = (rf"(?<!\w){re.escape(word)}(?!\w)" for word in typed)
    return any(re.search(word, value.lower()) for word in words)


async def notes_on(page: BrowserPage, text: str) -> list[str]:
    """What the parts of an expression are worth, as far as looking at them changes nothing."""
    notes: dict[str, None] = {}
    for chain in chains(text):
        note = await _note(page, [prefix for prefix in chain if prefix != text.strip()])
        if note:
            notes[note] = None
    return list(notes)[:MOST_NOTES]


async def _note(page: BrowserPage, prefixes: Sequence[str]) -> str:
    """The first part that is missing, else the last one that has a value to show."""
    telling = ""
    for prefix in prefixes:
        # The engine holds getElementById, unlike querySelector, for a possible side effect.
        peekable = prefix.replace("document.getElementById(", 'document.querySelector("#" + ')
        seen = await page.peek(peekable)
        if seen.ending is not Ending.VALUE:
            break
        if seen.kind in ("null", "undefined"):
            return f"`{prefix}` is {seen.kind}"
        if seen.kind in ("string", "number", "bigint") or seen.shown.endswith("(0)"):
            telling = f"`{prefix}` is {seen.shown}"
    return telling
