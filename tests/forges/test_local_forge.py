import subprocess

import pytest

from agent.errors import ForgeError
from agent.forges.local_forge import LocalForge
from tests.orders import Shop


def test_a_repository_git_has_packed_is_not_mistaken_for_an_empty_one(shop: Shop) -> None:
    loaded = shop.loaded()
    shop.done(loaded)
    packed = ["git", "-C", str(shop.forge.path("shop")), "pack-refs", "--all"]
    subprocess.run(packed, check=True)

    assert shop.forge.claim("shop", "a shop", 0) is None


def test_anybody_can_clone_it_with_plain_git(shop: Shop) -> None:
    remote = shop.loaded().remote
    shop.done(shop.loaded(), {"index.html": b"<p>"})

    subprocess.run(["git", "clone", "-q", remote.git_url, shop.root / "clone"], check=True)

    assert (shop.root / "clone/index.html").read_bytes() == b"<p>"


def test_a_folder_that_cannot_be_written_is_an_error(shop: Shop) -> None:
    shop.forge.path("shop").parent.joinpath("sub").write_text("a file")

    with pytest.raises(ForgeError, match="could not make the repository"):
        shop.forge.claim("sub/shop", "", 0)


def test_a_folder_that_a_crash_left_empty_is_made_a_repository(shop: Shop) -> None:
    shop.forge.path("shop").mkdir()

    assert shop.forge.find("shop") is None
    assert shop.forge.claim("shop", "a shop", 0)


def test_the_locks_of_a_push_that_was_killed_are_gone_with_the_next_start(shop: Shop) -> None:
    shop.done(shop.loaded())
    lock = shop.forge.path("shop") / "refs/heads/main.lock"
    lock.write_bytes(b"")

    LocalForge(shop.forge.folder)

    assert not lock.exists()
