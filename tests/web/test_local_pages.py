"""The local host over real repositories; what it shares with other hosts is in `static_site`."""

from collections.abc import Iterator

import pytest
import requests

from agent.workspace.repository import Repository
from tests.orders import Shop, round_record

FILES = {
    "index.html": b"<!doctype html><title>Shop</title>",
    "docs/a b.txt": "grüße".encode(),
    "clip.bin": bytes(range(100)),
    "empty.txt": b"",
    "run.sh": b"#!/bin/sh",
    ".nojekyll": b"",
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


@pytest.mark.parametrize("query", ["", "?q=a%20b&x"])
def test_a_repository_without_its_slash_moves_to_the_one_with_it(site: str, query: str) -> None:
    found = requests.get(site.rstrip("/") + query)

    assert (found.url, found.status_code) == (site + query, 200)


def test_a_repository_that_is_not_there_is_not_found_at_once(site: str) -> None:
    address = site.replace("/shop/", "/nope")

    answer = requests.get(address, allow_redirects=False)

    assert answer.status_code == 404
    assert answer.json() == {"status": "error", "message": "no repository nope"}


@pytest.mark.parametrize(
    "repo", ["nope", "..", ".", "%2e%2e", "shop.git", "a%2fb", "-x", "sh*p", "a" * 255]
)
def test_only_repositories_of_the_forge_are_served(site: str, repo: str) -> None:
    with requests.Session() as session:
        request = session.prepare_request(requests.Request("GET", site))
        request.url = site.replace("/shop/", f"/{repo}/index.html")
        assert session.send(request).status_code == 404


def test_a_repository_nobody_pushed_to_is_not_found(shop: Shop, pages: str) -> None:
    shop.forge.claim("empty", "", 0)

    assert requests.get(f"{pages}/pages/empty/").status_code == 404


def test_a_push_is_seen_at_once(shop: Shop, pages: str) -> None:
    address = f"{pages}/pages/shop/"
    push(shop, 1, FILES)
    seen = {"If-None-Match": requests.get(address).headers["ETag"]}

    push(shop, 2, {"index.html": b"<p>new"})

    assert requests.get(address, headers=seen).content == b"<p>new"
    assert requests.get(address + "app.js").status_code == 404
