"""Fetches the repository that a first round is put on top of: the request's `start_from`.

git resolves names itself, so the addresses that the outbound guard admitted are pinned with
`http.curloptResolve` (git-config(1)); redirects, proxies and the user's own credentials are off.
"""

from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from agent.deadline import Deadline
from agent.errors import ForgeBusy, ForgeError, IntakeError
from agent.ports import Transport
from agent.workspace.git_children import git_version
from agent.workspace.repository import Repository

_PINNING_GIT = (2, 37)
_PORTS = {"http": 80, "https": 443}

Admit = Callable[[str, Deadline], tuple[str, ...]]
"""The addresses that a URL may be fetched from, all of them allowed. Raises StepFailed."""


@dataclass(frozen=True)
class StartPoint:
    """Fetches start points; those on the web from addresses that `admit` gives."""

    admit: Admit

    def fetch(self, repository: Repository, source: str, deadline: Deadline) -> None:
        """Fetch the HEAD of `source`, with its history. Raises IntakeError, ForgeBusy."""
        is_remote = source.startswith(("http://", "https://"))
        transport = self._remote(source, deadline) if is_remote else _LOCAL
        try:
            repository.fetch_start(source, transport)
        except ForgeBusy:
            raise
        except ForgeError as error:
            raise IntakeError(f"start_from: {error}") from None

    def _remote(self, url: str, deadline: Deadline) -> Transport:
        if git_version() < _PINNING_GIT:
            raise IntakeError("start_from: URLs need git 2.37 or newer; clone it and name the path")
        addresses = self.admit(url, deadline)
        parts = urlsplit(url)
        host = parts.hostname or ""
        config = {"http.proxy": "", "http.lowSpeedLimit": "1", "http.lowSpeedTime": "20"}
        if not _is_address(host):
            port = parts.port or _PORTS[parts.scheme]
            config["http.curloptResolve"] = f"{host}:{port}:{','.join(addresses)}"
        environment = {"GIT_ALLOW_PROTOCOL": parts.scheme, "HOME": "/nonexistent"}
        environment["GIT_CONFIG_COUNT"] = str(len(config))
        for number, (key, value) in enumerate(config.items()):
            environment |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return Transport(environment, _ADVICE)


_ADVICE = {
    "couldn't find remote ref HEAD": "it has no commits yet",
    "index-pack": "it may have more than the 2 GiB that are fetched: name a smaller one",
    "could not read Username": "it is not public: clone it, and name the path",
    "unable to update url base from redirection": "it moved: give its new URL",
}
_LOCAL = Transport({"GIT_ALLOW_PROTOCOL": "file"}, _ADVICE)


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
