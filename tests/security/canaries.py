"""Planted values, and where they are found after a run: files, git objects, journals, processes."""

import base64
import sqlite3
import subprocess
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, quote_plus

_PACE_SECONDS = 0.002
_SHORTEST_ENCODED = 16


@dataclass(frozen=True)
class Canaries:
    """Planted values by their names."""

    values: Mapping[str, str]

    def found_in(self, content: bytes) -> set[str]:
        """The names of the values that stand in the content, in any spelling."""
        lowered = content.lower()
        return {
            name
            for name, value in self.values.items()
            if any(spelling.lower() in lowered for spelling in _spellings(value))
        }

    def found_in_files(self, folder: Path) -> dict[str, set[str]]:
        """The same for each file under a folder, by its path."""
        files = [path for path in folder.rglob("*") if path.is_file() and not path.is_symlink()]
        found = {
            str(path.relative_to(folder)): self.found_in(path.read_bytes() + path.name.encode())
            for path in files
        }
        return {path: names for path, names in found.items() if names}

    def found_in_objects(self, repository: Path) -> dict[str, set[str]]:
        """The same for each file, packed or loose, that a ref of a repository reaches.

        The name is `<ref>:<path>`, and the ref alone for its commit's message.
        """
        found = {
            name: self.found_in(_git(repository, "cat-file", "-p", identity))
            for name, identity in _objects(repository).items()
        }
        return {name: names for name, names in found.items() if names}

    def found_in_all_objects(self, repository: Path) -> set[str]:
        """What stands in any object, whether a ref reaches it or not."""
        command = ("cat-file", "--batch-all-objects", "--batch", "--unordered")
        return self.found_in(_git(repository, *command))

    def found_in_journal(self, file: Path) -> dict[str, set[str]]:
        """What stands in a column of a journal, as it is and decoded from base64."""
        found: dict[str, set[str]] = {}
        with closing(sqlite3.connect(file)) as journal:
            tables = journal.execute("select name from sqlite_master where type = 'table'")
            for (table,) in tables.fetchall():
                rows = journal.execute(f'select * from "{table}"')
                names = [column[0] for column in rows.description]
                for row in rows:
                    for name, value in zip(names, row, strict=True):
                        found.setdefault(f"{table}.{name}", set()).update(
                            *(self.found_in(form) for form in _decoded(value))
                        )
        return {column: names for column, names in found.items() if names}


def _spellings(value: str) -> set[bytes]:
    raw = value.encode()
    forms = {value, quote(value, safe=""), quote_plus(value), raw.hex()}
    cores = {
        base64.b64encode(b"\0" * before + raw)[4 if before else 0 : (before + len(raw)) // 3 * 4]
        for before in range(3)
    }
    return {form.encode() for form in forms} | cores


def _decoded(value: object) -> Iterator[bytes]:
    content = value if isinstance(value, bytes) else str(value).encode()
    yield content
    if len(content) >= _SHORTEST_ENCODED:
        try:
            yield base64.b64decode(content, validate=True)
        except ValueError:
            return


def _git(repository: Path, *arguments: str) -> bytes:
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _objects(repository: Path) -> dict[str, str]:
    found: dict[str, str] = {}
    refs = _git(repository, "for-each-ref", "--format=%(refname)").decode().split()
    for ref in refs:
        found[ref] = ref
        for line in _git(repository, "ls-tree", "-r", ref).decode().splitlines():
            head, path = line.split("\t")
            found[f"{ref}:{path}"] = head.split()[2]
    return found


@dataclass
class Children:
    """What was seen of a process's descendants: their arguments and their environments."""

    arguments: set[bytes] = field(default_factory=set)
    environments: dict[bytes, set[bytes]] = field(default_factory=dict)

    def look(self, root: int) -> None:
        """Add what the descendants are now."""
        for process in _descendants(root):
            try:
                arguments = Path(f"/proc/{process}/cmdline").read_bytes()
                environment = Path(f"/proc/{process}/environ").read_bytes()
            except OSError:  # it has ended
                continue
            self.arguments.add(arguments)
            self.environments.setdefault(arguments, set()).add(environment)


@contextmanager
def watched_children(root: int) -> Iterator[Children]:
    """The descendants of a process for as long as the block runs."""
    children, stop = Children(), threading.Event()

    def watch() -> None:
        while not stop.wait(_PACE_SECONDS):
            children.look(root)

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield children
    finally:
        stop.set()
        watching.join()


def _descendants(root: int) -> list[int]:
    found, waiting = [], [root]
    while waiting:
        children = _children(waiting.pop())
        found += children
        waiting += children
    return found


def _children(parent: int) -> list[int]:
    """Those of a process or of its threads that have not ended meanwhile."""
    children: list[int] = []
    with suppress(OSError):
        for listed in Path(f"/proc/{parent}/task").glob("*/children"):
            with suppress(OSError):
                children += map(int, listed.read_text().split())
    return children
