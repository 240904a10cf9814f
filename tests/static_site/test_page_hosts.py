"""One table of what GitHub Pages does, held against every host that stands in for it.

The hosts: the local one over loopback, the door of the test GitHub over loopback, and the site
that a proof opens in its browser.
"""

import subprocess
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import pytest
import requests
from starlette.applications import Starlette

from agent.proofing.site import BASE, Site
from agent.web.app import application, site_routes
from agent.web.local_pages import LocalPages
from agent.web.server import address_of, bound, in_background
from tests.github.clients import Api, WorkTree, eventually
from tests.github.server import github

TEXT = "0123456789" * 10
FILES = {
    "index.html": "<!doctype html><title>Home</title>",
    "about.html": "<p>about",
    "both.html": "<p>file",
    "both/index.html": "<p>folder",
    "docs/index.html": "<p>docs",
    "docs/a b.txt": "grüße",
    "bare/data.csv": "a,b",
    "404.html": "<p>lost",
    "text.bin": TEXT,
    "empty.txt": "",
    "app.js": "1",
    "app.mjs": "1",
    "data.json": "[]",
    "icon.svg": "<svg/>",
    "README.md": "# Home",
    "notes.csv.gz": "x",
    "site.webmanifest": "{}",
    "feed.xml": "<a/>",
    "_private/x.txt": "underscore",
    ".well-known/x.txt": "dot",
    ".nojekyll": "",
    ".github/CODEOWNERS": "* @octocat",
}


@dataclass(frozen=True)
class Answer:
    """What a host answered; the names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    content: bytes


Ask = Callable[..., Answer]
"""`ask(path, method="GET", **headers)`; underscores in a header's name stand for dashes."""


def draft_site(files: Mapping[str, str]) -> Ask:
    site = Site({path: text.encode() for path, text in files.items()})

    def ask(path: str, method: str = "GET", **headers: str) -> Answer:
        sent = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        found = site.answer(BASE + path, method, sent)
        named = {name.lower(): value for name, value in found.headers.items()}
        return Answer(found.status, named, found.content)

    return ask


def over_http(address: str) -> Ask:
    def ask(path: str, method: str = "GET", **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        with requests.Session() as session:
            request = session.prepare_request(requests.Request(method, address, headers=sent))
            request.url = address + path  # as it is: no client tidies it up
            found = session.send(request, allow_redirects=False)
        named = {name.lower(): value for name, value in found.headers.items()}
        return Answer(found.status_code, named, found.content)

    return ask


@pytest.fixture(scope="module")
def hosts(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mapping[str, Ask]]:
    """All hosts with the same files, which tests only read."""
    folder = tmp_path_factory.mktemp("hosts")
    listener = bound("127.0.0.1", 0)
    with github() as server, in_background(served_from(folder), listener):
        tree = WorkTree(folder / "tree", server, server.token.value)
        tree.commit(FILES)
        subprocess.run(["git", "clone", "-q", "--bare", "tree", "home.git"], cwd=folder, check=True)
        pages = published(Api(server, server.token.value), tree)
        yield {
            "draft": draft_site(FILES),
            "local": over_http(f"{address_of(listener)}/pages/home/"),
            "github": over_http(pages),
        }


def served_from(folder: Path) -> Starlette:
    return application(site_routes(LocalPages(folder)), 1024)


def published(api: Api, tree: WorkTree) -> str:
    """The address of the tree's page once it is built."""
    assert api.create("home").status_code == 201
    pushed = tree.push("octocat/home")
    assert pushed.returncode == 0, pushed.stderr
    source = {"source": {"branch": "main", "path": "/"}}
    url: str = api.call("POST", "/repos/octocat/home/pages", json=source).json()["html_url"]
    eventually(lambda: requests.get(f"{url}?{uuid4()}").status_code, lambda status: status == 200)
    return url


@pytest.fixture(params=["draft", "local", "github"])
def ask(hosts: Mapping[str, Ask], request: pytest.FixtureRequest) -> Ask:
    return hosts[request.param]


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("", FILES["index.html"]),
        ("?url=a%20b", FILES["index.html"]),
        ("about", FILES["about.html"]),
        ("about.html", FILES["about.html"]),
        ("both", FILES["both.html"]),
        ("both/", FILES["both/index.html"]),
        ("docs/", FILES["docs/index.html"]),
        ("docs/a%20b.txt", FILES["docs/a b.txt"]),
        ("empty.txt", ""),
        ("_private/x.txt", "underscore"),
        (".well-known/x.txt", "dot"),
        (".nojekyll", ""),
        ("README.md", "# Home"),
    ],
)
def test_an_address_is_answered_with_its_file(ask: Ask, path: str, content: str) -> None:
    answer = ask(path)

    assert (answer.status, answer.content.decode()) == (200, content)


@pytest.mark.parametrize(
    "path",
    ["nope", "About.html", "about/", "about.html/", "index.html/x", "bare", "bare/",
     "docs//a%20b.txt", ".github/CODEOWNERS", ".git/config", "_private/",
     "a%00b", "..%2fhome/index.html"],
)  # fmt: skip
def test_an_address_without_a_file_gets_the_sites_own_404_page(ask: Ask, path: str) -> None:
    answer = ask(path)

    assert (answer.status, answer.content) == (404, b"<p>lost")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


