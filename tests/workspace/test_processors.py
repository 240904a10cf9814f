import threading

import pytest

from agent.places import Places
from agent.workspace.processors import Worker
from tests.jobs.toy import until


def test_who_was_at_work_last_goes_on_first_and_who_begins_before_all() -> None:
    places, came = Places(1), list[str]()

    def work(name: str, worker: Worker) -> None:
        with worker.at_work():
            came.append(name)

    workers = {name: Worker(places) for name in ("asked a model", "was just here")}
    for worker in workers.values():
        with worker.at_work():
            pass
    assert places.take()
    workers["begins"] = Worker(places)
    threads = [threading.Thread(target=work, args=item) for item in workers.items()]
    for number, thread in enumerate(threads, 1):
        thread.start()
        until(lambda number=number: places.waiting == number)  # type: ignore[misc]

    places.leave()

    for thread in threads:
        thread.join()
    assert came == ["begins", "was just here", "asked a model"]


def test_a_worker_needs_one_place_only() -> None:
    places = Places(1)
    worker = Worker(places)

    with worker.at_work(), worker.at_work():
        assert not places.take(seconds=0.01)

    assert places.take(seconds=0.01)


def test_work_that_fails_gives_its_place_back() -> None:
    places = Places(1)

    with pytest.raises(KeyError), Worker(places).at_work():
        raise KeyError

    assert places.take(seconds=0.01)
