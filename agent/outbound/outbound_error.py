"""Why a URL was not asked, or gave nothing, in words that hold no secret of the URL."""

from urllib.parse import parse_qsl, quote, urlsplit, urlunsplit

from agent.errors import StepFailed

_LONGEST_SHOWN = 200


class OutboundError(StepFailed):
    """A URL that a request named was refused, or did not answer as it must."""

    step = "fetch"


def shown_url(url: str) -> str:
    """The URL as a message may show it: no user, password, query values or control characters."""
    try:
        parts = urlsplit(url)
        host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
        place = host if parts.port is None else f"{host}:{parts.port}"
        names = [name for name, _ in parse_qsl(parts.query, keep_blank_values=True)]
    except ValueError:  # a port or an IPv6 address that cannot be read
        return f"{_printable(url.partition(':')[0])}:…"
    query = "&".join(f"{quote(name)}=…" for name in names)
    return _printable(urlunsplit((parts.scheme, place, parts.path, query, "")))


def _printable(text: str) -> str:
    plain = "".join(
        letter if letter.isprintable() else "�" for letter in text[: _LONGEST_SHOWN * 2]
    )
    return plain if len(plain) <= _LONGEST_SHOWN else f"{plain[:_LONGEST_SHOWN]}…"
