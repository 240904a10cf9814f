import threading

from agent.priority_semaphore import PrioritySemaphore
from tests.jobs.toy import until


class Coming:
    """Threads that come to the places and are noted when they have one."""

    def __init__(self, places: PrioritySemaphore) -> None:
        self.places = places
        self.came: list[str] = []
        self._threads: list[threading.Thread] = []

    def comes(self, name: str, rank: float) -> None:
        """Returns once the thread waits."""
        thread = threading.Thread(target=self._come, args=(name, rank))
        self._threads.append(thread)
        thread.start()
        until(lambda: self.places.waiting == len(self._threads))

    def all_done(self) -> list[str]:
        for thread in self._threads:
            thread.join()
        return self.came

    def _come(self, name: str, rank: float) -> None:
        assert self.places.take(rank)
        self.came.append(name)
        self.places.leave()


def test_the_lowest_rank_goes_first_and_among_equals_who_came_first() -> None:
    places = PrioritySemaphore(1)
    coming = Coming(places)
    assert places.take()

    for name, rank in (("second", 1.0), ("last", 2.0), ("first", 0.5), ("third", 1.0)):
        coming.comes(name, rank)
    places.leave()

    assert coming.all_done() == ["first", "second", "third", "last"]


def test_there_are_as_many_places_as_were_said() -> None:
    places = PrioritySemaphore(2)

    assert places.take()
    assert places.take()
    assert not places.take(seconds=0.01)

    places.leave()
    assert places.take(seconds=0.01)


def test_who_gave_up_is_passed_over() -> None:
    places = PrioritySemaphore(1)
    coming = Coming(places)
    assert places.take()
    assert not places.take(rank=0.0, seconds=0.01)
    coming.comes("still there", rank=1.0)

    places.leave()

    assert coming.all_done() == ["still there"]
    assert places.waiting == 0
