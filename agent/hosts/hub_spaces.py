"""The Spaces of a Hugging Face account, through `huggingface_hub`, and what its failures mean.

The library gets the token and the address with each call, never from its own environment or
files. Nothing is tried again here: the step that made a call is run again. Xet is off, as its
client keeps caches in the home folder; large files go by LFS.
"""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationDelete,
    HfApi,
    SpaceInfo,
    constants,
    hf_hub_url,
    set_client_factory,
)
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import (  # type: ignore[attr-defined]  # it lists no exports
    build_hf_headers,
    disable_progress_bars,
    get_session,
    hf_raise_for_status,
    parse_ratelimit_headers,
)

from agent.deadline import within_job
from agent.errors import HostBusy, HostError
from agent.hosts.quiet_period import QuietPeriod
from agent.retry_after import asked_pause

_SPACE = "space"
_LONGEST_MESSAGE = 400
_LIBRARY = "galley"
_KEPT = ".gitattributes"
_ADVICE = {
    401: "HF_TOKEN is not valid (any more): set a new one",
    402: "the account's plan does not allow it: free some space there or change the plan",
    403: "HF_TOKEN may not do that: give it write access to the Spaces of HF_USERNAME",
    404: "it is gone, or HF_TOKEN may not see it",
}
_PASSING_STATUSES = (408, 409, 412, 425)


class HubRefused(HostError):
    """The Hub answered no, for good."""

    status = 0


@dataclass(frozen=True)
class HubSpace:
    """A Space as the Hub describes it; `made_at` is in seconds since the epoch.

    `built` is the commit that the stage is about, where the Hub says it.
    """

    id: str
    head: str
    made_at: float
    host: str
    paths: tuple[str, ...]
    stage: str
    words: str
    built: str


@dataclass(frozen=True)
class HubAccount:
    """Who a token is: `may_write` is None where the Hub does not say."""

    name: str
    organisations: tuple[str, ...]
    may_write: bool | None


@dataclass
class HubSpaces:
    """The account's Spaces as one token sees them; a call may be silent for `seconds`."""

    endpoint: str
    token: str = field(repr=False)
    seconds: float = 20.0
    _quiet: QuietPeriod = field(default_factory=QuietPeriod, init=False)

    def __post_init__(self) -> None:
        constants.HF_HUB_DISABLE_XET = True
        disable_progress_bars()
        set_client_factory(lambda: _client(self.seconds))
        self._api = HfApi(endpoint=self.endpoint, token=self.token, library_name=_LIBRARY)

    def account(self) -> HubAccount:
        with self._call("ask whose HF_TOKEN is"):
            told = self._api.whoami()
        token = (told.get("auth") or {}).get("accessToken") or {}
        names = tuple(str(each["name"]) for each in told.get("orgs") or ())
        return HubAccount(str(told["name"]), names, _may_write(token))

    def find(self, space: str) -> HubSpace | None:
        """The Space of that id (`owner/name`); None where the token sees none."""
        try:
            with self._call(f"look at the Space {space}"):
                return _described(self._api.space_info(space))
        except HubRefused as error:
            if error.status == 404:
                return None
            raise

    def create(self, space: str) -> bool:
        """Make a public static Space. False: the name is in use."""
        with self._call(f"create the Space {space}"):
            try:
                self._api.create_repo(space, repo_type=_SPACE, space_sdk="static", private=False)
            except HfHubHTTPError as error:
                if _status(error) != 409:
                    raise
                return False
        return True

    def readme(self, space: HubSpace) -> str:
        """README.md of the Space's head; empty where there is none."""
        address = hf_hub_url(
            space.id, "README.md", repo_type=_SPACE, revision=space.head, endpoint=self.endpoint
        )
        headers = build_hf_headers(token=self.token, library_name=_LIBRARY)
        with self._call(f"read the README of {space.id}"):
            answer = get_session().get(address, headers=headers)
            if answer.status_code == 404:
                return ""
            hf_raise_for_status(answer)
            return answer.text

    def commit(self, space: HubSpace, files: Mapping[str, bytes], message: str) -> None:
        """One commit on top of the head that was seen; other files than these are deleted."""
        gone = [path for path in space.paths if path not in files and path != _KEPT]
        operations: list[Any] = [
            CommitOperationAdd(path, content) for path, content in files.items()
        ]
        operations += [CommitOperationDelete(path) for path in gone]
        with self._call(f"commit to the Space {space.id}"):
            self._api.create_commit(
                space.id,
                operations,
                commit_message=message,
                repo_type=_SPACE,
                parent_commit=space.head,
            )

    @contextmanager
    def _call(self, what: str) -> Iterator[None]:
        """Raises HubRefused and HostBusy."""
        call = f"could not {what} at {self.endpoint}"
        self._quiet.check(call)
        try:
            yield
        except HfHubHTTPError as error:
            raise self._failure(call, error) from None
        except RuntimeError as error:  # the library's word for an upload that failed
            raise self._upload_failure(call, error) from None
        except httpx.HTTPError as error:
            raise HostBusy(f"{call}: {_oneline(str(error)) or type(error).__name__}") from None
        except (KeyError, TypeError, ValueError) as error:  # an answer that the library cannot read
            raise HostBusy(f"{call}: an answer that makes no sense ({error!r})") from None

    def _upload_failure(self, call: str, error: RuntimeError) -> HostError:
        cause = error.__cause__
        if isinstance(cause, HfHubHTTPError):
            return self._failure(call, cause)
        return HostBusy(f"{call}: {_oneline(str(error))}")

    def _failure(self, call: str, error: HfHubHTTPError) -> HostError:
        status = _status(error)
        words = f"{call}: {status} {self._words(error)}".rstrip()
        headers = error.response.headers
        if status == 429:
            return self._quiet.begin(words, _pause(headers))
        if status >= 500 or status in _PASSING_STATUSES:
            return HostBusy(words).after(asked_pause(headers))
        advice = _ADVICE.get(status)
        refused = HubRefused(f"{words.removesuffix('.')}; {advice}" if advice else words)
        refused.status = status
        return refused

    def _words(self, error: HfHubHTTPError) -> str:
        told = error.server_message or error.response.reason_phrase
        return _oneline(told.replace(self.token, "[token]"))


