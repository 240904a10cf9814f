import json

from tests.bench.brief_runs import RunResult
from tests.bench.tally import HELD_OUT, Measured, Tally, summary


def measured(set_: str, passed: int, of: int = 4, tokens: int = 100) -> Measured:
    return Measured(
        set_, RunResult("shop", of, passed, passed == of, 1, tokens, 10.0, ("1: fine",))
    )


SINGLE = Tally("single shot", (measured("seen", 4), measured(HELD_OUT, 1), measured(HELD_OUT, 4)))
LOOP = Tally("whole loop", (measured("seen", 4), measured(HELD_OUT, 4), measured(HELD_OUT, 4)))


def test_a_row_counts_briefs_and_checks_and_averages_the_rest() -> None:
    uneven = Tally("part", (measured("seen", 4, tokens=100), measured("seen", 3, tokens=300)))

    assert uneven.row == "| part | 1 of 2 | 7 of 8 | 200 | 10 |"
    assert Tally("none", ()).row == "| none | 0 of 0 | 0 of 0 | 0 | 0 |"


def test_the_summary_compares_for_the_held_out_briefs_and_for_all() -> None:
    text = summary(SINGLE, LOOP)

    assert "Held-out briefs: the whole loop passes 2.0 times as many" in text
    assert "All measured briefs: the whole loop passes 1.5 times as many" in text
    assert text.index("| single shot | 1 of 2 |") < text.index("| single shot | 2 of 3 |")
    assert "| whole loop | 3 of 3 | 12 of 12 |" in text


def test_held_out_briefs_alone_are_reported_once() -> None:
    text = summary(SINGLE.of(HELD_OUT), LOOP.of(HELD_OUT))

    assert text.count("| whole loop |") == 1


def test_a_single_shot_that_passes_nothing_is_no_divisor() -> None:
    nothing = Tally("single shot", (measured("seen", 0),))

    text = summary(nothing, Tally("whole loop", (measured("seen", 4),)))

    assert text.startswith("All measured briefs: the whole loop passes 1, the single shot none")


def test_the_json_has_every_run_with_the_set_of_its_brief() -> None:
    read = json.loads(SINGLE.as_json)

    assert read["part"] == "single shot"
    assert [run["set"] for run in read["runs"]] == ["seen", HELD_OUT, HELD_OUT]
    assert read["runs"][1]["passed"] == 1
