"""The embedded model's file: found in the cache, or fetched once from wherever it can be had.

A download grows in `<name>.part`, which is always a prefix of the file whoever wrote it, so an
interrupted one goes on from where it stopped, even with another source. The file gets its name
only once its sha256 is right.
"""

import contextlib
import fcntl
import hashlib
import os
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from agent.errors import ConfigurationError, ModelError
from agent.ports import Pin, Progress, WeightSource

_GGUF_MAGIC = b"GGUF"


QWEN = Pin(
    name="qwen2.5-coder-1.5b-instruct-q4_k_m.gguf",
    size=1_117_320_768,
    sha256="cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046",
)


class Weights:
    """The model's file in `folder`, where several processes may look for it at the same time."""

    def __init__(self, folder: Path, sources: Sequence[WeightSource], pin: Pin = QWEN) -> None:
        self.path = folder / pin.name
        self._part = folder / f"{pin.name}.part"
        self._stamp = folder / f"{pin.name}.verified"
        self._sources = sources
        self._pin = pin

    def is_here(self) -> bool:
        """The file is there and unchanged since its checksum was found right."""
        try:
            return self._stamp.read_text() == self._mark()
        except FileNotFoundError:
            return False

    def get(self, progress: Progress) -> Path:
        """The file's path, after fetching it if need be. Raises ModelError, naming every try."""
        if self.is_here():
            return self.path
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with _alone(self.path.with_suffix(".lock"), self._wait(progress)):
            if not self.is_here():
                self._find_or_fetch(progress)
        return self.path

    def _find_or_fetch(self, progress: Progress) -> None:
        failures = []
        if self.path.exists():  # brought by hand, or touched since
            os.replace(self.path, self._part)
        if _size(self._part) > self._pin.size:
            self._part.unlink()
        for source in self._sources:
            try:
                if _size(self._part) < self._pin.size:
                    source.extend(self._part, self._pin, progress)
                self._accept()
                return
            except (ModelError, OSError) as error:
                failures.append(f"  {source.name}: {error}")
        raise ModelError(
            f"the embedded model ({self._pin.name}) could not be fetched:\n"
            + "\n".join(failures)
            + "\nTry again, set MODEL_PATH to a GGUF file of yours, or use a hosted model by its"
            " key (OPENAI_API_KEY, GEMINI_API_KEY or AIPIPE_AKI_KEY)."
        )

    def _accept(self) -> None:
        with self._part.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != self._pin.sha256:
            self._part.unlink()
            raise ModelError(
                f"{self._part} was not the file it should be (sha256 {found}, expected"
                f" {self._pin.sha256}) and was deleted"
            )
        os.replace(self._part, self.path)
        self._stamp.write_text(self._mark())

    def _mark(self) -> str:
        """What ties the checksum to the file as it is: hashing 1.1 GB takes seconds, this none."""
        stat = self.path.stat()
        return f"{self._pin.sha256} {stat.st_size} {stat.st_mtime_ns}\n"

    def _wait(self, progress: Progress) -> Callable[[], None]:
        """Shows how far the other process is, that has the lock."""
        return lambda: progress(_size(self._part), self._pin.size)


def own_file(path: Path) -> Path:
    """The user's own GGUF file (`MODEL_PATH`). Raises ConfigurationError if it is none."""
    try:
        with path.open("rb") as file:
            magic = file.read(len(_GGUF_MAGIC))
    except OSError as error:
        raise ConfigurationError(f"MODEL_PATH: {path} cannot be read: {error.strerror}") from error
    if magic != _GGUF_MAGIC:
        raise ConfigurationError(f"MODEL_PATH: {path} is not a GGUF file: it begins {magic!r}")
    return path


def cache_folder(environment: Mapping[str, str], home: Path) -> Path:
    """Where this user's caches belong, by the XDG Base Directory specification."""
    stated = Path(environment.get("XDG_CACHE_HOME", ""))
    return (stated if stated.is_absolute() else home / ".cache") / "galley"


@contextlib.contextmanager
def _alone(lock: Path, wait: Callable[[], None]) -> Iterator[None]:
    """One process at a time; the lock goes with its holder, however that ends."""
    with lock.open("w") as file:
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                wait()
                time.sleep(0.5)
        yield


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
