"""The work tree of a clone: shows `main`; what people changed there is kept under `refs/kept`.

Galley reads and writes git objects only. The work tree is for people, who may have edited files,
checked out another branch or detached HEAD. The ref `refs/worktree/shown` says which commit the
work tree was last made to show, so that files which Galley wrote itself are not taken for changes.
"""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

from git import GitCommandError, Reference, Repo

from agent.paths import UnsafePath, safe_path
from agent.workspace import refs
from agent.workspace.crash_recovery import unlock
from agent.workspace.git_objects import NewCommit, add_commit, blob_id, commit_at, entries

KEPT = "refs/kept"
_SHOWN = "refs/worktree/shown"
_NO_FILES = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
"""The empty tree, which git knows without its being stored."""
_NOT_KEPT = {".git", "node_modules"}
_LARGEST = 100_000_000
_log = logging.getLogger("galley.workspace")


def show(repo: Repo, branch: str) -> None:
    """Make HEAD, the index and the work tree those of a branch; changes of people are kept.

    A branch that has no commit has no files.
    """
    folder = Path(repo.git_dir)
    unlock(folder)
    for ref, what in (*_kept_commit(repo, branch), *_kept_files(repo, branch)):
        _log.warning("%s: %s: kept under %s", Path(repo.working_dir).name, what, ref)
    if _branch_of_head(repo) != branch:
        repo.git.symbolic_ref("HEAD", branch)
    tip = refs.resolve(repo, branch)
    _read_tree(repo, tip or _NO_FILES)
    if tip:
        refs.put(repo, _SHOWN, tip)


def kept_since(repo: Repo, moment: float) -> dict[str, str]:
    """What was kept since a moment (epoch): refs, and what each one holds."""
    kept = {ref: commit_at(repo, ref) for ref in _kept_refs(repo)}
    new = {ref: commit for ref, commit in kept.items() if commit.committed_date >= int(moment)}
    return {ref: str(commit.message).partition("\n")[0] for ref, commit in new.items()}


def _kept_commit(repo: Repo, branch: str) -> Iterator[tuple[str, str]]:
    """Keep the commit of a detached HEAD that no branch of ours has."""
    head = repo.head
    if not head.is_detached or head.commit.hexsha == refs.resolve(repo, _SHOWN):
        return
    tip = refs.resolve(repo, branch)
    if not tip or not repo.is_ancestor(head.commit, commit_at(repo, tip)):
        ref = _next_ref(repo)
        refs.put(repo, ref, head.commit.hexsha)
        yield ref, f"HEAD was detached at {head.commit.hexsha[:9]}"


def _kept_files(repo: Repo, branch: str) -> Iterator[tuple[str, str]]:
    """Keep the files of the work tree that no commit has which it may show."""
    known = {item for ref in _known(repo, branch) for item in _items(repo, ref)}
    files = {
        path: content
        for path, content in _files(Path(repo.working_dir))
        if (path, blob_id(content)) not in known
    }
    if not files:
        return
    names = ", ".join(sorted(files))
    what = f"uncommitted changes of {names}"
    parent = refs.resolve(repo, _SHOWN) or refs.resolve(repo, branch)
    note = f"{what}\n\nGalley found them in the work tree before it was reset.\n"
    ref = _next_ref(repo)
    add_commit(repo, NewCommit(ref, parent, note, files, adds=True))
    yield ref, what


def _known(repo: Repo, branch: str) -> Iterator[str]:
    """The commits whose files are on record: shown before, to be shown, checked out, or kept."""
    for ref in (branch, _SHOWN, *_kept_refs(repo)):
        if refs.resolve(repo, ref):
            yield ref
    if repo.head.is_valid():
        yield repo.head.commit.hexsha


def _items(repo: Repo, ref: str) -> Iterator[tuple[str, str]]:
    return ((path, identity) for path, (_, identity) in entries(commit_at(repo, ref)).items())


def _files(root: Path) -> Iterator[tuple[str, bytes]]:
    """The regular files of a work tree that git could store, by their path there."""
    for folder, folders, names in os.walk(root):
        folders[:] = [each for each in folders if each.lower() not in _NOT_KEPT]
        for path in (Path(folder, name) for name in names if name.lower() != ".git"):
            if path.is_symlink() or not path.is_file() or path.stat().st_size > _LARGEST:
                continue
            relative = path.relative_to(root).as_posix()
            if _is_safe(relative):
                yield relative, path.read_bytes()


def _is_safe(path: str) -> bool:
    """Whether a file of ours may have that name; no other is touched by a reset."""
    try:
        return safe_path(path) == path
    except UnsafePath:
        return False


def _branch_of_head(repo: Repo) -> str:
    return "" if repo.head.is_detached else str(repo.head.reference.path)


def _read_tree(repo: Repo, tree: str) -> None:
    """An index that git cannot read is made anew: it holds nothing that the commits do not."""
    try:
        repo.git.read_tree("--reset", "-u", tree)
    except GitCommandError:
        Path(repo.git_dir, "index").unlink(missing_ok=True)
        shown = refs.resolve(repo, _SHOWN)
        if shown:  # so that files which the tree has no longer are removed
            repo.git.read_tree(shown)
        repo.git.read_tree("--reset", "-u", tree)


def _kept_refs(repo: Repo) -> list[str]:
    return [str(ref.path) for ref in Reference.iter_items(repo, KEPT)]


def _next_ref(repo: Repo) -> str:
    return f"{KEPT}/{len(_kept_refs(repo)) + 1}"
