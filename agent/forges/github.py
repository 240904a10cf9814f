"""GitHub as a forge: repositories by its REST API, git over HTTPS with the token."""

import base64
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from agent.errors import ForgeBusy, ForgeError
from agent.forges.rest import Answer, Refused, Rest, Unanswered
from agent.values import Remote

_TOPICS = ("galley",)
_LONGEST_DESCRIPTION = 350
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")
_NAME_IS_TAKEN = "already exists"
_CLOCK_GRAIN_SECONDS = 2.0
_NICETY_SECONDS = 5.0


class GitHubForge:
    """Speaks the Forge port; `owner` is a user or an organisation, by default the token's user."""

    def __init__(self, rest: Rest, url: str, token: str, owner: str) -> None:
        self._rest = rest
        self._url = url.rstrip("/")
        self._token = token
        self._stated_owner = owner
        self._known_login = ""

    def claim(self, repo: str, description: str, since: float) -> Remote | None:
        """Create the repository, or take the empty one that was created after `since`.

        Looking first makes it safe to call again when the answer to the creation was lost.
        """
        with _as_forge_error():
            path = self._path(repo)
            found = self._rest.find(path) or self._create(repo, description)
            if found is None:  # taken by a creation that the look before did not see yet
                found = self._rest.find(path)
            if found is None or not self._is_begun(repo, found, since):
                return None
            self._add_topics(repo)
            return self._remote(repo, found.json)

    def find(self, repo: str) -> Remote | None:
        with _as_forge_error():
            found = self._rest.find(self._path(repo))
            return self._remote(repo, found.json) if found else None

    def transport(self) -> Mapping[str, str]:
        """The token as a header for this forge alone: in no URL, no argv and no file."""
        credentials = base64.b64encode(f"x-access-token:{self._token}".encode()).decode()
        config = {
            f"http.{self._url}/.extraHeader": f"Authorization: Basic {credentials}",
            "http.lowSpeedLimit": "1",
            "http.lowSpeedTime": str(max(1, round(self._rest.seconds))),
        }
        numbered = {"GIT_CONFIG_COUNT": str(len(config))}
        for number, (key, value) in enumerate(config.items()):
            numbered |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return {**numbered, "GIT_ALLOW_PROTOCOL": urlsplit(self._url).scheme, "GIT_ASKPASS": ""}

    def _create(self, repo: str, description: str) -> Answer | None:
        """None: the name is in use."""
        body = {
            "name": repo,
            "description": _safe(description),
            "private": False,
            "auto_init": False,
            "has_wiki": False,
            "has_projects": False,
        }
        is_own = self._owner.lower() == self._login.lower()
        path = "/user/repos" if is_own else f"/orgs/{quote(self._owner, safe='')}/repos"
        try:
            return self._rest.call("POST", path, body)
        except Refused as error:
            if error.status == 422 and _NAME_IS_TAKEN in error.message:
                return None
            if error.status == 404 and not is_own:
                raise ForgeError(
                    f"{error}: GITHUB_USERNAME={self._owner} is neither the token's user "
                    f"({self._login}) nor an organisation it may create repositories in"
                ) from None
            raise

    def _is_begun(self, repo: str, found: Answer, since: float) -> bool:
        """Whether this job made it: nothing pushed yet, and younger than the job's request."""
        created = datetime.fromisoformat(found.json["created_at"]).timestamp()
        if created < since + found.clock_ahead - _CLOCK_GRAIN_SECONDS:
            return False
        try:
            return self._rest.find(f"{self._path(repo)}/git/ref/heads/main") is None
        except Refused as error:
            if error.status == 409:  # "Git Repository is empty."
                return True
            raise

    def _add_topics(self, repo: str) -> None:
        """A nicety: a repository without topics is as good."""
        try:
            hurried = self._rest.hurried(_NICETY_SECONDS)
            hurried.call("PUT", f"{self._path(repo)}/topics", {"names": list(_TOPICS)})
        except (Refused, Unanswered):
            return

    def _remote(self, repo: str, told: Mapping[str, Any]) -> Remote:
        """Addresses are built, never taken; only the spelling is GitHub's."""
        url = f"{self._url}/{quote(told['full_name'])}"
        return Remote(repo, url, f"{url}.git")

    def _path(self, repo: str) -> str:
        return f"/repos/{quote(self._owner, safe='')}/{quote(repo, safe='')}"

    @property
    def _owner(self) -> str:
        return self._stated_owner or self._login

    @property
    def _login(self) -> str:
        """The token's user, asked once."""
        if not self._known_login:
            self._known_login = self._rest.get("/user").json["login"]
        return self._known_login


@contextmanager
def _as_forge_error() -> Iterator[None]:
    try:
        yield
    except Unanswered as error:
        raise ForgeBusy(str(error)).after(error.seconds) from None
    except Refused as error:
        raise ForgeError(str(error)) from None


def _safe(description: str) -> str:
    """GitHub takes one line of at most 350 characters, none of them a control character."""
    return _UNPRINTABLE.sub(" ", description).strip()[:_LONGEST_DESCRIPTION]
