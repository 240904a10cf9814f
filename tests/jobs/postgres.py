"""A PostgreSQL of the tests' own, by the project's script."""

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_SCRIPT = Path(__file__).parents[2] / "scripts" / "postgres.sh"


@dataclass(frozen=True)
class Cluster:
    """A database server that may be stopped and started; `url` is an empty database on it."""

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"postgresql://galley@127.0.0.1:{self.port}/galley"

    def start(self) -> None:
        _run("start", str(self.folder), str(self.port))

    def stop(self, how: str = "fast") -> None:
        _run("stop", str(self.folder), how)


@contextmanager
def postgres() -> Iterator[Cluster]:
    folder = Path(tempfile.mkdtemp(prefix="galley-pg-"))
    folder.chmod(0o755)  # the server runs as another user where the tests run as root
    cluster = Cluster(folder, _free_port())
    cluster.start()
    try:
        yield cluster
    finally:
        cluster.stop("immediate")
        shutil.rmtree(folder)


def _run(*words: str) -> None:
    done = subprocess.run(
        ["sh", str(_SCRIPT), *words],
        env=os.environ,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=False,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr.decode()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])
