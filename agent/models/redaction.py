"""Takes secrets out of text that is shown: errors, logs, answers of models, files read from git.

The source of the rule is litellm and several servers, whose 401s repeat the key they were sent.
"""

import base64
import html
import json
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


_REST = r"[^\s\"'<>\\]*"
_BASE64_REST = r"[\w+/=-]*"


class Redactor:
    """Takes known secrets out of text: raw, cut short, and as URLs, JSON, HTML, base64, hex."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = (secret for secret in secrets if len(secret) >= _SHORTEST)
        forms = {form for secret in known for form in _forms(secret)}
        longest_first = sorted(forms, key=lambda form: (-len(form[0]), form))
        alternatives = "|".join(re.escape(text) + rest for text, rest in longest_first)
        self._known = re.compile(alternatives or "(?!)", re.IGNORECASE)
        self._shapes = re.compile(_SHAPES, re.IGNORECASE)
        self._texts = sorted({text.lower() for text, _ in forms})

    def redact(self, text: str) -> str:
        lowered = text.lower()
        if any(each in lowered for each in self._texts):  # forty times as fast as the pattern
            text = self._known.sub(MASK, text)
        return self._shapes.sub(MASK, text)

    def redact_growing(self, text: str) -> str:
        """The same for a text that goes on: without an end that may become a secret."""
        longest = max(map(len, self._texts), default=0)
        end = text[-longest:].lower()
        beginnings = (
            length
            for each in self._texts
            for length in range(1, len(each))
            if end.endswith(each[:length])
        )
        return self.redact(text[: len(text) - max(beginnings, default=0)])


def _forms(secret: str) -> Iterator[tuple[str, str]]:
    """The ways in which a secret can stand in a text, each with a pattern for what goes with it."""
    if len(secret) >= 2 * _BEGINNING:
        yield secret[:_BEGINNING], _REST
    in_json = json.dumps(secret)[1:-1]
    for spelling in (secret, quote(secret, safe=""), quote_plus(secret), in_json):
        yield spelling, ""
    yield html.escape(secret), ""
    yield secret.encode().hex(), ""
    for core in _base64_cores(secret.encode()):
        yield core, _BASE64_REST


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
