"""Vercel: projects, files by SHA-1, production deployments and the domain of a project."""

import hashlib
import re
import time
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tests.site_hosts.sites import Site, Sites, sites
from tests.site_hosts.wire import Call, Reply, Wire, Wrong, listening, only

TOKEN = "vercel-" + "abcdefghijklmnop"
_NAME = re.compile(r"(?!.*---)[a-z0-9._-]{1,100}")
_SETTINGS = ("framework", "buildCommand", "devCommand", "installCommand", "outputDirectory")


@dataclass
class Deployment:
    """A deployment; `states` is what is still to be seen of it."""

    id: str
    body: Mapping[str, Any]
    states: list[str]
    words: str = ""

    @property
    def state(self) -> str:
        return self.states[0]

    def as_json(self, id_name: str = "id") -> dict[str, Any]:
        told = {
            id_name: self.id,
            "name": self.body["name"],
            "url": f"{self.id}.invalid",
            "readyState": self.state,
            "meta": self.body.get("meta", {}),
            "target": "production",
            "aliasAssigned": self.state == "READY",
            "createdAt": int(time.time() * 1000),
        }
        return told | ({"errorMessage": self.words} if self.words else {})


@dataclass
class Project:
    """A project, its public page, and its deployments, newest first."""

    id: str
    name: str
    site: Site
    made_at: float = field(default_factory=time.time)
    deployments: list[Deployment] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        made = int(self.made_at * 1000)
        return {"id": self.id, "name": self.name, "accountId": "team_1", "createdAt": made}


