"""Answers that repeat themselves end early."""

import pytest

from agent.drafting.small.loop_detection import EndlessAnswer, LoopGuard, repeats


def ignore(piece: str) -> None:
    pass


def test_a_line_over_and_over_ends_the_answer() -> None:
    guard = LoopGuard(ignore, 100_000)

    with pytest.raises(EndlessAnswer, match="repeated"):
        for _ in range(100):
            guard('<option value="1">1</option>\n')


def test_lines_that_differ_do_not() -> None:
    heard: list[str] = []
    guard = LoopGuard(heard.append, 100_000)

    for number in range(200):
        guard(f'<option value="{number}">{number}</option>\n')

    assert len(heard) == 200


def test_an_answer_without_end_ends() -> None:
    guard = LoopGuard(ignore, 50)

    with pytest.raises(EndlessAnswer, match="50 characters"):
        for number in range(100):
            guard(f"{number} ")


def test_nine_equal_cells_are_not_a_loop() -> None:
    assert not repeats("<table>" + '<td class="cell"></td>\n' * 9)
    assert repeats("<table>" + '<td class="cell"></td>\n' * 40)
