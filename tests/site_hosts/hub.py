"""The Hub: accounts, static Spaces, commits with LFS, and the stages of a Space."""

import base64
import hashlib
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.site_hosts.sites import Site, Sites, sites
from tests.site_hosts.wire import Call, Reply, Wire, Wrong, listening, only

TOKEN = "hf_" + "abcdefghijklmnop"
_NEW = {
    ".gitattributes": b"*.png filter=lfs diff=lfs merge=lfs -text\n",
    "README.md": b"---\nsdk: static\n---\n",
    "index.html": b"<p>A new Space\n",
    "style.css": b"p{}\n",
}
_NAME = re.compile(r"(?!.*(?:--|\.\.))[A-Za-z0-9][A-Za-z0-9._-]{0,95}(?<![.-])")


@dataclass
class Space:
    """A Space: its files at each commit, oldest first, and what its runtime says."""

    id: str
    site: Site
    commits: list[dict[str, bytes]] = field(default_factory=list)
    made_at: float = field(default_factory=time.time)
    stage: str = "RUNNING"
    words: str = ""

    @property
    def files(self) -> Mapping[str, bytes]:
        return self.commits[-1]

    @property
    def head(self) -> str:
        return hashlib.sha1(f"{self.id} {len(self.commits)}".encode()).hexdigest()


