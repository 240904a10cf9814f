"""Telling the evaluation URL, and keeping every try: seven keys, 1, 2, 4, 8, 16 s, then slowly."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from agent import evidence
from agent.deadline import Deadline
from agent.desk import Desk
from agent.errors import NotifyError, StepFailed
from agent.ports import Notifier
from agent.values import Brief, Job, Later, Order, Publication, Receipt, Try
from agent.workspace.repository import evidence_ref

_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
_SLOW_PAUSE = 30.0
_SECONDS_PER_TRY = 20.0
_GONE = 410


@dataclass(frozen=True)
class Notifying:
    """The last stage. What was tried is in the evidence, so a restart goes on counting."""

    desk: Desk
    notifier: Notifier
    deadlines: Callable[[Job], Deadline]

    def notify(self, order: Order, publication: Publication) -> Receipt | Later:
        """One try. Raises NotifyError when the URL is gone or the deadline has passed."""
        brief = self.desk.brief(order)
        if not brief.evaluation_url:
            return Receipt("", ())
        repository = self.desk.repository(order)
        receipt = _recorded(repository.read(evidence_ref(order.round), "receipt.json"), brief)
        if receipt.is_delivered:
            return receipt
        deadline = self.deadlines(order.job)
        if receipt.tries and not deadline.remaining:
            raise NotifyError(f"{brief.evaluation_url} did not take it: {_told(receipt.tries[-1])}")
        made, asked_pause = self._try(order, brief, publication, deadline)
        receipt = Receipt(brief.evaluation_url, (*receipt.tries, made))
        repository.record_evidence(order.round, evidence.of_receipt(receipt))
        if receipt.is_delivered:
            return receipt
        if made.status == _GONE:
            raise NotifyError(f"{brief.evaluation_url} is gone for good: {_told(made)}")
        pause = max(_pause(len(receipt.tries)), asked_pause)
        return Later(min(pause, deadline.remaining), _told(made))

    def _try(
        self, order: Order, brief: Brief, publication: Publication, deadline: Deadline
    ) -> tuple[Try, float]:
        """The try, and the pause in seconds that the server asked for."""
        at = datetime.now(UTC)
        seconds = max(1.0, min(_SECONDS_PER_TRY, deadline.remaining))
        key = f"galley-{order.job.id}"
        try:
            reply = self.notifier.post(
                brief.evaluation_url,
                payload(brief, publication),
                {"Idempotency-Key": key, "webhook-id": key},
                seconds,
            )
        except StepFailed as error:
            return Try(at, None, str(error)), 0.0
        return Try(at, reply.status, reply.text), reply.retry_after


def payload(brief: Brief, publication: Publication) -> dict[str, str | int]:
    """Exactly what evaluators expect; the first four echo the request."""
    return {
        "email": brief.email,
        "task": brief.task,
        "round": brief.round,
        "nonce": brief.nonce,
        "repo_url": publication.repo_url,
        "commit_sha": publication.revision.commit,
        "pages_url": publication.pages_url,
    }


def _pause(tries: int) -> float:
    return _PAUSES[tries - 1] if tries <= len(_PAUSES) else _SLOW_PAUSE


def _recorded(record: bytes | None, brief: Brief) -> Receipt:
    """The receipt so far; one for another URL was for an order that this one replaced."""
    told: dict[str, Any] = json.loads(record) if record else {"url": "", "tries": []}
    if told["url"] != brief.evaluation_url:
        return Receipt(brief.evaluation_url, ())
    tries = (Try(datetime.fromisoformat(t["at"]), t["status"], t["answer"]) for t in told["tries"])
    return Receipt(brief.evaluation_url, tuple(tries))


def _told(made: Try) -> str:
    return f"{made.status or 'no answer'}: {made.answer[:300]}".rstrip(": ")
