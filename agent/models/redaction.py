"""Secrets taken out of text that comes from elsewhere: vendors' errors echo the key they were sent.

The source of the rule is litellm and several servers, whose 401s repeat the key.
"""

import base64
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

MASK = "[secret]"

_SHORTEST = 6
"""A shorter "secret" is a placeholder such as `none`; taking it out would garble the text."""

_BEGINNING = 12
"""So many first characters give a secret away: what follows them goes too, however it was cut."""

_SHAPES = r"sk-[\w-]{16,}|AIza[\w-]{20,}|eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*"
"""Keys nobody told us about: OpenAI and its like, Google, signed tokens."""


class Redactor:
    """Takes known secrets out of text: raw, cut short, URL-encoded, base64, hex."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = (secret for secret in secrets if len(secret) >= _SHORTEST)
        forms = {form for secret in known for form in _forms(secret)}
        longest_first = sorted(forms, key=lambda form: (-len(form), form))
        self._pattern = re.compile("|".join([*longest_first, _SHAPES]), re.IGNORECASE)

    def redact(self, text: str) -> str:
        return self._pattern.sub(MASK, text)


def _forms(secret: str) -> Iterator[str]:
    """Regular expressions for the ways in which a secret can stand in a text."""
    if len(secret) >= 2 * _BEGINNING:
        yield re.escape(secret[:_BEGINNING]) + r"[^\s\"'<>]*"
    yield from map(re.escape, (secret, quote(secret, safe=""), quote_plus(secret)))
    yield re.escape(secret.encode().hex())
    for core in _base64_cores(secret.encode()):
        yield re.escape(core) + r"[\w+/=-]*"


def _base64_cores(secret: bytes) -> Iterator[str]:
    """What base64 makes of a secret at each of the three places it can have in a longer text.

    The first and last characters depend on the neighbours and are left out.
    """
    for before in range(3):
        padded = b"\0" * before + secret
        whole = len(padded) // 3 * 4
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            core = encode(padded)[:whole][4 if before else 0 :].decode()
            if len(core) >= _SHORTEST:
                yield core
