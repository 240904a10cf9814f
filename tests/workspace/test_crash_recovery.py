"""What a crash leaves behind in a repository."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from agent.workspace.crash_recovery import is_sound, unlock
from tests.orders import Shop, round_record

LOCKS = ["index.lock", "HEAD.lock", "config.lock", "packed-refs.lock", "refs/heads/main.lock"]


def test_locks_that_nobody_holds_do_not_stop_the_next_step(shop: Shop) -> None:
    loaded = shop.loaded()
    git_folder = loaded.repository.path / ".git"
    stale = [git_folder / lock for lock in LOCKS]
    for lock in stale:
        lock.parent.mkdir(parents=True, exist_ok=True)
        lock.write_bytes(b"")

    shop.done(shop.loaded())

    assert not [lock for lock in stale if lock.exists()]


@pytest.mark.slow
def test_a_lock_that_a_process_holds_is_waited_for(shop: Shop) -> None:
    git_folder = shop.loaded().repository.path / ".git"
    lock = git_folder / "index.lock"
    program = f"import time; held = open({str(lock)!r}, 'w'); print(flush=True); time.sleep(1)"
    holder = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE)
    assert holder.stdout
    holder.stdout.readline()
    began = time.monotonic()

    unlock(git_folder)

    assert time.monotonic() - began > 0.5
    assert not lock.exists()
    holder.wait()
    holder.stdout.close()


def test_a_clone_without_its_objects_is_made_anew_from_the_forge(shop: Shop) -> None:
    loaded = shop.loaded()
    commit = shop.done(loaded)
    path = loaded.repository.path
    shutil.rmtree(path / ".git" / "objects")
    again = Shop(shop.root)

    later = again.loaded(round_=2, nonce="m")

    assert later.remote.repo == loaded.remote.repo
    assert later.repository.head == commit
    assert list((shop.root / "aside").iterdir())


def test_what_git_cannot_read_is_not_sound(shop: Shop) -> None:
    loaded = shop.loaded()
    shop.done(loaded)
    path = loaded.repository.path
    assert is_sound(path)

    (path / ".git" / "HEAD").unlink()

    assert not is_sound(path)


def test_a_round_made_again_elsewhere_replaces_the_one_that_was_never_pushed(
    shop: Shop, tmp_path: Path
) -> None:
    shop.done(shop.loaded())
    here = Shop(tmp_path / "here", shop.forge)
    second = here.loaded(round_=2, nonce="b")
    unpushed = round_record(2, request=second.request)
    second.repository.commit_round(unpushed, {"index.html": b"never pushed"})
    elsewhere = shop.done(shop.loaded(round_=2, nonce="b"))

    third = here.loaded(round_=3, nonce="c")

    assert third.repository.head == elsewhere


def test_a_clone_with_a_file_that_a_power_cut_emptied_is_not_sound(shop: Shop) -> None:
    loaded = shop.loaded()
    shop.done(loaded, {"index.html": b"<p>"})
    path = loaded.repository.path
    blob = subprocess.run(
        ["git", "-C", str(path), "rev-parse", "main:index.html"], capture_output=True, check=True
    ).stdout.decode()
    lost = path / ".git/objects" / blob[:2] / blob[2:].strip()
    lost.chmod(0o644)
    lost.write_bytes(b"")

    assert not is_sound(path)
