"""The items of a slow source, with a wait for each that can be broken off."""

import queue
import threading
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from typing import TypeVar

from agent.deadline import Deadline

T = TypeVar("T")

_LOOK_SECONDS = 0.2
"""How often a wait looks whether the job was cancelled."""


class Stalled(Exception):
    """The source gave nothing for longer than it was given."""


@dataclass(frozen=True, slots=True)
class _End:
    failure: BaseException | None


def items_in_time(
    source: Callable[[], Generator[T, None, None]],
    deadline: Deadline,
    seconds: float,
    failures: tuple[type[Exception], ...],
) -> Iterator[T]:
    """The items of `source`, which runs in a thread of its own and may take `seconds` for each.

    Raises Stalled, what the deadline raises, or the one of `failures` that ended the source. A
    source that is left before its end is closed at its next item; until then its thread waits,
    so the source needs a time-out of its own.
    """
    deadline.check()
    arrivals: queue.SimpleQueue[T | _End] = queue.SimpleQueue()
    is_left = threading.Event()
    threading.Thread(target=_read, args=(source, arrivals, is_left, failures), daemon=True).start()
    try:
        while not isinstance(item := _next(arrivals, deadline, seconds), _End):
            yield item
        if item.failure is not None:
            raise item.failure
    finally:
        is_left.set()


def _read(
    source: Callable[[], Generator[T, None, None]],
    arrivals: "queue.SimpleQueue[T | _End]",
    is_left: threading.Event,
    failures: tuple[type[Exception], ...],
) -> None:
    """Runs in the thread. A bug in the source keeps its traceback there, and ends the reading."""
    failure: Exception | None = RuntimeError("the reading thread broke: its traceback is above")
    try:
        with closing(source()) as items:
            for item in items:
                if is_left.is_set():
                    break
                arrivals.put(item)
        failure = None
    except failures as error:
        failure = error
    finally:
        arrivals.put(_End(failure))


def _next(arrivals: "queue.SimpleQueue[T | _End]", deadline: Deadline, seconds: float) -> T | _End:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        deadline.check()
        try:
            return arrivals.get(timeout=_LOOK_SECONDS)
        except queue.Empty:
            continue
    raise Stalled(f"nothing came for {seconds:g} s")
