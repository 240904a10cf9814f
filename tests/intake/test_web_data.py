"""Data that a brief names is fetched once; what cannot be had is told."""

import pytest

from agent.deadline import Deadline
from agent.intake.web_data import data_urls, fetch_named
from agent.outbound import Fetched, Outbound
from tests.loopback import http, saying, serving

OPEN = Outbound(allow_private=True, user_agent="Galley tests (+https://example.org)")


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("Use https://data.gov.uk/a/b.json.", ["https://data.gov.uk/a/b.json"]),
        ("(see https://x.org/a.csv), then", ["https://x.org/a.csv"]),
        ("[d](https://x.org/a_(1).csv)", ["https://x.org/a_(1).csv"]),
        ("`https://x.org/A.CSV`", ["https://x.org/A.CSV"]),
        ("https://api.github.com/users/octocat", ["https://api.github.com/users/octocat"]),
        ("https://x.org/v1?format=json&b=1", ["https://x.org/v1?format=json&b=1"]),
        ("https://x.org/a.csv and https://x.org/a.csv", ["https://x.org/a.csv"]),
        ("http://127.0.0.1:8123/rates.json", ["http://127.0.0.1:8123/rates.json"]),
    ],
)
def test_urls_that_look_like_data_are_found(text: str, urls: list[str]) -> None:
    assert list(data_urls(text)) == urls


@pytest.mark.parametrize(
    "text",
    [
        "Load Bootstrap from https://cdn.jsdelivr.net/npm/bootstrap@5/dist/css/bootstrap.min.css",
        "https://cdnjs.cloudflare.com/ajax/libs/highlight.js/11.9.0/highlight.min.js",
        "https://fonts.googleapis.com/css2?family=Inter",
        "https://x.org/photo.png",
        "https://getbootstrap.com",
        "?url=https://…/data.csv",
        "https://example.com/data.csv",
        "https://api.github.com/users/{username}",
        "https://api.x.org/?key=YOUR_KEY",
        "https://[::1/data.csv",
    ],
)
def test_libraries_pages_pictures_and_examples_are_not_fetched(text: str) -> None:
    assert data_urls(text) == ()


def test_named_data_is_fetched_once_and_kept_with_its_url() -> None:
    with serving(saying(http(b'{"EUR": 0.9}', media_type="application/json"))) as server:
        url = f"{server.url}/latest/rates.json"
        (data,) = fetch_named(f"Use {url}. Again: {url}", OPEN.get, Deadline.within(5))

    assert data.url == url
    assert data.failure is None
    assert data.attachment is not None
    assert (data.attachment.name, data.attachment.content) == ("rates.json", b'{"EUR": 0.9}')
    assert server.connections == 1
    assert b"User-Agent: Galley tests" in server.requests[0]


def test_names_are_made_from_the_kind_where_the_url_has_none_and_differ() -> None:
    with serving(saying(http(b"a,b\n1,2\n", media_type="text/csv"))) as server:
        text = f"{server.url}/api/sales?format=csv and {server.url}/api/sales?format=csv&y=2"
        found = fetch_named(text, OPEN.get, Deadline.within(5))

    assert [data.attachment and data.attachment.name for data in found] == [
        "sales.csv",
        "sales-2.csv",
    ]


@pytest.mark.parametrize(
    ("answer", "failure"),
    [
        (http(b"", status="500 Oops"), "expected status 200, got 500"),
        (http(b"<!doctype html><p>", media_type="text/html"), "expected data, got text/html"),
        (http(b"x" * (2 * 1024 * 1024 + 1)), "longer than the 2,097,152 bytes allowed"),
    ],
)
def test_a_failure_is_told_and_not_raised(answer: bytes, failure: str) -> None:
    with serving(saying(answer)) as server:
        (data,) = fetch_named(f"{server.url}/api/data", OPEN.get, Deadline.within(5))

    assert data.attachment is None
    assert failure in (data.failure or "")


def test_a_refused_address_is_told_with_the_setting() -> None:
    closed = Outbound(allow_private=False, user_agent="tests")

    (data,) = fetch_named("http://127.0.0.1/data.json", closed.get, Deadline.within(5))

    assert "ALLOW_PRIVATE_URLS" in (data.failure or "")


def test_no_more_than_five_urls_are_asked() -> None:
    asked: list[str] = []

    def fetch(url: str, cap_bytes: int, deadline: Deadline) -> Fetched:
        asked.append(url)
        return Fetched(200, b"{}", "application/json", url)

    text = " ".join(f"https://x.org/{number}.json" for number in range(9))

    assert len(fetch_named(text, fetch, Deadline.within(5))) == 5
    assert len(asked) == 5
