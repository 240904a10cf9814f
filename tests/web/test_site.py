from collections.abc import Iterator

import pytest
import requests

from agent.workspace.repository import Repository
from tests.orders import Shop, round_record

FILES = {
    "index.html": b"<!doctype html><title>Shop</title>",
    "docs/index.html": b"<p>docs",
    "docs/a b.txt": "grüße".encode(),
    "app.js": b"1",
    "app.mjs": b"1",
    "data.json": b"[]",
    "icon.svg": b"<svg/>",
    "data.csv.gz": b"\x1f\x8b",
    "clip.bin": bytes(range(100)),
    "empty.txt": b"",
    "run.sh": b"#!/bin/sh",
    "_private/x.txt": b"not Jekyll",
}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a repository that tests only read."""
    shop = Shop(tmp_path_factory.mktemp("site"))
    push(shop, 1, FILES)
    with shop.served() as base_url:
        yield f"{base_url}/pages/shop/"


def push(shop: Shop, number: int, files: dict[str, bytes]) -> None:
    remote = shop.forge.find("shop") or shop.forge.claim("shop", "a shop", 0)
    assert remote
    repository = Repository.create(shop.root / "mine")
    repository.commit_round(round_record(number), files)
    assert repository.push(remote.git_url, number, shop.forge.transport())


def test_every_file_of_main_is_served_byte_for_byte(site: str) -> None:
    for path, content in FILES.items():
        answer = requests.get(site + path)
        assert (answer.status_code, answer.content) == (200, content), path


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("", "text/html; charset=utf-8"),
        ("app.js", "text/javascript; charset=utf-8"),
        ("app.mjs", "text/javascript; charset=utf-8"),
        ("data.json", "application/json; charset=utf-8"),
        ("icon.svg", "image/svg+xml; charset=utf-8"),
        ("data.csv.gz", "application/gzip"),
        ("clip.bin", "application/octet-stream"),
    ],
)
def test_files_have_the_types_browsers_need(site: str, path: str, media_type: str) -> None:
    assert requests.get(site + path).headers["Content-Type"] == media_type


def test_a_folder_is_its_index_under_its_address_with_a_slash(site: str) -> None:
    found = requests.get(site + "docs")

    assert found.url == site + "docs/"
    assert found.content == b"<p>docs"
    assert requests.get(site.rstrip("/")).url == site


@pytest.mark.parametrize("path", ["docs", ""])
def test_the_way_to_the_slash_keeps_the_question(site: str, path: str) -> None:
    address = (site + path).rstrip("/")

    found = requests.get(f"{address}?q=a%20b&x")

    assert found.url == f"{address}/?q=a%20b&x"


def test_a_repository_that_is_not_there_is_not_found_at_once(site: str) -> None:
    address = site.replace("/shop/", "/nope")

    answer = requests.get(address, allow_redirects=False)

    assert answer.status_code == 404
    assert answer.json() == {"status": "error", "message": "no repository nope"}


@pytest.mark.parametrize(
    "path",
    [
        "nope.html",
        "docs/nope/",
        "index.html/",
        "index.html/x",
        "_private/",
        ".git/config",
        "docs//index.html",
        "%2e%2e/%2e%2e/etc/passwd",
        "..%2fother/index.html",
        "a%00b",
    ],
)
def test_what_is_not_in_the_tree_is_not_found(site: str, path: str) -> None:
    with requests.Session() as session:
        request = session.prepare_request(requests.Request("GET", site))
        request.url = site + path  # as it is: no client tidies it up
        assert session.send(request).status_code == 404


@pytest.mark.parametrize("repo", ["nope", "..", ".", "%2e%2e", "shop.git", "a%2fb", "-x", "sh*p"])
def test_only_repositories_of_the_forge_are_served(site: str, repo: str) -> None:
    with requests.Session() as session:
        request = session.prepare_request(requests.Request("GET", site))
        request.url = site.replace("/shop/", f"/{repo}/index.html")
        assert session.send(request).status_code == 404


def test_a_repository_nobody_pushed_to_is_not_found(shop: Shop, pages: str) -> None:
    shop.forge.claim("empty", "", 0)

    assert requests.get(f"{pages}/pages/empty/").status_code == 404


def test_the_pages_own_404_is_shown(shop: Shop, pages: str) -> None:
    push(shop, 1, {**FILES, "404.html": b"<p>gone"})

    answer = requests.get(f"{pages}/pages/shop/nope")

    assert (answer.status_code, answer.content) == (404, b"<p>gone")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"


def test_a_push_is_seen_at_once(shop: Shop, pages: str) -> None:
    address = f"{pages}/pages/shop/"
    push(shop, 1, FILES)
    seen = {"If-None-Match": requests.get(address).headers["ETag"]}

    push(shop, 2, {"index.html": b"<p>new"})

    assert requests.get(address, headers=seen).content == b"<p>new"
    assert requests.get(address + "app.js").status_code == 404


@pytest.mark.parametrize("stated", ["{}", '"other", W/{}', "W/{}", "*", "* ", '"a,b",{}'])
def test_a_page_that_did_not_change_is_not_sent_again(site: str, stated: str) -> None:
    tag = requests.get(site).headers["ETag"]

    again = requests.get(site, headers={"If-None-Match": stated.format(tag)})

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == tag


@pytest.mark.parametrize("stated", ['"other"', 'W/"other"', "", '"*"'])
def test_a_page_that_is_another_one_is_sent(site: str, stated: str) -> None:
    assert requests.get(site, headers={"If-None-Match": stated}).content == FILES["index.html"]


@pytest.mark.parametrize(
    ("stated", "status"), [("{}", 200), ("*", 200), ('"other", {}', 200), ("W/{}", 412)]
)
def test_who_wants_this_very_page_gets_no_other(site: str, stated: str, status: int) -> None:
    tag = requests.get(site).headers["ETag"]

    answer = requests.get(site, headers={"If-Match": stated.format(tag)})

    assert answer.status_code == status


@pytest.mark.parametrize(
    ("asked", "status", "content", "told"),
    [
        ("bytes=0-9", 206, bytes(range(10)), "bytes 0-9/100"),
        ("Bytes=0-9", 206, bytes(range(10)), "bytes 0-9/100"),
        ("bytes=7-7", 206, b"\x07", "bytes 7-7/100"),
        ("bytes=90-", 206, bytes(range(90, 100)), "bytes 90-99/100"),
        ("bytes=-5", 206, bytes(range(95, 100)), "bytes 95-99/100"),
        ("bytes=-500", 206, bytes(range(100)), "bytes 0-99/100"),
        ("bytes=50-9999", 206, bytes(range(50, 100)), "bytes 50-99/100"),
        ("bytes=0-4,10-14", 200, bytes(range(100)), None),
        ("bytes=5-2", 200, bytes(range(100)), None),
        ("bytes=500-200", 200, bytes(range(100)), None),
        ("bytes=-", 200, bytes(range(100)), None),
        ("bytes=a-b", 200, bytes(range(100)), None),
        ("bytes=--5", 200, bytes(range(100)), None),
        ("lines=0-4", 200, bytes(range(100)), None),
        (f"bytes={'9' * 5000}-", 200, bytes(range(100)), None),
    ],
)
def test_players_get_the_range_they_ask_for(
    site: str, asked: str, status: int, content: bytes, told: str | None
) -> None:
    answer = requests.get(site + "clip.bin", headers={"Range": asked})

    assert (answer.status_code, answer.content) == (status, content)
    assert answer.headers.get("Content-Range") == told


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=100-200", "bytes=-0", "bytes=-00"])
def test_a_range_that_a_file_has_not_is_refused_with_its_size(site: str, asked: str) -> None:
    answer = requests.get(site + "clip.bin", headers={"Range": asked})

    assert answer.status_code == 416
    assert answer.headers["Content-Range"] == "bytes */100"
    assert answer.json()["message"] == "clip.bin has 100 bytes"


@pytest.mark.parametrize(
    ("stated", "status"),
    [
        ("{}", 206),
        ("W/{}", 200),
        ('"other"', 200),
        ("*", 200),
        ("Sun, 06 Nov 1994 08:49:37 GMT", 200),
    ],
)
def test_a_range_goes_on_only_with_the_file_it_began_with(
    site: str, stated: str, status: int
) -> None:
    tag = requests.get(site + "clip.bin").headers["ETag"]
    headers = {"Range": "bytes=50-", "If-Range": stated.format(tag)}

    assert requests.get(site + "clip.bin", headers=headers).status_code == status


def test_what_is_known_already_is_not_sent_in_part_either(site: str) -> None:
    tag = requests.get(site + "clip.bin").headers["ETag"]
    headers = {"Range": "bytes=50-", "If-None-Match": tag}

    assert requests.get(site + "clip.bin", headers=headers).status_code == 304


def test_a_range_of_an_empty_file_cannot_be_met(site: str) -> None:
    assert requests.get(site + "empty.txt", headers={"Range": "bytes=0-"}).status_code == 416
    assert requests.get(site + "empty.txt", headers={"Range": "bytes=-5"}).status_code == 200


def test_head_tells_the_size_and_sends_nothing(site: str) -> None:
    answer = requests.head(site + "clip.bin", headers={"Range": "bytes=0-9"})

    assert (answer.status_code, answer.headers["Content-Length"]) == (200, "100")
