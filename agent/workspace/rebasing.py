"""Puts the last commit of a branch on top of what others pushed meanwhile."""

from collections.abc import Iterable

from git import Commit, Repo

from agent import shared_files
from agent.errors import MergeConflict
from agent.workspace.git_objects import NewCommit, add_commit, blobs, commit_at, verify_paths

Changes = dict[str, bytes | None]
"""Paths that a commit changed, and their bytes there; None for a file it deleted."""


def move_onto(repo: Repo, branch: str, theirs: str) -> str:
    """The commit made anew on top of `theirs`, where both changed other files.

    A file that Galley writes itself is no obstacle. Raises MergeConflict for any other.
    """
    ours = commit_at(repo, branch)
    base = ours.parents[0] if ours.parents else None
    mine, other = _changes(base, ours), _changes(base, commit_at(repo, theirs))
    both = mine.keys() & other.keys()
    if conflicts := sorted(both - set(shared_files.NAMES)):
        raise MergeConflict(
            f"somebody pushed changes to {', '.join(conflicts)} meanwhile; "
            "send the request with a new nonce to work on top of them"
        )
    before = dict(blobs(base)) if base else {}
    settled = shared_files.merged(_present(mine, both), _present(other, both), before)
    kept = {path: content for path, content in blobs(commit_at(repo, theirs)) if path not in mine}
    files = kept | _present(mine, mine.keys()) | settled
    verify_paths(repo, files)
    new = NewCommit(branch, theirs, str(ours.message), files)
    return add_commit(repo, new, "--force")  # it leaves the commit that was not pushed


def _present(changes: Changes, paths: Iterable[str]) -> dict[str, bytes]:
    found = ((path, changes.get(path)) for path in paths)
    return {path: content for path, content in found if content is not None}


def _changes(base: Commit | None, after: Commit) -> Changes:
    before = dict(blobs(base)) if base else {}
    now = dict(blobs(after))
    paths = before.keys() | now.keys()
    return {path: now.get(path) for path in paths if before.get(path) != now.get(path)}
