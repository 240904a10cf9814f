"""Refuses requests for host names that are not this server's.

A website can point its own name at this machine and then read what its visitors' browsers are
answered ("DNS rebinding"). It cannot do so with an address, with a name of one label, or with one
under `localhost` (RFC 6761, 6.3).
"""

from collections.abc import Iterable
from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from agent.web.problems import RefusedRequest
from agent.web.refusal_reasons import RefusalReason

ALL = "*"


class HostNames:
    """The names that an application answers to."""

    def __init__(self, app: ASGIApp, names: Iterable[str]) -> None:
        """`names` are allowed besides addresses and names of this machine; `*` allows all."""
        self._app = app
        self._names = {name.lower() for name in names}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or self._allows(Headers(scope=scope).get("Host", "")):
            await self._app(scope, receive, send)
            return
        message = "not a name of this server: put it into ALLOWED_HOSTS if it is one"
        refusal = RefusedRequest(RefusalReason.WRONG_HOST, message)
        await refusal(scope, receive, send)

    def _allows(self, host: str) -> bool:
        if ALL in self._names:
            return True
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        return "." not in name.rstrip(".") or name in self._names or _is_of_this_machine(name)


def _is_of_this_machine(name: str) -> bool:
    try:
        ip_address(name)
    except ValueError:
        return name.endswith(".localhost")
    return True