@pytest.mark.parametrize(("query"), ["", "?q=a%20b&x"])
def test_a_folder_without_its_slash_moves_to_the_one_with_it(ask: Ask, query: str) -> None:
    answer = ask(f"docs{query}")

    assert (answer.status, answer.headers["location"]) == (301, f"./docs/{query}")


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("", "text/html; charset=utf-8"),
        ("about", "text/html; charset=utf-8"),
        ("app.js", "text/javascript; charset=utf-8"),
        ("app.mjs", "text/javascript; charset=utf-8"),
        ("data.json", "application/json; charset=utf-8"),
        ("README.md", "text/markdown; charset=utf-8"),
        ("icon.svg", "image/svg+xml; charset=utf-8"),
        ("feed.xml", "application/xml; charset=utf-8"),
        ("site.webmanifest", "application/manifest+json; charset=utf-8"),
        ("notes.csv.gz", "application/gzip"),
        ("text.bin", "application/octet-stream"),
    ],
)
def test_files_have_the_types_that_browsers_need(ask: Ask, path: str, media_type: str) -> None:
    answer = ask(path)

    assert answer.headers["content-type"] == media_type


@pytest.mark.parametrize(("host", "origin"), [("draft", "*"), ("github", "*"), ("local", None)])
def test_only_public_hosts_let_any_website_read(
    hosts: Mapping[str, Ask], host: str, origin: str | None
) -> None:
    answer = hosts[host]("about.html")

    assert answer.headers.get("access-control-allow-origin") == origin


@pytest.mark.parametrize(
    ("asked", "status", "span", "stated"),
    [
        ("bytes=0-9", 206, slice(0, 10), "bytes 0-9/100"),
        ("Bytes=0-9", 206, slice(0, 10), "bytes 0-9/100"),
        ("bytes=7-7", 206, slice(7, 8), "bytes 7-7/100"),
        ("bytes=90-", 206, slice(90, 100), "bytes 90-99/100"),
        ("bytes=-5", 206, slice(95, 100), "bytes 95-99/100"),
        ("bytes=-500", 206, slice(0, 100), "bytes 0-99/100"),
        ("bytes=50-9999", 206, slice(50, 100), "bytes 50-99/100"),
        ("bytes=0-4,10-14", 200, slice(0, 100), None),
        ("bytes=5-2", 200, slice(0, 100), None),
        ("bytes=-", 200, slice(0, 100), None),
        ("bytes=a-b", 200, slice(0, 100), None),
        ("bytes=--5", 200, slice(0, 100), None),
        ("lines=0-4", 200, slice(0, 100), None),
        (f"bytes={'9' * 5000}-", 200, slice(0, 100), None),
        ("bytes=100-", 416, slice(0, 0), "bytes */100"),
        ("bytes=100-200", 416, slice(0, 0), "bytes */100"),
        ("bytes=-0", 416, slice(0, 0), "bytes */100"),
    ],
)
def test_a_player_gets_the_range_that_it_asks_for(
    ask: Ask, asked: str, status: int, span: slice, stated: str | None
) -> None:
    answer = ask("text.bin", Range=asked)

    assert (answer.status, answer.content) == (status, TEXT[span].encode())
    assert answer.headers.get("content-range") == stated


def test_no_range_of_an_empty_file_can_be_met(ask: Ask) -> None:
    assert ask("empty.txt", Range="bytes=0-").status == 416
    assert ask("empty.txt", Range="bytes=-5").status == 200


@pytest.mark.parametrize(
    ("stated", "status"),
    [("{}", 206), ("W/{}", 200), ('"other"', 200), ("*", 200),
     ("Sun, 06 Nov 1994 08:49:37 GMT", 200)],
)  # fmt: skip
def test_a_download_goes_on_only_with_the_file_that_it_began_with(
    ask: Ask, stated: str, status: int
) -> None:
    tag = ask("text.bin").headers["etag"]

    answer = ask("text.bin", Range="bytes=50-", If_Range=stated.format(tag))

    assert answer.status == status


@pytest.mark.parametrize(
    ("stated", "status"),
    [("{}", 304), ('"other", W/{}', 304), ("W/{}", 304), ("* ", 304), ('"a,b",{}', 304),
     ('"other"', 200), ('W/"other"', 200), ("", 200), ('"*"', 200)],
)  # fmt: skip
def test_a_file_is_sent_again_only_where_it_changed(ask: Ask, stated: str, status: int) -> None:
    tag = ask("text.bin").headers["etag"]

    answer = ask("text.bin", If_None_Match=stated.format(tag), Range="lines=1-2")

    assert (answer.status, bool(answer.content)) == (status, status == 200)
    assert answer.headers["etag"] == tag


@pytest.mark.parametrize(
    ("stated", "status"), [("{}", 200), ("*", 200), ('"other", {}', 200), ("W/{}", 412)]
)
def test_a_client_that_wants_one_version_gets_no_other(ask: Ask, stated: str, status: int) -> None:
    tag = ask("text.bin").headers["etag"]

    assert ask("text.bin", If_Match=stated.format(tag)).status == status


@pytest.mark.parametrize(("path", "status", "size"), [("text.bin", 200, "100"), ("nope", 404, "7")])
def test_head_gives_the_size_and_no_content(ask: Ask, path: str, status: int, size: str) -> None:
    answer = ask(path, method="HEAD", Range="bytes=0-9", Accept_Encoding="identity")

    assert (answer.status, answer.headers["content-length"]) == (status, size)
    assert answer.content == b""


def test_a_page_host_takes_no_post(ask: Ask) -> None:
    assert ask("index.html", method="POST").status == 405


@pytest.mark.parametrize("path", ["_private/x.txt", ".well-known/x.txt", "a~"])
def test_jekyll_publishes_no_hidden_files(path: str) -> None:
    ask = draft_site({path: "x", "x.txt": "x"})

    assert (ask(path).status, ask("x.txt").status) == (404, 200)
