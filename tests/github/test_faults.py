"""The fault switchboard: each fault at each door, counted, and only where it was ordered."""

import time
from collections.abc import Callable
from threading import enumerate as living_threads

import pytest
import requests

from . import faults
from .clients import CALL_TIMEOUT_SECONDS, Api, WorkTree, eventually
from .faults import Fault
from .server import GitHub, github

Publish = Callable[[str], str]
SHORT_SECONDS = 0.3
ATTEMPTS_OF_GIT = 2  # on a connection that it used before and that breaks, git tries again
BROKEN = (requests.ConnectionError, requests.Timeout, requests.exceptions.ChunkedEncodingError)


@pytest.mark.parametrize(
    ("fault", "status", "header"),
    [
        (faults.unauthorized(), 401, "WWW-Authenticate"),
        (faults.forbidden("pages=write"), 403, "X-Accepted-GitHub-Permissions"),
        (faults.secondary_limit(60), 403, "Retry-After"),
        (faults.primary_limit(30), 403, "X-RateLimit-Reset"),
        (faults.not_found(), 404, "X-GitHub-Request-Id"),
        (faults.conflict(), 409, "X-GitHub-Request-Id"),
        (faults.unprocessable(), 422, "X-GitHub-Request-Id"),
        (faults.too_many(1), 429, "Retry-After"),
        (faults.unavailable(500), 500, "X-GitHub-Request-Id"),
        (faults.unavailable(502), 502, "X-GitHub-Request-Id"),
        (faults.unavailable(503), 503, "X-GitHub-Request-Id"),
        (faults.redirect("http://127.0.0.1:9/"), 302, "Location"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else None,
)
def test_an_answer_comes_instead_of_the_work(
    github: GitHub, api: Api, fault: Fault, status: int, header: str
) -> None:
    github.faults.next("POST /user/repos", fault)

    answer = api.call("POST", "/user/repos", json={"name": "a"}, allow_redirects=False)

    assert answer.status_code == status
    assert answer.headers[header]
    assert not len(github.repositories)
    assert api.create().status_code == 201


def test_a_used_up_limit_says_so_in_its_headers(github: GitHub, api: Api) -> None:
    github.faults.next("GET /user", faults.primary_limit(30))

    headers = api.call("GET", "/user").headers

    assert headers["X-RateLimit-Remaining"] == "0"
    assert 0 < int(headers["X-RateLimit-Reset"]) - time.time() <= 30


@pytest.mark.parametrize(
    ("fault", "was_done", "patience"),
    [
        (faults.reset(), False, CALL_TIMEOUT_SECONDS),
        (faults.stall(), False, SHORT_SECONDS),
        (faults.lost(), True, CALL_TIMEOUT_SECONDS),
        (faults.cut_off(), True, CALL_TIMEOUT_SECONDS),
        (faults.slow(3600), True, SHORT_SECONDS),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else None,
)
def test_no_whole_answer_says_nothing_about_the_work(
    github: GitHub, api: Api, fault: Fault, was_done: bool, patience: float
) -> None:
    github.faults.next("POST /user/repos", fault)

    with pytest.raises(BROKEN):
        api.call("POST", "/user/repos", json={"name": "todo"}, timeout=patience)
    eventually(lambda: github.calls[-1].answered_at, lambda at: at is not None)

    assert len(github.repositories) == was_done


def test_a_reset_is_a_reset(github: GitHub, api: Api) -> None:
    github.faults.next("GET /user", faults.reset())

    with pytest.raises(requests.ConnectionError, match="reset by peer"):
        api.call("GET", "/user")


def test_half_a_json_comes_in_sound_http(github: GitHub, api: Api) -> None:
    github.faults.next("GET /user", faults.half_json())

    answer = api.call("GET", "/user")

    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_faults_are_counted_and_come_in_their_order(github: GitHub, api: Api) -> None:
    github.faults.next("GET /user", faults.unavailable(502), times=2)
    github.faults.next("GET *", faults.not_found())

    statuses = [api.call("GET", "/user").status_code for _ in range(4)]

    assert statuses == [502, 502, 404, 200]


def test_a_fault_about_one_thing_leaves_others_alone(github: GitHub, api: Api) -> None:
    github.faults.next("POST /user/repos", faults.unavailable(), about="todo")

    statuses = [api.create(name).status_code for name in ("shop", "todo", "todo")]

    assert statuses == [201, 503, 201]
    assert len(github.calls.matching("POST /user/repos", "shop")) == 1


def test_a_fault_for_good_ends_when_it_is_cleared(github: GitHub, api: Api) -> None:
    github.faults.next("GET /user", faults.unavailable(), times=None)
    before = [api.call("GET", "/user").status_code for _ in range(3)]

    github.faults.clear()

    assert before == [503, 503, 503]
    assert api.call("GET", "/user").status_code == 200


def test_a_pattern_without_a_star_at_its_end_stops_there(github: GitHub, api: Api) -> None:
    api.create()
    github.faults.next("GET /repos/*/todo", faults.unavailable())

    assert api.call("GET", "/repos/octocat/todo/topics").status_code == 200
    assert api.call("GET", "/repos/octocat/todo").status_code == 503


@pytest.mark.parametrize("step", ["refs", "pack"])
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (faults.unauthorized(), "terminal prompts disabled"),
        (faults.forbidden(), "error: 403"),
        (faults.too_many(), "error: 429"),
        (faults.unavailable(502), "502"),
        (faults.reset(), "reset"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else None,
)
def test_a_push_meets_a_fault_at_either_step(
    github: GitHub, api: Api, tree: WorkTree, step: str, fault: Fault, words: str
) -> None:
    api.create()
    sha = tree.commit({"index.html": "hello"})
    github.faults.next(f"git-receive-pack {step}", fault, times=ATTEMPTS_OF_GIT)

    failed = tree.push("octocat/todo")
    github.faults.clear()

    assert failed.returncode != 0
    assert words in failed.stderr.lower()
    assert github.repository("octocat/todo").is_empty
    assert tree.push("octocat/todo").returncode == 0
    assert github.repository("octocat/todo").head("main") == sha


def test_a_push_may_arrive_and_its_answer_be_lost(github: GitHub, api: Api, tree: WorkTree) -> None:
    api.create()
    sha = tree.commit({"index.html": "hello"})
    github.faults.next("git-receive-pack pack", faults.lost())

    failed = tree.push("octocat/todo")

    assert failed.returncode != 0
    assert github.repository("octocat/todo").head("main") == sha


def test_a_clone_meets_a_fault(github: GitHub, published: Publish, tree: WorkTree) -> None:
    published("hello")
    github.faults.next("git-upload-pack", faults.unavailable(503))

    seen = tree.git("ls-remote", tree.url("octocat/todo"))

    assert "error: 503" in seen.stderr
    assert tree.git("ls-remote", tree.url("octocat/todo")).returncode == 0


def test_a_redirected_push_can_be_kept_from_following(
    github: GitHub, api: Api, tree: WorkTree
) -> None:
    api.create()
    tree.commit({"index.html": "hello"})
    github.faults.next("git-receive-pack refs", faults.redirect(f"{github.pages_url}/elsewhere"))

    failed = tree.git("-c", "http.followRedirects=false", "push", tree.url("octocat/todo"), "main")

    assert failed.returncode != 0
    assert not github.calls.matching("page")


def test_a_page_meets_a_fault(github: GitHub) -> None:
    github.faults.next("page GET /octocat/*", faults.unavailable(503))
    address = f"{github.pages_url}/octocat/todo/"

    assert requests.get(address, timeout=CALL_TIMEOUT_SECONDS).status_code == 503
    assert requests.get(address, timeout=CALL_TIMEOUT_SECONDS).status_code == 404


def test_every_call_is_logged_with_its_body_and_without_its_token(github: GitHub, api: Api) -> None:
    github.faults.next("GET /user", faults.unavailable())
    api.create("todo")
    api.call("GET", "/user")

    created, asked = github.calls

    assert (created.name, created.authorization, created.status) == (
        "POST /user/repos",
        "bearer",
        201,
    )
    assert created.json == {"name": "todo"}
    assert (asked.fault, asked.status) == ("unavailable 503", 503)
    assert created.at <= (created.answered_at or 0) <= asked.at
    assert github.token.value not in repr(github.calls)


def test_stopping_ends_threads_that_are_held_back() -> None:
    before = set(living_threads())

    with github() as server:
        server.faults.next("GET /user", faults.stall())
        with requests.Session() as session, pytest.raises(requests.Timeout):
            session.get(f"{server.api_url}/user", timeout=SHORT_SECONDS)

    assert set(living_threads()) == before
