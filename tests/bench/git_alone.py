"""The floor of a job: the git commands, and nothing else, that leave the refs of a clean job."""

import resource
import subprocess
import tempfile
from pathlib import Path

from agent.workspace import git_environment

_PAGE = b"<!doctype html><title>Hello</title><h1>Hello</h1>\n"
_EVIDENCE = ("request.json", "attempts/1/prompt.md", "attempts/1/proof.json", "publication.json")


class GitAlone:
    """Runs the commands in a new folder, and counts them."""

    def __init__(self, folder: Path) -> None:
        self._forge = folder / "forge.git"
        self._clone = folder / "clone"
        self.commands = 0

    def run(self) -> None:
        folder = self._forge.parent
        self._git(folder, "init", "--quiet", "--bare", "--initial-branch=main", str(self._forge))
        self._git(folder, "init", "--quiet", "--initial-branch=main", str(self._clone))
        self._evidence(0)
        self._commit("refs/attempts/1/1")
        self._evidence(1)
        self._evidence(2)
        self._commit("refs/heads/main")
        self._git(self._clone, "read-tree", "--reset", "-u", "refs/heads/main")
        self._git(self._clone, "push", "--quiet", self._forge.as_uri(), "refs/heads/main")
        self._evidence(3)

    def _commit(self, ref: str) -> None:
        blob = self._git(self._clone, "hash-object", "-w", "--stdin", sent=_PAGE)
        entry = f"100644 blob {blob}\tindex.html\n".encode()
        tree = self._git(self._clone, "mktree", sent=entry)
        commit = self._git(self._clone, "commit-tree", tree, sent=b"A page")
        self._git(self._clone, "update-ref", ref, commit)

    def _evidence(self, number: int) -> None:
        start = b"from refs/evidence/1^0\n" if number else b""
        stream = (
            b"commit refs/evidence/1\ncommitter a <a@localhost> 1 +0000\ndata 8\nevidence\n"
            + start
            + f"M 100644 inline {_EVIDENCE[number]}\ndata {len(_PAGE)}\n".encode()
            + _PAGE
            + b"\ndone\n"
        )
        self._git(self._clone, "fast-import", "--quiet", "--done", sent=stream)

    def _git(self, folder: Path, *words: str, sent: bytes = b"") -> str:
        self.commands += 1
        variables = {**git_environment.environment({"GIT_ALLOW_PROTOCOL": "file"}), "PATH": _PATH}
        done = subprocess.run(
            ["git", *words],
            cwd=folder,
            env=variables,
            input=sent,
            stdout=subprocess.PIPE,
            check=True,
        )
        return done.stdout.decode().strip()


_PATH = "/usr/local/bin:/usr/bin:/bin"


def git_alone() -> tuple[float, int]:
    """Processor seconds of all the commands, and their number."""
    before = _children()
    with tempfile.TemporaryDirectory(prefix="galley-bench-") as folder:
        alone = GitAlone(Path(folder))
        alone.run()
    return _children() - before, alone.commands


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime
