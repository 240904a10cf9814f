"""The secrets this process knows, in every way they could be spelled in a file."""

import base64
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

from agent.ports import SecretLocation

_SHORTEST = 8
"""A shorter secret is found by chance: `none`, `test`, `1234`."""


class KnownSecrets:
    """Exact search, ignoring case where a spelling does."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {secret for secret in secrets if len(secret) >= _SHORTEST}
        self._spellings = {
            spelling: how for secret in sorted(known) for spelling, how in _spellings(secret)
        }
        self._hex = {secret.encode().hex().encode() for secret in known}

    def search(self, content: bytes) -> SecretLocation | None:
        """The first of them that is found."""
        for spelling, how in self._spellings.items():
            if (offset := content.find(spelling)) >= 0:
                return _located(content, offset, how)
        lowered = content.lower() if self._hex else b""
        for spelling in self._hex:
            if (offset := lowered.find(spelling)) >= 0:
                return _located(content, offset, " as hex")
        return None


def _located(content: bytes, offset: int, how: str) -> SecretLocation:
    return SecretLocation(content.count(b"\n", 0, offset) + 1, f"a secret of this server{how}")


def _spellings(secret: str) -> Iterator[tuple[bytes, str]]:
    """Each spelling and the words for it."""
    yield secret.encode(), ""
    for quoted in (quote(secret, safe=""), quote_plus(secret)):
        if quoted != secret:
            yield quoted.encode(), " with URL escapes"
    for core in _base64_cores(secret.encode()):
        yield core, " as base64"


def _base64_cores(secret: bytes) -> Iterator[bytes]:
    """What base64 makes of a secret at each of the three places it can have in a longer text.

    The characters that depend on what stands before or after it are left out (RFC 4648, 4).
    """
    for before in range(3):
        padded = b"\0" * before + secret
        whole = len(padded) // 3 * 4
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            yield encode(padded)[4 if before else 0 : whole]
