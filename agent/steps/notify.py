"""The notify step: posts to the evaluation URL and keeps every try.

The body has seven keys; tries come after 1, 2, 4, 8 and 16 s, then slowly until the deadline.
After a second refusal in a row (401, 403, 404, 405) there is none.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from agent import evidence
from agent.deadline import Deadline
from agent.errors import NotifyError, StepFailed
from agent.loaded_job import LoadedJob
from agent.ports import Notifier
from agent.redirects import Redirect
from agent.url_display import shown_url, without_secrets_of
from agent.values import Brief, Publication, Receipt, RetryIn, Try

_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0)
_SLOW_PAUSE = 30.0
_SECONDS_PER_TRY = 20.0
_GONE = 410
_REFUSALS = (401, 403, 404, 405)
_MOST_REFUSALS = 2


@dataclass(frozen=True)
class Notifying:
    """What was tried is in the evidence, so a restart goes on counting."""

    notifier: Notifier

    def notify(self, loaded: LoadedJob, publication: Publication) -> Receipt | RetryIn:
        """One try. Raises NotifyError when the URL is gone or the deadline has passed."""
        url = loaded.brief.evaluation_url
        if not url:
            return Receipt("", ())
        receipt = _recorded(loaded.evidence("receipt.json"), url)
        if receipt.is_delivered:
            return receipt
        deadline = loaded.deadlines.whole
        if receipt.tries and not deadline.remaining:
            raise NotifyError(f"{shown_url(url)} did not take it: {_described(receipt.tries[-1])}")
        made, asked_pause = self._try(loaded, publication, deadline)
        receipt = Receipt(url, (*receipt.tries, made))
        loaded.record(evidence.of_receipt(receipt))
        if receipt.is_delivered:
            return receipt
        if reason := _why_never(receipt.tries):
            raise NotifyError(f"{shown_url(url)} {reason}: {_described(made)}")
        pause = max(_pause(len(receipt.tries)), asked_pause)
        loaded.rest()
        return RetryIn(min(pause, deadline.remaining), _described(made))

    def _try(
        self, loaded: LoadedJob, publication: Publication, deadline: Deadline
    ) -> tuple[Try, float]:
        """The try, and the pause in seconds that the server asked for."""
        at = datetime.now(UTC)
        seconds = max(1.0, min(_SECONDS_PER_TRY, deadline.remaining))
        key = f"galley-{loaded.job.id}"
        url = loaded.brief.evaluation_url
        try:
            reply = self.notifier.post(
                url,
                payload(loaded.brief, publication),
                {"Idempotency-Key": key, "webhook-id": key},
                seconds,
            )
        except StepFailed as error:
            return Try(at, None, str(error)), 0.0
        answer = without_secrets_of(url, reply.text)
        return Try(at, reply.status, answer, reply.redirects), reply.retry_after


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


def _why_never(tries: Sequence[Try]) -> str:
    """Why a further try is of no use; empty where it may be."""
    if tries[-1].status == _GONE:
        return "is gone for good"
    last = [each.status in _REFUSALS for each in tries[-_MOST_REFUSALS:]]
    is_refused = len(last) == _MOST_REFUSALS and all(last)
    return "refuses it, so check the evaluation URL" if is_refused else ""


def _pause(tries: int) -> float:
    return _PAUSES[tries - 1] if tries <= len(_PAUSES) else _SLOW_PAUSE


def _recorded(record: bytes | None, url: str) -> Receipt:
    """The receipt so far; one for another URL was for an order that this one replaced."""
    kept: dict[str, Any] = json.loads(record) if record else {"url": "", "tries": []}
    if kept["url"] != url:
        return Receipt(url, ())
    return Receipt(url, tuple(map(_try_of, kept["tries"])))


def _try_of(kept: Mapping[str, Any]) -> Try:
    redirects = tuple(Redirect(**each) for each in kept.get("redirects", ()))
    return Try(datetime.fromisoformat(kept["at"]), kept["status"], kept["answer"], redirects)


def _described(made: Try) -> str:
    redirected = "".join(f"{redirect}: " for redirect in made.redirects)
    return f"{redirected}{made.status or 'no answer'}: {made.answer[:300]}".rstrip(": ")
