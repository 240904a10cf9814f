from pathlib import Path

import pytest

from tests.jobs.toy import ToyLine, brief, until, working


@pytest.mark.slow
def test_jobs_that_only_wait_keep_nobody_from_work(tmp_path: Path) -> None:
    unheard = ToyLine(notify_after=1, pause=60)
    with working(tmp_path, unheard, concurrency=1) as jobs:
        first, second, third = (jobs.submit(brief(task)).id for task in ("a", "b", "c"))

        until(lambda: all("notify" in unheard.stages_of(job) for job in (first, second, third)))

        assert jobs.are_final([first, second, third]) == set()
