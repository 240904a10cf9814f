"""Galley's commands as processes of their own, with what they take of processor and memory."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

_LISTENS = re.compile(r"Galley listens on (\S+)")
_TICKS = os.sysconf("SC_CLK_TCK")


def environment(folder: Path, settings: Mapping[str, str]) -> dict[str, str]:
    """For a process whose compiled modules are kept, as those of an installed Galley are."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": os.environ.get("HOME", "/"),
        "PYTHONPATH": os.environ.get("PYTHONPATH", str(Path.cwd())),
        "PYTHONPYCACHEPREFIX": str(folder / "compiled"),
        "WORKSPACE": str(folder / "workspace"),
        **settings,
    }


def spent_by(arguments: list[str], variables: Mapping[str, str]) -> float:
    """Processor seconds of a Python with these arguments, from its start to its end."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env=dict(variables),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    return usage.ru_utime + usage.ru_stime


@dataclass(frozen=True)
class Server:
    """A running `galley serve`."""

    url: str
    pid: int

    @property
    def cpu(self) -> float:
        """Processor seconds since its start, its ended children included (proc(5), stat)."""
        fields = Path(f"/proc/{self.pid}/stat").read_text().rpartition(")")[2].split()
        return sum(map(int, fields[11:15])) / _TICKS

    @property
    def scheduled(self) -> float:
        """Processor seconds of its threads, in nanoseconds exactly (proc(5), schedstat)."""
        tasks = Path(f"/proc/{self.pid}/task").iterdir()
        return sum(int((task / "schedstat").read_text().split()[0]) for task in tasks) / 1e9

    @property
    def mib(self) -> float:
        status = Path(f"/proc/{self.pid}/status").read_text()
        return int(status.partition("VmRSS:")[2].split()[0]) / 1024


@contextmanager
def serving(variables: Mapping[str, str]) -> Iterator[Server]:
    """A server that has answered that it is well."""
    with subprocess.Popen(
        [sys.executable, "-m", "agent", "serve"],
        env={**variables, "PORT": "0"},
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Server(_address(process), process.pid)
        finally:
            process.send_signal(signal.SIGTERM)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr
    lines: list[str] = []
    for line in process.stderr:
        lines.append(line)
        if found := _LISTENS.search(line):
            threading.Thread(target=process.stderr.read, daemon=True).start()
            _wait_until_well(found[1])
            return found[1]
    raise RuntimeError(f"serve did not start: {''.join(lines)[-1000:]}")


def _wait_until_well(url: str) -> None:
    ends_at = time.monotonic() + 60
    while time.monotonic() < ends_at:
        try:
            if requests.get(f"{url}/health", timeout=10).ok:
                return
        except requests.ConnectionError:
            time.sleep(0.01)
    raise RuntimeError(f"{url}/health does not answer")
