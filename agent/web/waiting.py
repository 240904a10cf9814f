"""Callers who wait for jobs: one poll of the journal serves them all, however many they are."""

import asyncio
from collections import defaultdict
from collections.abc import Callable

from starlette.concurrency import run_in_threadpool

from agent.jobs import Unavailable

_POLL_SECONDS = 0.1


class Waiting:
    """Wakes callers when their job is final. Lives in one event loop."""

    def __init__(
        self, are_final: Callable[[list[str]], set[str]], is_stopping: Callable[[], bool]
    ) -> None:
        self._are_final = are_final
        self._is_stopping = is_stopping
        self._callers: dict[str, set[asyncio.Future[bool]]] = defaultdict(set)
        self._watch: asyncio.Task[None] | None = None

    async def until_final(self, job: str) -> bool:
        """True when the job has ended, False when this server is about to.

        A caller who hangs up stops waiting and nothing else.
        """
        caller: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._callers[job].add(caller)
        if self._watch is None or self._watch.done():
            self._watch = asyncio.create_task(self._poll())
        try:
            return await caller
        finally:
            self._callers[job].discard(caller)
            if not self._callers[job]:
                del self._callers[job]

    async def _poll(self) -> None:
        while self._callers:
            for job in await run_in_threadpool(self._look, list(self._callers)):
                self._tell(job, True)
            if self._is_stopping():
                for job in list(self._callers):
                    self._tell(job, False)
            await asyncio.sleep(_POLL_SECONDS)

    def _look(self, jobs: list[str]) -> set[str]:
        """A journal that is away for a while ends nobody's waiting."""
        try:
            return self._are_final(jobs)
        except Unavailable:
            return set()

    def _tell(self, job: str, is_final: bool) -> None:
        for caller in self._callers.get(job, ()):
            if not caller.done():
                caller.set_result(is_final)
