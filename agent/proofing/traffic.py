"""Answers the requests of a page: with the draft's own files, or by a guarded fetch.

Chromium itself has no way out (see `chromium_process.py`); every answer is made here.
"""

import asyncio
import ipaddress
from collections.abc import Callable, Mapping
from urllib.parse import SplitResult, urlsplit

from playwright.async_api import Error, Request, Route

from agent.browsing import OwnFailure, PageLog, UnreachedRequest
from agent.deadline import Deadline
from agent.errors import GalleyError
from agent.ports import Served
from agent.proofing.site import HOST, Site, path_of
from agent.proofing.stand_ins import StandIns
from agent.static_site.media_types import media_type_of

Fetch = Callable[[str, Deadline], Served]
"""A guarded GET that reaches public addresses only; raises GalleyError when nothing came."""

FETCH_SECONDS = 6.0

# What a page loads from a CDN. Live data is not among them: whether its host allows the page to
# read it (CORS) cannot be seen from here, so a check that needs it stays unproved.
_MEDIA_TYPES = {"script": "text/javascript", "stylesheet": "text/css"}
_CDN_KINDS = {"script", "stylesheet", "font", "image", "media"}


class Traffic:
    """Answers the requests of one page and notes those that failed."""

    def __init__(self, site: Site, fetch: Fetch | None, deadline: Deadline) -> None:
        self.log = PageLog()
        self._stand_ins: StandIns | None = None
        self._site = site
        self._fetch = fetch
        self._deadline = deadline

    @property
    def scripts(self) -> tuple[str, ...]:
        """What has to run in each document before its own scripts."""
        return (self._stand_ins.script,) if self._stand_ins else ()

    def use_stand_ins(self, files: Mapping[str, bytes]) -> None:
        """Answer unreachable scripts and data by what accepts every use."""
        self._stand_ins = StandIns(files)

    async def answer(self, route: Route) -> None:
        """The handler that playwright calls for every request."""
        try:
            if urlsplit(route.request.url).hostname == HOST:
                await self._answer_own(route)
            else:
                await self._answer_other(route)
        except Error:
            # The page went away while it was being answered; nobody is left to tell.
            return

    async def _answer_own(self, route: Route) -> None:
        request = route.request
        answer = self._site.answer_followed(
            request.url,
            request.method,
            await request.all_headers(),
            request.is_navigation_request(),
        )
        if answer.status in (404, 405):
            self._note_own(request, answer.status)
        await route.fulfill(status=answer.status, body=answer.content, headers=dict(answer.headers))

    def _note_own(self, request: Request, status: int) -> None:
        path = path_of(request.url)
        if not path.endswith("favicon.ico"):  # browsers ask for it by themselves
            kind = request.resource_type
            failure = OwnFailure(request.method, path, status, kind, _document_of(request))
            self.log.own_failures.append(failure)

    async def _answer_other(self, route: Route) -> None:
        request = route.request
        refusal = _refusal(request.method, urlsplit(request.url))
        if refusal:
            self.log.other_failures.append(f"{_shown(request)} → {refusal}")
            await route.abort("blockedbyclient")
            return
        served = await self._fetched(request)
        if served is None:
            await self._answer_unreached(route)
            return
        if served.status >= 400:
            self.log.other_failures.append(f"{_shown(request)} → {served.status}")
        await route.fulfill(
            status=served.status,
            body=served.content,
            headers={
                "access-control-allow-origin": "*",
                "content-type": _media_type(request),
            },
        )

    async def _answer_unreached(self, route: Route) -> None:
        request = route.request
        missed = UnreachedRequest(request.url, request.resource_type)
        self.log.unreached.append(missed)
        answer = self._stand_ins.answer(missed) if self._stand_ins else None
        if answer is None:
            await route.abort("internetdisconnected")
        else:
            await route.fulfill(status=200, body=answer.content, headers=dict(answer.headers))

    async def _fetched(self, request: Request) -> Served | None:
        is_cdn_use = request.method == "GET" and request.resource_type in _CDN_KINDS
        if self._fetch is None or not is_cdn_use:
            return None
        try:
            deadline = self._deadline.sooner(FETCH_SECONDS)
            return await asyncio.to_thread(self._fetch, request.url, deadline)
        except GalleyError as error:
            self.log.console.append(f"not reachable: {request.url}: {error}")
            return None


def _refusal(method: str, url: SplitResult) -> str:
    """Why the request is not even tried; the guarded fetch judges the rest by real addresses."""
    if url.scheme != "https":
        return f"refused: {method} over {url.scheme}, and a published page may use https only"
    if not _is_public_name(url.hostname or ""):
        return "refused: not a public host"
    return ""


def _is_public_name(host: str) -> bool:
    if "." not in host or host.endswith((".localhost", ".local", ".internal", ".test")):
        return False
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return True  # a name


def _document_of(request: Request) -> str:
    """The file of the draft that made the request, empty where it was a navigation or a worker."""
    if request.is_navigation_request() or request.service_worker:
        return ""
    return path_of(request.frame.url) or "index.html"


def _media_type(request: Request) -> str:
    stated = _MEDIA_TYPES.get(request.resource_type)
    return stated or media_type_of(urlsplit(request.url).path)


def _shown(request: Request) -> str:
    return f"{request.method} {request.url[:200]}"
