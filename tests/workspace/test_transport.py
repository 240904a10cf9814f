import os
import time
from email.utils import formatdate
from pathlib import Path

import pytest
from git import GitCommandError

from agent.workspace.git_objects import opened
from agent.workspace.repository import MAIN, Repository
from agent.workspace.transport import AnswerHeaders, exchange
from tests.orders import round_record


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "trace"


def write(file: Path, *headers: str) -> AnswerHeaders:
    """What git traces of an answer, as curl has it."""
    lines = [f"12:00:00.000001 http.c:715  <= Recv header: {header}" for header in headers]
    file.write_text("\n".join(["== Info: Connected", *lines, "<= Recv header:"]) + "\n")
    return AnswerHeaders(file)


def test_nothing_is_asked_for_where_nothing_is_said(file: Path) -> None:
    heard = write(file, "HTTP/1.1 200 OK", "X-RateLimit-Remaining: 59", "X-RateLimit-Reset: 99")

    assert heard.retry_after is None


@pytest.mark.parametrize(("stated", "seconds"), [("30", 30), ("0", 1), ("soon", None)])
def test_a_number_is_taken_as_seconds(file: Path, stated: str, seconds: float | None) -> None:
    assert write(file, f"Retry-After: {stated}").retry_after == seconds


def test_the_last_answer_counts(file: Path) -> None:
    assert write(file, "retry-after: 30", "retry-after: 5").retry_after == 5


def test_a_date_is_waited_for(file: Path) -> None:
    moment = formatdate(time.time() + 30, usegmt=True)

    assert write(file, f"Retry-After: {moment}").retry_after == pytest.approx(30, abs=2)


def test_a_limit_that_is_used_up_is_waited_for(file: Path) -> None:
    reset = int(time.time()) + 30
    heard = write(file, "x-ratelimit-remaining: 0", f"x-ratelimit-reset: {reset}")

    assert heard.retry_after == pytest.approx(31, abs=2)


def test_a_pack_that_is_larger_than_the_limit_ends_the_command(tmp_path: Path) -> None:
    theirs, ours = Repository.create(tmp_path / "theirs"), Repository.create(tmp_path / "ours")
    theirs.commit_round(round_record(), {"noise.bin": os.urandom(1_000_000)})
    command = ("fetch", "--quiet", "--", str(theirs.path), f"+{MAIN}:refs/start")

    with opened(ours.path) as repo, repo.git.custom_environment(GIT_ALLOW_PROTOCOL="file"):
        with pytest.raises(GitCommandError):
            exchange(repo, *command, most_bytes=500_000)
        assert ours.resolve("refs/start") is None
        exchange(repo, *command)

    assert ours.resolve("refs/start") == theirs.head
