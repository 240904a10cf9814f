"""The documentation says what the program does and where it does it; this holds it to that."""

import ast
import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from typer.main import get_command

from agent import __version__
from agent.cli.commands import program
from agent.pipeline import Line
from agent.settings import Settings
from tests import docs, source_guards

_TARGET = re.compile(r"^([a-z][a-z-]*):.*?## ", re.MULTILINE)
_PATH = re.compile(
    r"(?:agent|docs|scaffolds|scripts|tests|\.ci|\.github)(?:/[\w.*-]+)+"
    r"|Makefile|pyproject\.toml|[A-Z]+\.md"
)

CONTRIBUTING, SECURITY, CHANGELOG = (
    docs.HOME / name for name in ("CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md")
)
ARCHITECTURE = docs.HOME / "docs" / "architecture.md"
TROUBLESHOOTING = docs.HOME / "docs" / "troubleshooting.md"
DECISIONS = docs.HOME / "docs" / "decisions"
PAGES = (docs.README, CONTRIBUTING, SECURITY, *sorted((docs.HOME / "docs").rglob("*.md")))


def test_the_settings_table_is_that_of_the_settings() -> None:
    assert docs.table_in_readme() == docs.table(), "run: python -m tests.docs"


def test_the_example_has_every_setting() -> None:
    assert docs.EXAMPLE.read_text() == docs.example(), "run: python -m tests.docs"


def test_the_reference_has_every_setting_once_with_its_default_and_meaning() -> None:
    named = [name for name, _ in docs.examples()]

    assert docs.REFERENCE.read_text() == docs.reference(), "run: python -m tests.docs"
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)


@pytest.mark.parametrize(("name", "example"), docs.examples())
def test_the_example_of_a_setting_is_accepted(name: str, example: str) -> None:
    written, _, value = example.partition("=")
    needed = {"GITHUB_TOKEN": "t", "HF_TOKEN": "t", "VERCEL_TOKEN": "t"}
    needed |= {"DATABASE_URL": "postgresql://a:b@localhost/c"} if name == "EXECUTE" else {}

    read = Settings.read({**needed, written: value})

    assert written == name
    assert getattr(read, name.lower()) != Settings.model_fields[name.lower()].default


def test_every_command_has_its_row() -> None:
    commands = get_command(program).commands  # type: ignore[attr-defined]

    told = set(re.findall(r"^\| `galley ([a-z]+)", docs.README.read_text(), re.MULTILINE))

    assert told == set(commands)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_make_target_that_is_named_exists(page: Path) -> None:
    named = re.findall(r"\bmake (?:[A-Z]+=\S+ )*([a-z]+(?:-[a-z]+)*)", _code_of(page.read_text()))

    assert set(named) <= _targets()


