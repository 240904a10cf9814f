"""Each fault at each call of the real server: what passes is waited for, what stays is told.

The waiting takes longer than the work, so every fault at every call is a task of its own, and
all of them are under way at once.
"""

import itertools
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.end_to_end.conftest import settings_for
from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import Script, Serving, serving
from tests.github import faults
from tests.github.clients import WorkTree
from tests.github.faults import Fault
from tests.github.pages import BuildPlan
from tests.github.server import GitHub

_numbers = itertools.count(100)
_AT_ONCE = 12
_SECONDS_ASKED = 2  # longer than the second that a first failure is answered with

LOOK, CREATE, PAGES = "GET /repos/octocat/*", "POST /user/repos", "POST /repos/octocat/*/pages"
REFS, PACK = "git-receive-pack refs", "git-receive-pack pack"
FETCH, TOPICS = "git-upload-pack refs", "PUT /repos/octocat/*/topics"
BUILD, HOMEPAGE = "GET /repos/octocat/*/builds/latest", "PATCH /repos/octocat/*"
STATUS, DEPLOYMENT = "POST /repos/octocat/*/statuses/*", "POST /repos/octocat/*/deployments*"
NEEDED = [LOOK, CREATE, FETCH, REFS, PACK, PAGES, "page GET *"]
NICETIES = [TOPICS, BUILD, HOMEPAGE, STATUS, DEPLOYMENT]
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
STAYING: dict[str, tuple[Callable[[], Fault], str]] = {
    "401": (faults.unauthorized, "GITHUB_TOKEN"),
    "403": (lambda: faults.forbidden("administration=write"), "permission"),
    "422": (lambda: faults.unprocessable("It cannot be done."), "422"),
}
FAILING_STEP = {LOOK: "open", CREATE: "open", REFS: "push", PAGES: "publish"}

# Git's processes wait two minutes for each other after half an answer: tests/forges/test_pushing.
PASSES = [cell for cell in itertools.product(NEEDED, PASSING) if cell != (PACK, "half JSON")]
STAYS = list(itertools.product(FAILING_STEP, STAYING))
LEAVES_OUT = list(itertools.product(NICETIES, ("403", "422", "503", "lost", "stall")))


@dataclass(frozen=True)
class Met:
    """A task that met a fault, its page, and what its caller was answered after `seconds`."""

    task: str
    page: bytes
    answer: requests.Response
    seconds: float


@pytest.fixture(scope="module")
def galley(
    github_here: GitHub, script: Script, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serving]:
    folder = tmp_path_factory.mktemp("galley") / "workspace"
    settings = settings_for(github_here, CONCURRENCY=str(_AT_ONCE))
    with serving(folder, script, settings) as server:
        yield server


@pytest.fixture
def task() -> str:
    return f"task{next(_numbers)}"


@pytest.fixture(scope="module")
def met(
    github_here: GitHub, galley: Serving, script: Script, evaluator: Evaluator
) -> dict[tuple[str, str], Met]:
    """What became of every task of the table, by call and fault."""
    everything = {name: make for name, (make, _) in STAYING.items()} | PASSING

    def meet(cell: tuple[str, str]) -> Met:
        call, fault = cell
        task = f"task{next(_numbers)}"
        page = script.page(task)
        times = 2 if fault in PASSING else None
        github_here.faults.next(call, everything[fault](), times, about=task)
        began = time.monotonic()
        answer = galley.post(task, evaluation_url=evaluator.url)
        return Met(task, page, answer, time.monotonic() - began)

    cells = [*PASSES, *STAYS, *LEAVES_OUT]
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = dict(zip(cells, pool.map(meet, cells), strict=True))
    assert github_here.violations == []
    return found


def assert_done_once(github: GitHub, evaluator: Evaluator, met: Met) -> None:
    """One repository, one commit, one notification, and only when the right bytes were served."""
    assert met.answer.status_code == 200, met.answer.text
    names = [r.name for r in github.repositories if r.name.startswith(met.task)]
    assert names == [met.task]
    assert len(github.repository(f"octocat/{met.task}").history("main")) == 1
    [notification] = evaluator.of(met.task, 1)
    assert notification.page == met.page


@pytest.mark.parametrize(("call", "fault"), PASSES)
def test_every_fault_that_passes_is_waited_for(
    github_here: GitHub,
    evaluator: Evaluator,
    met: dict[tuple[str, str], Met],
    call: str,
    fault: str,
) -> None:
    this = met[call, fault]

    assert_done_once(github_here, evaluator, this)
    faulty = [asked for asked in github_here.calls.matching(call, this.task) if asked.fault]
    assert faulty


@pytest.mark.parametrize(("call", "fault"), STAYS)
def test_every_fault_that_stays_ends_the_job_in_seconds(
    github_here: GitHub,
    galley: Serving,
    evaluator: Evaluator,
    met: dict[tuple[str, str], Met],
    call: str,
    fault: str,
) -> None:
    """With words to act on, nobody notified, and the token in none of it."""
    this = met[call, fault]

    assert this.answer.status_code == 500
    assert this.seconds < 60
    told = this.answer.json()
    assert told["step"] == FAILING_STEP[call]
    assert STAYING[fault][1] in told["message"], told["message"]
    assert github_here.token.value not in this.answer.text + galley.log.read_text()
    assert evaluator.of(this.task, 1) == []


