"""Every kind of sloppy answer: placed right, or refused with its reason."""

import pytest

from agent.drafting.edits import EditRefused, apply
from tests.drafting.edits.cases import PLACED, REFUSED, Case


@pytest.mark.parametrize("case", PLACED, ids=lambda case: case.name)
def test_what_can_be_placed_is_placed(case: Case) -> None:
    assert apply(case.before, case.answer) == case.tree


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case.name)
def test_everything_else_is_refused_with_its_reason(case: Case) -> None:
    with pytest.raises(EditRefused) as caught:
        apply(case.before, case.answer)

    assert case.reason in {failure.reason for failure in caught.value.failures}
