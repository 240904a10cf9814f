from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from agent.build import Galley, model_of, routes_of
from agent.errors import ConfigurationError, IntakeError
from agent.intake.request import Request
from agent.models.fallback import FirstThatAnswers
from agent.settings import Settings

CSV = "data:,a"


def galley(**settings: str) -> Galley:
    return Galley(Settings.read(settings), {}, "http://x", lambda done, total: None)


def request(*attachments: tuple[str, str]) -> Request:
    items = [{"name": name, "url": url} for name, url in attachments]
    return Request.read({"task": "t", "brief": "b", "attachments": items})


def test_what_is_sent_with_a_request_is_looked_at_before_it_is_accepted() -> None:
    galley().validate(request(("a.csv", CSV), ("b.csv", "https://example.com/b.csv")))


@pytest.mark.parametrize(
    ("attachments", "complaint"),
    [
        ([("a", "https://x/a"), ("..", CSV)], r"attachments\[1\]\.name"),
        ([("../a", "https://x/a")], r"attachments\[0\]\.name"),
        ([("a", "https://x/a"), ("A", CSV)], r"attachments\[1\]\.name: A is the name of"),
        ([("a", "ftp://x/a")], r"attachments\[0\] \(a\)"),
        ([("a", "https://x/a")] * 3, "at most 2 files"),
        ([("a", f"data:,{'a' * 2000}")], r"attachments\[0\] \(a\): it holds more than"),
    ],
)
def test_every_attachment_is_looked_at_wherever_it_is(
    attachments: list[tuple[str, str]], complaint: str
) -> None:
    limited = galley(MAX_ATTACHMENTS="2", MAX_ATTACHMENT_MB="0.001")

    with pytest.raises(IntakeError, match=complaint):
        limited.validate(request(*attachments))


def test_no_key_is_the_embedded_model() -> None:
    assert routes_of(Settings.read({})) is None


def test_a_model_is_asked_by_way_of_the_one_place_that_asks_again(tmp_path: Path) -> None:
    settings = Settings.read({"MODEL": f"scripted:{tmp_path}"})

    with ExitStack() as ending:
        model = model_of(settings, {}, lambda done, total: None, ending)

    assert isinstance(model, FirstThatAnswers)
    assert model.name == f"scripted:{tmp_path}"


@pytest.mark.parametrize(
    "broken",
    [
        lambda: galley(MODEL="gemini/x"),
        lambda: galley(MODEL="scripted:nowhere", CHROMIUM_PATH="/no/such/browser"),
    ],
)
def test_what_cannot_work_is_told_at_the_start_and_leaves_nothing_behind(
    broken: Callable[[], Galley], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    with pytest.raises(ConfigurationError), broken():
        pass

    with galley(MODEL="scripted:nowhere"):  # the journal is free again
        pass
