import re
import socket
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from email.utils import formatdate

import pytest

from agent.errors import Passing
from agent.forges.rest import Refused, Rest, Unanswered
from tests.github import faults
from tests.github.faults import Fault
from tests.github.server import GitHub
from tests.github.wire import Response


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [
        faults.unavailable(500),
        faults.unavailable(502),
        faults.unavailable(503),
        faults.reset(),
        faults.stall(),
        faults.lost(),
        faults.cut_off(),
        faults.half_json(),
        faults.too_many(5),
        faults.secondary_limit(5),
        faults.secondary_limit(None),
        faults.primary_limit(5),
    ],
    ids=lambda fault: fault.name,
)
def test_what_may_pass_is_told_from_what_stays(github: GitHub, rest: Rest, fault: Fault) -> None:
    github.faults.next("GET /user", fault)
    rest = rest.hurried(1.0)

    with pytest.raises(Unanswered, match=re.escape(f"GET {github.api_url}/user")):
        rest.get("/user")


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (faults.unauthorized(), "401 Bad credentials; GITHUB_TOKEN is not valid"),
        (
            faults.forbidden("pages=write"),
            "403 Resource not accessible by personal access token; "
            "the token needs the permissions pages=write",
        ),
        (faults.not_found(), "404 Not Found"),
        (faults.conflict(), "409 Conflict"),
        (faults.unprocessable("It is wrong"), "422 It is wrong"),
    ],
    ids=lambda value: value.name if isinstance(value, Fault) else "",
)
def test_a_refusal_names_call_status_message_and_permission(
    github: GitHub, rest: Rest, fault: Fault, words: str
) -> None:
    github.faults.next("GET /user", fault)

    with pytest.raises(Refused) as refused:
        rest.get("/user")

    assert str(refused.value) == f"GET {github.api_url}/user: {words}" or words in str(
        refused.value
    )
    assert github.token.value not in str(refused.value)


def test_a_classic_token_without_the_scope_is_told_which(github: GitHub) -> None:
    token = github.accounts.classic_token("octocat", frozenset({"gist"})).value
    rest = Rest(github.api_url, token, "tests", 5)

    with pytest.raises(Refused, match="the token needs the scope public_repo or repo"):
        rest.call("POST", "/user/repos", {"name": "todo"})


def test_details_of_a_422_are_in_the_words(github: GitHub, rest: Rest) -> None:
    rest.call("POST", "/user/repos", {"name": "todo"})

    with pytest.raises(Refused, match="creation failed.*: name already exists on this account"):
        rest.call("POST", "/user/repos", {"name": "todo"})


@pytest.mark.parametrize(
    ("limit", "seconds"),
    [
        (lambda: faults.too_many(30), 30),
        (lambda: faults.secondary_limit(40), 40),
        (lambda: faults.primary_limit(50), 50),
        (lambda: faults.secondary_limit(None), 60),
    ],
    ids=["429", "secondary with a time", "primary", "secondary without a time"],
)
def test_a_limit_tells_how_long_to_wait_and_nobody_asks_before(
    github: GitHub, rest: Rest, limit: Callable[[], Fault], seconds: float
) -> None:
    github.faults.next("GET /user", limit())

    with pytest.raises(Unanswered) as first:
        rest.get("/user")
    with pytest.raises(Unanswered, match="not asked") as second:
        rest.get("/rate_limit")

    assert first.value.seconds == pytest.approx(seconds, abs=2)
    assert second.value.seconds == pytest.approx(seconds, abs=10)
    assert len(github.calls) == 1


@pytest.mark.slow
def test_asking_goes_on_when_the_pause_is_over(github: GitHub, rest: Rest) -> None:
    github.faults.next("GET /user", faults.too_many(1))
    with pytest.raises(Passing) as told:
        rest.get("/user")

    over_at = time.time() + (told.value.seconds or 0)
    answer = None
    while answer is None:
        try:
            answer = rest.get("/user")
        except Unanswered:
            assert time.time() <= over_at + 5
            time.sleep(0.02)

    assert time.time() >= over_at - 0.05
    assert answer.json["login"] == "octocat"


