"""Every answer is as `/openapi.json` describes it, whatever schemathesis sends.

`make conformance` sends more.
"""

import pytest

from tests.web.conformance import conform


@pytest.mark.slow
@pytest.mark.parametrize("is_known", [True, False])
def test_a_few_requests_are_answered_as_described(is_known: bool) -> None:
    """Without briefs: schemathesis takes seconds to make the first of that size."""
    outcome = conform(
        2, is_known, "--phases", "examples,fuzzing", "--exclude-operation-id", "submit"
    )

    assert outcome.complaint == ""
    assert outcome.cases >= 20


@pytest.mark.slow
@pytest.mark.minutes
@pytest.mark.parametrize("is_known", [True, False])
def test_every_kind_of_request_is_answered_as_described(is_known: bool) -> None:
    outcome = conform(5, is_known)

    assert outcome.complaint == ""
    assert outcome.cases >= 200
