import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from agent.build import Galley
from agent.cli import runs
from agent.errors import ConfigurationError
from agent.settings import Settings


@pytest.mark.parametrize(
    ("brief", "more", "seconds"),
    [
        ("{}", {}, 1800.0),
        ('{"evaluation_url": "http://127.0.0.1:1/"}', {}, 540.0),
        ("{}", {"DEADLINE_SECONDS": "77"}, 77.0),
    ],
)
def test_a_run_has_half_an_hour_unless_somebody_waits_or_the_settings_say_otherwise(
    tmp_path: Path, brief: str, more: Mapping[str, str], seconds: float
) -> None:
    found: list[float] = []

    def make(settings: Settings, base_url: str) -> Galley:
        found.append(settings.deadline_seconds)
        raise ConfigurationError("seen enough")

    settings = Settings.read({"WORKSPACE": str(tmp_path), "PORT": "0", **more})
    fields = {"task": "a", "brief": "b", **json.loads(brief)}
    with pytest.raises(ConfigurationError), runs.finished(settings, make, fields):
        pass

    assert found == [seconds]
