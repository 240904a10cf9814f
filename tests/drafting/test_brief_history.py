from dataclasses import replace

from agent.drafting.brief_history import bounded
from agent.values import Round
from tests.orders import js, round_record

APP = '<h1>Tips</h1><output id="tip">0</output>'


def briefs(*texts: str) -> list[Round]:
    return [replace(round_record(number), brief=text) for number, text in enumerate(texts, 1)]


def test_briefs_that_fit_are_whole() -> None:
    rounds = briefs("Make a page.", "Make it red.")

    assert bounded(rounds, 1000, APP) == tuple(rounds)


def test_a_short_brief_is_not_cut_for_a_long_one() -> None:
    short, long = bounded(briefs("Make a page.", "Tell a story. " * 5000), 1000, APP)

    assert short.brief == "Make a page."
    assert 500 < len(long.brief) < 1000


def test_of_a_long_brief_stays_what_the_app_still_has() -> None:
    text = (
        "Make a calculator. "
        + "It was a long day in the office. " * 40
        + "Show the sum in `#tip`. Show the rest in `#gone`."
    )

    (kept,) = bounded(briefs(text), 120, 'id="tip" #tip')

    assert kept.brief.startswith("Make a calculator.")
    assert "`#tip`" in kept.brief
    assert kept.brief.endswith("[…]")
    assert len(kept.brief) <= 120


def test_a_brief_without_sentences_ends_with_a_whole_word() -> None:
    (kept,) = bounded(briefs("word " * 1000), 100, APP)

    assert kept.brief.endswith("word […]")


def test_checks_are_never_shortened() -> None:
    check = js("x" * 5000)
    round_ = replace(round_record(checks=(check,)), brief="Long. " * 1000)

    (kept,) = bounded([round_], 100, APP)

    assert kept.checks == (check,)
