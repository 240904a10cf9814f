"""Paths, ranges and conditions under random damage: the page host answers with its files alone."""

from urllib.parse import unquote

from agent.static_site import SiteRequest, respond
from tests.fuzz.dice import throws

FILES = {
    "index.html": b"<p>home",
    "a b/index.html": b"<p>folder",
    "data.bin": bytes(range(200)),
    "404.html": b"<p>lost",
    "empty.txt": b"",
    ".git/config": b"never",
    "_x/y.txt": b"underscore",
}
PATH_PIECES = (
    "index.html", "a b", "data.bin", "/", "//", "..", ".", "%2e%2e", "%2f", "\\", ".git", "config",
    "\0", "%00", "é", "\ud800", "?", "#", "x" * 300, "~", "_x", "index", "404",
)  # fmt: skip
HEADER_PIECES = (
    "bytes=", "bytes", "0", "-", "199", "200", "9" * 30, ",", " ", "*", '"', "W/", "items=", "é",
    "-0", "1-0", "=", ";", "\t", "٣",
    "Sat, 28 Nov 2026 14:00:00 GMT",
)  # fmt: skip
NAMES = ("range", "if-range", "if-none-match", "if-match", "if-modified-since", "accept-encoding")
STATUSES = {200, 206, 301, 304, 404, 405, 412, 416}


def test_the_page_host_answers_everything_and_with_its_own_bytes() -> None:
    tag = respond(FILES.get, SiteRequest("data.bin")).headers["ETag"]
    for seed, dice in throws("page-host"):
        path = unquote("".join(dice.choices(PATH_PIECES, k=dice.randint(0, 5))), errors="replace")
        headers = {
            name: "".join(dice.choices((*HEADER_PIECES, tag), k=dice.randint(0, 5)))
            for name in dice.sample(NAMES, dice.randint(0, 3))
        }
        method = dice.choice(("GET", "HEAD", "POST", "", "get"))

        answer = respond(FILES.get, SiteRequest(path, method=method, headers=headers))

        assert answer.status in STATUSES, (seed, path, headers)
        assert b"never" not in answer.content, (seed, path)
        if answer.status == 206:
            assert answer.content in FILES["data.bin"] or answer.content in b"".join(FILES.values())
        for name, value in answer.headers.items():
            assert "\n" not in f"{name}{value}", (seed, path)
            assert "\r" not in f"{name}{value}", (seed, path)