@pytest.mark.parametrize(("call", "fault"), LEAVES_OUT)
def test_what_is_only_nice_to_have_holds_nothing_up(
    github_here: GitHub,
    evaluator: Evaluator,
    met: dict[tuple[str, str], Met],
    call: str,
    fault: str,
) -> None:
    assert_done_once(github_here, evaluator, met[call, fault])


@pytest.mark.parametrize("limit", LIMITS)
def test_nobody_asks_again_before_the_time(
    github: GitHub, galley: Serving, script: Script, evaluator: Evaluator, task: str, limit: str
) -> None:
    """A limit at one call after the other; git is not counted among the hour's calls."""
    page = script.page(task)
    git = [] if limit == "primary" else [FETCH, REFS, PACK]
    calls = [LOOK, CREATE, *git, PAGES]
    for call in calls:
        github.faults.next(call, LIMITS[limit](), about=task)

    answer = galley.post(task, evaluation_url=evaluator.url)

    assert_done_once(github, evaluator, Met(task, page, answer, 0))
    least = 1.0 if limit == "primary" else _SECONDS_ASKED
    for call in calls:
        asked = github.calls.matching(call, task)
        refused = next(number for number, one in enumerate(asked) if one.fault)
        silent_from = asked[refused].answered_at or asked[refused].at
        assert asked[refused + 1].at - silent_from >= least


@pytest.mark.parametrize("calls", [(CREATE,), (REFS, PAGES)])
def test_a_limit_beyond_the_deadline_ends_the_job_at_once(
    github: GitHub, script: Script, evaluator: Evaluator, calls: tuple[str, ...], tmp_path: Path
) -> None:
    # A server of its own, because after a refusal by the API it asks nothing more for an hour.
    with serving(tmp_path / "workspace", script, settings_for(github)) as galley:
        for call in calls:
            task = f"task{next(_numbers)}"
            script.page(task)
            github.faults.next(call, faults.too_many(3600), about=task)

            answer = galley.post(task, evaluation_url=evaluator.url)

            assert answer.status_code == 500
            assert answer.json()["step"] == FAILING_STEP[call]
            words = "asked to wait 3600 s; the next try is due in 3600 s"
            assert words in answer.json()["message"]
            assert len(github.calls.matching(call, task)) == 1
            assert evaluator.of(task, 1) == []


def test_a_failed_build_is_asked_for_again(
    github: GitHub, galley: Serving, script: Script, evaluator: Evaluator, task: str
) -> None:
    page = script.page(task)
    github.behaviour.next_builds.append(BuildPlan(error="Page build failed."))

    answer = galley.post(task, evaluation_url=evaluator.url)

    assert_done_once(github, evaluator, Met(task, page, answer, 0))


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


@pytest.mark.parametrize("path", ["notes.txt", "index.html"])
def test_what_somebody_pushed_in_between_is_kept(
    github: GitHub,
    galley: Serving,
    script: Script,
    evaluator: Evaluator,
    task: str,
    tmp_path: Path,
    path: str,
) -> None:
    """The round goes on top of it; where both changed the same file, the job fails and says so."""
    script.page(task)
    galley.post(task, evaluation_url=evaluator.url)
    page = script.page(task, 2)
    tree = WorkTree(tmp_path, github, github.token.value)
    tree.clone(f"octocat/{task}")
    github.faults.next(REFS, faults.unavailable(503), about=task)  # time for somebody else

    def push_in_between() -> None:
        tree.commit({path: "kept\n"}, "Take notes")
        tree.push(f"octocat/{task}")

    answer = _while_waiting(galley, task, evaluator, github, push_in_between)

    repository = github.repository(f"octocat/{task}")
    subjects = [commit.message.decode().partition("\n")[0] for commit in repository.history("main")]
    if path == "index.html":
        assert answer.status_code == 500
        assert "somebody pushed changes to index.html" in answer.json()["message"]
        assert subjects[0] == "Take notes"
        assert evaluator.of(task, 2) == []
        return
    assert answer.status_code == 200, answer.text
    [notification] = evaluator.of(task, 2)
    assert notification.page == page
    assert subjects[1] == "Take notes"
    assert notification.payload["commit_sha"] == repository.head("main")


def _while_waiting(
    galley: Serving,
    task: str,
    evaluator: Evaluator,
    github: GitHub,
    work: Callable[[], None],
) -> requests.Response:
    """Post round 2, do the work once the push has met its fault, and wait for the answer."""
    with ThreadPoolExecutor(1) as pool:
        answer = pool.submit(galley.post, task, 2, evaluation_url=evaluator.url)
        ends_at = time.monotonic() + 60
        while not any(call.fault for call in github.calls.matching(REFS, task)):
            assert time.monotonic() < ends_at
            wait([answer], timeout=0.05)
        work()
        return answer.result()