def test_every_make_target_has_its_row_for_contributors() -> None:
    rows = [line for line in CONTRIBUTING.read_text().splitlines() if line.startswith("| `make")]
    named = {target for row in rows for target in re.findall(r"`make ([a-z-]+)`", row)}

    assert named == _targets()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\((?!http)([^)#]+)", page.read_text())

    assert [link for link in links if not (page.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_path_that_is_named_exists(page: Path) -> None:
    spans = re.findall(r"`([^`\n]+)`", page.read_text())

    assert _missing(span for span in spans if _PATH.fullmatch(span)) == []


def test_a_path_that_is_not_there_is_found() -> None:
    assert _missing(["agent/pipeline.py", "agent/desk.py", "tests/no_*.py"]) == [
        "agent/desk.py",
        "tests/no_*.py",
    ]


def test_every_threat_names_the_tests_that_show_its_defence() -> None:
    rows = re.findall(r"^\| ([A-I]\d) \|.*\| (.+?) \|$", SECURITY.read_text(), re.MULTILINE)

    assert rows
    assert len({threat for threat, _ in rows}) == len(rows)
    for threat, shown_by in rows:
        assert re.fullmatch(r"`tests/[\w/]+\.py`(?:, `tests/[\w/]+\.py`)*", shown_by), threat


def test_every_threat_that_the_source_cites_has_its_row() -> None:
    rows = set(re.findall(r"^\| ([A-I]\d) \|", SECURITY.read_text(), re.MULTILINE))
    sources = [*(docs.HOME / "agent").rglob("*.py"), *(docs.HOME / "tests" / "security").glob("*")]
    citing = [path.read_text() for path in sources if path.suffix == ".py"]
    phrases = [found for text in citing for found in re.findall(r"(.{0,40})SECURITY\.md", text)]
    cited = {threat for phrase in phrases for threat in re.findall(r"\b[A-I]\d\b", phrase)}

    assert cited
    assert cited <= rows


def test_every_message_of_the_troubleshooting_is_one_of_ours() -> None:
    """Each piece between the dots stands in one text of the source, so it can be searched for."""
    rows = re.findall(r"^\| (`.+?`) \| \S", TROUBLESHOOTING.read_text(), re.MULTILINE)
    pieces = [piece.strip(" :;`") for row in rows for piece in row.split("…")]
    ours = " ".join(text for tree in source_guards.sources().values() for text in _texts(tree))

    assert len(rows) > 20
    assert [piece for piece in pieces if piece and piece not in ours] == []


def _texts(tree: ast.Module) -> Iterator[str]:
    """The texts of a module; one that is made of parts and values has a dot for each value."""
    for node in source_guards.nodes(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(_part(part) for part in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def _part(part: ast.expr) -> str:
    return str(part.value) if isinstance(part, ast.Constant) else "…"


def test_the_diagram_has_the_layers_that_imports_keep_to() -> None:
    diagram = re.search(r"```text\n(.*?)```", ARCHITECTURE.read_text(), re.DOTALL)
    assert diagram

    rows = diagram[1].split("▼")
    layers = [re.findall(r"^[\w ]+(?=│)", row, re.MULTILINE) for row in rows]

    parts = [sorted(" ".join(layer).split()) for layer in layers]
    assert parts == [sorted(layer) for layer in source_guards.LAYERS]


def test_the_life_of_a_brief_has_every_step_and_its_file() -> None:
    rows = re.findall(r"^\| \(?(\w+)\)? \| `(agent/[^`]+)`", ARCHITECTURE.read_text(), re.MULTILINE)

    assert [step for step, _ in rows] == list(Line.__annotations__)
    files = {step: path for step, path in rows if step != "load"}
    assert files == {step: f"agent/steps/{step.partition('_')[0]}.py" for step in files}


def test_every_decision_says_why_when_and_at_what_cost_and_is_listed() -> None:
    index = (DECISIONS / "README.md").read_text()
    listed = dict(re.findall(r"\]\(([\w-]+\.md)\) \| (\d{4}-\d\d-\d\d) \|", index))
    records = {path.name: path.read_text() for path in DECISIONS.glob("*.md")}
    del records["README.md"]

    assert listed.keys() == records.keys()
    for name, text in records.items():
        headings = re.findall(r"^## (.+)$", text, re.MULTILINE)
        assert headings == ["Context", "Decision", "Consequences"], name
        assert text.splitlines()[2] == listed[name]


def test_the_workflow_runs_every_part_of_ci_on_every_supported_python() -> None:
    workflow = (docs.HOME / ".github" / "workflows" / "ci.yml").read_text()
    ci = (docs.HOME / ".ci" / "run").read_text()
    project = tomllib.loads((docs.HOME / "pyproject.toml").read_text())["project"]
    supported = re.findall(r"Python :: (3\.\d+)", "\n".join(project["classifiers"]))

    parts = re.findall(r"^(?:within_minutes \d+ )?((?:make|scripts/).*)$", ci, re.MULTILINE)
    steps = re.findall(r"- run: (.*?)(?: \$\{\{.*)?$", workflow, re.MULTILINE)

    assert steps == parts
    assert re.findall(r'"(3\.\d+)"', workflow) == supported


def test_the_changelog_has_the_version_first_below_what_is_not_released() -> None:
    versions = re.findall(r"^## \[([^\]]+)\]", CHANGELOG.read_text(), re.MULTILINE)

    assert versions[:2] == ["Unreleased", __version__]


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


def _targets() -> set[str]:
    return set(_TARGET.findall((docs.HOME / "Makefile").read_text()))


def _missing(paths: Iterable[str]) -> list[str]:
    """Those that are nowhere in this checkout; `*` stands for any characters of a name."""
    return [path for path in paths if not any(docs.HOME.glob(path))]


def _code_of(markdown: str) -> str:
    """Fenced blocks and code spans: where commands stand."""
    return "\n".join(re.findall(r"```.*?```|`[^`\n]+`", markdown, re.DOTALL))
