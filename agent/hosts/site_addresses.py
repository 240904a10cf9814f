"""Which addresses of published pages are taken from a host's API."""

from urllib.parse import urlsplit

from agent.errors import HostError

_LOOPBACK = ("127.0.0.1", "localhost", "::1")


def page_address(stated: str, api_url: str) -> str:
    """The page's URL with its trailing slash; http stays only where the API itself is http on
    loopback. Raises HostError for an address that is no web address."""
    scheme = _scheme(api_url)
    address = stated if "://" in stated else f"{scheme}://{stated}"
    if urlsplit(address).scheme not in ("https", scheme) or not urlsplit(address).netloc:
        raise HostError(f"{api_url} states {stated} as the page's address, which is not https")
    return address.rstrip("/") + "/"


def _scheme(api_url: str) -> str:
    parts = urlsplit(api_url)
    is_local = parts.hostname in _LOOPBACK or (parts.hostname or "").startswith("127.")
    return "http" if parts.scheme == "http" and is_local else "https"
