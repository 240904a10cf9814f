"""Who may import whom, read from the source: `cli, web → build → (adapters | jobs, pipeline) →
stages → ports → values, errors`."""

import ast
from collections.abc import Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

AGENT = Path(__file__).parent.parent / "agent"

# From the outside in. A module imports from its own layer and from those after it.
LAYERS: tuple[tuple[str, ...], ...] = (
    ("__main__", "cli"),
    ("web",),
    ("build",),
    ("jobs", "inbox", "forges", "hosts", "models"),
    ("pipeline",),
    (
        "choosing",
        "desk",
        "drafting",
        "evidence",
        "gate",
        "intake",
        "notify",
        "outbound",
        "proofing",
        "publishing",
        "readme",
        "scaffold",
        "viewing",
        "workspace",
    ),
    ("ports", "settings", "logs"),
    ("deadline", "paths", "priority_semaphore", "retry_after", "values"),
    ("errors",),
)

# Where each library may be named: files, or whole packages.
VENDORS: dict[str, tuple[str, ...]] = {
    "dbos": ("jobs/",),
    "dotenv": ("settings.py",),
    "git": ("workspace/", "forges/local.py", "web/local_pages.py", "cli/checks.py"),
    "jinja2": ("scaffold.py",),
    "kingfisher": ("gate/scanner.py",),
    "litellm": ("models/remote.py",),
    "playwright": (
        "proofing/browser.py",
        "proofing/browser_page.py",
        "proofing/process.py",
        "proofing/traffic.py",
    ),
    "rich": ("cli/",),
    "starlette": ("web/",),
    "typer": ("cli/",),
    "uvicorn": ("web/server.py",),
    "xllamacpp": ("models/",),
}

ENTRIES = {"cli/__init__.py", "cli/commands.py"}
"""They pass the environment in."""

QUIETENED = {"models/remote.py", "models/llama_child.py"}
"""They set a variable that the library they own reads when it is loaded."""


@cache
def sources() -> dict[str, ast.Module]:
    return {
        path.relative_to(AGENT).as_posix(): ast.parse(path.read_text())
        for path in sorted(AGENT.rglob("*.py"))
    }


def imports(tree: ast.Module) -> Iterator[str]:
    """Full names of what is imported, anywhere in a module."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def at_once(tree: ast.Module) -> ast.Module:
    """The module without its functions: what is imported when it is imported."""
    return ast.Module([node for node in tree.body if not isinstance(node, ast.FunctionDef)], [])


def layer(part: str) -> int:
    return next(number for number, parts in enumerate(LAYERS) if part in parts)


def part_of(path: str) -> str:
    """`drafting` for `drafting/author.py`, `desk` for `desk.py`."""
    return path.split("/")[0].removesuffix(".py")


def module_of(name: str) -> str | None:
    """The file of `agent` that an imported name is in."""
    parts = name.split(".")
    if parts[0] != "agent":
        return None
    for end in range(len(parts), 0, -1):
        path = "/".join(parts[1:end])
        for file in (f"{path}.py", f"{path}/__init__.py".lstrip("/")):
            if file in sources():
                return file
    raise AssertionError(f"{name} is nowhere")


@cache
def imported() -> dict[str, tuple[str, ...]]:
    return {path: tuple(imports(tree)) for path, tree in sources().items()}


def test_every_part_has_its_layer() -> None:
    placed = {part for parts in LAYERS for part in parts}

    assert {part_of(path) for path in sources()} - {"__init__"} == placed


def test_imports_go_one_way() -> None:
    outward = [
        f"{path} imports {target}"
        for path, names in imported().items()
        for name in names
        if (target := module_of(name)) and target != "__init__.py"
        if layer(part_of(target)) < layer(part_of(path))
    ]

    assert outward == []


def test_settings_are_taken_apart_at_the_edge() -> None:
    readers = {
        part_of(path) for path, names in imported().items() if "agent.settings.Settings" in names
    }

    assert readers == {"build", "cli"}


def test_no_module_imports_itself_by_way_of_others() -> None:
    graph = {
        path: {target for name in imports(at_once(tree)) if (target := module_of(name))} - {path}
        for path, tree in sources().items()
    }

    try:
        tuple(TopologicalSorter(graph).static_order())
    except CycleError as cycle:
        pytest.fail(" → ".join(cycle.args[1]))


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_is_named_only_in_the_files_that_own_it(vendor: str) -> None:
    users = [
        path
        for path, names in imported().items()
        if any(name.split(".")[0] == vendor for name in names)
    ]

    assert [path for path in users if not path.startswith(VENDORS[vendor])] == []


def test_only_the_forge_and_the_host_know_of_github() -> None:
    knowing = {path for path, tree in sources().items() if "api.github.com" in ast.unparse(tree)}

    assert knowing <= {"settings.py", "forges/rest.py", "forges/github.py", "hosts/github_pages.py"}


def test_stages_know_ports_and_no_adapter() -> None:
    adapters = {path for path in sources() if path.split("/")[0] in ("forges", "hosts", "models")}
    users = {
        path for path, names in imported().items() if {module_of(name) for name in names} & adapters
    }

    assert {part_of(path) for path in users} <= {"build", "cli", "forges", "hosts", "models"}


def test_the_environment_is_read_at_the_entry_and_passed_in() -> None:
    readers = {
        path
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "os"
        and node.attr in ("environ", "getenv", "environb", "putenv")
    }

    assert readers == ENTRIES | QUIETENED


def test_litellm_is_not_imported_before_it_is_needed() -> None:
    early = [
        path
        for path, tree in sources().items()
        if any(name.split(".")[0] in ("litellm", "xllamacpp") for name in imports(at_once(tree)))
    ]

    assert early == []


def test_help_comes_without_what_only_the_work_takes() -> None:
    """Those libraries are a second of imports."""
    reached, ahead = set(), {"cli/commands.py"}
    while ahead:
        reached |= ahead
        names = {name for path in ahead for name in imports(at_once(sources()[path]))}
        ahead = {path for name in names if (path := module_of(name))} - reached

    libraries = {
        name.split(".")[0] for path in reached for name in imports(at_once(sources()[path]))
    }

    assert "git" in libraries
    assert libraries & {"dbos", "sqlalchemy", "playwright", "openpyxl", "pypdf", "uvicorn"} == set()


def test_no_error_is_caught_that_was_not_named() -> None:
    caught = [
        f"{path}:{node.lineno}"
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) == "Exception")
    ]

    assert caught == []


def test_the_root_of_the_errors_is_caught_only_at_the_edges() -> None:
    """And where a browser asks for things: it is told that they failed, like any visitor."""
    catching = {
        path
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.ExceptHandler)
        and node.type is not None
        and "GalleyError" in ast.unparse(node.type)
    }

    assert {part_of(path) for path in catching} <= {"cli", "web", "jobs", "proofing"}


def test_functions_and_modules_stay_small() -> None:
    long = [
        f"{path}:{node.name}"
        for path, tree in sources().items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef) and (node.end_lineno or 0) - node.lineno >= 45
    ]

    assert long == []


def test_every_module_says_what_it_owns() -> None:
    silent = [path for path, tree in sources().items() if not ast.get_docstring(tree)]

    assert silent == []
