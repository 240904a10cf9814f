"""Serves the local pages: on a port of their own, or on the server's port in a sandbox."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from agent.build import local_forge_folder
from agent.errors import ConfigurationError
from agent.settings import Settings
from agent.web.app import Routes, application, moved_site_routes, site_routes
from agent.web.host_names import HostNames
from agent.web.local_pages import LocalPages
from agent.web.page_isolation import Isolation
from agent.web.server import address_of, bound, in_background

_NO_BODY = 1024


@dataclass(frozen=True)
class ServedPages:
    """Pages that are served: `base_url` is what their addresses begin with.

    `routes` are what the server's own port answers about them.
    """

    base_url: str
    routes: Routes


@contextmanager
def served_pages(settings: Settings, server_url: str) -> Iterator[ServedPages]:
    """The pages, for as long as the block lasts. Raises ConfigurationError."""
    if settings.pages_are_sandboxed:
        sandboxed = LocalPages(local_forge_folder(settings), _isolation(settings))
        yield ServedPages(server_url, site_routes(sandboxed))
        return
    with pages_apart(settings) as base_url:
        yield ServedPages(base_url, moved_site_routes(base_url))


@contextmanager
def pages_apart(settings: Settings) -> Iterator[str]:
    """The pages without the server beside them; gives the base URL."""
    is_sandboxed = settings.pages_are_sandboxed
    port = settings.port if is_sandboxed else settings.own_pages_port
    try:
        listener = bound(settings.bind, port, setting="PAGES_PORT")
    except ConfigurationError:
        if settings.pages_port and not is_sandboxed:
            raise
        listener = bound(settings.bind, 0)
    site = LocalPages(local_forge_folder(settings), _isolation(settings))
    stated = settings.pages_url or settings.public_url
    pages = HostNames(application(site_routes(site), _NO_BODY), settings.host_names)
    with in_background(pages, listener):
        yield stated or address_of(listener)


def _isolation(settings: Settings) -> Isolation:
    if settings.pages_are_sandboxed:
        return Isolation.SANDBOX
    return Isolation.GIVEN if settings.pages_url else Isolation.HOST_NAMES
