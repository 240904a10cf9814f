from collections.abc import Callable
from typing import TypeVar, TypeVarTuple, Unpack

import pytest

from agent.errors import DraftingError
from agent.pipeline import Line, produce
from agent.values import (
    Attempt,
    Enough,
    Job,
    Later,
    Order,
    Plan,
    Proof,
    Publication,
    Receipt,
    Remote,
    Revision,
    Trial,
)

T = TypeVar("T")
Given = TypeVarTuple("Given")

JOB = Job("shop.1.n", "shop", 1, 0.0, 60.0)
SHA = "a" * 40
REVISION = Revision("shop", 1, SHA, "index.html")
MOVED = Revision("shop", 1, "b" * 40, "index.html")


class Steps:
    """Runs every step at once and writes down its name."""

    def __init__(self) -> None:
        self.names: list[str] = []

    def do(self, name: str, work: Callable[[Unpack[Given]], T], *given: *Given) -> T:
        self.names.append(name)
        return work(*given)

    def poll(self, name: str, work: Callable[[Unpack[Given]], T | Later], *given: *Given) -> T:
        while isinstance(result := self.do(name, work, *given), Later):
            continue
        return result


class Stages:
    """Stages that give what they were told to, in order."""

    def __init__(
        self,
        attempts: int = 1,
        commits: tuple[Revision | None, ...] = (REVISION,),
        pushes: tuple[Revision | None, ...] = (REVISION,),
        proofs: tuple[Proof | None, ...] = (),
    ) -> None:
        self.attempts = attempts
        self.commits = list(commits)
        self.pushes = list(pushes)
        self.proofs = list(proofs)
        self.waits = 2
        self.published: list[Revision] = []

    def line(self) -> Line:
        return Line(
            open=lambda job: Order(job, Remote("shop", "http://r", "file:///r")),
            plan=lambda order: Plan(0, 0),
            draft=self.draft,
            prove=lambda order, plan, attempt: self.proofs.pop(0) if self.proofs else Proof(()),
            commit=lambda order, trial: self.commits.pop(0),
            push=lambda order, revision: self.pushes.pop(0),
            publish=self.publish,
            notify=lambda order, publication: Receipt("", ()),
        )

    def draft(self, order: Order, trials: tuple[Trial, ...]) -> Attempt | Enough:
        number = len(trials) + 1
        if number > self.attempts:
            return Enough("no more")
        return Attempt(number, f"{number:040x}", f"{number:040x}", "summary", "model")

    def publish(self, order: Order, revision: Revision) -> Publication | Later:
        self.waits -= 1
        self.published.append(revision)
        return Later(0.0, "wait") if self.waits else Publication("http://r", "http://p/", revision)


def test_a_job_goes_once_through_the_line() -> None:
    steps = Steps()

    publication, receipt = produce(JOB, Stages(attempts=2).line(), steps)

    assert publication.revision == REVISION
    assert receipt == Receipt("", ())
    assert steps.names == [
        "open",
        "plan",
        "draft",
        "proof",
        "draft",
        "proof",
        "draft",
        "commit",
        "push",
        "publish",
        "publish",
        "notify",
    ]


def test_no_attempt_at_all_is_a_failure_with_the_reason() -> None:
    with pytest.raises(DraftingError, match="no more"):
        produce(JOB, Stages(attempts=0).line(), Steps())


@pytest.mark.parametrize(
    ("commits", "pushes"),
    [((None, REVISION), (REVISION,)), ((REVISION, REVISION), (None, REVISION))],
)
def test_drafts_that_went_with_their_machine_are_made_again(
    commits: tuple[Revision | None, ...], pushes: tuple[Revision | None, ...]
) -> None:
    steps = Steps()

    produce(JOB, Stages(commits=commits, pushes=pushes).line(), steps)

    assert steps.names.count("draft") == 4
    assert steps.names.count("open") == 1


def test_a_draft_that_went_with_its_machine_before_it_was_proved_is_made_again() -> None:
    steps = Steps()

    produce(JOB, Stages(proofs=(None,)).line(), steps)

    assert steps.names[:7] == ["open", "plan", "draft", "proof", "plan", "draft", "proof"]


def test_what_is_published_is_the_revision_as_it_was_pushed() -> None:
    stages = Stages(pushes=(MOVED,))

    publication, _ = produce(JOB, stages.line(), Steps())

    assert publication.revision == MOVED
    assert set(stages.published) == {MOVED}
