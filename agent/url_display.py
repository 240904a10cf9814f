"""Shows URLs without what is nobody else's business: users, passwords and the values of queries."""

import re
from typing import Final
from urllib.parse import parse_qsl, quote, unquote, unquote_plus, urlsplit, urlunsplit

from agent.inert_text import visible

_LONGEST_SHOWN: Final = 200
_SHORTEST_SECRET: Final = 6
"""A shorter value would be found by chance."""
_URL: Final = re.compile(r"\b(?:https?|postgres(?:ql)?|wss?|ftp)://[^\s\"'<>`]+")
_SECRET_PARTS: Final = ("@", "?")


def shown_url(url: str) -> str:
    """The URL as a message may show it: no user, password, query values or control characters."""
    try:
        parts = urlsplit(url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
        place = host if parts.port is None else f"{host}:{parts.port}"
        names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    except ValueError:  # a port or an IPv6 address that cannot be read
        return f"{_cut(url.partition(':')[0])}:…"
    query = "&".join(f"{quote(name)}=…" for name in names)
    return _cut(urlunsplit((parts.scheme, place, parts.path, query, "")))


def with_shown_urls(text: str) -> str:
    """The text with each URL that has a user or a query as it may be shown."""
    return _URL.sub(lambda url: _shown(url[0]), text)


def without_secrets_of(url: str, text: str) -> str:
    """The text without the password and the query values of a URL, whose server may echo them."""
    parts = urlsplit(url)
    written = [parts.password or "", *(each.partition("=")[2] for each in parts.query.split("&"))]
    values = {form for value in written for form in (value, unquote(value), unquote_plus(value))}
    for value in sorted(values, key=len, reverse=True):
        if len(value) >= _SHORTEST_SECRET:
            text = text.replace(value, "…")
    return text


def _shown(url: str) -> str:
    return shown_url(url) if any(part in url for part in _SECRET_PARTS) else url


def _cut(text: str) -> str:
    plain = visible(text[: _LONGEST_SHOWN * 2])
    return plain if len(plain) <= _LONGEST_SHOWN else f"{plain[:_LONGEST_SHOWN]}…"
