"""A command on a real pseudo-terminal: what a person would see, and the keys that end it."""

import os
import pty
import re
import select
import signal
import subprocess
import termios
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SECONDS = 120.0
_LOOK_SECONDS = 0.2
_CODES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass
class OnTerminal:
    """A command that runs on a terminal; `seen` is what it has written there, with its codes."""

    process: subprocess.Popen[bytes]
    screen: int
    seen: str = ""

    @property
    def text(self) -> str:
        """What was written, without colours and cursor movements."""
        return _CODES.sub("", self.seen).replace("\r\n", "\n")

    def read_until(self, words: str) -> None:
        ends_at = time.monotonic() + _SECONDS
        while words not in self.text:
            is_going_on = time.monotonic() < ends_at and self._read()
            assert is_going_on, f"no {words!r} in {self.text}"

    def read_some(self) -> bool:
        """Read what there is; whether the command still runs."""
        return self._read()

    def press_ctrl_c(self) -> None:
        os.killpg(self.process.pid, signal.SIGINT)

    def read_to_the_end(self) -> int:
        """The command's exit code."""
        while self._read():
            pass
        return self.process.wait(_SECONDS)

    def _read(self) -> bool:
        """Whether the command still runs, or has left something to read."""
        readable, _, _ = select.select([self.screen], [], [], _LOOK_SECONDS)
        if not readable:
            return self.process.poll() is None
        try:
            piece = os.read(self.screen, 65536)
        except OSError:  # Linux: EIO once nobody has the other end open
            return False
        self.seen += piece.decode(errors="replace")
        return bool(piece)


@contextmanager
def on_terminal(
    command: Sequence[str], folder: Path, environment: Mapping[str, str]
) -> Iterator[OnTerminal]:
    """The command as the leader of a process group, with a terminal of 100 columns."""
    screen, keys = pty.openpty()
    termios.tcsetwinsize(keys, (30, 100))
    default_signals = ["/usr/bin/env", "--default-signal=INT"]
    process = subprocess.Popen(
        [*default_signals, *command],
        cwd=folder,
        env=environment,
        stdin=keys,
        stdout=keys,
        stderr=keys,
        start_new_session=True,
    )
    os.close(keys)
    try:
        yield OnTerminal(process, screen)
    finally:
        process.kill()
        process.wait()
        os.close(screen)
