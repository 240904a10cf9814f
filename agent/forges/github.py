"""GitHub as a forge: repositories by its REST API, git over HTTPS with the token."""

import base64
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import quote, urlsplit

import requests

from agent.deadline import within_job
from agent.errors import ForgeBusy, ForgeError
from agent.forges.github_access import creation_path, forbids_public
from agent.forges.rest import Refused, Rest, RestAnswer, Unanswered
from agent.ports import Transport
from agent.retry_after import asked_pause
from agent.values import Remote

_TOPICS = ("galley",)
_LONGEST_DESCRIPTION = 350
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\s]+")
_NAME_IS_TAKEN = "already exists"
_CLOCK_GRAIN_SECONDS = 2.0
_NICETY_SECONDS = 5.0
_LAG_SECONDS = 10.0
_LOOK_AGAIN_SECONDS = 1.0
_WHOLE_PUSH_BYTES = 100_000_000
_ADVICE = {
    "must be made through a pull request": (
        "let GITHUB_TOKEN's user bypass the rule for main, or remove the rule"
    ),
    "was archived so it is read-only": "unarchive it in its settings, and retry the job",
    "could not read Username": "GitHub did not take GITHUB_TOKEN: set one that may push",
    "Authentication failed": "GitHub did not take GITHUB_TOKEN: set one that may push",
    "returned error: 403": "give GITHUB_TOKEN the permission Contents: write (classic: repo)",
    "not found": "it is gone, or GITHUB_TOKEN may not see it",
    "without `workflow` scope": "give GITHUB_TOKEN the workflow scope (or Workflows: write)",
    "unable to update url base from redirection": "it moved: check GITHUB_URL",
}
_NEVER_TAKEN = ("GH013",)  # push protection and repository rules


@dataclass(frozen=True)
class _Asked:
    """A creation, made or refused for the name being in use, at a time of `time.monotonic`."""

    made: RestAnswer | None
    at: float = field(default_factory=time.monotonic)


