"""Opening repositories: for as long as a job is worked on, one that was opened stays so.

Reading through GitPython takes two git processes for each opening; a job opens its repository
some hundred times.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from pathlib import Path

from git import Repo

from agent.workspace import safety
from agent.workspace.processors import Worker


@dataclass
class _Kept:
    """What is open for a job, which works on it when it has a place."""

    worker: Worker = field(default_factory=Worker)
    repos: dict[Path, Repo] = field(default_factory=dict)


_kept: ContextVar[_Kept | None] = ContextVar("_kept", default=None)


@contextmanager
def kept_open() -> Iterator[None]:
    """Within the block, on this thread, repositories stay open once they are."""
    kept = _Kept()
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)
        _close(kept)


def close_kept() -> None:
    """End the processes behind what is kept open, before a pause; it opens again by itself."""
    if kept := _kept.get():
        _close(kept)


@contextmanager
def opened(path: Path, transport: Mapping[str, str] | None = None) -> Iterator[Repo]:
    """The repository at `path`, in git's safe surroundings.

    One that is opened with a transport's variables is never kept: they hold a token.
    """
    kept = _kept.get()
    if kept is None or transport:
        with Repo(path) as repo:
            repo.git.update_environment(**safety.environment(transport))
            yield repo
        return
    with kept.worker.at_work():
        if path not in kept.repos:
            kept.repos[path] = Repo(path)
            kept.repos[path].git.update_environment(**safety.environment())
        yield kept.repos[path]


def forget(path: Path) -> None:
    """The folder is about to be another one's, or nobody's."""
    kept = _kept.get()
    if kept and path in kept.repos:
        kept.repos.pop(path).close()


def _close(kept: _Kept) -> None:
    while kept.repos:
        kept.repos.popitem()[1].close()
