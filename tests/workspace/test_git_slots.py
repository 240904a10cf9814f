import threading
import time

import pytest

from agent.priority_semaphore import PrioritySemaphore
from agent.workspace.git_slots import GitSlot
from tests.jobs.toy import until


def back(slots: PrioritySemaphore, seconds: float) -> GitSlot:
    """A slot that was away for so long."""
    return GitSlot(slots, time.monotonic() - seconds)


def test_who_is_at_it_or_begins_goes_before_who_comes_back() -> None:
    slots, came = PrioritySemaphore(1), list[str]()

    def work(name: str, slot: GitSlot) -> None:
        with slot.held():
            came.append(name)

    coming = {
        "asked a model": back(slots, 20),
        "asked one as well": back(slots, 30),
        "was just here": back(slots, 0.1),
        "begins": GitSlot(slots),
    }
    assert slots.acquire()
    threads = [threading.Thread(target=work, args=item) for item in coming.items()]
    for number, thread in enumerate(threads, 1):
        thread.start()
        until(lambda number=number: slots.waiting == number)  # type: ignore[misc]

    slots.release()

    for thread in threads:
        thread.join()
    assert came == ["was just here", "begins", "asked a model", "asked one as well"]


def test_a_worker_needs_one_place_only() -> None:
    slots = PrioritySemaphore(1)
    slot = GitSlot(slots)

    with slot.held(), slot.held():
        assert not slots.acquire(seconds=0.01)

    assert slots.acquire(seconds=0.01)


def test_work_that_fails_gives_its_slot_back() -> None:
    slots = PrioritySemaphore(1)

    with pytest.raises(KeyError), GitSlot(slots).held():
        raise KeyError

    assert slots.acquire(seconds=0.01)
