"""GitHub Pages as a host: switched on for a repository, and asked what it does with a revision."""

import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from agent.errors import HostBusy, HostError
from agent.forges.rest import Refused, Rest, RestAnswer, Unanswered
from agent.hosts.github_record import GitHubRecord
from agent.values import Publication, Remote, Revision

_GITHUB = "https://github.com/"
_BRANCH = {"source": {"branch": "main", "path": "/"}}
_WORKFLOW = {"build_type": "workflow"}
_BRANCH_IS_MISSING = "must exist"
_PLAN_IS_TOO_SMALL = "plan"
_BUILD_SHOULD_BE_THERE_SECONDS = 10.0


def usual_address(remote: Remote) -> str:
    """Where GitHub serves a repository's page unless its owner has a domain; empty elsewhere."""
    if not remote.repo_url.startswith(_GITHUB):
        return ""
    owner, _, repo = remote.repo_url.removeprefix(_GITHUB).partition("/")
    site = f"{owner.lower()}.github.io"
    return f"https://{site}/" if repo.lower() == site else f"https://{site}/{repo}/"


@dataclass
class _Site:
    """What this process knows of a revision's way onto its page."""

    url: str
    requested_at: float = field(default_factory=time.monotonic)
    asked_for_build: bool = False
    failed_build: object = None
    failed_run: object = None


class GitHubPages:
    """Speaks the Host port."""

    def __init__(self, rest: Rest, record: GitHubRecord) -> None:
        self._rest = rest
        self._record = record
        self._sites: dict[tuple[str, str], _Site] = {}

    def request(self, remote: Remote, revision: Revision) -> str:
        """Switch Pages on, once; later calls for the same revision answer from memory.

        Empty where a workflow's site is asked for before the push, and GitHub wants the branch
        first. Raises HostBusy, also while GitHub has not noticed the branch yet.
        """
        key = remote.repo_url, revision.commit
        if key not in self._sites:
            with _as_host_error():
                url = self._switch_on(remote, revision)
            if not url:
                return ""
            self._sites[key] = _Site(url)
        return self._sites[key].url

    def look(self, remote: Remote, revision: Revision) -> str:
        """GitHub's words on the revision's build; a failed build is asked for once more."""
        site = self._sites[remote.repo_url, revision.commit]
        try:
            if revision.workflow:
                return self._look_at_run(remote, revision, site)
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
        """The page's URL as GitHub gives it, with a slash at its end; empty as in `request`."""
        path = f"{api_path(remote)}/pages"
        wanted = _WORKFLOW if revision.workflow else _BRANCH
        try:
            told = self._rest.call("POST", path, wanted)
        except Refused as error:
            if revision.workflow and _wants_branch(error) and not self._has_branch(remote):
                return ""
            if error.status != 409:
                raise _explained(error, remote) from None
            told = self._put_right(path, wanted)
        return str(told.field("html_url")).rstrip("/") + "/"

    def _put_right(self, path: str, wanted: Mapping[str, Any]) -> RestAnswer:
        """The site that is there, with what is `wanted` as its source."""
        told = self._rest.find(path)
        if told is None:
            raise Unanswered(f"GET {path}: 404, though it is said to be there already")
        if not _fits(told.fields, wanted):
            self._rest.call("PUT", path, {"build_type": "legacy", **wanted})
            if wanted is _BRANCH:
                self._rest.call("POST", f"{path}/builds")  # a new source builds nothing yet
        return told

    def _has_branch(self, remote: Remote) -> bool:
        return self._rest.find(f"{api_path(remote)}/git/ref/heads/main") is not None

    def _look_at_build(self, remote: Remote, revision: Revision, site: _Site) -> str:
        builds = f"{api_path(remote)}/pages/builds"
        found = self._rest.find(f"{builds}/latest")
        build = found.fields if found else {}
        if build.get("commit") != revision.commit:
            waited = time.monotonic() - site.requested_at
            if waited < _BUILD_SHOULD_BE_THERE_SECONDS or site.asked_for_build:
                return "no build of it yet"
            site.asked_for_build = True
            self._rest.call("POST", builds)
            return "no build of it yet, so one was asked for"
        if build.get("status") != "errored":
            return f"build is {build.get('status') or 'not begun'}"
        return self._build_again(remote, build, site)

    def _build_again(self, remote: Remote, build: Mapping[str, Any], site: _Site) -> str:
        """Raises HostError where the failure is that of the second build."""
        this = build.get("url"), build.get("created_at"), build.get("updated_at")
        failure = f"GitHub Pages could not build {remote.repo_url} at {build['commit']}"
        if site.failed_build is None:
            self._again(f"{api_path(remote)}/pages/builds", f"{failure}: {_reason(build)}")
            site.failed_build = this
        if site.failed_build == this:
            return f"its build failed ({_reason(build)}) and was asked for once more"
        raise HostError(f"{failure}, twice: {_reason(build)}; its Actions page may tell more")

    def _look_at_run(self, remote: Remote, revision: Revision, site: _Site) -> str:
        """The run of the workflow that deploys the page; one that failed is run once more.

        Raises HostError when that failed too.
        """
        runs = f"{api_path(remote)}/actions/runs"
        told = self._rest.get(runs, head_sha=revision.commit).field("workflow_runs")
        for run in told:  # newest first
            if str(run.get("path")).partition("@")[0] != revision.workflow:
                continue
            if run["status"] != "completed" or run["conclusion"] == "success":
                return f"its workflow is {run['status']}"
            return self._run_again(runs, revision, run, site)
        return f"{revision.workflow} has not begun"

    def _run_again(self, runs: str, revision: Revision, run: Mapping[str, Any], site: _Site) -> str:
        """Raises HostError where the failure is that of the second attempt."""
        this = run["id"], run.get("run_attempt", 1)
        failure = f"{revision.workflow} ended with {run['conclusion']}; read {run['html_url']}"
        if site.failed_run is None:
            self._again(f"{runs}/{run['id']}/rerun", failure)
            site.failed_run = this
        if site.failed_run == this:
            return f"{failure}; it was begun once more"
        raise HostError(failure)

    def _again(self, path: str, failure: str) -> None:
        """Ask for the failed thing once more. Raises HostError where that is refused too."""
        try:
            self._rest.call("POST", path)
        except Refused as error:
            raise HostError(f"{failure}; asked for it once more: {error}") from None


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


def _explained(error: Refused, remote: Remote) -> Refused | Unanswered:
    """What a refusal to switch Pages on means."""
    if _wants_branch(error):
        return Unanswered(str(error))
    if error.status == 422 and _PLAN_IS_TOO_SMALL in error.message:
        told = str(error).removesuffix(".")
        return Refused(f"{told}; make the repository public, or publish from another account")
    if error.status in (403, 422):
        owner = urlsplit(remote.repo_url).path.split("/")[-2]
        return Refused(
            f"{error}: give GITHUB_TOKEN the permission Pages: write (classic: repo); where "
            f"{owner} is an organisation, its owners may have forbidden Pages to its members"
        )
    return error


def _wants_branch(error: Refused) -> bool:
    return error.status == 422 and _BRANCH_IS_MISSING in error.message


def _fits(told: Mapping[str, Any], wanted: Mapping[str, Any]) -> bool:
    """Whether a site is already built the way it should be."""
    is_workflow = told.get("build_type") == "workflow"
    if "build_type" in wanted:
        return is_workflow
    return not is_workflow and told.get("source") == wanted["source"]


def _reason(build: Mapping[str, Any]) -> str:
    return str((build.get("error") or {}).get("message") or "no reason given")
