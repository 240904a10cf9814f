import threading

from agent.priority_semaphore import PrioritySemaphore
from tests.jobs.toy import until


class Threads:
    """Threads that wait for a permit, in the loaded in which each got one."""

    def __init__(self, semaphore: PrioritySemaphore) -> None:
        self.semaphore = semaphore
        self.served: list[str] = []
        self._threads: list[threading.Thread] = []

    def start(self, name: str, rank: float) -> None:
        """Returns once the thread waits."""
        thread = threading.Thread(target=self._acquire, args=(name, rank))
        self._threads.append(thread)
        thread.start()
        until(lambda: self.semaphore.waiting == len(self._threads))

    def finish(self) -> list[str]:
        for thread in self._threads:
            thread.join()
        return self.served

    def _acquire(self, name: str, rank: float) -> None:
        assert self.semaphore.acquire(rank)
        self.served.append(name)
        self.semaphore.release()


def test_the_lowest_rank_goes_first_and_equal_ranks_go_in_order_of_arrival() -> None:
    semaphore = PrioritySemaphore(1)
    threads = Threads(semaphore)
    assert semaphore.acquire()

    for name, rank in (("second", 1.0), ("last", 2.0), ("first", 0.5), ("third", 1.0)):
        threads.start(name, rank)
    semaphore.release()

    assert threads.finish() == ["first", "second", "third", "last"]


def test_there_are_as_many_permits_as_were_given() -> None:
    semaphore = PrioritySemaphore(2)

    assert semaphore.acquire()
    assert semaphore.acquire()
    assert not semaphore.acquire(seconds=0.01)

    semaphore.release()
    assert semaphore.acquire(seconds=0.01)


def test_a_thread_that_gave_up_is_passed_over() -> None:
    semaphore = PrioritySemaphore(1)
    threads = Threads(semaphore)
    assert semaphore.acquire()
    assert not semaphore.acquire(rank=0.0, seconds=0.01)
    threads.start("still there", rank=1.0)

    semaphore.release()

    assert threads.finish() == ["still there"]
    assert semaphore.waiting == 0
