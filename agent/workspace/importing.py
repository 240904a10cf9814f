"""Commits of files that nobody checks out, each made by one git process instead of six.

What is checked out goes through the index, where git judges every path (`objects.tree_of`);
fast-import takes paths as they come. Source: git-fast-import(1), "Input Format".
"""

import tempfile
import time
from collections.abc import Iterator, Mapping

from git import Repo

from agent.workspace import safety


def add_commit(
    repo: Repo, ref: str, parent: str | None, message: str, files: Mapping[str, bytes]
) -> None:
    """Move `ref` from `parent` to a commit that has these files besides those of `parent`.

    Raises GitCommandError, also where `ref` is somewhere else by now.
    """
    with tempfile.TemporaryFile() as stream:
        stream.writelines(_commands(ref, parent, message, files))
        stream.seek(0)
        repo.git.fast_import("--quiet", "--done", istream=stream)


def _commands(
    ref: str, parent: str | None, message: str, files: Mapping[str, bytes]
) -> Iterator[bytes]:
    """The stream; without its last word git would take the half of one for all of it."""
    yield f"commit {ref}\n".encode()
    yield f"committer {safety.AUTHOR} <{safety.AUTHOR_EMAIL}> {int(time.time())} +0000\n".encode()
    yield from _data(message.encode())
    if parent:
        yield f"from {parent}\n".encode()
    for path, content in files.items():
        yield f"M 100644 inline {_quoted(path)}\n".encode()
        yield from _data(content)
    yield b"done\n"


def _data(content: bytes) -> Iterator[bytes]:
    yield b"data %d\n" % len(content)
    yield content
    yield b"\n"


def _quoted(path: str) -> str:
    escaped = path.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")
    return f'"{escaped}"'
