"""What a killed process leaves behind, and what a living one is working with."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent import leftovers

KIND = "galley-test-"
MAKER = """
import sys, tempfile, time
from pathlib import Path
from agent import leftovers
folder = tempfile.mkdtemp(prefix=leftovers.prefix_of("galley-test-"), dir=sys.argv[1])
with leftovers.held(Path(folder)):
    Path(folder, "file").touch()
    print(folder, flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[tuple["subprocess.Popen[str]", Path]]:
    """A process that works in a folder of its own, and the folder."""
    command = [sys.executable, "-c", MAKER, str(tmp_path)]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, text=True) as process:
        assert process.stdout
        yield process, Path(process.stdout.readline().strip())
        process.kill()


def test_what_a_killed_process_left_is_removed(
    tmp_path: Path, maker: tuple["subprocess.Popen[str]", Path]
) -> None:
    process, folder = maker
    process.kill()
    process.wait()

    leftovers.sweep(tmp_path, KIND)

    assert not folder.exists()


def test_what_a_living_process_works_with_stays_however_old(
    tmp_path: Path, maker: tuple["subprocess.Popen[str]", Path]
) -> None:
    _, folder = maker
    os.utime(folder, (0, 0))

    leftovers.sweep(tmp_path, KIND)

    assert folder.exists()


def test_what_was_just_made_and_is_not_locked_yet_stays(tmp_path: Path) -> None:
    young, other = tmp_path / f"{KIND}{os.getppid()}-x", tmp_path / "galley-other-1-x"
    young.mkdir()
    other.mkdir()

    leftovers.sweep(tmp_path, KIND)

    assert young.exists()
    assert other.exists()


def test_what_the_process_before_in_the_same_container_left_is_removed(tmp_path: Path) -> None:
    left = tmp_path / f"{leftovers.prefix_of(KIND)}x"
    left.touch()

    leftovers.sweep(tmp_path, KIND)

    assert not left.exists()
