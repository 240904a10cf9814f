from pathlib import Path

import pytest

from agent import env_file
from agent.errors import ConfigurationError


def written(folder: Path, content: bytes) -> Path:
    path = folder / ".env"
    path.write_bytes(content)
    return path


def test_the_variables_are_read_as_they_are_usually_written(tmp_path: Path) -> None:
    content = b"\xef\xbb\xbf# a comment\nA=1\nexport B='two words' # why\r\n\nC=\nD=\"x\ny\"\n"

    assert env_file.read(written(tmp_path, content)) == {
        "A": "1",
        "B": "two words",
        "C": "",
        "D": "x\ny",
    }


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"A=1\nhush hush\nB=2\n", "line 2: expected NAME=value"),
        (b"A=1\n\nMODEL\n", "line 3: expected NAME=value"),
        (b"A=1\nB='hush\n", "line 2: expected NAME=value"),
        (b"A=1\nB=hush\xe9\n", "line 2: expected UTF-8 text"),
        ("A=1\n".encode("utf-16"), "line 1: expected UTF-8 text"),
    ],
)
def test_a_line_that_cannot_be_read_is_named_and_not_quoted(
    tmp_path: Path, content: bytes, complaint: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        env_file.read(written(tmp_path, content))

    assert complaint in str(refused.value)
    assert "hush" not in str(refused.value)


def test_every_line_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError) as refused:
        env_file.read(written(tmp_path, b"one\nA=1\nthree\n"))

    assert [line.split(":")[0][-6:] for line in str(refused.value).splitlines()] == [
        "line 1",
        "line 3",
    ]
