"""Callers who wait for jobs: one poll of the journal serves them all, however many they are."""

import asyncio
from collections import defaultdict
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool

_POLL_SECONDS = 0.1


class Waiting:
    """Wakes callers when their job is final. Lives in one event loop."""

    def __init__(self, are_final: Callable[[list[str]], set[str]]) -> None:
        self._are_final = are_final
        self._callers: dict[str, set[asyncio.Future[None]]] = defaultdict(set)
        self._watch: asyncio.Task[None] | None = None

    async def until_final(self, job: str) -> None:
        """Returns when the job has ended; a caller who hangs up stops waiting and nothing else."""
        caller: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._callers[job].add(caller)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._poll())
        try:
            await caller
        finally:
            self._callers[job].discard(caller)
            if not self._callers[job]:
                del self._callers[job]

    async def _poll(self) -> None:
        while self._callers:
            for job in await run_in_threadpool(self._are_final, list(self._callers)):
                for caller in self._callers.get(job, ()):
                    if not caller.done():
                        caller.set_result(None)
            await asyncio.sleep(_POLL_SECONDS)
