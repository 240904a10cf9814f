"""The files of a revision, and what tells whose they are: for hosts that take copies of them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from agent.values import Remote, Revision
from agent.workspace import Workspace


@dataclass(frozen=True)
class SiteTree:
    """A revision's files by path.

    `origin` is the id of the first commit of its repository's rounds: it tells apart sites of the
    same name, on every machine. `committed_at` is in seconds since the epoch.
    """

    origin: str
    committed_at: float
    files: Mapping[str, bytes] = field(repr=False)


ReadTree = Callable[[Remote, Revision], SiteTree]


def tree_reader(workspace: Workspace) -> ReadTree:
    """Reads trees from the clones in a workspace."""

    def read(remote: Remote, revision: Revision) -> SiteTree:
        repository = workspace.repository(remote.repo)
        _, first = repository.rounds()[0]
        committed_at = repository.committed_at(revision.commit)
        return SiteTree(first.hexsha, committed_at, repository.files(revision.commit))

    return read
