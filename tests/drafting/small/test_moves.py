"""Which move comes when."""

from agent.drafting.small.moves import FIRST_ROUND, Kind, nth


def test_the_plain_request_and_the_sure_skeleton_come_first() -> None:
    assert [move.kind for move in FIRST_ROUND[:2]] == [Kind.PAGE, Kind.SCRIPT]
    assert all(move.temperature == 0 for move in FIRST_ROUND[:2])


def test_past_the_end_only_gambles_come_again_and_none_with_the_same_seed() -> None:
    later = [nth(FIRST_ROUND, place) for place in range(40)]

    assert later[: len(FIRST_ROUND)] == list(FIRST_ROUND)
    assert all(move.temperature > 0 for move in later[len(FIRST_ROUND) :])
    assert len(set(later)) == len(later)