def _client(seconds: float) -> httpx.Client:
    def cut_to_job(request: httpx.Request) -> None:
        request.extensions["timeout"] = httpx.Timeout(within_job(seconds)).as_dict()

    return httpx.Client(
        event_hooks={"request": [cut_to_job], "response": [_raise_at_once]},
        follow_redirects=True,
        timeout=seconds,
        trust_env=False,
    )


def _raise_at_once(response: httpx.Response) -> None:
    """The library would sleep through limits and failures; the job's queue does that."""
    if response.status_code == 429 or response.status_code >= 500:
        response.read()
        hf_raise_for_status(response)


def _described(info: SpaceInfo) -> HubSpace:
    runtime = info.runtime.raw if info.runtime else {}
    return HubSpace(
        id=info.id,
        head=info.sha or "",
        made_at=info.created_at.timestamp() if info.created_at else 0.0,
        host=info.host or "",
        paths=tuple(each.rfilename for each in info.siblings or ()),
        stage=str(runtime.get("stage") or ""),
        words=_oneline(str(runtime.get("errorMessage") or "")),
        built=str(runtime.get("sha") or ""),
    )


def _may_write(token: Mapping[str, Any]) -> bool | None:
    """Whether a token may make a repository of any owner; None where the Hub does not say."""
    if token.get("role") != "fineGrained":
        return None if token.get("role") is None else token["role"] != "read"
    scopes = (token.get("fineGrained") or {}).get("scoped") or ()
    return any("repo.write" in (each.get("permissions") or ()) for each in scopes)


def _pause(headers: Mapping[str, str]) -> float | None:
    """Seconds that a limit lasts, by the Hub's `RateLimit` or by `Retry-After`."""
    limit = parse_ratelimit_headers(headers)
    if limit is not None and limit.remaining == 0:
        return float(limit.reset_in_seconds) + 1  # it is told in whole seconds
    return asked_pause(headers)


def _status(error: HfHubHTTPError) -> int:
    return int(error.response.status_code)


def _oneline(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()[:_LONGEST_MESSAGE]
