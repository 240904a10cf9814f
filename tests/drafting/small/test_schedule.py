"""The order of the attempts."""

from agent.drafting.small.schedule import FIRST_ROUND, AttemptKind, scheduled


def test_the_whole_page_and_the_skeleton_at_temperature_0_come_first() -> None:
    assert [each.kind for each in FIRST_ROUND[:2]] == [AttemptKind.PAGE, AttemptKind.SCRIPT]
    assert all(each.temperature == 0 for each in FIRST_ROUND[:2])


def test_after_the_end_only_sampled_attempts_come_again_each_with_its_own_seed() -> None:
    later = [scheduled(FIRST_ROUND, place) for place in range(40)]

    assert later[: len(FIRST_ROUND)] == list(FIRST_ROUND)
    assert all(each.temperature > 0 for each in later[len(FIRST_ROUND) :])
    assert len(set(later)) == len(later)