@dataclass
class HubServer:
    """`stale` requests after each commit still see the old page; `stage` is what a Space shows
    then, with `words`."""

    sites: Sites
    wire: Wire = field(init=False)
    spaces: dict[str, Space] = field(default_factory=dict)
    stored: dict[str, bytes] = field(default_factory=dict)
    organisations: tuple[str, ...] = ("lab",)
    stale: int = 0
    stage: str = "RUNNING"
    words: str = ""

    def add(self, id_: str, files: Mapping[str, bytes], made_at: float = 0.0) -> Space:
        """A Space that is there already."""
        space = Space(id_, self.sites.open(), [dict(files)], made_at or time.time())
        space.site.publish(files, 0)
        self.spaces[id_] = space
        return space

    def answer(self, call: Call) -> Reply:
        if call.path.startswith("/lfs/"):
            return self._store(call)
        if call.headers.get("authorization") != f"Bearer {TOKEN}":
            return _refusal(401, "Invalid username or password.")
        for pattern, method in _ROUTES.items():
            if found := re.fullmatch(pattern, call.name):
                return method(self, call, *found.groups())
        return _refusal(404, "Not Found")

    def _whoami(self, call: Call) -> Reply:
        organisations = [{"type": "org", "name": name} for name in self.organisations]
        token = {"type": "access_token", "accessToken": {"displayName": "g", "role": "write"}}
        return Reply(200, {"type": "user", "name": "ann", "orgs": organisations, "auth": token})

    def _create(self, call: Call) -> Reply:
        told = call.json
        only(told, "name", "organization", "type", "sdk", "visibility", "private")
        owner = told.get("organization") or "ann"
        if told["type"] != "space" or told["sdk"] != "static" or not _NAME.fullmatch(told["name"]):
            raise Wrong(told)
        if owner not in ("ann", *self.organisations):
            return _refusal(403, f"You don't have the rights to create a space under {owner}")
        id_ = f"{owner}/{told['name']}"
        url = f"{self.wire.url}/spaces/{id_}"
        if id_ in self.spaces:
            return Reply(409, {"error": "You already created this space repo", "url": url})
        self.add(id_, _NEW)
        return Reply(200, {"url": url, "name": id_, "id": "0" * 24, "private": False})

    def _info(self, call: Call, id_: str) -> Reply:
        if id_ not in self.spaces:
            return _refusal(404, "Repository not found", **{"X-Error-Code": "RepoNotFound"})
        space = self.spaces[id_]
        made = datetime.fromtimestamp(space.made_at, UTC).isoformat(timespec="milliseconds")
        runtime = {"stage": space.stage, "hardware": {"current": None}, "sha": space.head}
        told: dict[str, Any] = {
            "_id": "0" * 24,
            "id": id_,
            "author": id_.partition("/")[0],
            "sha": space.head,
            "createdAt": made.replace("+00:00", "Z"),
            "private": False,
            "sdk": "static",
            "host": space.site.url,
            "subdomain": id_.replace("/", "-"),
            "siblings": [{"rfilename": path} for path in space.files],
            "runtime": runtime | ({"errorMessage": space.words} if space.words else {}),
        }
        return Reply(200, told)

    def _resolve(self, call: Call, id_: str, revision: str, path: str) -> Reply:
        space = self.spaces[id_]
        if revision not in ("main", space.head) or path not in space.files:
            return _refusal(404, "Entry not found", **{"X-Error-Code": "EntryNotFound"})
        content = space.files[path]
        etag = hashlib.sha1(content).hexdigest()
        return Reply(200, content, {"ETag": f'"{etag}"', "X-Repo-Commit": space.head})

    def _validate(self, call: Call) -> Reply:
        only(call.json, "content", "repoType")
        front = re.match(r"---\n(.*?)\n---\n", call.json["content"], re.DOTALL)
        if not front or "sdk: static" not in front[1]:
            return Reply(400, {"errors": [{"message": "no front matter"}], "warnings": []})
        return Reply(200, {"errors": [], "warnings": []})

    def _preupload(self, call: Call, id_: str) -> Reply:
        only(call.json, "files", "gitIgnore")
        answers = []
        for each in call.json["files"]:
            only(each, "path", "sample", "size")
            is_binary = b"\0" in base64.b64decode(each["sample"], validate=True)
            mode = "lfs" if is_binary else "regular"
            answers.append({"path": each["path"], "uploadMode": mode, "shouldIgnore": False})
        return Reply(200, {"files": answers})

    def _batch(self, call: Call, id_: str) -> Reply:
        only(call.json, "operation", "transfers", "objects", "hash_algo", "ref")
        objects = []
        for each in call.json["objects"]:
            only(each, "oid", "size")
            action = {"upload": {"href": f"{self.wire.url}/lfs/{each['oid']}"}}
            is_here = each["oid"] in self.stored
            objects.append(each if is_here else {**each, "actions": action})
        kind = {"Content-Type": "application/vnd.git-lfs+json"}
        return Reply(200, {"transfer": "basic", "objects": objects}, kind)

    def _store(self, call: Call) -> Reply:
        digest = call.path.removeprefix("/lfs/")
        if hashlib.sha256(call.body).hexdigest() != digest:
            raise Wrong("other bytes than announced")
        self.stored[digest] = call.body
        return Reply(200)

    def _commit(self, call: Call, id_: str) -> Reply:
        space = self.spaces[id_]
        header, *operations = [json.loads(line) for line in call.body.splitlines()]
        only(header["value"], "summary", "description", "parentCommit")
        if header["key"] != "header" or not header["value"]["summary"]:
            raise Wrong(header)
        if header["value"].get("parentCommit", space.head) != space.head:
            return _refusal(412, "A commit has happened since. Please refresh and try again.")
        files = dict(space.files)
        for operation in operations:
            self._apply(operation["key"], operation["value"], files)
        space.commits.append(files)
        space.stage, space.words = self.stage, self.words
        space.site.publish(files, self.stale)
        url = f"{self.wire.url}/spaces/{id_}/commit/{space.head}"
        return Reply(200, {"success": True, "commitOid": space.head, "commitUrl": url})

    def _apply(self, key: str, value: Mapping[str, Any], files: dict[str, bytes]) -> None:
        if key == "file":
            only(value, "content", "path", "encoding")
            files[value["path"]] = base64.b64decode(value["content"], validate=True)
        elif key == "lfsFile":
            only(value, "path", "algo", "oid", "size")
            files[value["path"]] = self.stored[value["oid"]]
        elif key == "deletedFile":
            only(value, "path")
            del files[value["path"]]
        else:
            raise Wrong(key)


_ID = r"([^/]+/[^/]+)"
_ROUTES: dict[str, Callable[..., Reply]] = {
    r"GET /api/whoami-v2": HubServer._whoami,
    r"POST /api/repos/create": HubServer._create,
    r"POST /api/validate-yaml": HubServer._validate,
    rf"GET /api/spaces/{_ID}": HubServer._info,
    rf"POST /api/spaces/{_ID}/preupload/main": HubServer._preupload,
    rf"POST /api/spaces/{_ID}/commit/main": HubServer._commit,
    rf"POST /spaces/{_ID}\.git/info/lfs/objects/batch": HubServer._batch,
    rf"(?:GET|HEAD) /spaces/{_ID}/resolve/([^/]+)/(.+)": HubServer._resolve,
}


def _refusal(status: int, words: str, **headers: str) -> Reply:
    return Reply(status, {"error": words}, {"X-Error-Message": words, **headers})


@contextmanager
def hub() -> Iterator[HubServer]:
    with sites() as pages:
        server = HubServer(pages)
        with listening(server.answer) as wire:
            server.wire = wire
            yield server
