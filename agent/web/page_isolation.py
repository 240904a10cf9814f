"""Keeps generated pages apart from the server's own pages and from each other, in browsers.

On this machine each repository has a host name of its own under `localhost`, so cookies, storage
and service workers are its own too. Programs, which may not know such names, are answered under
every name. Sources: RFC 6761, 6.3 "localhost"; https://www.w3.org/TR/fetch-metadata/;
https://www.w3.org/TR/CSP3/#directive-sandbox.
"""

import hashlib
import re
from collections.abc import Mapping
from enum import Enum, auto

from starlette.datastructures import URL

_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_UNDER_LOCALHOST = ".localhost"
_SANDBOX = "sandbox allow-downloads allow-forms allow-modals allow-pointer-lock allow-scripts"


class Isolation(Enum):
    """How the pages of one server are kept apart."""

    HOST_NAMES = auto()
    """A host name for each repository, where the request came by a name of this machine."""

    SANDBOX = auto()
    """An origin that equals no other, without storage, for pages on the server's own port."""

    GIVEN = auto()
    """The operator's own host name for the pages."""


def containing_headers(isolation: Isolation) -> Mapping[str, str]:
    """What a browser has to be told with every file of a page."""
    if isolation is Isolation.SANDBOX:  # a page's own requests then come from the origin `null`
        return {"Content-Security-Policy": _SANDBOX, "Access-Control-Allow-Origin": "null"}
    return {"Cross-Origin-Resource-Policy": "same-origin"}


def own_address(isolation: Isolation, repo: str, url: URL, headers: Mapping[str, str]) -> str:
    """Where a request for a page has to go instead; empty where it is right."""
    if isolation is not Isolation.HOST_NAMES:
        return ""
    host, own = url.hostname or "", _host_name(repo)
    is_opened_here = host in _LOOPBACK and headers.get("sec-fetch-mode") == "navigate"
    is_anothers = host.endswith(_UNDER_LOCALHOST) and host != own
    return str(url.replace(hostname=own)) if is_opened_here or is_anothers else ""


def _host_name(repo: str) -> str:
    """The name as a label of a host name, or a digest where it is none (RFC 1123, 2.1)."""
    label = repo.lower()
    if not _LABEL.fullmatch(label) or label.startswith("xn--"):
        label = f"p-{hashlib.sha256(label.encode()).hexdigest()[:16]}"
    return f"{label}{_UNDER_LOCALHOST}"
