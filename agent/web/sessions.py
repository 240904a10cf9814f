"""Signed sessions of people who gave the secret once, and the tokens that their forms carry.

The key is made from the secret, so a changed secret ends every session.
"""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass, field

from itsdangerous import BadSignature, TimestampSigner

SESSION_SECONDS = 7 * 86_400


@dataclass(frozen=True)
class Sessions:
    """Sessions that this secret signs; `_ended` has those that people logged out of."""

    secret: str = field(repr=False)
    _ended: dict[str, float] = field(default_factory=dict)

    def begin(self) -> str:
        """A session as the value of a cookie."""
        return self._signer.sign(secrets.token_hex(16)).decode()

    def identity(self, cookie: str) -> str:
        """The session's id; empty where it is not ours, too old, or ended."""
        try:
            identity = self._signer.unsign(cookie, max_age=SESSION_SECONDS).decode()
        except BadSignature:
            return ""
        return "" if identity in self._ended else identity

    def end(self, cookie: str) -> None:
        now = time.time()
        for identity in [each for each, until in self._ended.items() if until < now]:
            del self._ended[identity]
        if identity := self.identity(cookie):
            self._ended[identity] = now + SESSION_SECONDS

    def form_token(self, identity: str) -> str:
        """What a form has to bring along, so that no other website can have sent it."""
        return hmac.new(self._key("form"), identity.encode(), "sha256").hexdigest()

    def is_form_token(self, identity: str, token: str) -> bool:
        return hmac.compare_digest(self.form_token(identity).encode(), token.encode())

    @property
    def _signer(self) -> TimestampSigner:
        return TimestampSigner(self._key("session"), digest_method=hashlib.sha256)

    def _key(self, purpose: str) -> bytes:
        return hashlib.sha256(
            f"galley {purpose}\0{self.secret}".encode("utf-8", "replace")
        ).digest()
