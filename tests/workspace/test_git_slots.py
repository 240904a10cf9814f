import threading
import time

import pytest

from agent.priority_semaphore import PrioritySemaphore
from agent.workspace.processors import Worker
from tests.jobs.toy import until


def back(places: PrioritySemaphore, seconds: float) -> Worker:
    """A worker that was away for so long."""
    return Worker(places, time.monotonic() - seconds)


def test_who_is_at_it_or_begins_goes_before_who_comes_back() -> None:
    places, came = PrioritySemaphore(1), list[str]()

    def work(name: str, worker: Worker) -> None:
        with worker.at_work():
            came.append(name)

    coming = {
        "asked a model": back(places, 20),
        "asked one as well": back(places, 30),
        "was just here": back(places, 0.1),
        "begins": Worker(places),
    }
    assert places.acquire()
    threads = [threading.Thread(target=work, args=item) for item in coming.items()]
    for number, thread in enumerate(threads, 1):
        thread.start()
        until(lambda number=number: places.waiting == number)  # type: ignore[misc]

    places.release()

    for thread in threads:
        thread.join()
    assert came == ["was just here", "begins", "asked a model", "asked one as well"]


def test_a_worker_needs_one_place_only() -> None:
    places = PrioritySemaphore(1)
    worker = Worker(places)

    with worker.at_work(), worker.at_work():
        assert not places.acquire(seconds=0.01)

    assert places.acquire(seconds=0.01)


def test_work_that_fails_gives_its_place_back() -> None:
    places = PrioritySemaphore(1)

    with pytest.raises(KeyError), Worker(places).at_work():
        raise KeyError

    assert places.acquire(seconds=0.01)
