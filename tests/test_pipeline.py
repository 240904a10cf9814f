from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar, TypeVarTuple, Unpack

import pytest

from agent.errors import DraftingError, NotifyError, WorkspaceLost
from agent.loaded_job import LoadedJob
from agent.looks import Review
from agent.mirrored import NO_MIRRORS
from agent.pipeline import Line, Tried, produce
from agent.ports import RunClock
from agent.values import (
    Decision,
    Draft,
    Job,
    Plan,
    Proof,
    ProvedDraft,
    Publication,
    Receipt,
    RefusedDraft,
    Remote,
    RetryIn,
    Revision,
)
from tests.orders import Clock, loaded_job

T = TypeVar("T")
Given = TypeVarTuple("Given")

JOB = Job("shop.1.n", "shop", 1, 0.0, 60.0)
SHA = "a" * 40
REVISION = Revision("shop", 1, SHA, "index.html")
MOVED = Revision("shop", 1, "b" * 40, "index.html")
LOST = WorkspaceLost("gone")


class Steps:
    """Runs every step at once and writes down its name."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.clock: RunClock = Clock(60.0)

    def do(self, name: str, work: Callable[[Unpack[Given]], T], *given: *Given) -> T:
        self.names.append(name)
        return work(*given)

    def ahead(self, name: str, work: Callable[[Unpack[Given]], object], *given: *Given) -> None:
        """Nothing is begun ahead: the step of that name does it all."""

    def load(self, work: Callable[[Unpack[Given]], T], *given: *Given) -> T:
        return self.do("load", work, *given)

    def poll(self, name: str, work: Callable[[Unpack[Given]], T | RetryIn], *given: *Given) -> T:
        while isinstance(result := self.do(name, work, *given), RetryIn):
            continue
        return result


def due(outcomes: list[Revision | WorkspaceLost]) -> Revision:
    outcome = outcomes.pop(0)
    if isinstance(outcome, WorkspaceLost):
        raise outcome
    return outcome


@dataclass
class ScriptedLine:
    """Steps that give what they are due to give, in order."""

    most: int = 1
    commits: list[Revision | WorkspaceLost] = field(default_factory=lambda: [REVISION])
    pushes: list[Revision | WorkspaceLost] = field(default_factory=lambda: [REVISION])
    drafts: list[Draft | RefusedDraft] = field(default_factory=list)
    losses: int = 0
    objections: tuple[str, ...] = ()
    keeps: bool = False
    unproved: RefusedDraft | None = None
    waits: int = 2
    best: list[ProvedDraft] = field(default_factory=list)
    published: list[Revision] = field(default_factory=list)
    lost_pages: int = 0

    def line(self) -> Line:
        return Line(
            open=lambda job, clock: Remote("shop", "http://r", "file:///r"),
            load=lambda job, remote, clock: loaded_job(job, remote, Path("nowhere")),
            plan=lambda loaded: Plan(0, 0),
            stop=lambda loaded, tried: Decision(len(tried) >= self.most, "no more"),
            draft=self.draft,
            prove=self.prove,
            review=self.review,
            polish=lambda loaded, tried, review: self.draft(loaded, tried),
            prove_polished=lambda loaded, plan, draft: (
                self.unproved or self.prove(loaded, plan, draft)
            ),
            choose=lambda loaded, before, after: after if self.keeps else before,
            commit=self.commit,
            push=lambda loaded, revision: due(self.pushes),
            publish=self.publish,
            notify=lambda loaded, publication: Receipt("", ()),
        )

    def draft(self, loaded: LoadedJob, tried: Tried) -> Draft | RefusedDraft:
        number = len(tried) + 1
        if self.drafts:
            return self.drafts.pop(0)
        return Draft(number, f"{number:040x}", f"{number:040x}", "summary", "model")

    def prove(self, loaded: LoadedJob, plan: Plan, draft: Draft) -> Proof:
        if self.losses:
            self.losses -= 1
            raise LOST
        return Proof(())

    def review(self, loaded: LoadedJob, tried: Tried) -> Review:
        return Review(1, self.objections, True)

    def commit(self, loaded: LoadedJob, best: ProvedDraft) -> Revision:
        self.best.append(best)
        return due(self.commits)

    def publish(self, loaded: LoadedJob, revision: Revision) -> Publication | RetryIn:
        if self.lost_pages:
            self.lost_pages -= 1
            raise LOST
        self.waits -= 1
        self.published.append(revision)
        return (
            RetryIn(0.0, "wait") if self.waits else Publication("http://r", "http://p/", revision)
        )


def test_a_job_goes_once_through_the_line() -> None:
    steps = Steps()

    publication, receipt = produce(JOB, ScriptedLine(most=2).line(), steps)

    assert publication.revision == REVISION
    assert receipt == Receipt("", ())
    assert steps.names == [
        "open",
        "load",
        "plan",
        "stop",
        "draft",
        "prove",
        "stop",
        "draft",
        "prove",
        "stop",
        "review",
        "commit",
        "push",
        "publish",
        "publish",
        "notify",
    ]


def test_a_page_that_could_not_be_reported_is_mirrored_all_the_same() -> None:
    steps = Steps()

    def refuse(loaded: LoadedJob, publication: Publication) -> Receipt:
        raise NotifyError("gone")

    line = replace(
        ScriptedLine().line(), notify=refuse, mirror=lambda loaded, publication: NO_MIRRORS
    )

    with pytest.raises(NotifyError, match="gone"):
        produce(JOB, line, steps)

    assert steps.names[-2:] == ["notify", "mirror"]


def test_no_draft_at_all_is_a_failure_with_the_reason() -> None:
    with pytest.raises(DraftingError, match="no more"):
        produce(JOB, ScriptedLine(most=0).line(), Steps())


def test_an_attempt_that_came_to_nothing_is_not_proved_and_counts() -> None:
    steps = Steps()
    line = ScriptedLine(most=2, drafts=[RefusedDraft(1, "prose", 60.0)])

    produce(JOB, line.line(), steps)

    assert steps.names.count("draft") == 2
    assert steps.names.count("prove") == 1
    assert [best.draft.number for best in line.best] == [2]


def test_attempts_that_all_came_to_nothing_are_a_failure() -> None:
    line = ScriptedLine(most=1, drafts=[RefusedDraft(1, "prose", 60.0)])

    with pytest.raises(DraftingError, match="no more"):
        produce(JOB, line.line(), Steps())


@pytest.mark.parametrize(
    "line",
    [
        ScriptedLine(commits=[LOST, REVISION]),
        ScriptedLine(commits=[REVISION, REVISION], pushes=[LOST, REVISION]),
        ScriptedLine(losses=1),
    ],
    ids=["commit", "push", "prove"],
)
def test_drafts_that_went_with_their_machine_are_made_again(line: ScriptedLine) -> None:
    steps = Steps()

    produce(JOB, line.line(), steps)

    assert steps.names.count("draft") == 2
    assert steps.names.count("load") == 2
    assert steps.names.count("open") == 1


def test_a_clone_that_is_lost_after_the_push_is_loaded_again_and_nothing_drafted() -> None:
    steps = Steps()

    produce(JOB, ScriptedLine(lost_pages=1).line(), steps)

    assert steps.names.count("load") == 2
    assert steps.names.count("draft") == 1
    assert steps.names.count("push") == 1


def test_what_is_published_is_the_revision_as_it_was_pushed() -> None:
    line = ScriptedLine(pushes=[MOVED])

    publication, _ = produce(JOB, line.line(), Steps())

    assert publication.revision == MOVED
    assert set(line.published) == {MOVED}


def test_a_draft_that_is_objected_to_is_polished_once_and_the_choice_is_committed() -> None:
    steps, line = Steps(), ScriptedLine(objections=("text is cut off",), keeps=True)

    produce(JOB, line.line(), steps)

    assert steps.names.count("polish") == 1
    assert steps.names[steps.names.index("polish") :][:4] == ["polish", "prove", "choose", "commit"]
    assert [each.draft.number for each in line.best] == [2]


def test_a_polished_draft_that_is_worse_is_not_committed() -> None:
    steps, line = Steps(), ScriptedLine(objections=("text is cut off",), keeps=False)

    produce(JOB, line.line(), steps)

    assert [each.draft.number for each in line.best] == [1]


def test_a_polished_draft_that_cannot_be_proved_leaves_the_draft_before() -> None:
    unproved = RefusedDraft(2, "the deadline has passed", 60.0)
    steps = Steps()
    line = ScriptedLine(objections=("text is cut off",), keeps=True, unproved=unproved)

    produce(JOB, line.line(), steps)

    assert "choose" not in steps.names
    assert [each.draft.number for each in line.best] == [1]


def test_a_polish_that_comes_to_nothing_leaves_the_draft_before() -> None:
    first = Draft(1, SHA, SHA, "summary", "model")
    refused = RefusedDraft(2, "no model answered", 60.0)
    steps = Steps()
    line = ScriptedLine(objections=("text is cut off",), drafts=[first, refused], keeps=True)

    produce(JOB, line.line(), steps)

    assert "choose" not in steps.names
    assert [each.draft for each in line.best] == [first]
