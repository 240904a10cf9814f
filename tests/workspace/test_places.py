import threading
import time

import pytest

from agent.workspace.places import Places, Worker


class Going:
    """Workers that come to one place and are noted when they have it."""

    def __init__(self, places: Places) -> None:
        self.places = places
        self.came: list[str] = []
        self._threads: list[threading.Thread] = []

    def comes(self, name: str, worker: Worker) -> None:
        """Returns once the worker waits."""
        thread = threading.Thread(target=self._work, args=(name, worker))
        self._threads.append(thread)
        thread.start()
        ends_at = time.monotonic() + 10
        while len(self.places._waiting) < len(self._threads):
            assert time.monotonic() < ends_at
            time.sleep(0.001)

    def all_done(self) -> list[str]:
        for thread in self._threads:
            thread.join()
        return self.came

    def _work(self, name: str, worker: Worker) -> None:
        with self.places.place(worker):
            self.came.append(name)


def rested(seconds: float) -> Worker:
    worker = Worker()
    worker.was_at_work -= seconds
    return worker


def test_who_was_at_work_last_goes_on_first_and_who_begins_before_all() -> None:
    places = Places(1)
    going = Going(places)

    with places.place(Worker()):
        going.comes("asked a model", rested(10))
        going.comes("was just here", rested(1))
        going.comes("asked one as well", rested(20))
        going.comes("begins", Worker())

    assert going.all_done() == ["begins", "was just here", "asked a model", "asked one as well"]


def test_there_are_as_many_places_as_were_said() -> None:
    places = Places(2)
    going = Going(places)

    with places.place(Worker()), places.place(Worker()):
        going.comes("third", Worker())
        assert going.came == []

    assert going.all_done() == ["third"]


def test_a_worker_needs_one_place_only() -> None:
    places, worker = Places(1), Worker()

    with places.place(worker), places.place(worker):
        assert worker.has_place

    assert not worker.has_place


def test_work_that_fails_gives_its_place_back() -> None:
    places, worker = Places(1), Worker()

    with pytest.raises(KeyError), places.place(worker):
        raise KeyError

    with places.place(Worker()):
        assert not worker.has_place
