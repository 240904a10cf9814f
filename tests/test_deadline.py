import time

import pytest

from agent.deadline import Deadline
from agent.errors import Cancelled, DeadlinePassed


def test_time_that_is_left_is_never_negative() -> None:
    assert Deadline(time.time() - 5).remaining == 0
    assert 50 < Deadline.within(60).remaining <= 60


def test_a_passed_deadline_ends_what_checks_it() -> None:
    Deadline.within(60).check()

    with pytest.raises(DeadlinePassed):
        Deadline.within(0).check()


def test_a_cancelled_job_ends_before_its_deadline() -> None:
    with pytest.raises(Cancelled):
        Deadline(time.time() + 60, lambda: True).check()


def test_a_sooner_deadline_is_never_later_and_still_knows_of_the_cancelling() -> None:
    cancelled: list[str] = []
    whole = Deadline(time.time() + 10, lambda: bool(cancelled))
    part = whole.sooner(60)

    assert part.at == whole.at
    assert whole.sooner(1).at < whole.at

    cancelled.append("now")
    with pytest.raises(Cancelled):
        part.check()
