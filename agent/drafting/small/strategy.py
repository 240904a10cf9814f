"""Decides how each attempt of a small model is made: corrected by code, or asked of the model."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from agent.deadline import Deadline
from agent.drafting import answer
from agent.drafting.answer import as_text
from agent.drafting.large_model import best_of
from agent.drafting.prompt_material import PromptMaterial
from agent.drafting.small import prompts
from agent.drafting.small.data_files import data_files_of
from agent.drafting.small.element_inference import javascript_name
from agent.drafting.small.html_autofix import autofixed
from agent.drafting.small.loop_detection import LoopGuard
from agent.drafting.small.named_change import NamedChange, named_changes
from agent.drafting.small.page_spec import PageSpec
from agent.drafting.small.schedule import (
    FIRST_ROUND,
    LATER_ROUNDS,
    AttemptKind,
    ScheduledAttempt,
    scheduled,
)
from agent.drafting.small.script_parts import inline_script, merged, undeclared_names
from agent.drafting.small.skeleton import (
    Skeleton,
    functions_in,
    with_stylesheet,
    without_stylesheet,
)
from agent.errors import DeadlinePassed, DraftRefused
from agent.ports import DraftRequest, EarlierDraft, Message, Model, Prompt, Writer
from agent.values import Check, CheckKind, DraftContent, Outcome, Proof, ProvedDraft

PAGE = "index.html"
MOST_ATTEMPTS = 14
LEAST_SECONDS = 20.0
"""A call of the model is not worth starting with less time."""

_DRAFTS_BEFORE_KEPT = 2


@dataclass(frozen=True, slots=True)
class _LengthLimit:
    """The longest answer that makes sense."""

    characters: int
    tokens: int


_WHOLE_PAGE = _LengthLimit(9_000, 3_500)
_SCRIPT_ONLY = _LengthLimit(4_500, 1_800)


@dataclass(frozen=True)
class SmallModelWriter:
    """Implements Writer. `other_writer` writes what is not a page.

    The schedules, `autofixes` and `most_attempts` differ only in measurements.
    """

    model: Model
    other_writer: Writer
    first_round: tuple[ScheduledAttempt, ...] = FIRST_ROUND
    later_rounds: tuple[ScheduledAttempt, ...] = LATER_ROUNDS
    autofixes: bool = True
    most_attempts: int = MOST_ATTEMPTS

    def write(self, request: DraftRequest) -> DraftContent:
        task = _PageTask(request)
        if not task.is_about_a_page:
            return self.other_writer.write(request)
        if page := self._without_model(task):
            model = request.tried[-1].proved.draft.model
        else:
            page = _Attempt(self.model, task, self._next(task)).page()
            model = request.turns[-1][1].model
        if page in task.tried_pages:
            raise DraftRefused("the same page as an earlier attempt's")
        files = request.permit(request.base, {**request.base, PAGE: page.encode()})
        summary = answer.summary([], request.brief.text)
        return DraftContent(files, summary, task.explanation(page), model)

    def reason_to_stop(
        self, proved: tuple[ProvedDraft, ...], attempts: int, deadline: Deadline
    ) -> str:
        if proved and proved[-1].proof.is_clean:
            return "nothing is known to be wrong with the last draft"
        is_short = deadline.remaining < LEAST_SECONDS and not _may_keep_page(proved, attempts)
        if (proved and is_short) or not (proved or deadline.remaining):
            return "the time left is for publishing"
        return f"{attempts} attempts were made" if attempts >= self.most_attempts else ""

    def _without_model(self, task: "_PageTask") -> str:
        """A new page that needs no call of the model; empty where there is none."""
        request = task.request
        pages = (self._autofixed(task, request.tried, request.number), *task.kept_pages)
        return next((page for page in pages if page and page not in task.tried_pages), "")

    def _autofixed(self, task: "_PageTask", tried: tuple[EarlierDraft, ...], number: int) -> str:
        """The page of the attempt before, corrected by code.

        Empty where there is nothing to correct, or where that page is itself a corrected one.
        """
        if not self.autofixes or not tried or tried[-1].proved.draft.number != number - 1:
            return ""
        latest, page = page_of(tried[-1].files), task.autofixed(tried)
        if page == latest or self._autofixed(task, tried[:-1], number - 1) == latest:
            return ""
        return page

    def _next(self, task: "_PageTask") -> ScheduledAttempt:
        """The next scheduled attempt; attempts that code made are not in the schedule."""
        tried = task.request.tried
        by_code = sum(
            task.is_earlier_rounds(page_of(tried[n].files))
            or page_of(tried[n].files)
            == self._autofixed(task, tried[:n], tried[n].proved.draft.number)
            for n in range(1, len(tried))
        )
        schedule = self.later_rounds if task.is_revision else self.first_round
        return scheduled(schedule, task.request.number - 1 - by_code)


@dataclass(frozen=True)
class _PageTask:
    """A request, with what code reads from the briefs and checks of all its rounds."""

    request: DraftRequest

    @property
    def briefs(self) -> tuple[str, ...]:
        """The briefs of all rounds, latest first."""
        earlier = reversed(self.request.earlier)
        return (self.request.brief.text, *(round_.brief for round_ in earlier))

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks of all rounds, those of the latest first."""
        earlier = reversed(self.request.earlier)
        return (*self.request.brief.checks, *(c for round_ in earlier for c in round_.checks))

    @cached_property
    def skeleton(self) -> Skeleton:
        brief = self.request.brief
        spec = PageSpec.of(self.briefs, self.checks, brief.task)
        return Skeleton(spec, data_files_of(brief.attachments))

    @property
    def is_about_a_page(self) -> bool:
        """Otherwise the brief is about other files, and there is nothing to make a skeleton of."""
        checks = self.request.brief.checks
        return bool(self.skeleton.spec.elements) or any(c.kind is CheckKind.JS for c in checks)

    @property
    def is_revision(self) -> bool:
        return PromptMaterial(self.request).is_revision

    @cached_property
    def tried_pages(self) -> tuple[str, ...]:
        return tuple(page_of(each.files) for each in self.request.tried)

    @property
    def kept_pages(self) -> tuple[str, ...]:
        """The pages to fall back on where every draft harms the earlier rounds; otherwise none.

        The model has two drafts first, if there is time.
        """
        request = self.request
        harms = [
            _harms_earlier_rounds(each.proved.proof, request.brief.round) for each in request.tried
        ]
        is_early = len(harms) < _DRAFTS_BEFORE_KEPT and request.deadline.remaining >= LEAST_SECONDS
        if not harms or not all(harms) or is_early:
            return ()
        return self.prepared_page, page_of(request.base)

    def is_earlier_rounds(self, page: str) -> bool:
        """Whether it is the page of the round before, as it was or with its new elements."""
        return self.is_revision and page in (self.prepared_page, page_of(self.request.base))

    @cached_property
    def prepared_page(self) -> str:
        """The page of the round before, with the elements that are new."""
        return autofixed(page_of(self.request.base), self.skeleton.spec, ())

    def autofixed(self, tried: tuple[EarlierDraft, ...]) -> str:
        """The last attempt's page with the corrections that code can make."""
        scripts = [inline_script(page_of(each.files)) for each in tried[:-1]]
        return autofixed(page_of(tried[-1].files), self.skeleton.spec, scripts)

    def is_of_skeleton(self, page: str) -> bool:
        """Whether the page is the skeleton around a script, with nothing else changed."""
        return self.skeleton.page(inline_script(page)) == page

    def explanation(self, page: str) -> str:
        """How the page's code works; empty where the model wrote the whole page."""
        if not self.is_of_skeleton(page):
            return ""
        return self.skeleton.explanation(inline_script(page))


