"""Which file names are taken from models and requesters."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.paths import UnsafePath, clash, repaired_path, safe_path


@pytest.mark.parametrize(
    "path",
    ["index.html", "assets/app.js", ".nojekyll", ".github/workflows/x.yml", "my file.css", "é.md"],
)
def test_ordinary_relative_paths_are_kept(path: str) -> None:
    assert safe_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        "",
        ".",
        "..",
        "../x",
        "a/../b",
        "a/./b",
        "a//b",
        "a/",
        "/x",
        "//host/x",
        "C:\\x",
        "C:/x",
        "c:x",
        "a\\b",
        "..\\x",
        "a\0b",
        "a\nb",
        "a\x7fb",
        "a\u2028b",
        "\ud800",
        "~/.ssh/keys",
        "file:///x",
        ".git::$INDEX_ALLOCATION",
        "a ",
        " a",
        "a.",
    ],
)
def test_paths_that_leave_the_folder_or_are_no_names_are_refused(path: str) -> None:
    with pytest.raises(UnsafePath):
        safe_path(path)


@pytest.mark.parametrize(
    "part",
    [
        ".git",
        ".GIT",
        ".Git",
        ".git.",
        ".git ",
        "git~1",
        "GIT~1",
        "git~2",
        ".g\u200cit",
        "\ufeff.git",
        "\uff0e\uff47\uff49\uff54",
    ],
)
@pytest.mark.parametrize("form", ["{}", "{}/config", "sub/{}/hooks/pre-commit"])
def test_what_some_system_reads_as_git_is_refused(part: str, form: str) -> None:
    path = form.format(part)

    with pytest.raises(UnsafePath):
        safe_path(path)


@pytest.mark.parametrize("name", ["CON", "con.txt", "a/NUL", "aux.html", "COM1", "lpt9.log"])
def test_windows_devices_are_refused(name: str) -> None:
    with pytest.raises(UnsafePath, match="device"):
        safe_path(name)


@pytest.mark.parametrize("name", [".github/x", "git", "gitignore", ".gitignore", "console.js"])
def test_names_that_only_begin_like_forbidden_ones_are_kept(name: str) -> None:
    assert safe_path(name) == name


def test_long_parts_and_paths_are_refused() -> None:
    assert safe_path("a" * 255)

    with pytest.raises(UnsafePath, match="255"):
        safe_path("a" * 256)
    with pytest.raises(UnsafePath, match="1024"):
        safe_path("/".join(["abcdefghi"] * 110))


def test_names_are_composed() -> None:
    assert safe_path("cafe\u0301.html") == "caf\u00e9.html"


def test_the_refusal_names_the_path_and_the_reason() -> None:
    with pytest.raises(UnsafePath, match=r"'\.\./x'.*part \. or \.\.") as caught:
        safe_path("../x")

    assert caught.value.path == "../x"


@pytest.mark.parametrize("name", ["/etc/x", "//host/x", "C:/x", "c:x"])
def test_the_refusal_of_an_absolute_path_says_that_it_must_be_relative(name: str) -> None:
    with pytest.raises(UnsafePath, match="must be relative"):
        safe_path(name)


def test_paths_that_are_one_file_on_some_systems_clash() -> None:
    assert clash(["a.html", "b/C.js", "B/c.js"]) == ("b/C.js", "B/c.js")
    assert clash(["a.html", "b/a.html"]) is None


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("./data.csv", "data.csv"),
        ("data\\sales.csv", "data/sales.csv"),
        (".\\data\\a.csv", "data/a.csv"),
        ("Screenshot 2026-01-02 10:30:00.png", "Screenshot 2026-01-02 10-30-00.png"),
        (" a.csv", "a.csv"),
        ("a.csv ", "a.csv"),
        ("folder./a.csv", "folder/a.csv"),
        ("/uploads/x", "uploads/x"),
        ("plain.txt", "plain.txt"),
    ],
)
def test_names_as_browsers_and_windows_send_them_are_repaired(name: str, path: str) -> None:
    assert repaired_path(name) == path


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "..\\x",
        "a/../b",
        "/x",
        "//host/x",
        "\\\\host\\share\\x",
        "C:\\x",
        "C:/x",
        "c:x",
        "a\0b",
        "a\nb",
        ".git/config",
        ".git\\config",
        ".git /config",
        ".git::$INDEX_ALLOCATION",
        "CON",
        "CON ",
        "sub\\NUL.txt",
        "a" * 300,
        "file:///x",
        "~/.ssh/keys",
        "",
        " ",
        ".",
        "./",
        "...",
    ],
)
def test_what_no_repair_makes_safe_is_refused_under_the_name_it_had(name: str) -> None:
    with pytest.raises(UnsafePath) as caught:
        repaired_path(name)

    assert caught.value.path == name


@given(st.text("ab./\\: ~CGIT\0", max_size=12))
def test_a_repaired_path_is_safe(name: str) -> None:
    try:
        path = repaired_path(name)
    except UnsafePath:
        return

    assert safe_path(path) == path


@given(st.text(max_size=40))
def test_a_path_that_is_taken_stays_inside(path: str) -> None:
    try:
        safe = safe_path(path)
    except UnsafePath:
        return

    parts = safe.split("/")
    assert not safe.startswith("/")
    assert not {"", ".", ".."} & set(parts)
    assert ".git" not in (part.casefold() for part in parts)
    assert safe_path(safe) == safe
