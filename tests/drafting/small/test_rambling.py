"""Answers that go round in circles end early."""

import pytest

from agent.drafting.small.rambling import Attentive, Rambling, repeats


def ignore(piece: str) -> None:
    pass


def test_a_line_over_and_over_ends_the_answer() -> None:
    attentive = Attentive(ignore, 100_000)

    with pytest.raises(Rambling, match="repeated"):
        for _ in range(100):
            attentive('<option value="1">1</option>\n')


def test_lines_that_differ_do_not() -> None:
    heard: list[str] = []
    attentive = Attentive(heard.append, 100_000)

    for number in range(200):
        attentive(f'<option value="{number}">{number}</option>\n')

    assert len(heard) == 200


def test_an_answer_without_end_ends() -> None:
    attentive = Attentive(ignore, 50)

    with pytest.raises(Rambling, match="50 characters"):
        for number in range(100):
            attentive(f"{number} ")


def test_nine_equal_cells_are_no_circle() -> None:
    assert not repeats("<table>" + '<td class="cell"></td>\n' * 9)
    assert repeats("<table>" + '<td class="cell"></td>\n' * 40)
