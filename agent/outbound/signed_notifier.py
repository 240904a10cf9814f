"""Signs notifications as Standard Webhooks describe, so that their receiver can tell who sent them.

Source: https://github.com/standard-webhooks/standard-webhooks, "Signature scheme".
"""

from collections.abc import Mapping
from datetime import UTC, datetime

from standardwebhooks import Webhook

from agent.outbound.client import json_body
from agent.ports import Notifier, Reply


class SignedNotifier:
    """Adds the time and the signature; the body stays as it is. Implements the Notifier port."""

    def __init__(self, notifier: Notifier, secret: str) -> None:
        self._notifier = notifier
        self._webhook = Webhook(secret)

    def post(
        self,
        url: str,
        payload: Mapping[str, object],
        headers: Mapping[str, str],
        seconds: float,
    ) -> Reply:
        at = datetime.now(UTC)
        signature = self._webhook.sign(headers["webhook-id"], at, json_body(payload).decode())
        signed = {"webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
        return self._notifier.post(url, payload, {**headers, **signed}, seconds)
