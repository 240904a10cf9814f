"""Vercel as a host: one project per repository, one production deployment per revision."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

import requests

from agent.deadline import within_job
from agent.errors import HostBusy, HostError
from agent.hosts.site_addresses import page_address
from agent.hosts.site_names import site_names
from agent.hosts.vercel_api import VercelApi, VercelRefused
from agent.site_tree import ReadTree, SiteTree
from agent.values import Publication, Remote, Revision

_LONGEST_NAME = 100
_MISSING_NAMES = 2
_CLOCK_GRAIN_SECONDS = 30.0
_FAILED = ("ERROR", "CANCELED", "DELETED", "BLOCKED")
_REDIRECTS = (301, 302, 303, 307, 308)
_LOGIN = ("/login", "/sso-api", "/sso/")
_PROBE_SECONDS = 10.0
_NO_BUILD = {
    "framework": None,
    "buildCommand": "",
    "installCommand": "",
    "outputDirectory": ".",
}
"""Files are served as they are, also beside a `package.json` or a folder named `public`."""


@dataclass(frozen=True)
class _Deployed:
    """A revision's deployment and the address of its project."""

    id: str
    url: str


class Vercel:
    """Speaks the Host port.

    The `meta` of a project's deployments tells which repository it belongs to. The deployments'
    own addresses are behind a login, so only the project's production domain is ever reported.
    """

    def __init__(self, api: VercelApi, read_tree: ReadTree) -> None:
        self._api = api
        self._read_tree = read_tree
        self._deployed: dict[tuple[str, str], _Deployed] = {}

    def request(self, remote: Remote, revision: Revision) -> str:
        """Deploy the revision's files to production, once; the project's production domain."""
        key = remote.repo_url, revision.commit
        if key not in self._deployed:
            tree = self._read_tree(remote, revision)
            project, deployments = self._claimed(remote.repo, tree)
            address = self._address(project)
            found = next((each for each in deployments if _serves(each, revision)), None)
            deployment = _id(found) if found else self._deploy(project, revision, tree)
            self._deployed[key] = _Deployed(deployment, address)
        return self._deployed[key].url

    def look(self, remote: Remote, revision: Revision) -> str:
        """The deployment's state. One that failed ends it, and so does a page behind a login."""
        deployed = self._deployed[remote.repo_url, revision.commit]
        told = self._api.get(f"/v13/deployments/{quote(deployed.id, safe='')}")
        state = str(told.get("readyState") or "not begun")
        words = f"its deployment {deployed.id} is {state}"
        if state in _FAILED:
            reason = told.get("errorMessage") or told.get("errorCode") or "no reason given"
            raise HostError(f"{deployed.url}: {words}: {reason}; its page on Vercel may tell more")
        if state == "READY" and _is_protected(deployed.url):
            raise HostError(
                f"{deployed.url} asks its visitors to log in: in the project's settings on Vercel, "
                "under Deployment Protection, set Vercel Authentication to Standard Protection or "
                "off and Password Protection to off, and retry the job"
            )
        return words

    def announce(self, remote: Remote, publication: Publication, proof: str) -> None:
        """Forget the deployment: its `meta` has the record of it."""
        self._deployed.pop((remote.repo_url, publication.revision.commit), None)

    def _claimed(
        self, repo: str, tree: SiteTree
    ) -> tuple[Mapping[str, Any], list[Mapping[str, Any]]]:
        """The repository's project and its deployments, newest first: the one whose deployments
        say so, the one that a try before this one began, or a new one. Others are passed over."""
        free, missing = "", 0
        for name in site_names(repo, _LONGEST_NAME):
            project = self._api.find(f"/v9/projects/{name}")
            if project is None:
                free, missing = free or name, missing + 1
                if missing == _MISSING_NAMES:
                    break
                continue
            deployments = self._deployments(project)
            if _belongs(project, deployments, tree):
                return project, deployments
        if not free:
            raise HostError(f"no free name for a Vercel project of {repo}: delete old ones")
        return self._created(free), []

    def _created(self, name: str) -> Mapping[str, Any]:
        body = {"name": name, **_NO_BUILD}
        try:
            return self._api.post("/v11/projects", body)
        except VercelRefused as error:
            if error.status == 409:  # the answer to an earlier try was lost
                raise HostBusy(f"Vercel does not show the project {name} yet") from None
            raise

    def _deployments(self, project: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        query = {"projectId": _id(project), "target": "production", "limit": "20"}
        return list(self._api.get("/v6/deployments", **query).get("deployments") or ())

    def _address(self, project: Mapping[str, Any]) -> str:
        """The project's production domain: one that serves, and redirects to no other."""
        path = f"/v9/projects/{quote(_id(project), safe='')}/domains"
        for domain in self._api.get(path, production="true").get("domains") or ():
            is_other = any(domain.get(key) for key in ("redirect", "gitBranch"))
            if domain.get("verified") and not is_other and not domain.get("customEnvironmentId"):
                return page_address(str(domain["name"]), self._api.api_url)
        raise HostBusy(f"Vercel states no production domain for {project.get('name')} yet")

    def _deploy(self, project: Mapping[str, Any], revision: Revision, tree: SiteTree) -> str:
        """The new deployment's id; files that Vercel does not have yet are sent first."""
        by_digest = {_digest(content): content for content in tree.files.values()}
        body = {
            "name": project["name"],
            "project": _id(project),
            "target": "production",
            "files": [
                {"file": path, "sha": _digest(content), "size": len(content)}
                for path, content in sorted(tree.files.items())
            ],
            "meta": {"galleyOrigin": tree.origin, "galleyCommit": revision.commit},
            "projectSettings": _NO_BUILD,
        }
        try:
            return self._post(body)
        except VercelRefused as error:
            missing = error.error.get("missing")
            if error.error.get("code") != "missing_files" or not missing:
                raise
        for digest in missing:
            if digest not in by_digest:
                raise HostError(
                    f"Vercel asks for a file that is not in {revision.commit}: {digest}"
                )
            self._api.upload(digest, by_digest[digest])
        return self._post(body)

    def _post(self, body: Mapping[str, Any]) -> str:
        return _id(self._api.post("/v13/deployments", body, skipAutoDetectionConfirmation="1"))


def _belongs(
    project: Mapping[str, Any], deployments: list[Mapping[str, Any]], tree: SiteTree
) -> bool:
    """Whether a project is this repository's; an empty one is if it is as new as the commit that
    it was made for."""
    if deployments:
        return any(_meta(each).get("galleyOrigin") == tree.origin for each in deployments)
    made_at = float(project.get("createdAt") or 0) / 1000
    return not project.get("link") and made_at >= tree.committed_at - _CLOCK_GRAIN_SECONDS


def _serves(deployment: Mapping[str, Any], revision: Revision) -> bool:
    """Whether a deployment has the revision's files and did not fail."""
    state = deployment.get("readyState") or deployment.get("state")
    return state not in _FAILED and _meta(deployment).get("galleyCommit") == revision.commit


def _meta(deployment: Mapping[str, Any]) -> Mapping[str, Any]:
    return deployment.get("meta") or {}


def _id(told: Mapping[str, Any]) -> str:
    """The id of a project or deployment, under the name that the call has for it."""
    found = told.get("id") or told.get("uid")
    if not found:
        raise HostBusy("Vercel's answer has no id")
    return str(found)


def _digest(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def _is_protected(url: str) -> bool:
    """Whether visitors are asked to log in."""
    try:
        with requests.Session() as session:
            session.trust_env = False
            answer = session.get(url, timeout=within_job(_PROBE_SECONDS), allow_redirects=False)
    except requests.RequestException:
        return False
    target = answer.headers.get("Location", "")
    is_login = answer.status_code in _REDIRECTS and any(part in target for part in _LOGIN)
    return answer.status_code == 401 or is_login
