import pytest

from agent.cli.exits import exit_code
from agent.errors import (
    Cancelled,
    ConfigurationError,
    DeadlinePassed,
    GalleyError,
    IntakeError,
    ModelError,
    NotifyError,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (ConfigurationError("x"), 3),
        (IntakeError("x"), 2),
        (ModelError("x"), 1),
        (NotifyError("x"), 1),
        (Cancelled("x"), 1),
        (DeadlinePassed("x"), 1),
    ],
)
def test_the_exit_code_says_whose_turn_it_is(error: GalleyError, code: int) -> None:
    assert exit_code(error) == code
