"""Opening repositories: for as long as a job is worked on, one that was opened stays so.

Reading through GitPython takes two git processes for each opening; a job opens its repository
some hundred times.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from git import Repo

from agent.workspace import safety

_kept: ContextVar[dict[Path, Repo] | None] = ContextVar("_kept", default=None)


@contextmanager
def kept_open() -> Iterator[None]:
    """Within the block, on this thread, repositories stay open once they are."""
    kept: dict[Path, Repo] = {}
    token = _kept.set(kept)
    try:
        yield
    finally:
        _kept.reset(token)
        _close(kept)


def close_kept() -> None:
    """End the processes behind what is kept open, before a pause; it opens again by itself."""
    _close(_kept.get() or {})


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
    if path not in kept:
        kept[path] = Repo(path)
        kept[path].git.update_environment(**safety.environment())
    yield kept[path]


def forget(path: Path) -> None:
    """The folder is about to be another one's, or nobody's."""
    kept = _kept.get()
    if kept and path in kept:
        kept.pop(path).close()


def _close(kept: dict[Path, Repo]) -> None:
    while kept:
        kept.popitem()[1].close()
