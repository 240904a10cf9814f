import pytest

from agent.budget import NO_LIMITS, Budget
from agent.usage import Usage

SPENT = [Usage(1000, 200, 0.02, 1.0), Usage(500, 100, None, 1.0)]


@pytest.mark.parametrize(
    ("budget", "reason"),
    [
        (NO_LIMITS, ""),
        (Budget(cost=0.03), ""),
        (Budget(cost=0.02), "MAX_COST_USD=0.02 is reached: $0.0200 were spent"),
        (Budget(tokens=1801), ""),
        (Budget(tokens=1800), "MAX_TOKENS=1800 is reached: 1800 were used"),
    ],
)
def test_a_budget_is_reached_by_what_was_spent(budget: Budget, reason: str) -> None:
    assert budget.excess(SPENT) == reason
