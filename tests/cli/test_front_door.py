import pytest

from agent.cli.front_door import front_door
from agent.errors import ConfigurationError


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SECRET": "hush"}, "needs DATABASE_URL: there is no lasting disk here"),
        ({"DATABASE_URL": "postgresql://u:p@127.0.0.1:1/d"}, "needs SECRET"),
    ],
)
def test_a_front_door_that_would_lose_jobs_or_is_open_does_not_start(
    environment: dict[str, str], words: str
) -> None:
    with pytest.raises(ConfigurationError, match=words):
        front_door(environment)
