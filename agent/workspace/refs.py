"""Refs by their full names: what they hold, and moving one or several at once."""

import tempfile

from git import Commit, Reference, Repo, SymbolicReference
from gitdb.util import hex_to_bin

_NOTHING = "0" * 40


def resolve(repo: Repo, ref: str) -> str | None:
    """The id that a ref holds, read from its file: no process is worth that."""
    try:
        return SymbolicReference.dereference_recursive(repo, ref)
    except ValueError:  # there is no such ref
        return None


def put(repo: Repo, ref: str, commit: str) -> None:
    """Have a ref hold a commit; the file is replaced whole. Only this job writes the ref."""
    Reference(repo, ref, check_path=False).set_object(Commit(repo, hex_to_bin(commit)))


def update(ref: str, new: str) -> str:
    """An instruction to move a ref, wherever it is."""
    return f"update {ref} {new}"


def move(ref: str, new: str, old: str | None) -> str:
    """An instruction to move a ref from `old`, which is None for one that is not there yet."""
    return f"update {ref} {new} {old or _NOTHING}"


def delete(ref: str, old: str) -> str:
    return f"delete {ref} {old}"


def carry_out(repo: Repo, *instructions: str) -> None:
    """All of it or nothing. Raises GitCommandError. Source: git-update-ref(1), `--stdin`."""
    with tempfile.TemporaryFile() as stream:
        stream.write("".join(f"{line}\n" for line in instructions).encode())
        stream.seek(0)
        repo.git.update_ref("--stdin", istream=stream)
