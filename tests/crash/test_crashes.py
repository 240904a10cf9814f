"""The reduced `make crash`: what CI can afford of it."""

import signal
from pathlib import Path

import pytest

from tests.crash.__main__ import at_boundary, at_random, stopped_at_boundary, with_workers
from tests.jobs.postgres import postgres

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    "place", ["draft:after", "commit:before", "commit:after", "push:after", "notify:after"]
)
def test_a_crash_at_a_step_boundary_loses_and_doubles_nothing(place: str, tmp_path: Path) -> None:
    found = at_boundary(place, tmp_path)

    assert found.is_fine, str(found)
    assert found.crashes == 2


@pytest.mark.parametrize(
    ("place", "number"), [("commit:before", signal.SIGTERM), ("push:before", signal.SIGINT)]
)
def test_a_stop_of_the_process_group_fails_and_doubles_nothing(
    place: str, number: signal.Signals, tmp_path: Path
) -> None:
    found = stopped_at_boundary(place, number, tmp_path)

    assert found.is_fine, str(found)
    assert found.accepted == 2


def test_crashes_at_random_moments_lose_and_double_nothing(tmp_path: Path) -> None:
    found = at_random(kills=4, jobs=4, seed=1, root=tmp_path)

    assert found.is_fine, str(found)
    assert found.accepted >= 4


def test_a_dead_workers_jobs_are_adopted_by_the_living_one(tmp_path: Path) -> None:
    with postgres() as cluster:
        found = with_workers("push:after", tmp_path, cluster.url)

    assert found.is_fine, str(found)
    assert found.crashes == 1
