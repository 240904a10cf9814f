"""Trees of bytes to git objects and back, past the work tree, the index and every filter."""

import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha1
from pathlib import Path
from string import hexdigits

from git import Blob, Commit, GitCommandError, Repo, Submodule, Tree
from gitdb.exc import BadName, BadObject
from gitdb.util import hex_to_bin

from agent.errors import WorkspaceError
from agent.workspace import git_environment
from agent.workspace.git_children import SeparateRepo
from agent.workspace.refs import resolve

_REGULAR = 0o100644
_EXECUTABLE = 0o100755
_ID_LENGTH = 40
MOST_BYTES = 300_000_000
"""The files of one commit that are read, together."""
_TOO_LARGE = "the repository's files are too large: make them smaller, or begin a new task"
_MOST_ACCEPTED = 10_000
_ACCEPTED: set[str] = set()
_EMPTY_BLOB = b"e69de29bb2d1d6434b8b29ae775ad8c2e48c5391"


def opened(path: Path) -> Repo:
    """A repository in git's safe environment."""
    repo = SeparateRepo(path)
    repo.git.update_environment(**git_environment.environment())
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


def blobs(
    commit: Commit, within: tuple[str, ...] = ("",), most_bytes: int = MOST_BYTES
) -> Iterator[tuple[str, bytes]]:
    """The files of a commit, or those whose names begin with one of `within`.

    Raises WorkspaceError for symbolic links and submodules, and before the first file with which
    they are too large together: a pack of a megabyte can hold a file of a gigabyte.
    """
    left = most_bytes
    for item in commit.tree.traverse():
        if not isinstance(item, (Blob, Submodule)):
            continue
        if item.mode not in (_REGULAR, _EXECUTABLE):
            raise WorkspaceError(
                f"{item.path} is a symbolic link or a submodule; remove it from the repository"
            )
        if str(item.path).startswith(within):
            stream = item.data_stream
            left -= stream.size
            if left < 0:
                raise WorkspaceError(f"{item.path}: {_TOO_LARGE}")
            yield str(item.path), stream.read()


@dataclass(frozen=True, slots=True)
class NewCommit:
    """A commit to be made on `ref`, which is at `parent` (None: not there yet).

    `files` are its whole tree, or where it `adds`, come beside the files of `parent`. `tag` is a
    ref that is put on it together with `ref`.
    """

    ref: str
    parent: str | None
    message: str
    files: Mapping[str, bytes] = field(repr=False)
    adds: bool = False
    tag: str = ""


def verify_paths(repo: Repo, paths: Iterable[str]) -> None:
    """Have git's own verify_path judge each path, as for what it would check out.

    Raises WorkspaceError. `git update-index` leaves out what it does not accept, and exits with 0.
    Accepted names are remembered: most are those of the page and of every repository's README.
    """
    unknown = set(paths) - _ACCEPTED
    if not unknown:
        return
    entries = b"".join(b"100644 %s\t%s\0" % (_EMPTY_BLOB, path.encode()) for path in unknown)
    with (
        tempfile.TemporaryDirectory(dir=repo.git_dir) as folder,
        tempfile.TemporaryFile() as stream,
    ):
        stream.write(entries)
        stream.seek(0)
        with repo.git.custom_environment(GIT_INDEX_FILE=str(Path(folder, "index"))):
            _, _, complaints = repo.git.update_index(
                "-z", "--index-info", istream=stream, with_extended_output=True
            )
    if complaints:
        raise WorkspaceError(f"git refused a path: {' '.join(complaints.split())}")
    if len(_ACCEPTED) < _MOST_ACCEPTED:
        _ACCEPTED.update(unknown)


def add_commit(repo: Repo, commit: NewCommit, *options: str) -> str:
    """Make a commit and move its refs, all in one git process; the commit's id.

    Objects go past the work tree and every filter; no hook runs. Raises GitCommandError, also
    where a ref is somewhere else by now. Source: git-fast-import(1), "Input Format".
    """
    with tempfile.TemporaryFile() as stream:
        stream.writelines(_commands(commit))
        stream.seek(0)
        return str(repo.git.fast_import("--quiet", "--done", *options, istream=stream)).strip()


def _commands(commit: NewCommit) -> Iterator[bytes]:
    """The stream; without its last word git would take the half of one for all of it."""
    name, email = git_environment.AUTHOR, git_environment.AUTHOR_EMAIL
    yield f"commit {commit.ref}\nmark :1\n".encode()
    yield f"committer {name} <{email}> {int(time.time())} +0000\n".encode()
    yield from _data(commit.message.encode())
    if commit.parent:
        yield f"from {commit.parent}\n".encode()
    if not commit.adds:
        yield b"deleteall\n"
    for path, content in commit.files.items():
        yield f"M 100644 inline {_quoted(path)}\n".encode()
        yield from _data(content)
    if commit.tag:
        yield f"reset {commit.tag}\nfrom :1\n".encode()
    yield b"get-mark :1\ndone\n"


def _data(content: bytes) -> Iterator[bytes]:
    yield b"data %d\n" % len(content)
    yield content
    yield b"\n"


def _quoted(path: str) -> str:
    escaped = path.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return f'"{escaped}"'


def _is_id(name: str) -> bool:
    return len(name) == _ID_LENGTH and all(character in hexdigits for character in name)


def _holds(tree: Tree, path: str, content: bytes) -> bool:
    try:
        return (tree / path).hexsha == blob_id(content)
    except KeyError:
        return False


def blob_id(content: bytes) -> str:
    """What git calls a file of these bytes. Source: git-hash-object(1), gitformat-loose."""
    return sha1(b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()
