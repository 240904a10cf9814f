"""Answers with a page for people, and with the headers that keep foreign text from running."""

from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from agent import __version__, scaffold
from agent.web.access import AccessControl

PAGE_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
        "connect-src 'self'; frame-src 'self'; form-action 'self'; frame-ancestors 'none'; "
        "base-uri 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
_INERT = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-cache",
}


def page(
    http: Request, access: AccessControl, name: str, status: int = 200, **variables: Any
) -> Response:
    """The page `scaffolds/web/<name>.html.jinja`."""
    session = access.session(http)
    token = access.sessions.form_token(session) if session else ""
    known = {"version": __version__, "token": token, "path": http.url.path, **variables}
    return HTMLResponse(scaffold.page(name, **known), status, PAGE_HEADERS)


def inert(content: bytes, media_type: str, download_as: str = "") -> Response:
    """Foreign bytes that a browser may show as a picture or text, or save, and never run."""
    headers = dict(_INERT)
    if download_as:
        headers["Content-Disposition"] = f'attachment; filename="{download_as}"'
    return Response(content, headers=headers, media_type=media_type)
