"""Takes a round's commit that the forge refused off `main`, and puts it back for a retry."""

from git import Repo

from agent.workspace import refs
from agent.workspace.git_objects import commit_at


def withdrawn_ref(number: int) -> str:
    return f"refs/withdrawn/{number}"


def take_off(repo: Repo, branch: str, tag: str, kept: str | None) -> None:
    """Move a branch to the parent of its last commit and drop the tag; one without a parent ends.

    The commit stays under the ref `kept`, where one is given.
    """
    ours = commit_at(repo, branch)
    parent = ours.parents[0].hexsha if ours.parents else None
    back = refs.move(branch, parent, ours.hexsha) if parent else refs.delete(branch, ours.hexsha)
    keep = [refs.update(kept, ours.hexsha)] if kept else []
    tagged = refs.resolve(repo, tag)
    untag = [refs.delete(tag, tagged)] if tagged else []
    refs.carry_out(repo, back, *keep, *untag)


def put_back(repo: Repo, branch: str, kept: str) -> bool:
    """Move a branch to the commit under `kept`. False: the branch has moved since."""
    commit = commit_at(repo, kept)
    head = refs.resolve(repo, branch)
    if [parent.hexsha for parent in commit.parents] != ([head] if head else []):
        return False
    refs.carry_out(repo, refs.move(branch, commit.hexsha, head), refs.delete(kept, commit.hexsha))
    return True
