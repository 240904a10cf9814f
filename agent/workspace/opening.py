"""Opening repositories: for as long as a step lasts, one that was opened stays so.

Reading through GitPython takes two git processes for each opening; a step opens its repository
some ten times.
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
        for repo in kept.values():
            repo.close()


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
