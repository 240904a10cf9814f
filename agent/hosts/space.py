"""A static Space of Hugging Face as a host: one Space per repository, one commit per revision."""

import re
import time
from dataclasses import dataclass, field

from agent import scaffold
from agent.errors import HostBusy, HostError
from agent.hosts.hub_spaces import HubSpace, HubSpaces
from agent.hosts.site_addresses import page_address
from agent.hosts.site_names import site_names
from agent.site_tree import ReadTree, SiteTree
from agent.values import Publication, Remote, Revision

_LONGEST_NAME = 80
_MISSING_NAMES = 2
_CLOCK_GRAIN_SECONDS = 30.0
_NEWS_SECONDS = 10.0
_MARK = re.compile(r"<!-- galley ([0-9a-f]{40}) ([0-9a-f]{40}) -->")
_MADE_WITH_A_SPACE = {".gitattributes", "README.md", "index.html", "style.css"}
_FINAL_STAGES = ("NO_APP_FILE", "CONFIG_ERROR", "BUILD_ERROR", "RUNTIME_ERROR")


@dataclass
class _Copy:
    """A revision's Space, as this process left it."""

    space: str
    url: str
    at: float = field(default_factory=time.monotonic)


class StaticSpace:
    """Speaks the Host port; `owner` is a user or an organisation, by default the token's user.

    A comment in the Space's README tells which repository it belongs to and which commit it has.
    """

    def __init__(self, spaces: HubSpaces, owner: str, read_tree: ReadTree) -> None:
        self._spaces = spaces
        self._owner = owner
        self._read_tree = read_tree
        self._copies: dict[tuple[str, str], _Copy] = {}

    def request(self, remote: Remote, revision: Revision) -> str:
        """Commit the revision's files to the Space, once; its address as the Hub states it."""
        key = remote.repo_url, revision.commit
        if key not in self._copies:
            self._copies[key] = self._copied(remote, revision)
        return self._copies[key].url

    def look(self, remote: Remote, revision: Revision) -> str:
        """The Space's stage. A stage that lasts ends it, once it is about this revision."""
        copy = self._copies[remote.repo_url, revision.commit]
        space = self._spaces.find(copy.space)
        if space is None:
            raise HostError(f"the Space {copy.space} is gone")
        state = f"the Space is {space.stage or 'not started'}"
        if space.words:
            state += f": {space.words}"
        is_news = space.built == space.head or (
            not space.built and time.monotonic() > copy.at + _NEWS_SECONDS
        )
        if space.stage in _FINAL_STAGES and is_news:
            raise HostError(f"{copy.space}: {state}; its page on the Hub may tell more")
        return state

    def announce(self, remote: Remote, publication: Publication, proof: str) -> None:
        """Forget the Space: its README has the record of it."""
        self._copies.pop((remote.repo_url, publication.revision.commit), None)

    def _copied(self, remote: Remote, revision: Revision) -> _Copy:
        """The Space with the revision in it. Raises HostBusy where it changes meanwhile."""
        tree = self._read_tree(remote, revision)
        space, mark = self._claimed(remote.repo, tree)
        url = page_address(space.host, self._spaces.endpoint) if space.host else ""
        if not url:
            raise HostBusy(f"the Hub states no address for the Space {space.id} yet")
        if mark != (tree.origin, revision.commit):
            message = f"Round {revision.round}: {revision.commit[:12]}"
            self._spaces.commit(space, _files(remote, revision, tree), message)
        return _Copy(space.id, url)

    def _claimed(self, repo: str, tree: SiteTree) -> tuple[HubSpace, tuple[str, str] | None]:
        """The repository's Space and the mark in it: the one that has its mark, the one that a
        try before this one began, or a new one. Other Spaces are passed over."""
        owner, free = self._owner or self._spaces.account().name, ""
        missing = 0
        for name in site_names(repo, _LONGEST_NAME):
            space = self._spaces.find(f"{owner}/{name}")
            if space is None:
                free, missing = free or f"{owner}/{name}", missing + 1
                if missing == _MISSING_NAMES:
                    break
                continue
            mark = _mark(self._spaces.readme(space))
            if _belongs(space, mark, tree):
                return space, mark
        if not free:
            raise HostError(f"no free name for a Space of {repo}: delete old ones")
        return self._created(free), None

    def _created(self, name: str) -> HubSpace:
        is_new = self._spaces.create(name)
        space = self._spaces.find(name) if is_new else None
        if space is None:
            raise HostBusy(f"the Hub does not show the Space {name} yet")
        return space


def _belongs(space: HubSpace, mark: tuple[str, str] | None, tree: SiteTree) -> bool:
    """Whether a Space is this repository's; one without a mark is if it is as new as the commit
    that it was made for, and has nothing but what the Hub puts there."""
    if mark:
        return mark[0] == tree.origin
    is_young = space.made_at >= tree.committed_at - _CLOCK_GRAIN_SECONDS
    return is_young and set(space.paths) <= _MADE_WITH_A_SPACE


def _files(remote: Remote, revision: Revision, tree: SiteTree) -> dict[str, bytes]:
    """The revision's files, with the front matter that Spaces want in their README."""
    readme = scaffold.text(
        "space/README.md",
        title=remote.repo,
        origin=tree.origin,
        commit=revision.commit,
        readme=tree.files.get("README.md", b"").decode(errors="replace"),
    )
    return {**tree.files, "README.md": readme.encode()}


def _mark(readme: str) -> tuple[str, str] | None:
    """The first mark: the repository's own README cannot come before it."""
    found = _MARK.search(readme)
    return (found[1], found[2]) if found else None
