import logging
from collections.abc import Iterator

import pytest

from agent import cli

pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def level_as_it_was() -> Iterator[None]:
    own = logging.getLogger("galley")
    before = own.level
    yield
    own.setLevel(before)


@pytest.fixture(autouse=True)
def misspelled(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONCURENCY", "2")


def said(words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> str:
    monkeypatch.setattr("sys.argv", ["galley", *words.split()])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 3
    return capsys.readouterr().err


def test_an_expected_failure_is_one_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said("history", monkeypatch, capsys)

    assert told == "galley: CONCURENCY is no setting: is CONCURRENCY meant?\n"


@pytest.mark.parametrize("words", ["--debug history", "history --debug", "jobs --debug --json"])
def test_with_debug_its_traceback_comes_first(
    words: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    told = said(words, monkeypatch, capsys)

    assert told.startswith("Traceback (most recent call last):\n")
    assert "agent.errors.ConfigurationError" in told
    assert told.splitlines()[-1].startswith("galley: CONCURENCY is no setting")
