import pytest

from agent.errors import DraftRefused
from agent.path_policy import asks_for_workflows, permitted, unwelcome

PAGE = {"index.html": b"<p>"}


@pytest.mark.parametrize(
    "path",
    ["CNAME", "cname", "docs/_config.yml", ".gitmodules", ".gitattributes", "a/.GitAttributes"],
)
def test_files_that_change_how_a_repository_is_served_are_refused_by_name(path: str) -> None:
    with pytest.raises(DraftRefused, match=path):
        permitted({}, {**PAGE, path: b"x"}, allow_workflows=True)


def test_a_workflow_needs_the_setting_and_the_refusal_names_it() -> None:
    after = {**PAGE, ".github/workflows/ci.yml": b"on: push"}

    with pytest.raises(DraftRefused, match="ALLOW_WORKFLOWS"):
        permitted({}, after, allow_workflows=False)
    assert permitted({}, after, allow_workflows=True) == after


def test_a_workflow_that_nobody_asked_for_is_refused() -> None:
    after = {**PAGE, ".github/workflows/ci.yml": b"on: push"}

    with pytest.raises(DraftRefused, match="asks for no workflow"):
        permitted({}, after, allow_workflows=True, asks_for_workflows=False)


@pytest.mark.parametrize(
    ("text", "asks"),
    [
        ("Add a GitHub Actions workflow that runs the tests.", True),
        ("Deploy it by GitHub Action.", True),
        ("`.github/workflows/pages.yml` exists", True),
        ("Show the actions of the last week.", False),
        ("A page about github.io", False),
    ],
)
def test_briefs_that_speak_of_workflows_are_known(text: str, asks: bool) -> None:
    assert asks_for_workflows(["Make a shop.", text]) is asks


def test_a_workflow_in_other_letters_is_a_workflow_too() -> None:
    with pytest.raises(DraftRefused):
        permitted({}, {**PAGE, ".GitHub/Workflows/ci.yml": b""}, allow_workflows=False)


def test_what_was_there_before_and_did_not_change_is_nobodys_fault() -> None:
    before = {**PAGE, "CNAME": b"shop.example", ".github/workflows/ci.yml": b"on: push"}

    assert permitted(before, before, allow_workflows=False) == before
    with pytest.raises(DraftRefused):
        permitted(before, {**before, "CNAME": b"evil.example"}, allow_workflows=False)


def test_a_model_does_not_delete_what_it_may_not_write() -> None:
    before = {**PAGE, "CNAME": b"shop.example"}

    with pytest.raises(DraftRefused, match="CNAME"):
        permitted(before, PAGE, allow_workflows=False)


def test_the_scaffolds_files_stay_as_they_were() -> None:
    before = {**PAGE, "README.md": b"ours", "LICENSE": b"MIT"}
    after = {"index.html": b"<b>", "README.md": b"theirs", ".nojekyll": b"x"}

    assert permitted(before, after, False) == {
        "index.html": b"<b>",
        "README.md": b"ours",
        "LICENSE": b"MIT",
    }


def test_a_second_readme_in_other_letters_is_left_out_too() -> None:
    assert permitted({}, {**PAGE, "readme.md": b"theirs", "License": b"GPL"}, False) == PAGE


def test_too_many_files_or_bytes_are_refused_with_the_limit() -> None:
    with pytest.raises(DraftRefused, match="at most 500 files"):
        permitted({}, {f"{n}.txt": b"" for n in range(501)}, False)
    with pytest.raises(DraftRefused, match="80 MB"):
        permitted({}, {"a.bin": bytes(80_000_001)}, False)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("CNAME", "how the repository is served"),
        (".gitattributes", "how the repository is served"),
        (".github/workflows/a.yml", "ALLOW_WORKFLOWS"),
        ("readme.md", "another name"),
    ],
)
def test_what_comes_with_a_brief_is_held_to_the_same_rules(name: str, reason: str) -> None:
    assert reason in unwelcome(name, allow_workflows=False)
    assert not unwelcome("data.csv", allow_workflows=False)
