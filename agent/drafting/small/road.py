"""The road itself: which move comes next, and the page that it makes. Speaks Writer."""

from dataclasses import dataclass

from agent.deadline import Deadline
from agent.drafting import answer
from agent.drafting.large_model import best_of
from agent.drafting.small import code, requests
from agent.drafting.small.assembly import assembled, fenced_page, merged, script_in, written
from agent.drafting.small.case import PAGE, Case, page_of
from agent.drafting.small.change import Change, changes
from agent.drafting.small.elements import camel
from agent.drafting.small.mending import inline_script
from agent.drafting.small.moves import FIRST_ROUND, LATER_ROUNDS, Kind, Move, nth
from agent.drafting.small.rambling import Attentive
from agent.errors import DeadlinePassed, DraftRefused
from agent.ports import DraftRequest, EarlierDraft, Message, Model, Prompt, Writer
from agent.values import DraftContent, ProvedDraft

MOST_ATTEMPTS = 14
LEAST_SECONDS = 20.0
"""No model call is worth starting with less time than that."""

_LENGTHS = {True: (9_000, 3_500), False: (4_500, 1_800)}  # characters, tokens: of pages, scripts


@dataclass(frozen=True)
class SmallRoad:
    """Speaks Writer. `otherwise` writes what is no page. The moves and mends are for measuring."""

    model: Model
    otherwise: Writer
    first_round: tuple[Move, ...] = FIRST_ROUND
    later_rounds: tuple[Move, ...] = LATER_ROUNDS
    mends: bool = True
    most_attempts: int = MOST_ATTEMPTS

    def write(self, request: DraftRequest) -> DraftContent:
        case = Case.of(request)
        if not case.is_for_a_page:
            return self.otherwise.write(request)
        if page := self._mended(case, request.tried, request.number):
            model = request.tried[-1].proved.draft.model
        else:
            page = _Step(self.model, case, request).page(self._move(case, request))
            model = request.turns[-1][1].model
        if any(page_of(each.files) == page for each in request.tried):
            raise DraftRefused("the same page as an earlier attempt's")
        base = request.base
        files = request.permit(base, {**base, PAGE: page.encode()})
        summary = answer.summary([], request.brief.text)
        return DraftContent(files, summary, case.explanation(page), model)

    def reason_to_stop(
        self, proved: tuple[ProvedDraft, ...], attempts: int, deadline: Deadline
    ) -> str:
        if proved and proved[-1].proof.is_clean:
            return "nothing is known to be wrong with the last draft"
        if (proved and deadline.remaining < LEAST_SECONDS) or not deadline.remaining:
            return "the time left is for publishing"
        return f"{attempts} attempts were made" if attempts >= self.most_attempts else ""

    def _mended(self, case: Case, tried: tuple[EarlierDraft, ...], number: int) -> str:
        """The attempt just made with what code can put right; empty where that is nothing, or
        where it was mended itself."""
        if not self.mends or not tried or tried[-1].proved.draft.number != number - 1:
            return ""
        latest, page = page_of(tried[-1].files), case.mended(tried)
        if page == latest or self._mended(case, tried[:-1], number - 1) == latest:
            return ""
        return page

    def _move(self, case: Case, request: DraftRequest) -> Move:
        """The next one; attempts that were mends of the one before have used up none."""
        tried = request.tried
        mends = sum(
            page_of(tried[n].files) == self._mended(case, tried[:n], tried[n].proved.draft.number)
            for n in range(1, len(tried))
        )
        moves = self.later_rounds if case.material.is_revision else self.first_round
        return nth(moves, request.number - 1 - mends)


@dataclass(frozen=True)
class _Step:
    """One move of one attempt."""

    model: Model
    case: Case
    request: DraftRequest

    def page(self, move: Move) -> str:
        """The page that the move makes. Raises DraftRefused."""
        return {
            Kind.PAGE: self._whole,
            Kind.SCRIPT: self._script,
            Kind.BARE: self._script,
            Kind.CHANGE: self._changed,
            Kind.REWRITE: self._rewritten,
        }[move.kind](move)

    def _whole(self, move: Move) -> str:
        said = self._said(requests.for_page(self.case), move, is_page=True)
        return fenced_page(said)

    def _script(self, move: Move) -> str:
        messages = requests.for_script(self.case, with_example=move.kind is Kind.SCRIPT)
        said = script_in(self._said(messages, move, is_page=False))
        return self._built(said)

    def _changed(self, move: Move) -> str:
        best = self._best()
        page, change = page_of(best.files), self._change(best)
        if not self.case.is_of_skeleton(page):
            said = self._said(requests.for_rewrite(self.case, page, change), move, is_page=True)
            return fenced_page(said)
        said = self._said(requests.for_change(self.case, page, change), move, is_page=False)
        return self._built(merged(written(inline_script(page)), script_in(said)))

    def _rewritten(self, move: Move) -> str:
        page = self.case.prepared()
        said = self._said(requests.for_rewrite(self.case, page, None), move, is_page=True)
        return fenced_page(said)

    def _built(self, script: str) -> str:
        earlier = [written(inline_script(page_of(each.files))) for each in self.request.tried]
        return self.case.skeleton.page(assembled(self.case.skeleton, script, earlier))

    def _best(self) -> EarlierDraft:
        """What to change: the best attempt, of the skeleton where the road has one."""
        tried = self.request.tried
        own = tuple(each for each in tried if self.case.is_of_skeleton(page_of(each.files)))
        best = best_of(own or tried)
        if best is None:
            raise DraftRefused("there is nothing yet to change")
        return best

    def _change(self, best: EarlierDraft) -> Change:
        """Another thing each time, as long as there are others."""
        ids = [camel(element.id) for element in self.case.skeleton.wanted.elements]
        script = inline_script(page_of(best.files))
        known = changes(best.proved.proof, code.undeclared(script, ids))
        if not known:
            raise DraftRefused("nothing that can be named is wrong with the best attempt")
        since = self.request.number - best.proved.draft.number - 1
        return known[since // 2 % len(known)]

    def _said(self, messages: tuple[Message, ...], move: Move, *, is_page: bool) -> str:
        """The model's answer, on the record."""
        characters, tokens = _LENGTHS[is_page]
        request = self.request
        prompt = Prompt(messages, move.temperature, move.seed, tokens)
        listen = Attentive(request.listen, characters)
        try:
            said = self.model.answer(prompt, request.deadline, listen)
        except DeadlinePassed as error:
            if request.tried:
                raise DraftRefused("the time was up before the answer was") from error
            raise
        request.turns.append((prompt, said))
        return said.text