def test_a_redirect_elsewhere_is_not_followed(github: GitHub, rest: Rest) -> None:
    with_token = f"{github.pages_url}/octocat/todo/"
    github.faults.next("GET /user", faults.redirect(with_token))

    with pytest.raises(Refused, match="302"):
        rest.get("/user")

    assert not github.calls.matching("page GET *")


def test_a_redirect_within_the_api_is_followed(github: GitHub, rest: Rest) -> None:
    github.faults.next("GET /repos/octocat/old", faults.redirect(f"{github.api_url}/user", 301))

    assert rest.get("/repos/octocat/old").json["login"] == "octocat"


def test_a_call_that_changes_something_follows_what_was_renamed(github: GitHub, rest: Rest) -> None:
    target = f"{github.api_url}/user/repos"
    github.faults.next("POST /repos/octocat/old/*", faults.redirect(target, 307))

    made = rest.call("POST", "/repos/octocat/old/pages", {"name": "todo"})

    assert made.field("full_name") == "octocat/todo"


def test_a_call_that_is_sent_round_in_circles_is_refused(github: GitHub, rest: Rest) -> None:
    target = f"{github.api_url}/user"
    github.faults.next("GET /user", faults.redirect(target, 302), times=None)

    with pytest.raises(Refused, match="302"):
        rest.get("/user")

    assert len(github.calls) == 4


def test_a_pause_is_never_shorter_than_a_second(github: GitHub, rest: Rest) -> None:
    github.faults.next("GET /user", faults.too_many(0))

    with pytest.raises(Unanswered) as told:
        rest.get("/user")

    assert told.value.seconds == 1.0


def test_a_reset_is_reckoned_by_githubs_clock(github: GitHub, rest: Rest) -> None:
    its_time = time.time() + 3600
    limit = faults.primary_limit(3600 + 30)
    assert limit.answer
    limit.answer.headers["Date"] = formatdate(its_time, usegmt=True)
    github.faults.next("GET /user", limit)

    with pytest.raises(Unanswered) as told:
        rest.get("/user")

    assert told.value.seconds == pytest.approx(30, abs=3)


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b'{"login": null}'])
def test_an_answer_without_what_is_asked_for_may_pass(
    github: GitHub, rest: Rest, body: bytes
) -> None:
    headers = {"Content-Type": "application/json"}
    github.faults.next("GET /user", faults.Fault("odd", Response(200, headers, body)))

    with pytest.raises(Unanswered, match="GET .*/user"):
        rest.get("/user").field("login")


def test_a_list_is_told_from_other_answers(github: GitHub, rest: Rest) -> None:
    with pytest.raises(Unanswered, match="no list of objects"):
        _ = rest.get("/user").items


def test_a_web_page_is_no_api(github: GitHub) -> None:
    rest = Rest(github.api_url, github.token.value, "tests", 5)
    page = Response(200, {"Content-Type": "text/html"}, b"<!doctype html>")
    github.faults.next("GET /user", faults.Fault("page", page))

    with pytest.raises(Refused, match="check GITHUB_API_URL"):
        rest.get("/user")


def test_a_handshake_that_breaks_off_may_pass_and_no_tls_at_all_does_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as door, ThreadPoolExecutor(1) as pool:
        rest = Rest(f"https://127.0.0.1:{door.getsockname()[1]}", "t", "tests", 5)

        pool.submit(_answer_once, door, b"")
        with pytest.raises(Unanswered, match="EOF"):
            rest.get("/user")
        pool.submit(_answer_once, door, b"HTTP/1.0 400 Bad Request\r\n\r\n")
        with pytest.raises(Refused, match="no HTTPS that can be trusted"):
            rest.get("/user")


def _answer_once(door: socket.socket, answer: bytes) -> None:
    connection, _ = door.accept()
    with connection:
        connection.recv(65536)
        connection.sendall(answer)


def test_a_proxy_or_netrc_of_the_machine_is_not_used(
    github: GitHub, rest: Rest, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)

    assert rest.get("/user").json["login"] == "octocat"
