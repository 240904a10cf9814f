"""Everything that the test GitHub knows, shared by its three doors under one lock."""

import threading
import time
from collections import deque
from dataclasses import dataclass, field

from .accounts import Accounts
from .pages import Build, BuildPlan
from .repositories import Repositories, Repository, now

RATE_LIMIT = 5000
RATE_WINDOW_SECONDS = 3600


@dataclass(frozen=True)
class Urls:
    """Where the three doors are, none with a slash at its end."""

    api: str
    web: str
    pages: str


@dataclass
class Clock:
    """The time of day, in seconds since the epoch, which a test may put forward."""

    ahead: float = 0.0

    def now(self) -> float:
        """The present."""
        return time.time() + self.ahead

    def advance(self, seconds: float) -> None:
        """Let this much time have passed."""
        self.ahead += seconds


@dataclass
class RateLimit:
    """The calls of an hour; set `used` to the limit to use them up."""

    limit: int = RATE_LIMIT
    used: int = 0
    reset_at: float = field(default_factory=lambda: time.time() + RATE_WINDOW_SECONDS)

    @property
    def remaining(self) -> int:
        """The calls that are left."""
        return max(self.limit - self.used, 0)

    def spend(self) -> bool:
        """Take one call off what is left; False if there is none."""
        if time.time() >= self.reset_at:
            self.used, self.reset_at = 0, time.time() + RATE_WINDOW_SECONDS
        if not self.remaining:
            return False
        self.used += 1
        return True


@dataclass
class Behaviour:
    """What differs between days on the real one; tests set it.

    `builds` is how a Pages build goes, `next_builds` how the next ones go before it counts.
    `search_lag` is how many seconds a new repository stays unknown to the search. `has_paid_plan`
    allows Pages for private repositories. `cache_seconds` is how long the page host's cache keeps
    an answer.
    """

    builds: BuildPlan = field(default_factory=BuildPlan)
    next_builds: deque[BuildPlan] = field(default_factory=deque)
    build_on_push: bool = True
    build_on_enabling: bool = True
    search_lag: float = 0.0
    has_paid_plan: bool = False
    cache_seconds: float = 600.0

    def plan(self) -> BuildPlan:
        """How the build that is being asked for goes."""
        return self.next_builds.popleft() if self.next_builds else self.builds


@dataclass
class State:
    """The whole of it; `violations` are breaches of GitHub's API description, by us or the fake."""

    urls: Urls
    repositories: Repositories
    accounts: Accounts = field(default_factory=Accounts)
    behaviour: Behaviour = field(default_factory=Behaviour)
    clock: Clock = field(default_factory=Clock)
    rate: RateLimit = field(default_factory=RateLimit)
    violations: list[str] = field(default_factory=list)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def ask_for_build(self, repository: Repository, pusher: str) -> Build | None:
        """Ask for a build of the site's branch as it is now; None without site or branch."""
        site = repository.site
        if site is None:
            return None
        commit = repository.head(site.source.branch)
        if commit is None:
            return None
        return site.ask(commit, pusher, self.behaviour.plan(), self.clock.now())

    def note_push(self, repository: Repository, branches: list[str], pusher: str) -> None:
        """Do what follows a push: the default branch of an empty repository, times, a build."""
        repository.pushed_at = repository.updated_at = now()
        if branches and repository.head(repository.default_branch) is None:
            repository.default_branch = branches[0]
        site = repository.site
        if site is not None and site.source.branch in branches and self.behaviour.build_on_push:
            self.ask_for_build(repository, pusher)