class GitHubForge:
    """Speaks the Forge port; `owner` is a user or an organisation, by default the token's user."""

    def __init__(self, rest: Rest, url: str, token: str, owner: str) -> None:
        self._rest = rest
        self._url = url.rstrip("/")
        self._token = token
        self._stated_owner = owner
        self._known_login = ""
        self._asked: dict[tuple[str, float], _Asked] = {}

    def claim(self, repo: str, description: str, since: float) -> Remote | None:
        """Create the repository, or take the empty one that was created after `since`.

        Looking first makes it safe to call again when the answer to the creation was lost.
        """
        with _as_forge_error():
            this, path = (repo, since), self._path(repo)
            found = self._rest.find(path)
            if found is None and this not in self._asked:
                self._asked[this] = _Asked(self._create(repo, description))
                found = self._rest.find(path)
            made = self._settled(this, is_seen=found is not None)
            found = found or made
            if found is None or not (made or self._is_begun(repo, found, since)):
                return None
            remote = self._remote(repo, found)
            self._wait_for_git(remote, found)
            self._add_topics(repo)
            return replace(remote, is_new=True)

    def find(self, repo: str) -> Remote | None:
        with _as_forge_error():
            found = self._rest.find(self._path(repo))
            return self._remote(repo, found) if found else None

    def transport(self) -> Transport:
        """The token as a header for this forge alone: in no URL, no argv and no file."""
        config = {
            f"http.{self._url}/.extraHeader": f"Authorization: {self._credentials}",
            "http.postBuffer": str(_WHOLE_PUSH_BYTES),
            "http.lowSpeedLimit": "1",
            "http.lowSpeedTime": str(max(1, round(within_job(self._rest.seconds)))),
        }
        numbered = {"GIT_CONFIG_COUNT": str(len(config))}
        for number, (key, value) in enumerate(config.items()):
            numbered |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        scheme = urlsplit(self._url).scheme
        environment = {**numbered, "GIT_ALLOW_PROTOCOL": scheme, "GIT_ASKPASS": ""}
        return Transport(environment, _ADVICE, _NEVER_TAKEN)

    def _create(self, repo: str, description: str) -> RestAnswer | None:
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
        try:
            return self._rest.call("POST", creation_path(self._login, self._owner), body)
        except Refused as error:
            if error.status == 422 and _NAME_IS_TAKEN in error.message:
                return None
            is_forbidden = error.status == 403 or (error.status == 422 and forbids_public(error))
            if is_forbidden and not is_own:
                raise ForgeError(
                    f"{error}: the organisation GITHUB_USERNAME={self._owner} does not let "
                    f"{self._login} create public repositories; ask one of its owners, or leave "
                    "GITHUB_USERNAME out"
                ) from None
            if error.status == 404 and not is_own:
                raise ForgeError(
                    f"{error}: GITHUB_USERNAME={self._owner} is neither the token's user "
                    f"({self._login}) nor an organisation it may create repositories in"
                ) from None
            raise

    def _settled(self, this: tuple[str, float], is_seen: bool) -> RestAnswer | None:
        """What was just made; None where nothing was, or the name is that of something else.

        A new repository is not everywhere at once: to ask for the next name as long as this one
        may still turn up would make a second repository. Raises Unanswered until then.
        """
        asked = self._asked.get(this)
        if asked and not is_seen and time.monotonic() < asked.at + _LAG_SECONDS:
            message = f"{self._url} does not show {this[0]} yet"
            raise Unanswered(message).after(_LOOK_AGAIN_SECONDS)
        self._asked.pop(this, None)
        return asked.made if asked else None

    def _is_begun(self, repo: str, found: RestAnswer, since: float) -> bool:
        """Whether this job made it: nothing pushed yet, and younger than the job's request."""
        if _age(found) > time.time() - since + _CLOCK_GRAIN_SECONDS:
            return False
        return self._rest.find(f"{self._path(repo)}/git/ref/heads/main") is None

    def _wait_for_git(self, remote: Remote, found: RestAnswer) -> None:
        """GitHub's git may know a new repository later than its API. Raises Unanswered till then.

        What git says of one that is not new is git's to judge.
        """
        reply = self._git_reply(remote) if _age(found) < _LAG_SECONDS else None
        if reply is None or reply.ok:
            return
        pause = _LOOK_AGAIN_SECONDS if reply.status_code == 404 else asked_pause(reply.headers)
        if pause is not None:
            raise Unanswered(f"{remote.git_url}: {reply.status_code} {reply.reason}").after(pause)

    def _git_reply(self, remote: Remote) -> requests.Response | None:
        """What git would be answered first; None where there is no answer."""
        try:
            with requests.Session() as session:
                session.trust_env = False  # netrc would replace the Authorization header
                return session.get(
                    f"{remote.git_url}/info/refs",
                    params={"service": "git-upload-pack"},
                    headers={"Authorization": self._credentials},
                    timeout=within_job(self._rest.seconds),
                    allow_redirects=False,
                )
        except requests.RequestException:
            return None

    def _add_topics(self, repo: str) -> None:
        """A nicety: a repository without topics is as good."""
        try:
            hurried = self._rest.hurried(_NICETY_SECONDS)
            hurried.call("PUT", f"{self._path(repo)}/topics", {"names": list(_TOPICS)})
        except (Refused, Unanswered):
            return

    def _remote(self, repo: str, found: RestAnswer) -> Remote:
        """Addresses are built, never taken; only the spelling is GitHub's."""
        full_name = found.fields.get("full_name") or f"{self._owner}/{repo}"
        url = f"{self._url}/{quote(full_name)}"
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
            self._known_login = self._rest.get("/user").field("login")
        return self._known_login

    @property
    def _credentials(self) -> str:
        """The token as GitHub's git takes it (RFC 7617)."""
        pair = base64.b64encode(f"x-access-token:{self._token}".encode()).decode()
        return f"Basic {pair}"


@contextmanager
def _as_forge_error() -> Iterator[None]:
    try:
        yield
    except Unanswered as error:
        raise ForgeBusy(str(error)).after(error.seconds) from None
    except Refused as error:
        raise ForgeError(str(error)) from None


def _age(found: RestAnswer) -> float:
    """Seconds since a repository was made, by GitHub's clock; 0 where it does not say."""
    created = found.fields.get("created_at")
    if not created:
        return 0.0
    return time.time() + found.clock_ahead - datetime.fromisoformat(created).timestamp()


def _safe(description: str) -> str:
    """GitHub takes one line of at most 350 characters, none of them a control character."""
    return _UNPRINTABLE.sub(" ", description).strip()[:_LONGEST_DESCRIPTION]
