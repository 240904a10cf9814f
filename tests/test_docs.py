"""The README and `.env.example` say what the program does; this holds them to it."""

import re

import pytest
from typer.main import get_command

from agent.cli.commands import program
from tests import docs

_TARGET = re.compile(r"^([a-z][a-z-]*):.*?## ", re.MULTILINE)


def test_the_settings_table_is_that_of_the_settings() -> None:
    assert docs.table_in_readme() == docs.table(), "run: python -m tests.docs"


def test_the_example_has_every_setting() -> None:
    assert docs.EXAMPLE.read_text() == docs.example(), "run: python -m tests.docs"


def test_every_command_has_its_row() -> None:
    commands = get_command(program).commands  # type: ignore[attr-defined]

    told = set(re.findall(r"^\| `galley ([a-z]+)", docs.README.read_text(), re.MULTILINE))

    assert told == set(commands)


def test_every_make_target_that_is_told_of_exists() -> None:
    makefile = (docs.HOME / "Makefile").read_text()
    targets = set(_TARGET.findall(makefile))

    told = set(re.findall(r"\bmake ([a-z]+(?:-[a-z]+)*)", _code_of(docs.README.read_text())))

    assert told
    assert told <= targets


@pytest.mark.parametrize("path", re.findall(r"\]\((?!http)([^)#]+)\)", docs.README.read_text()))
def test_every_link_to_a_file_leads_somewhere(path: str) -> None:
    assert (docs.HOME / path).exists()


def test_every_path_of_the_file_tree_exists() -> None:
    tree = re.search(r"```text\nagent/.*?```", docs.README.read_text(), re.DOTALL)
    assert tree

    folders: list[str] = []
    for line in tree[0].splitlines()[1:-1]:
        depth = (len(line) - len(line.lstrip())) // 2
        for name in re.match(r"\s*((?:[\w.-]+/? )+)", line + " ")[1].split():  # type: ignore[index]
            path = "/".join([*(f.rstrip("/") for f in folders[:depth]), name])
            assert (docs.HOME / path).exists(), path
        folders[depth:] = [name]


def _code_of(markdown: str) -> str:
    """Fenced blocks and code spans: where commands stand."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", markdown, re.DOTALL))