@dataclass(frozen=True)
class _Attempt:
    """One attempt that asks the model."""

    model: Model
    task: _PageTask
    scheduled: ScheduledAttempt

    def page(self) -> str:
        """The page that comes of the answer. Raises DraftRefused."""
        return {
            AttemptKind.PAGE: self._whole_page,
            AttemptKind.SCRIPT: self._script,
            AttemptKind.SCRIPT_WITHOUT_EXAMPLE: self._script,
            AttemptKind.NAMED_CHANGE: self._changed,
            AttemptKind.REWRITE: self._rewritten,
        }[self.scheduled.kind]()

    @property
    def _request(self) -> DraftRequest:
        return self.task.request

    def _whole_page(self) -> str:
        return prompts.page_in(self._ask(prompts.page_prompt(self._request), _WHOLE_PAGE))

    def _script(self) -> str:
        with_example = self.scheduled.kind is AttemptKind.SCRIPT
        brief, skeleton = self._request.brief.text, self.task.skeleton
        said = self._ask(prompts.script_prompt(brief, skeleton, with_example), _SCRIPT_ONLY)
        return self._page_of_skeleton(prompts.script_in(said))

    def _changed(self) -> str:
        best = self._best()
        page, change = page_of(best.files), self._change(best)
        if not self.task.is_of_skeleton(page):
            return self._rewrite(page, change)
        functions = functions_in(inline_script(page))
        brief, skeleton = self._request.brief.text, self.task.skeleton
        messages = prompts.change_prompt(brief, skeleton, functions, change)
        said = self._ask(messages, _SCRIPT_ONLY)
        return self._page_of_skeleton(merged(functions, prompts.script_in(said)))

    def _rewritten(self) -> str:
        return self._rewrite(self.task.prepared_page, None)

    def _rewrite(self, page: str, change: NamedChange | None) -> str:
        unstyled = without_stylesheet(page)
        messages = prompts.rewrite_prompt(self._request, unstyled, change)
        rewritten = prompts.page_in(self._ask(messages, _WHOLE_PAGE))
        return rewritten if unstyled == page else with_stylesheet(rewritten)

    def _page_of_skeleton(self, functions: str) -> str:
        skeleton = self.task.skeleton
        asked = "\n".join((*self.task.briefs, *(check.text for check in self.task.checks)))
        if text := prompts.copied_text(functions, skeleton, asked):
            raise DraftRefused(f"the answer shows {text!r}, which is copied from an example")
        earlier = [functions_in(inline_script(page)) for page in self.task.tried_pages]
        return skeleton.page(skeleton.script(functions, earlier))

    def _best(self) -> EarlierDraft:
        """The draft to change: the best one of the skeleton, if there is one."""
        tried = self._request.tried
        own = tuple(each for each in tried if self.task.is_of_skeleton(page_of(each.files)))
        best = best_of(own or tried)
        if best is None:
            raise DraftRefused("there is nothing yet to change")
        return best

    def _change(self, best: EarlierDraft) -> NamedChange:
        """Another change each time, as long as there are others."""
        ids = [javascript_name(element.id) for element in self.task.skeleton.spec.elements]
        script = inline_script(page_of(best.files))
        known = named_changes(best.proved.proof, undeclared_names(script, ids))
        if not known:
            raise DraftRefused("nothing that can be named is wrong with the best attempt")
        since = self._request.number - best.proved.draft.number - 1
        return known[since // 2 % len(known)]

    def _ask(self, messages: tuple[Message, ...], most: _LengthLimit) -> str:
        """The model's answer, which the request's `turns` record."""
        request, attempt = self._request, self.scheduled
        prompt = Prompt(messages, attempt.temperature, attempt.seed, most.tokens)
        listen = LoopGuard(request.listen, most.characters)
        try:
            said = self.model.answer(prompt, request.deadline, listen)
        except DeadlinePassed as error:
            if request.tried:
                raise DraftRefused("the time was up before the answer was complete") from error
            raise
        request.turns.append((prompt, said))
        return said.text


def page_of(files: Mapping[str, bytes]) -> str:
    """The app's page; empty where there is none."""
    return as_text(files.get(PAGE, b"")) or ""


def _harms_earlier_rounds(proof: Proof, round_: int) -> bool:
    """Whether a check of a round before `round_` failed that no later round overrides."""
    return any(v.outcome is Outcome.FAILED and v.check.round < round_ for v in proof.verdicts)


def _may_keep_page(proved: tuple[ProvedDraft, ...], attempts: int) -> bool:
    """Whether the page of the round before may still be due as a draft, which takes no call."""
    newest = max((v.check.round for each in proved for v in each.proof.verdicts), default=1)
    harms = [_harms_earlier_rounds(each.proof, newest) for each in proved]
    return bool(harms) and all(harms) and attempts <= _DRAFTS_BEFORE_KEPT
