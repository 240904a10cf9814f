"""The workspace folder: finds, makes, removes and sets aside the repositories in it."""

import json
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

from agent import leftovers
from agent.workspace.crash_recovery import is_sound, unlock
from agent.workspace.repository import Repository, evidence_ref
from agent.workspace.shown_repository import Redact, ShownRepository

REQUEST = "request.json"


def names_of(task: str) -> Iterator[str]:
    """The names a task's repositories may have: `task`, `task-2`, `task-3` …"""
    yield task
    number = 2
    while True:
        yield f"{task}-{number}"
        number += 1


class Workspace:
    """The folder; what it holds can be rebuilt from the forge, except for the evidence."""

    def __init__(self, root: Path, redact: Redact | None = None) -> None:
        """With `redact`, what is read from the repositories comes without secrets, to be shown."""
        self.root = root
        self._redact = redact
        self.repos = root / "repos"
        root.mkdir(parents=True, exist_ok=True)
        self.repos.mkdir(exist_ok=True, mode=0o700)  # the evidence names who asked
        leftovers.sweep(root, leftovers.NEW)
        self._sound: set[str] = set()

    def repository(self, name: str) -> Repository:
        return self._at(self.repos / name)

    def find(self, name: str) -> Repository | None:
        """The repository of that name; names that differ in case only are the same folder.

        One that is broken is set aside, and then it is not there: the forge has its work.
        """
        if name in self._sound and (self.repos / name).is_dir():  # looked at once by each process
            return self.repository(name)
        self.repos.mkdir(exist_ok=True, mode=0o700)
        found = (path for path in self.repos.iterdir() if path.name.lower() == name.lower())
        path = next(found, None)
        if path is None:
            return None
        if path.name not in self._sound:
            if not is_sound(path):
                self.set_aside(Repository(path))
                return None
            self._sound.add(path.name)
        return self._at(path)

    def unlock(self, repository: Repository) -> None:
        """Make way after a git that was killed. Raises WorkspaceError while one is at work."""
        unlock(repository.path / ".git")

    def add(self, name: str, fill: Callable[[Repository], None]) -> Repository | None:
        """A new repository with what `fill` puts into it.

        None: the name is in use. The folder appears filled or not at all.
        """
        if self.find(name):
            return None
        prefix = leftovers.prefix_of(leftovers.NEW)
        scratch = Path(tempfile.mkdtemp(prefix=prefix, dir=self.root))
        with leftovers.held(scratch), ExitStack() as undo:
            undo.callback(shutil.rmtree, scratch)
            with Repository.create(scratch) as repository:
                fill(repository)
            if not _renamed(scratch, self.repos / name):
                return None
            undo.pop_all()
        self._sound.add(name)
        return self.repository(name)

    def set_aside(self, repository: Repository) -> Path:
        """Keep a clone for people to look at, and have it cloned anew when it is wanted.

        Returns its new place; one that somebody removed has none.
        """
        place = self.root / "aside" / f"{repository.name}-{time.time_ns()}"
        place.parent.mkdir(exist_ok=True)
        repository.close()
        self._sound.discard(repository.name)
        with suppress(FileNotFoundError):
            repository.path.rename(place)
        return place

    def rename(self, repository: Repository, name: str) -> Repository:
        """Give a repository another name, which nothing has; its evidence goes with it."""
        if name != repository.name:
            repository.close()
            repository.path.rename(self.repos / name)
            self._sound.discard(repository.name)
        return self.repository(name)

    def _at(self, path: Path) -> Repository:
        if self._redact:
            return ShownRepository(self._redact, path, self.set_aside)
        return Repository(path, self.set_aside)

    def remove(self, repository: Repository) -> None:
        repository.close()
        shutil.rmtree(repository.path)


def requested(repository: Repository, round_: int) -> dict[str, object] | None:
    """The request on record for a round, if there is one."""
    record = repository.read(evidence_ref(round_), REQUEST)
    return json.loads(record) if record else None


def _renamed(scratch: Path, folder: Path) -> bool:
    """False: another process made a folder of that name meanwhile."""
    try:
        scratch.rename(folder)
    except OSError:
        if folder.exists():
            return False
        raise
    return True
