"""A Pages site: its source, its builds along the clock, and which commit it serves when."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

QUEUED, BUILDING, BUILT, ERRORED = "queued", "building", "built", "errored"


@dataclass(frozen=True)
class BuildPlan:
    """How a build goes; all times in seconds.

    It waits `queued`, works for `building`, and, unless it ends with `error`, is served `stale`
    seconds after it says `built`.
    """

    queued: float = 0.0
    building: float = 0.02
    stale: float = 0.0
    error: str | None = None


@dataclass(frozen=True)
class Source:
    """What is published: a folder (`/` or `/docs`) of a branch, or what a workflow uploads."""

    branch: str = "main"
    path: str = "/"
    is_workflow: bool = False


@dataclass(frozen=True)
class Build:
    """One build; the times are seconds since the epoch and were settled when it was asked for.

    `attempt` counts the runs of a workflow's build, which keeps its id when it is run again.
    """

    id: int
    commit: str
    folder: str
    pusher: str
    asked_at: float
    starts_at: float
    ends_at: float
    served_at: float
    error: str | None
    attempt: int = 1

    def status(self, at: float) -> str:
        """One of queued, building, built, errored."""
        if at < self.starts_at:
            return QUEUED
        if at < self.ends_at:
            return BUILDING
        return ERRORED if self.error else BUILT

    def updated_at(self, at: float) -> datetime:
        """When the build last changed its status."""
        times = (self.asked_at, self.starts_at, self.ends_at)
        return datetime.fromtimestamp(max(time for time in times if time <= at), UTC)

    def duration(self, at: float) -> int:
        """Milliseconds of work; 0 before it has ended."""
        return round((self.ends_at - self.starts_at) * 1000) if at >= self.ends_at else 0


@dataclass
class Site:
    """The Pages of one repository; builds are worked on one after the other, oldest first.

    A custom `domain` is told of, and not served.
    """

    source: Source
    builds: list[Build] = field(default_factory=list)
    domain: str | None = None

    def ask(self, commit: str, pusher: str, plan: BuildPlan, at: float) -> Build:
        """Ask for a build of a commit at the given time; it waits for the one before."""
        free_at = self.builds[-1].ends_at if self.builds else at
        starts_at = max(at + plan.queued, free_at)
        ends_at = starts_at + plan.building
        build = Build(
            id=len(self.builds) + 1,
            commit=commit,
            folder=self.source.path.strip("/"),
            pusher=pusher,
            asked_at=at,
            starts_at=starts_at,
            ends_at=ends_at,
            served_at=ends_at + plan.stale,
            error=plan.error,
        )
        self.builds.append(build)
        return build

    def run_again(self, build: Build, plan: BuildPlan, at: float) -> None:
        """Run a workflow's build again, in its own place."""
        again = self.ask(build.commit, build.pusher, plan, at)
        self.builds.remove(again)
        place = self.builds.index(build)
        self.builds[place] = replace(again, id=build.id, attempt=build.attempt + 1)

    def served(self, at: float) -> Build | None:
        """The build whose files are served: the newest good one that has arrived."""
        arrived = [build for build in self.builds if not build.error and build.served_at <= at]
        return arrived[-1] if arrived else None

    def status(self, at: float) -> str | None:
        """The site's status, which has no word for waiting; None before the first build."""
        if not self.builds:
            return None
        latest = self.builds[-1].status(at)
        return BUILDING if latest == QUEUED else latest
