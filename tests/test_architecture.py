"""The package's rules, read from its source, and the proof that each rule can be broken."""

import ast
from collections.abc import Callable

import pytest

from tests import source_guards as guards
from tests.source_guards import imports, module_of, part_of, sources

# Where each library may be named: files, or whole packages.
VENDORS: dict[str, tuple[str, ...]] = {
    "dbos": ("jobs/",),
    "dotenv": ("env_file.py",),
    "git": ("workspace/", "forges/local_forge.py", "web/local_pages.py", "cli/checks.py"),
    "huggingface_hub": ("hosts/hub_spaces.py",),
    "itsdangerous": ("web/sessions.py",),
    "jinja2": ("scaffold.py",),
    "kingfisher_sdk": ("push_guard/kingfisher.py",),
    "litellm": ("models/remote.py",),
    "prometheus_client": ("web/metrics.py",),
    "playwright": ("proofing/chromium", "proofing/traffic.py"),
    "pygments": ("web/highlighting.py",),
    "rich": ("cli/",),
    "standardwebhooks": ("outbound/signed_notifier.py",),
    "starlette": ("web/", "cli/front_door.py"),
    "typer": ("cli/",),
    "uvicorn": ("web/server.py", "web/connections.py"),
    "xllamacpp": ("models/",),
}

KNOW_GITHUB = (
    "build.py",
    "cli/checks.py",
    "forges/github.py",
    "forges/github_access.py",
    "forges/rest.py",
    "hosts/github_pages.py",
    "hosts/github_record.py",
    "settings.py",
)

ENTRIES = {"cli/__init__.py", "cli/commands.py"}
"""They pass the environment in."""

QUIETENED = {"models/remote.py", "models/llama_child.py"}
"""They set a variable that the library they own reads when it is loaded."""

EMPTIED = {"workspace/git_children.py"}
"""It reads the names of variables that children are not to have: GitPython copies them all."""


def test_every_part_has_its_layer() -> None:
    placed = {part for parts in guards.LAYERS for part in parts}

    assert {part_of(path) for path in sources()} - {"__init__"} == placed


def test_settings_are_taken_apart_at_the_edge() -> None:
    readers = {
        part_of(path)
        for path, tree in sources().items()
        if "agent.settings.Settings" in set(imports(tree))
    }

    assert readers == {"acceptance", "build", "cli", "job_storage"}


@pytest.mark.parametrize("vendor", VENDORS)
def test_a_vendor_is_named_only_in_the_files_that_own_it(vendor: str) -> None:
    users = guards.users_of(vendor, sources())

    assert users, f"{vendor} is used nowhere: take it out of the table"
    assert [path for path in users if not path.startswith(VENDORS[vendor])] == []


def test_only_its_adapters_know_of_github() -> None:
    words = ("github.com", "github_", "x-github", "github token", "gh013")

    assert set(guards.modules_that_say(words, sources())) <= set(KNOW_GITHUB)


def test_steps_know_ports_and_no_adapter() -> None:
    adapters = {path for path in sources() if path.split("/")[0] in ("forges", "hosts", "models")}
    users = {
        part_of(path)
        for path, tree in sources().items()
        if {module_of(name, sources()) for name in imports(tree)} & adapters
    }

    assert users <= {"acceptance", "build", "cli", "forges", "hosts", "models"}


def test_only_the_loader_and_the_jobs_read_the_inbox() -> None:
    readers = {
        part_of(path)
        for path, tree in sources().items()
        if "agent.ports.Inbox" in set(imports(tree))
    }

    assert readers == {"build", "job_storage", "jobs", "loader"}


def test_the_environment_is_read_at_the_entry_and_passed_in() -> None:
    assert guards.environment_readers(sources()) == ENTRIES | QUIETENED | EMPTIED


def test_large_libraries_are_not_imported_before_they_are_needed() -> None:
    early = [
        path
        for path, tree in sources().items()
        if any(
            name.split(".")[0] in ("litellm", "xllamacpp") for name in imports(guards.at_once(tree))
        )
    ]

    assert early == []


def test_the_root_of_the_errors_is_caught_only_at_the_edges() -> None:
    """And where a browser asks for things: it hears that they failed, like any visitor."""
    catching = {part_of(path) for path in guards.catches_of("GalleyError", sources())}

    assert catching <= {"cli", "web", "jobs", "proofing"}


Guard = Callable[[guards.Sources], list[str]]

BREACHES: dict[Guard, str] = {
    guards.outward_imports: '"""Owns."""\nfrom agent.cli.commands import run\n',
    guards.import_cycle: '"""Owns."""\nimport agent.deadline\n',
    guards.unnamed_catches: "try:\n  x()\nexcept (Exception, KeyboardInterrupt):\n  raise\n",
    guards.long_functions: "async def long():\n" + "    x()\n" * 85,
    guards.crowded_signatures: "def crowded(a, b, c, d, e, f): ...\n",
    guards.long_modules: "x = 1\n" * 1_559,
    guards.silent_modules: "x = 1\n",
    guards.repeated_names: '"""Owns."""\nclass Proof: ...\n',
    guards.stray_protocols: '"""Owns."""\nclass Extra(Protocol): ...\n',
}


@pytest.mark.parametrize("guard", BREACHES, ids=lambda guard: guard.__name__)
def test_the_source_keeps_the_rule(guard: Guard) -> None:
    assert guard(sources()) == []


@pytest.mark.parametrize("guard", BREACHES, ids=lambda guard: guard.__name__)
def test_a_planted_breach_of_the_rule_is_found(guard: Guard) -> None:
    planted = {**sources(), "errors.py": ast.parse(BREACHES[guard])}

    assert guard(planted) != []


@pytest.mark.parametrize(
    "swallowing",
    [
        "try:\n  x()\nexcept BaseException:\n  pass\n",
        "try:\n  x()\nexcept:\n  raise\n",
        "async def f():\n  try:\n    x()\n  except Exception as error:\n    return\n",
    ],
)
def test_an_error_that_is_not_named_is_found_however_it_is_caught(swallowing: str) -> None:
    assert guards.unnamed_catches({"planted.py": ast.parse(swallowing)}) != []


def test_githubs_words_outside_its_adapters_are_found() -> None:
    planted = {"planted.py": ast.parse("advice = 'set GITHUB_TOKEN'\n")}

    assert guards.modules_that_say(("github_",), planted) == ["planted.py"]


def test_words_in_documentation_are_no_knowledge() -> None:
    planted = {"planted.py": ast.parse('"""As GITHUB_TOKEN does."""\n')}

    assert guards.modules_that_say(("github_",), planted) == []
