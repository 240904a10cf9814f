"""Each fault at each call of the real server: what passes is waited for, what stays is told."""

import itertools
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path

import pytest

from tests.end_to_end.conftest import settings_for
from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import Script, Serving, serving
from tests.github import faults
from tests.github.clients import WorkTree
from tests.github.faults import Fault
from tests.github.pages import BuildPlan
from tests.github.server import GitHub

_numbers = itertools.count(1)
_SECONDS_ASKED = 3

LOOK, CREATE, PAGES = "GET /repos/octocat/*", "POST /user/repos", "POST /repos/octocat/*/pages"
REFS, PACK = "git-receive-pack refs", "git-receive-pack pack"
CALLS = [LOOK, CREATE, REFS, PACK, PAGES, "page GET *"]
PASSING: dict[str, Callable[[], Fault]] = {
    "500": lambda: faults.unavailable(500),
    "502": lambda: faults.unavailable(502),
    "503": lambda: faults.unavailable(503),
    "reset": faults.reset,
    "lost": faults.lost,
    "cut off": faults.cut_off,
    "half JSON": faults.half_json,
    "stall": faults.stall,
}
LIMITS: dict[str, Callable[[], Fault]] = {
    "429": lambda: faults.too_many(_SECONDS_ASKED),
    "secondary": lambda: faults.secondary_limit(_SECONDS_ASKED),
    "primary": lambda: faults.primary_limit(_SECONDS_ASKED),
}
STAYING: dict[str, tuple[Fault, str]] = {
    "401": (faults.unauthorized(), "GITHUB_TOKEN"),
    "403": (faults.forbidden("administration=write"), "permission"),
    "422": (faults.unprocessable("It cannot be done."), "It cannot be done."),
}
FAILING_STEP = {LOOK: "open", CREATE: "open", REFS: "push", PAGES: "publish"}


@pytest.fixture
def task() -> str:
    return f"task{next(_numbers)}"


def assert_done_once(
    github: GitHub, galley: Serving, evaluator: Evaluator, task: str, page: bytes
) -> None:
    """One repository, one commit, one notification, and only when the right bytes were served."""
    answer = galley.post(task, evaluation_url=evaluator.url)

    assert answer.status_code == 200, answer.text
    names = [r.name for r in github.repositories if r.name.startswith(task)]
    assert names == [task]
    assert len(github.repository(f"octocat/{task}").history("main")) == 1
    [notification] = evaluator.of(task, 1)
    assert notification.page == page
    assert any(call.fault for call in github.calls)


@pytest.mark.parametrize(("call", "fault"), [(CREATE, "lost"), (PACK, "503")])
def test_a_fault_is_waited_for(
    github: GitHub,
    galley: Serving,
    script: Script,
    evaluator: Evaluator,
    task: str,
    call: str,
    fault: str,
) -> None:
    page = script.page(task)
    github.calls.clear()
    github.faults.next(call, PASSING[fault]())

    assert_done_once(github, galley, evaluator, task, page)


@pytest.mark.slow
@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING)
def test_every_fault_that_passes_is_waited_for(
    github: GitHub,
    galley: Serving,
    script: Script,
    evaluator: Evaluator,
    task: str,
    call: str,
    fault: Callable[[], Fault],
) -> None:
    page = script.page(task)
    github.calls.clear()
    met = fault()
    hangs = (call, met.name) == (PACK, "half JSON")  # git's processes wait for each other
    github.faults.next(call, met, times=1 if hangs else 2)

    assert_done_once(github, galley, evaluator, task, page)


@pytest.mark.slow
@pytest.mark.parametrize("call", [LOOK, CREATE, REFS, PACK, PAGES])
@pytest.mark.parametrize("limit", LIMITS.values(), ids=LIMITS)
def test_nobody_asks_again_before_the_time(
    github: GitHub,
    galley: Serving,
    script: Script,
    evaluator: Evaluator,
    task: str,
    call: str,
    limit: Callable[[], Fault],
) -> None:
    page = script.page(task)
    github.calls.clear()
    fault = limit()
    if call in (REFS, PACK) and fault.name == "primary limit":
        pytest.skip("git is not counted among the hour's calls")
    github.faults.next(call, fault)

    assert_done_once(github, galley, evaluator, task, page)

    met = next(asked for asked in github.calls if asked.fault)
    after = [asked for asked in github.calls if asked.at > met.at and asked.matches(call)]
    least = 1.0 if fault.name == "primary limit" else _SECONDS_ASKED
    assert after[0].at - (met.answered_at or met.at) >= least


@pytest.mark.parametrize("fault", ["401"])
def test_a_fault_that_stays_ends_the_job_at_once(
    github: GitHub, galley: Serving, script: Script, evaluator: Evaluator, task: str, fault: str
) -> None:
    assert_refused(github, galley, script, evaluator, task, REFS, fault)


