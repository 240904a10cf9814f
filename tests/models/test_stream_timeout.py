import threading
import time
from collections.abc import Generator

import pytest

from agent.deadline import Deadline
from agent.errors import Cancelled, DeadlinePassed
from agent.models.stream_timeout import Stalled, items_in_time


class Broken(Exception):
    pass


def test_items_come_in_order() -> None:
    def source() -> Generator[int, None, None]:
        yield from range(100)

    assert list(items_in_time(source, Deadline.within(5), 1, ())) == list(range(100))


def test_a_failure_of_the_source_arrives_after_its_items() -> None:
    def source() -> Generator[int, None, None]:
        yield 1
        raise Broken("the wire")

    items = items_in_time(source, Deadline.within(5), 1, (Broken,))

    assert next(items) == 1
    with pytest.raises(Broken, match="the wire"):
        next(items)


def test_a_bug_in_the_source_is_not_taken_for_its_end(monkeypatch: pytest.MonkeyPatch) -> None:
    reported = threading.Event()
    monkeypatch.setattr(threading, "excepthook", lambda args: reported.set())

    def source() -> Generator[int, None, None]:
        yield 1
        raise ZeroDivisionError

    with pytest.raises(RuntimeError, match="reading thread broke"):
        list(items_in_time(source, Deadline.within(5), 1, (Broken,)))

    assert reported.wait(5)


@pytest.mark.parametrize(
    ("deadline", "ending"),
    [
        (Deadline.within(24 * 3600), Stalled),
        (Deadline.within(0.1), DeadlinePassed),
        (Deadline(time.time() + 24 * 3600, lambda: True), Cancelled),
    ],
)
def test_a_silent_source_is_left(deadline: Deadline, ending: type[Exception]) -> None:
    done = threading.Event()

    def source() -> Generator[int, None, None]:
        done.wait(30)
        yield 1

    began = time.monotonic()
    with pytest.raises(ending):
        next(iter(items_in_time(source, deadline, 0.5, ())))
    done.set()

    assert time.monotonic() - began < 15


def test_a_source_that_is_left_is_closed_at_its_next_item() -> None:
    is_closed, goes_on, is_resumed = threading.Event(), threading.Event(), threading.Event()

    def source() -> Generator[int, None, None]:
        try:
            yield 1
            goes_on.wait(5)
            yield 2
            is_resumed.set()
        finally:
            is_closed.set()

    items = items_in_time(source, Deadline.within(5), 1, ())
    assert next(items) == 1
    del items
    goes_on.set()

    assert is_closed.wait(5)
    assert not is_resumed.is_set()
