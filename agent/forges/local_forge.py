"""The local forge: bare repositories in a folder of the workspace."""

import shutil
import tempfile
from contextlib import ExitStack
from pathlib import Path

from git.exc import GitError

from agent import leftovers
from agent.errors import ForgeError
from agent.ports import Transport
from agent.values import Remote
from agent.workspace import git_environment
from agent.workspace.crash_recovery import unlock
from agent.workspace.git_children import SeparateRepo


class LocalForge:
    """Speaks the Forge port over `workspace/forge/<repo>.git`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder.resolve()
        self.folder.mkdir(parents=True, exist_ok=True)
        leftovers.sweep(self.folder, leftovers.NEW)
        for repository in self.folder.glob("*.git"):
            unlock(repository)  # after a push that was killed together with us

    def claim(self, repo: str, description: str, since: float) -> Remote | None:
        """Create the repository, or find the one without commits that is there since `since`."""
        path = self.path(repo)
        if _is_made(path):
            with SeparateRepo(path) as there:
                is_begun = path.stat().st_ctime >= since and not there.heads
            return self._remote(repo, is_new=True) if is_begun else None
        try:
            self._make(path, description)
        except (GitError, OSError) as error:
            raise ForgeError(f"could not make the repository {path}: {error}") from None
        return self._remote(repo, is_new=True)

    def find(self, repo: str) -> Remote | None:
        return self._remote(repo) if _is_made(self.path(repo)) else None

    def transport(self) -> Transport:
        return Transport({"GIT_ALLOW_PROTOCOL": "file"})

    def path(self, repo: str) -> Path:
        return self.folder / f"{repo}.git"

    def _make(self, path: Path, description: str) -> None:
        """All of it at once: what a crash leaves of a folder is no repository of anybody's."""
        prefix = leftovers.prefix_of(leftovers.NEW)
        scratch = Path(tempfile.mkdtemp(prefix=prefix, dir=self.folder))
        with leftovers.held(scratch), ExitStack() as undo:
            undo.callback(shutil.rmtree, scratch)
            SeparateRepo.init(
                scratch, bare=True, initial_branch="main", env=git_environment.environment()
            ).close()
            (scratch / "description").write_text(description + "\n")
            scratch.chmod(0o755)
            scratch.rename(path)
            undo.pop_all()

    def _remote(self, repo: str, *, is_new: bool = False) -> Remote:
        url = self.path(repo).as_uri()
        return Remote(repo, url, url, is_new)


def _is_made(path: Path) -> bool:
    """Whether a repository is there; a crash may have left a folder that is none yet."""
    try:
        SeparateRepo(path).close()
    except (GitError, OSError):
        return False
    return True
