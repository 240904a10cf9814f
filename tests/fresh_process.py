"""Commands in a process of their own, and what these loaded: modules by their names."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import requests

_LOADED = re.compile(r"import time:[ \d]+\|[ \d]+\| +([\w.]+)")
_LISTENS = re.compile(r"(?:Galley listens|INFO: +Uvicorn running) on (\S+)")


@dataclass
class Fresh:
    """A command that runs, from what it prints on stderr."""

    process: subprocess.Popen[str]
    url: str = ""
    modules: set[str] = field(default_factory=set)

    @property
    def libraries(self) -> set[str]:
        """What is neither Python's own nor Galley's."""
        names = {name.split(".")[0] for name in self.modules}
        own = {name for name in names if name.startswith("_") or "__" in name}
        return names - own - sys.stdlib_module_names - {"agent"}

    def read_until_it_listens(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            if found := _LOADED.match(line):
                self.modules.add(found[1])
            if listens := _LISTENS.match(line):
                self.url = listens[1]
                return

    def read_to_the_end(self) -> None:
        assert self.process.stderr
        self.modules.update(_LOADED.findall(self.process.stderr.read()))


def loaded_by(*command: str, workspace: Path) -> Fresh:
    """What a command that ends by itself loads."""
    with _started(["agent", *command], {"WORKSPACE": str(workspace)}) as fresh:
        fresh.read_to_the_end()
    return fresh


def loaded_by_server(settings: Mapping[str, str]) -> Fresh:
    """What `serve` loads until it has answered that it is well, and while it ends."""
    with _started(["agent", "serve"], settings) as fresh:
        fresh.read_until_it_listens()
        requests.get(f"{fresh.url}/health", timeout=30).raise_for_status()
        fresh.process.send_signal(signal.SIGTERM)
        fresh.read_to_the_end()
    return fresh


def loaded_by_front_door(settings: Mapping[str, str]) -> Fresh:
    """What the application for hosts of applications loads until it has told that it is ready."""
    uvicorn = "uvicorn", "--app-dir", "deploy/vercel/api", "index:app", "--port", "0"
    with _started(uvicorn, settings) as fresh:
        fresh.read_until_it_listens()
        requests.get(f"{fresh.url}/ready", timeout=30).raise_for_status()
        fresh.process.send_signal(signal.SIGTERM)
        fresh.read_to_the_end()
    return fresh


@contextmanager
def _started(module: Sequence[str], settings: Mapping[str, str]) -> Iterator[Fresh]:
    program = [sys.executable, "-X", "importtime", "-m", *module]
    environment = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/"), **settings}
    if path := os.environ.get("PYTHONPATH"):
        environment["PYTHONPATH"] = path
    with subprocess.Popen(
        program,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Fresh(process)
        finally:
            process.terminate()
