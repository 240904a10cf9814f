"""Trees of bytes to git objects and back, past the work tree, the index and every filter."""

import tempfile
import time
from collections.abc import Iterator, Mapping
from hashlib import sha1
from io import BytesIO
from pathlib import Path
from string import hexdigits
from subprocess import PIPE

from git import Blob, Commit, GitCommandError, IndexEntry, Repo, Submodule, Tree
from git.index.fun import write_tree_from_cache
from gitdb import IStream
from gitdb.exc import BadName, BadObject
from gitdb.util import hex_to_bin

from agent.errors import WorkspaceError
from agent.workspace import git_environment
from agent.workspace.refs import resolve

_REGULAR = 0o100644
_EXECUTABLE = 0o100755
_ID_LENGTH = 40


def opened(path: Path) -> Repo:
    """A repository in git's safe environment, with the process that reads its objects.

    That process gets a session of its own: a signal to our process group, such as Ctrl-C, ends
    the program, which still has to read while it stops. Source: git-cat-file(1), `--batch`.
    """
    repo = Repo(path)
    repo.git.update_environment(**git_environment.environment())
    repo.git.cat_file_all = repo.git.execute(
        ["git", "cat-file", "--batch"], istream=PIPE, as_process=True, start_new_session=True
    )
    return repo


def printed(error: GitCommandError) -> str:
    """What git printed, without the command line, in one line."""
    text = str(error.stderr).removeprefix("\n  stderr: ").strip("'\n ")
    return " ".join(text.split()) or f"exit code {error.status}"


def commit_at(repo: Repo, name: str) -> Commit:
    """The commit that an id or a ref's full name stands for. Raises BadName."""
    identity = name if _is_id(name) else resolve(repo, name)
    if identity is None:
        raise BadName(name)
    commit = Commit(repo, hex_to_bin(identity))
    try:
        commit.tree  # noqa: B018  read now, so that one that is not there is noticed
    except (ValueError, BadObject):
        raise BadName(name) from None
    return commit


def first_parents(commit: Commit) -> Iterator[Commit]:
    """The commit, and those that it stands on, newest first."""
    yield commit
    while commit.parents:
        commit = commit.parents[0]
        yield commit


def entries(commit: Commit) -> dict[str, tuple[int, str]]:
    """Mode and id of everything in a commit that is no folder."""
    return {
        str(item.path): (item.mode, item.hexsha)
        for item in commit.tree.traverse()
        if isinstance(item, (Blob, Submodule))
    }


def holds(commit: Commit, files: Mapping[str, bytes]) -> bool:
    """Whether a commit has all of these files with these bytes."""
    return all(_holds(commit.tree, path, content) for path, content in files.items())


def blobs(commit: Commit, within: tuple[str, ...] = ("",)) -> Iterator[tuple[str, bytes]]:
    """The files of a commit, or those whose names begin with one of `within`.

    Raises WorkspaceError for symbolic links and submodules.
    """
    for item in commit.tree.traverse():
        if not isinstance(item, (Blob, Submodule)):
            continue
        if item.mode not in (_REGULAR, _EXECUTABLE):
            raise WorkspaceError(
                f"{item.path} is a symbolic link or a submodule; remove it from the repository"
            )
        if str(item.path).startswith(within):
            yield str(item.path), item.data_stream.read()


def tree_of(repo: Repo, files: Mapping[str, bytes]) -> Tree:
    """The tree of these files, all of mode 100644.

    `git update-index` applies git's own verify_path to each path. Raises WorkspaceError.
    """
    with tempfile.TemporaryDirectory(dir=repo.git_dir) as folder:
        listing = Path(folder, "listing")
        listing.write_bytes(
            b"".join(
                b"100644 %s\t%s\0" % (_store(repo, "blob", content).hex().encode(), path.encode())
                for path, content in sorted(files.items())
            )
        )
        return Tree(repo, hex_to_bin(_write_tree(repo, listing, Path(folder, "index"))))


def tree_with(repo: Repo, parent: Commit | None, files: Mapping[str, bytes]) -> Tree:
    """The tree of `parent` with these files beside its own; names are ours, and never checked out.

    Made in this process: what is checked out goes through `tree_of`, where git judges the paths.
    """
    kept = entries(parent) if parent else {}
    listed = {path: (mode, hex_to_bin(identity)) for path, (mode, identity) in kept.items()}
    listed |= {path: (_REGULAR, _store(repo, "blob", files[path])) for path in files}
    rows = [IndexEntry((mode, blob, 0, path)) for path, (mode, blob) in sorted(listed.items())]
    identity, _ = write_tree_from_cache(rows, repo.odb, slice(0, len(rows)))
    return Tree(repo, identity)


def commit_of(repo: Repo, tree: Tree, message: str, parent: str | None) -> str:
    """A commit of a tree; no ref moves and no hook runs. Source: gitformat-commit."""
    name, email = git_environment.AUTHOR, git_environment.AUTHOR_EMAIL
    actor = f"{name} <{email}> {int(time.time())} +0000"
    head = [f"tree {tree.hexsha}", *([f"parent {parent}"] if parent else [])]
    lines = [*head, f"author {actor}", f"committer {actor}", "", message]
    return _store(repo, "commit", "\n".join(lines).encode()).hex()


def _store(repo: Repo, kind: str, content: bytes) -> bytes:
    """The id of an object that is in the repository from now on."""
    stream = IStream(kind.encode(), len(content), BytesIO(content))
    return bytes(repo.odb.store(stream).binsha)


def _write_tree(repo: Repo, listing: Path, index: Path) -> str:
    """`git update-index -z --index-info` lines as a tree, through a throw-away index."""
    with repo.git.custom_environment(GIT_INDEX_FILE=str(index)), listing.open("rb") as stream:
        _, _, complaints = repo.git.update_index(
            "-z", "--index-info", istream=stream, with_extended_output=True
        )
        if complaints:  # it leaves out the paths it does not accept, and exits with 0
            raise WorkspaceError(f"git refused a path: {' '.join(complaints.split())}")
        return str(repo.git.write_tree())


def _is_id(name: str) -> bool:
    return len(name) == _ID_LENGTH and all(character in hexdigits for character in name)


def _holds(tree: Tree, path: str, content: bytes) -> bool:
    try:
        return (tree / path).hexsha == _blob_id(content)
    except KeyError:
        return False


def _blob_id(content: bytes) -> str:
    """What git calls a file of these bytes. Source: git-hash-object(1), gitformat-loose."""
    return sha1(b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()
