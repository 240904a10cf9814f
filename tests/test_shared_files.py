"""README, LICENSE and .nojekyll where Galley and others write."""

import pytest

from agent.shared_files import edits, merged

OURS = {"README.md": b"# App\n\nNew.\n", "LICENSE": b"MIT License, 2026\n", ".nojekyll": b""}
FIRST = merged({**OURS, "README.md": b"# App\n\nOld.\n"}, {}, {})
MARKED = b"<!-- galley -->\n# App\n\nNew.\n<!-- /galley -->\n"


def test_a_first_readme_is_marked_and_a_later_one_takes_its_place() -> None:
    again = merged(OURS, FIRST, FIRST)

    assert FIRST["README.md"] == b"<!-- galley -->\n# App\n\nOld.\n<!-- /galley -->\n"
    assert again["README.md"] == MARKED
    assert edits(FIRST, FIRST) == ()


def test_what_somebody_wrote_around_the_marks_is_kept_byte_for_byte() -> None:
    theirs = {**FIRST, "README.md": b"Hello!\n\n" + FIRST["README.md"] + b"\r\n## Contact\r\nme"}

    found = merged(OURS, theirs, FIRST)

    assert found["README.md"] == b"Hello!\n\n" + MARKED + b"\r\n## Contact\r\nme"
    assert merged(found, theirs, FIRST) == found
    assert edits(theirs, FIRST) == (
        "README.md: what somebody wrote outside the marked part was kept",
    )


def test_what_somebody_wrote_within_the_marks_is_written_over_and_told() -> None:
    theirs = {**FIRST, "README.md": FIRST["README.md"].replace(b"Old", b"Mine")}

    assert merged(OURS, theirs, FIRST)["README.md"] == MARKED
    assert edits(theirs, FIRST) == ("README.md: changes inside the marked part were written over",)


def test_a_readme_without_marks_comes_before_ours() -> None:
    theirs = {"README.md": b"# Theirs\n\nBy hand.\n"}

    assert merged(OURS, theirs, {})["README.md"] == b"# Theirs\n\nBy hand.\n\n" + MARKED


def test_an_unmarked_readme_of_an_older_version_is_ours() -> None:
    old = {"README.md": b"# App\n\nOld.\n"}

    assert merged(OURS, old, old)["README.md"] == MARKED


def test_a_mark_that_a_check_quotes_ends_nothing() -> None:
    quoting = b"# App\n\n`<!-- /galley -->\n` and `x`\n"

    again = merged(OURS, merged({"README.md": quoting}, {}, {}), {})

    assert again["README.md"] == MARKED


@pytest.mark.parametrize("last", [{}, FIRST], ids=["start", "between rounds"])
def test_a_licence_that_somebody_put_there_stays(last: dict[str, bytes]) -> None:
    theirs = {**last, "LICENSE": b"GPL\n"}

    assert merged(OURS, theirs, last)["LICENSE"] == b"GPL\n"
    assert "LICENSE: somebody's own was kept" in edits(theirs, last)


def test_a_licence_of_ours_is_written_anew_and_what_was_deleted_comes_back() -> None:
    theirs = {"LICENSE": FIRST["LICENSE"]}

    found = merged({**OURS, "LICENSE": b"MIT License, 2027\n"}, theirs, FIRST)

    assert found["LICENSE"] == b"MIT License, 2027\n"
    assert found["README.md"] == MARKED
    assert found[".nojekyll"] == b""
