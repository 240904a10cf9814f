import pytest

from agent.nearest_name import nearest, slips

KNOWN = ("MODEL", "PORT", "GITHUB_TOKEN", "GITHUB_URL", "WORKSPACE")


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("MODLE", "MODEL"),
        ("MODELS", "MODEL"),
        ("GITHUB_TOKN", "GITHUB_TOKEN"),
        ("GIHTUB_TOKN", "GITHUB_TOKEN"),
        ("WORKSPCAE", "WORKSPACE"),
        ("MOLDY", ""),
        ("OPENAI_API_KEY", ""),
        ("GITHB_TOKN", "GITHUB_TOKEN"),
        ("GITLAB_TOKN", ""),
        ("GITLAB_TOKEN", ""),
        ("", ""),
    ],
)
def test_a_name_that_slipped_is_told_by_the_nearest_one(name: str, meant: str) -> None:
    assert nearest(name, KNOWN) == meant


@pytest.mark.parametrize(
    ("written", "count"), [("checks", 0), ("chekcs", 1), ("check", 1), ("cheks", 1), ("chiks", 2)]
)
def test_slips_are_letters_too_many_missing_wrong_or_swapped(written: str, count: int) -> None:
    assert slips(written, "checks") == count