@pytest.mark.slow
@pytest.mark.parametrize("call", [LOOK, CREATE, REFS, PAGES])
@pytest.mark.parametrize("fault", STAYING)
def test_every_fault_that_stays_ends_the_job_in_seconds(
    github: GitHub,
    galley: Serving,
    script: Script,
    evaluator: Evaluator,
    task: str,
    call: str,
    fault: str,
) -> None:
    if call == REFS and fault == "422":
        pytest.skip("git servers do not answer 422")
    assert_refused(github, galley, script, evaluator, task, call, fault)


def assert_refused(
    github: GitHub,
    galley: Serving,
    script: Script,
    evaluator: Evaluator,
    task: str,
    call: str,
    fault: str,
) -> None:
    """Failed soon, with words to act on, nobody notified and the token in none of it."""
    script.page(task)
    staying, words = STAYING[fault]
    github.faults.next(call, staying, times=None)
    began = time.monotonic()

    answer = galley.post(task, evaluation_url=evaluator.url)

    assert answer.status_code == 500
    assert time.monotonic() - began < 60
    told = answer.json()
    assert told["step"] == FAILING_STEP[call]
    assert words in told["message"], told["message"]
    assert github.token.value not in answer.text + galley.log.read_text()
    assert evaluator.of(task, 1) == []


@pytest.mark.slow
@pytest.mark.parametrize("call", [CREATE, REFS, PAGES])
def test_a_limit_beyond_the_deadline_ends_the_job_at_once(
    github: GitHub,
    script: Script,
    evaluator: Evaluator,
    task: str,
    call: str,
    tmp_path: Path,
) -> None:
    script.page(task)
    github.calls.clear()
    github.faults.next(call, faults.too_many(3600))

    # A server of its own, because it asks GitHub nothing more for an hour.
    with serving(tmp_path / "workspace", script, settings_for(github)) as galley:
        answer = galley.post(task, evaluation_url=evaluator.url)

    assert answer.status_code == 500
    assert answer.json()["step"] == FAILING_STEP[call]
    assert "asked to wait 3600 s; the next try is due in 3600 s" in answer.json()["message"]
    assert len([asked for asked in github.calls if asked.matches(call)]) == 1
    assert evaluator.of(task, 1) == []


def test_a_failed_build_is_asked_for_again(
    github: GitHub, galley: Serving, script: Script, evaluator: Evaluator, task: str
) -> None:
    page = script.page(task)
    github.calls.clear()
    github.behaviour.next_builds.append(BuildPlan(error="Page build failed."))

    answer = galley.post(task, evaluation_url=evaluator.url)

    assert answer.status_code == 200, answer.text
    [notification] = evaluator.of(task, 1)
    assert notification.page == page


def test_builds_that_keep_failing_end_the_job_with_githubs_reason(
    github: GitHub, galley: Serving, script: Script, evaluator: Evaluator, task: str
) -> None:
    script.page(task)
    github.behaviour.next_builds.extend([BuildPlan(error="The theme is missing.")] * 2)

    answer = galley.post(task, evaluation_url=evaluator.url)

    assert answer.status_code == 500
    assert answer.json()["step"] == "publish"
    assert "twice: The theme is missing." in answer.json()["message"]
    assert evaluator.of(task, 1) == []


def test_what_somebody_pushed_in_between_is_kept(
    github: GitHub,
    galley: Serving,
    script: Script,
    evaluator: Evaluator,
    task: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    script.page(task)
    galley.post(task, evaluation_url=evaluator.url)
    page = script.page(task, 2)
    tree = WorkTree(tmp_path_factory.mktemp("other"), github, github.token.value)
    tree.clone(f"octocat/{task}")
    github.faults.next(REFS, faults.unavailable(503))  # time for somebody else

    def push_in_between() -> None:
        tree.commit({"notes.txt": "kept\n"}, "Take notes")
        tree.push(f"octocat/{task}")

    answer = _while_waiting(galley, task, evaluator, github, push_in_between)

    assert answer == 200
    [notification] = evaluator.of(task, 2)
    assert notification.page == page
    subjects = [
        commit.message.decode().partition("\n")[0]
        for commit in github.repository(f"octocat/{task}").history("main")
    ]
    assert subjects[1] == "Take notes"
    assert notification.payload["commit_sha"] == github.repository(f"octocat/{task}").head("main")


def _while_waiting(
    galley: Serving,
    task: str,
    evaluator: Evaluator,
    github: GitHub,
    work: Callable[[], None],
) -> int:
    """Post round 2, do the work once the push has met its fault, and wait for the answer."""
    before = len(github.calls)
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(galley.post, task, 2, evaluation_url=evaluator.url)
        ends_at = time.monotonic() + 60
        while not any(call.fault for call in github.calls[before:]):
            assert time.monotonic() < ends_at
            wait([answer], timeout=0.05)
        work()
        return answer.result().status_code
