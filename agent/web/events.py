"""A job as server-sent events: each step as it ends, and the job itself when it does.

`step` events are numbered from 1, so a reader that reconnects with Last-Event-ID misses none and
sees none twice. Source: HTML Living Standard, 9.2 "Server-sent events".
"""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass

from starlette.concurrency import run_in_threadpool

from agent.jobs import JobRecord, Jobs, StepRecord, Unavailable

STREAM_HEADERS = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
_LISTED = 50
_LOOK_SECONDS = 0.5
_QUIET_LOOKS = 30


@dataclass(frozen=True)
class Events:
    """What happens to jobs, for as many readers as there are."""

    jobs: Jobs
    is_stopping: Callable[[], bool]
    answer_of: Callable[[str], str] = lambda job: ""

    async def of(self, identity: str, seen: int) -> AsyncIterator[str]:
        """The events after the first `seen` steps, until the job has ended or this server does."""
        in_hand, quiet, written = "", 0, ""
        while not self.is_stopping():
            try:
                record, steps = await run_in_threadpool(self._look, identity)
            except Unavailable:
                await asyncio.sleep(_LOOK_SECONDS)
                continue
            finished = [step for step in steps if step.ended_at is not None]
            for number, step in enumerate(finished[seen:], start=seen + 1):
                yield _event("step", asdict(step), number)
                quiet = 0
            seen = max(seen, len(finished))
            if record is None or record.state.is_final:
                yield _event("end", record.as_json if record else {"job": identity})
                return
            answer = self.answer_of(identity)
            if answer != written:
                start = len(written) if answer.startswith(written) else 0
                yield _event("answer", {"start": start, "text": answer[start:]})
                written = answer
            begun = steps[-1].name if len(steps) > len(finished) else ""
            if begun and begun != in_hand:
                yield _event("working", {"name": begun, "started_at": steps[-1].started_at})
            in_hand = begun
            quiet += 1
            if quiet % _QUIET_LOOKS == 0:
                yield ": nothing new\n\n"  # or a proxy between takes the connection for dead
            await asyncio.sleep(_LOOK_SECONDS)

    async def of_list(self) -> AsyncIterator[str]:
        """An event whenever the newest jobs, their states or their steps change."""
        known, quiet = None, 0
        while not self.is_stopping():
            try:
                now = await run_in_threadpool(self._newest)
            except Unavailable:
                await asyncio.sleep(_LOOK_SECONDS)
                continue
            if now != known and known is not None:
                yield _event("changed", {})
                quiet = 0
            known = now
            quiet += 1
            if quiet % _QUIET_LOOKS == 1:
                yield ": nothing new\n\n"
            await asyncio.sleep(_LOOK_SECONDS)

    def _newest(self) -> list[tuple[str, str, int]]:
        return [
            (
                each.job.id,
                each.state,
                0 if each.state.is_final else len(self.jobs.steps(each.job.id)),
            )
            for each in self.jobs.newest(_LISTED)
        ]

    def _look(self, identity: str) -> tuple[JobRecord | None, list[StepRecord]]:
        """The state first: steps that are listed after it was final are all there are."""
        record = self.jobs.find(identity)
        return record, self.jobs.steps(identity)


def _event(name: str, data: object, number: int | None = None) -> str:
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {name}\ndata: {json.dumps(data)}\n\n"
