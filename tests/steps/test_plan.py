import pytest

from agent.deadline import Deadline
from agent.errors import Cancelled, DeadlinePassed, GalleyError, ModelError
from agent.ports import Listener, Prompt
from agent.steps.plan import Planning
from agent.values import Answer, Plan
from tests.orders import Shop

CHECKS = ["The button counts clicks."]


class Silent:
    """A model that gives no answer."""

    name = "silent"

    def __init__(self, error: GalleyError) -> None:
        self._error = error

    def answer(self, prompt: Prompt, deadline: Deadline, listen: Listener) -> Answer:
        raise self._error


def planning(error: GalleyError) -> Planning:
    return Planning(Silent(error), True, lambda job: lambda _: None)


@pytest.mark.parametrize("error", [ModelError("gone"), DeadlinePassed("its share is used up")])
def test_a_job_goes_on_without_tests_that_nobody_wrote(shop: Shop, error: GalleyError) -> None:
    loaded = shop.loaded(checks=CHECKS)

    assert planning(error).plan(loaded) == Plan(sentences=1, tests=0)


def test_a_cancelled_job_does_not_go_on(shop: Shop) -> None:
    loaded = shop.loaded(checks=CHECKS)

    with pytest.raises(Cancelled):
        planning(Cancelled("the job was cancelled")).plan(loaded)
