"""Reads request bodies into memory, and bounds what all of them together hold of it.

Anybody may begin to send a body, so nobody may keep memory by not ending one: where the bodies
together grow past the budget, the one that has been on its way longest is given up. Callers that
prove themselves by a header have a budget of their own, which strangers cannot use up.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from starlette.requests import Request

BODIES_IN_MEMORY = 2
"""So many of the largest bodies fit into memory at the same time."""

BODY_SECONDS = 60.0
_FREE_BYTES = 16 * 1024
"""So much of each body is not counted: the connections are limited as well."""


class BodyGivenUp(Exception):
    """A body came too slowly; `is_crowded` where it had to give way to others."""

    def __init__(self, is_crowded: bool) -> None:
        super().__init__("the body was given up")
        self.is_crowded = is_crowded


@dataclass(eq=False)
class _Arrival:
    """A body on its way."""

    timeout: asyncio.Timeout
    content: bytearray = field(default_factory=bytearray)
    is_whole: bool = False
    is_crowded: bool = False

    @property
    def counted(self) -> int:
        return max(0, len(self.content) - _FREE_BYTES)

    def give_up(self) -> None:
        self.is_crowded = True
        self.content = bytearray()
        self.timeout.reschedule(asyncio.get_running_loop().time())


class BodyIntake:
    """The bodies that are on their way or worked on. Lives in one event loop."""

    def __init__(self, most_bytes: int) -> None:
        """`most_bytes` is what all bodies together may hold, each of the two kinds of callers."""
        self._most_bytes = most_bytes
        self._arrivals: dict[bool, list[_Arrival]] = {False: [], True: []}

    @asynccontextmanager
    async def read(self, http: Request, is_proven: bool) -> AsyncIterator[bytearray]:
        """The whole body, counted until the block is left. Raises BodyGivenUp."""
        arrivals = self._arrivals[is_proven]
        arrival = _Arrival(asyncio.timeout(BODY_SECONDS))
        arrivals.append(arrival)
        try:
            await self._receive(http, arrival, arrivals)
            yield arrival.content
        finally:
            arrivals.remove(arrival)

    async def _receive(self, http: Request, arrival: _Arrival, arrivals: list[_Arrival]) -> None:
        try:
            async with arrival.timeout:
                async for piece in http.stream():
                    arrival.content += piece
                    self._make_room(arrivals)
                    await asyncio.sleep(0)  # a timeout that was set to now is noticed here
                arrival.is_whole = True
        except TimeoutError:
            raise BodyGivenUp(arrival.is_crowded) from None

    def _make_room(self, arrivals: list[_Arrival]) -> None:
        over = sum(each.counted for each in arrivals) - self._most_bytes
        for arrival in arrivals:
            if over <= 0:
                return
            if arrival.counted and not (arrival.is_whole or arrival.is_crowded):
                over -= arrival.counted
                arrival.give_up()
