"""People log in once; what a session may do, and what only its own forms may do."""

import re

import pytest
import requests

from agent.web.access import COOKIE
from agent.web.sessions import Sessions
from tests.web.toy_api import SECRET, ToyServer, bearer

PAGE = {"Accept": "text/html"}


def log_in(server: ToyServer, secret: str = SECRET, **more: str) -> requests.Session:
    session = requests.Session()
    session.headers.update(PAGE)
    session.post(f"{server.url}/login", data={"secret": secret, **more}, allow_redirects=False)
    return session


def token_of(page: str) -> str:
    found = re.search(r'name="token" value="(\w+)"', page)
    assert found
    return found[1]


def test_the_secret_opens_the_pages(server: ToyServer) -> None:
    session = log_in(server)

    found = session.get(f"{server.url}/")

    assert found.status_code == 200
    assert "There is no job yet" in found.text


def test_a_form_that_is_larger_than_a_login_needs_is_refused(server: ToyServer) -> None:
    answer = requests.post(f"{server.url}/login", data={"secret": "x" * 20_000}, timeout=20)

    assert answer.status_code == 400
    assert "at most 10,000 bytes" in answer.text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_websites(server: ToyServer) -> None:
    answer = requests.post(f"{server.url}/login", data={"secret": SECRET}, allow_redirects=False)

    stated = answer.headers["Set-Cookie"].lower()
    assert "httponly" in stated
    assert "samesite=strict" in stated


def test_behind_https_the_cookie_travels_by_https_alone(server: ToyServer) -> None:
    answer = requests.post(
        f"{server.url}/login",
        data={"secret": SECRET},
        headers={"X-Forwarded-Proto": "https"},
        allow_redirects=False,
    )

    assert "secure" in answer.headers["Set-Cookie"].lower()


def test_a_stranger_is_shown_the_login_and_comes_back_after_it(server: ToyServer) -> None:
    asked = requests.get(f"{server.url}/?q=a", headers=PAGE, allow_redirects=False)

    assert asked.headers["Location"] == "/login?next=/%3Fq%3Da"


@pytest.mark.parametrize("target", ["//evil.example", "/\\evil.example", "https://evil.example"])
def test_the_login_leads_nowhere_else(server: ToyServer, target: str) -> None:
    answer = requests.post(
        f"{server.url}/login", data={"secret": SECRET, "next": target}, allow_redirects=False
    )

    assert answer.headers["Location"] == "/"


def test_a_wrong_secret_opens_nothing(server: ToyServer) -> None:
    session = log_in(server, "wrong")

    assert session.cookies.get(COOKIE) is None


def test_guessing_is_slowed_down(server: ToyServer) -> None:
    answers = [
        requests.post(f"{server.url}/login", data={"secret": f"guess {n}"}) for n in range(6)
    ]

    assert [answer.status_code for answer in answers] == [403] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_another_website_cannot_log_anybody_in(server: ToyServer) -> None:
    answer = requests.post(
        f"{server.url}/login", data={"secret": SECRET}, headers={"Origin": "http://evil.example"}
    )

    assert answer.status_code == 403


def test_another_secret_ends_every_session() -> None:
    cookie = Sessions("before").begin()

    assert Sessions("before").identity(cookie)
    assert not Sessions("after").identity(cookie)


def test_a_session_that_was_logged_out_is_over(server: ToyServer) -> None:
    session = log_in(server)
    cookie = session.cookies[COOKIE]
    token = token_of(session.get(f"{server.url}/").text)

    session.post(f"{server.url}/logout", data={"token": token})

    found = requests.get(f"{server.url}/jobs", cookies={COOKIE: cookie})
    assert found.status_code == 401


@pytest.mark.parametrize("path", ["/jobs/x/cancel", "/jobs/x/retry"])
def test_a_session_alone_changes_nothing(server: ToyServer, path: str) -> None:
    session = log_in(server)

    assert session.post(f"{server.url}{path}", data={"token": "guess"}).status_code == 403
    assert requests.post(f"{server.url}{path}", headers=bearer(SECRET)).status_code == 404


def test_a_form_of_another_session_runs_no_brief(server: ToyServer) -> None:
    token = token_of(log_in(server).get(f"{server.url}/new").text)
    fields = {"token": token, "task": "shop", "round": "1", "brief": "Sell."}

    answer = log_in(server).post(f"{server.url}/new", data=fields)

    assert answer.status_code == 403
    assert server.jobs.newest() == []


def test_a_form_becomes_a_job(server: ToyServer) -> None:
    session = log_in(server)
    token = token_of(session.get(f"{server.url}/new").text)
    fields = {"token": token, "task": "shop", "round": "1", "brief": "Sell.", "checks": "js: 1\n\n"}

    answer = session.post(f"{server.url}/new", data=fields, allow_redirects=False)

    (record,) = server.jobs.newest()
    assert answer.headers["Location"] == f"/jobs/{record.job.id}"


def test_a_brief_that_cannot_be_taken_comes_back_with_what_was_typed(server: ToyServer) -> None:
    session = log_in(server)
    token = token_of(session.get(f"{server.url}/new").text)
    fields = {"token": token, "task": "no task", "round": "1", "brief": "Sell <b>."}

    answer = session.post(f"{server.url}/new", data=fields)

    assert answer.status_code == 400
    assert "task: expected" in answer.text
    assert "Sell &lt;b&gt;." in answer.text


def test_programs_still_get_json(server: ToyServer) -> None:
    assert server.post(wait=True).status_code == 200
    (record,) = server.jobs.newest()

    assert server.get(f"/jobs/{record.job.id}").json()["state"] == "done"
    assert requests.get(f"{server.url}/jobs").status_code == 401
