"""The repositories: what GitHub knows of each, and its bare git repository on disk."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dulwich.objects import Commit, ObjectID, Tag
from dulwich.refs import Ref
from dulwich.repo import Repo

from .pages import Site

NAME_REPLACED = re.compile(r"[^A-Za-z0-9._-]")
SHA = re.compile(r"[0-9a-f]{40}")
HEAD = Ref(b"HEAD")


@dataclass
class Deployment:
    """A deployment and what was said of it, oldest first."""

    id: int
    sha: str
    request: dict[str, Any]
    creator: str
    created_at: datetime
    statuses: list[dict[str, Any]] = field(default_factory=list)


@dataclass
class Repository:
    """One repository; `settings` are the fields of create and update that are only kept."""

    id: int
    owner: str
    name: str
    git: Repo
    created_at: datetime
    private: bool = False
    description: str | None = None
    homepage: str | None = None
    default_branch: str = "main"
    topics: list[str] = field(default_factory=list)
    settings: dict[str, Any] = field(default_factory=dict)
    updated_at: datetime = field(init=False)
    pushed_at: datetime = field(init=False)
    site: Site | None = None
    deployments: list[Deployment] = field(default_factory=list)
    statuses: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.updated_at = self.pushed_at = self.created_at

    @property
    def full_name(self) -> str:
        """Owner and name with a slash between."""
        return f"{self.owner}/{self.name}"

    @property
    def path(self) -> Path:
        """The folder of the bare repository."""
        return Path(self.git.path)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever pushed."""
        return not any(ref != HEAD for ref in self.git.refs.as_dict())

    def head(self, branch: str) -> str | None:
        """The commit at the tip of a branch."""
        return self.resolve_ref(f"heads/{branch}")

    def resolve_ref(self, ref: str) -> str | None:
        """What `heads/…` or `tags/…` points to."""
        sha = self.git.refs.as_dict().get(Ref(f"refs/{ref}".encode()))
        return sha.decode() if sha else None

    def commit(self, name: str) -> Commit | None:
        """The commit that a full sha, a branch, or a tag names."""
        sha = name if SHA.fullmatch(name) else self.head(name) or self.resolve_ref(f"tags/{name}")
        if sha is None or ObjectID(sha.encode()) not in self.git.object_store:
            return None
        found = self.git[sha.encode()]
        if isinstance(found, Tag):
            found = self.git[found.object[1]]
        return found if isinstance(found, Commit) else None

    def history(self, name: str) -> list[Commit]:
        """The commits reachable from what `name` names, newest first."""
        tip = self.commit(name)
        return [] if tip is None else [entry.commit for entry in self.git.get_walker([tip.id])]


class Repositories:
    """All repositories, under a folder of bare ones; found whatever the case of their names."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._by_name: dict[str, Repository] = {}
        self._moved: dict[str, Repository] = {}
        self._created = 0

    def __iter__(self) -> Iterator[Repository]:
        """The repositories, oldest first."""
        return iter(sorted(self._by_name.values(), key=lambda repository: repository.id))

    def __len__(self) -> int:
        return len(self._by_name)

    def create(self, owner: str, name: str) -> Repository:
        """A new empty repository; the caller has looked whether the name is free."""
        self._created += 1
        path = self._folder / str(self._created) / f"{name}.git"
        path.mkdir(parents=True)
        git = Repo.init_bare(str(path))
        git.refs.set_symbolic_ref(HEAD, Ref(b"refs/heads/main"))
        repository = Repository(self._created, owner, name, git, now())
        self._by_name[_key(owner, name)] = repository
        return repository

    def find(self, owner: str, name: str) -> Repository | None:
        """The repository of this owner and name."""
        return self._by_name.get(_key(owner, name))

    def rename(self, repository: Repository, owner: str, name: str) -> None:
        """Give it another name or owner; the old address leads to the new one."""
        old = _key(repository.owner, repository.name)
        self._moved[old] = self._by_name.pop(old)
        repository.owner, repository.name = owner, name
        self._by_name[_key(owner, name)] = repository

    def moved(self, owner: str, name: str) -> Repository | None:
        """The repository that had this address before, where no other has it now."""
        return None if self.find(owner, name) else self._moved.get(_key(owner, name))

    def delete(self, repository: Repository) -> None:
        """Forget the repository; its folder stays until the end for whoever looks."""
        del self._by_name[_key(repository.owner, repository.name)]
        repository.git.close()

    def close(self) -> None:
        """Close every bare repository."""
        for repository in self:
            repository.git.close()


def accepted_name(name: str) -> str:
    """The name that GitHub makes of a wished one: whatever it does not allow becomes `-`."""
    return NAME_REPLACED.sub("-", name)


def now() -> datetime:
    """The present, to the microsecond; replies cut it to seconds as GitHub does."""
    return datetime.now(UTC)


def _key(owner: str, name: str) -> str:
    return f"{owner}/{name}".lower()
