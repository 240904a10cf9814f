"""GitHub Pages as a host: switched on for a repository, and asked what it does with a revision."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from agent.errors import HostBusy, HostError
from agent.forges.rest import Refused, Rest, Unanswered
from agent.hosts.github_record import GitHubRecord
from agent.values import Publication, Remote, Revision

_BRANCH = {"source": {"branch": "main", "path": "/"}}
_WORKFLOW = {"build_type": "workflow"}
_BRANCH_IS_MISSING = "must exist"
_PLAN_IS_TOO_SMALL = "plan"
_BUILD_SHOULD_BE_THERE_SECONDS = 10.0


@dataclass
class _Site:
    """What this process knows of a revision's way onto its page."""

    url: str
    requested_at: float = field(default_factory=time.monotonic)
    asked_for_build: bool = False
    failed_build: tuple[str, str] | None = None


class GitHubPages:
    """Speaks the Host port."""

    def __init__(self, rest: Rest, record: GitHubRecord) -> None:
        self._rest = rest
        self._record = record
        self._sites: dict[tuple[str, str], _Site] = {}

    def request(self, remote: Remote, revision: Revision) -> str:
        """Switch Pages on, once; later calls for the same revision answer from memory.

        Raises HostBusy, also while GitHub has not noticed the branch yet.
        """
        key = remote.repo_url, revision.commit
        if key not in self._sites:
            with _as_host_error():
                self._sites[key] = _Site(self._switch_on(remote, revision))
        return self._sites[key].url

    def look(self, remote: Remote, revision: Revision) -> str:
        """GitHub's words on the revision's build; a failed build is asked for once more."""
        site = self._sites[remote.repo_url, revision.commit]
        try:
            if revision.workflow:
                return self._look_at_run(remote, revision)
            return self._look_at_build(remote, revision, site)
        except Unanswered as error:  # the page itself is what counts, and is looked at anyway
            return str(error)
        except Refused as error:
            return f"no news of the build: {error}"

    def announce(self, remote: Remote, publication: Publication, proof: str) -> None:
        """Leave word on GitHub, where the token may; then forget the way there."""
        self._record.tell(api_path(remote), publication, proof)
        self._sites.pop((remote.repo_url, publication.revision.commit), None)

    def _switch_on(self, remote: Remote, revision: Revision) -> str:
        """The page's URL as GitHub gives it, with a slash at its end."""
        path = f"{api_path(remote)}/pages"
        wanted = _WORKFLOW if revision.workflow else _BRANCH
        try:
            told = self._rest.call("POST", path, wanted).json
        except Refused as error:
            if error.status != 409:
                raise _explained(error) from None
            told = self._rest.get(path).json
            if not _fits(told, wanted):
                self._rest.call("PUT", path, {"build_type": "legacy", **wanted})
                if not revision.workflow:
                    self._rest.call("POST", f"{path}/builds")  # a new source builds nothing yet
        return str(told["html_url"]).rstrip("/") + "/"

    def _look_at_build(self, remote: Remote, revision: Revision, site: _Site) -> str:
        builds = f"{api_path(remote)}/pages/builds"
        found = self._rest.find(f"{builds}/latest")
        build = found.json if found else {}
        if build.get("commit") != revision.commit:
            waited = time.monotonic() - site.requested_at
            if waited < _BUILD_SHOULD_BE_THERE_SECONDS or site.asked_for_build:
                return "no build of it yet"
            site.asked_for_build = True
            self._rest.call("POST", builds)
            return "no build of it yet, so one was asked for"
        if build["status"] != "errored":
            return f"build is {build['status'] or 'not begun'}"
        return self._build_again(remote, build, site)

    def _build_again(self, remote: Remote, build: Mapping[str, Any], site: _Site) -> str:
        """Raises HostError where the failure is that of the second build."""
        this = build["url"], build["updated_at"]
        if site.failed_build is None:
            self._rest.call("POST", f"{api_path(remote)}/pages/builds")
            site.failed_build = this
        if site.failed_build == this:
            return f"its build failed ({_reason(build)}) and was asked for once more"
        raise HostError(
            f"GitHub Pages could not build {remote.repo_url} at {build['commit']}, twice: "
            f"{_reason(build)}; its Actions page may tell more"
        )

    def _look_at_run(self, remote: Remote, revision: Revision) -> str:
        """The run of the workflow that deploys the page. Raises HostError when it failed."""
        runs = f"{api_path(remote)}/actions/runs"
        told = self._rest.get(runs, head_sha=revision.commit).json["workflow_runs"]
        for run in told:  # newest first
            if run["path"].partition("@")[0] != revision.workflow:
                continue
            if run["status"] == "completed" and run["conclusion"] != "success":
                raise HostError(
                    f"{revision.workflow} ended with {run['conclusion']}; read {run['html_url']}"
                )
            return f"its workflow is {run['status']}"
        return f"{revision.workflow} has not begun"


def api_path(remote: Remote) -> str:
    """Where the API has the repository that people read at `repo_url`."""
    owner, name = urlsplit(remote.repo_url).path.split("/")[-2:]
    return f"/repos/{owner}/{name}"


@contextmanager
def _as_host_error() -> Iterator[None]:
    try:
        yield
    except Unanswered as error:
        raise HostBusy(str(error)).after(error.seconds) from None
    except Refused as error:
        raise HostError(str(error)) from None


def _explained(error: Refused) -> Refused | Unanswered:
    """What a refusal to switch Pages on means."""
    if error.status == 422 and _BRANCH_IS_MISSING in error.message:
        return Unanswered(str(error))
    if error.status == 422 and _PLAN_IS_TOO_SMALL in error.message:
        return Refused(f"{error}; make the repository public, or publish from another account")
    return error


def _fits(told: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether a site is already built the way it should be."""
    is_workflow = told.get("build_type") == "workflow"
    if "build_type" in wanted:
        return is_workflow
    return not is_workflow and told.get("source") == wanted["source"]


def _reason(build: Mapping[str, Any]) -> str:
    return str(build.get("error", {}).get("message") or "no reason given")