@dataclass
class VercelServer:
    """`states` are what each deployment goes through; `stale` requests then see the old page."""

    sites: Sites
    wire: Wire = field(init=False)
    projects: dict[str, Project] = field(default_factory=dict)
    stored: dict[str, bytes] = field(default_factory=dict)
    states: tuple[str, ...] = ("READY",)
    words: str = ""
    stale: int = 0
    team: str = ""

    def add(self, name: str, made_at: float = 0.0) -> Project:
        """A project that is there already."""
        id_ = f"prj_{len(self.projects) + 1}"
        project = Project(id_, name, self.sites.open(), made_at or time.time())
        self.projects[name] = project
        return project

    def answer(self, call: Call) -> Reply:
        if call.headers.get("authorization") != f"Bearer {TOKEN}":
            return _refusal(403, "forbidden", "Not authorized", invalidToken=True)
        if call.query.get("teamId", "") != self.team:
            return _refusal(403, "forbidden", "You don't have permission to access this team")
        for pattern, method in _ROUTES.items():
            if found := re.fullmatch(pattern, call.name):
                return method(self, call, *found.groups())
        return _refusal(404, "not_found", "Not found")

    def _user(self, call: Call) -> Reply:
        return Reply(200, {"user": {"id": "u1", "username": "ann", "email": "ann@example.com"}})

    def _team(self, call: Call, id_: str) -> Reply:
        told = {"id": id_, "slug": "lab", "membership": {"role": "MEMBER", "confirmed": True}}
        return Reply(200, told) if id_ == self.team else _refusal(404, "not_found", "No such team")

    def _find(self, name: str) -> Project | None:
        known = self.projects.values()
        return next((each for each in known if name in (each.id, each.name)), None)

    def _project(self, call: Call, name: str) -> Reply:
        found = self._find(name)
        missing = _refusal(404, "not_found", "Project not found")
        return Reply(200, found.as_json()) if found else missing

    def _create(self, call: Call) -> Reply:
        told = call.json
        only(told, "name", *_SETTINGS)
        if not _NAME.fullmatch(told["name"]) or told["framework"] is not None:
            raise Wrong(told)
        if told["name"] in self.projects:
            return _refusal(409, "conflict", f"Project {told['name']} already exists")
        return Reply(200, self.add(told["name"]).as_json())

    def _domains(self, call: Call, id_: str) -> Reply:
        only(call.query, "production", "teamId")
        project = self._find(id_)
        assert project
        domain = {"apexName": "127.0.0.1", "projectId": project.id, "verified": True}
        other = {**domain, "name": "old.invalid", "redirect": "elsewhere.invalid"}
        name = project.site.url.removeprefix("http://")
        shown = {**domain, "name": name, "redirect": None, "gitBranch": None}
        return Reply(200, {"domains": [other, shown], "pagination": {"count": 2, "next": None}})

    def _list(self, call: Call) -> Reply:
        only(call.query, "projectId", "target", "limit", "teamId")
        project = self._find(call.query["projectId"])
        found = project.deployments if project else []
        shown = [each.as_json("uid") for each in found[: int(call.query["limit"])]]
        return Reply(200, {"deployments": shown, "pagination": {"count": len(shown)}})

    def _upload(self, call: Call) -> Reply:
        digest = call.headers.get("x-vercel-digest") or call.headers["x-now-digest"]
        if hashlib.sha1(call.body).hexdigest() != digest:
            raise Wrong("other bytes than announced")
        self.stored[digest] = call.body
        return Reply(200, b"")

    def _deploy(self, call: Call) -> Reply:
        told = call.json
        only(call.query, "skipAutoDetectionConfirmation", "teamId", "forceNew")
        allowed = ("name", "project", "target", "files", "meta", "projectSettings", "version")
        only(told, *allowed)
        project = self._find(told.get("project") or told["name"])
        if project is None:
            project = self.add(told["name"])
        if told.get("target") != "production" or not _NAME.fullmatch(told["name"]):
            raise Wrong(told)
        settings = told.get("projectSettings", {})
        only(settings, *_SETTINGS)
        if settings.get("framework") is not None:
            raise Wrong(settings)
        if "projectSettings" not in told and "skipAutoDetectionConfirmation" not in call.query:
            return _refusal(400, "missing_project_settings", "projectSettings is required")
        return self._deployed(project, told)

    def _deployed(self, project: Project, told: Mapping[str, Any]) -> Reply:
        files = {}
        for each in told["files"]:
            files[each["file"]] = each["sha"] if "sha" in each else self._inline(each)
            only(each, "file", "sha", "size", "mode", "data", "encoding")
        missing = sorted(set(files.values()) - self.stored.keys())
        if missing:
            return _refusal(400, "missing_files", "Missing files", missing=missing)
        count = sum(len(each.deployments) for each in self.projects.values())
        deployment = Deployment(f"dpl_{count + 1}", told, list(self.states), self.words)
        project.deployments.insert(0, deployment)
        if "ERROR" not in self.states:
            content = {path: self.stored[digest] for path, digest in files.items()}
            project.site.publish(content, self.stale)
        return Reply(200, deployment.as_json())

    def _inline(self, file: Mapping[str, Any]) -> str:
        """The digest of a file that is sent within the call."""
        is_base64 = file.get("encoding") == "base64"
        content = b64decode(file["data"], validate=True) if is_base64 else file["data"].encode()
        digest = hashlib.sha1(content).hexdigest()
        self.stored[digest] = content
        return digest

    def _deployment(self, call: Call, id_: str) -> Reply:
        for project in self.projects.values():
            for each in project.deployments:
                if each.id == id_:
                    told = each.as_json()
                    each.states = each.states[1:] or each.states
                    return Reply(200, told)
        return _refusal(404, "not_found", "Deployment not found")


_ROUTES: dict[str, Callable[..., Reply]] = {
    r"GET /v2/user": VercelServer._user,
    r"GET /v2/teams/([^/]+)": VercelServer._team,
    r"POST /v11/projects": VercelServer._create,
    r"GET /v9/projects/([^/]+)": VercelServer._project,
    r"GET /v9/projects/([^/]+)/domains": VercelServer._domains,
    r"GET /v6/deployments": VercelServer._list,
    r"POST /v2/files": VercelServer._upload,
    r"POST /v13/deployments": VercelServer._deploy,
    r"GET /v13/deployments/([^/]+)": VercelServer._deployment,
}


def _refusal(status: int, code: str, words: str, **more: Any) -> Reply:
    return Reply(status, {"error": {"code": code, "message": words, **more}})


@contextmanager
def vercel() -> Iterator[VercelServer]:
    with sites() as pages:
        server = VercelServer(pages)
        with listening(server.answer) as wire:
            server.wire = wire
            yield server
