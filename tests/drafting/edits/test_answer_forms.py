"""Every form in which models give edits: the right tree, or a refusal that says what is unclear."""

import pytest

from agent.drafting.edits import EditRefused, apply
from tests.drafting.edits.answer_forms import NOT_READ, READ
from tests.drafting.edits.cases import Case


@pytest.mark.parametrize("case", READ, ids=lambda case: case.name)
def test_a_form_that_is_read_gives_the_right_tree(case: Case) -> None:
    assert apply(case.before, case.answer) == case.tree


@pytest.mark.parametrize("case", NOT_READ, ids=lambda case: case.name)
def test_every_other_form_is_refused_with_what_is_unclear(case: Case) -> None:
    with pytest.raises(EditRefused) as caught:
        apply(case.before, case.answer)

    assert case.reason in {failure.reason for failure in caught.value.failures}
    assert case.says in str(caught.value)
