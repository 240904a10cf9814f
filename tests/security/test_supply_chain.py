"""I1 of SECURITY.md: only packages with known hashes are installed, and no malicious release."""

import ast
import re
import tomllib
from collections.abc import Iterator
from importlib import metadata

import pytest

from tests import docs

LOCKS = ("requirements.lock", "requirements-dev.lock")
MALICIOUS = {"litellm==1.82.7", "litellm==1.82.8"}


def pinned(lock: str) -> dict[str, str]:
    """What a lock file says of each package, by `name==version`."""
    blocks = re.split(r"^(?=\S)", (docs.HOME / lock).read_text(), flags=re.MULTILINE)
    return {block.split()[0]: block for block in blocks if block.strip()}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_has_one_version_and_its_hashes(lock: str) -> None:
    packages = pinned(lock)

    assert packages
    assert [name for name in packages if not re.fullmatch(r"[\w.\[\],-]+==[\w.!+]+", name)] == []
    assert [name for name, block in packages.items() if "--hash=sha256:" not in block] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_no_malicious_release_is_pinned(lock: str) -> None:
    assert MALICIOUS.isdisjoint(pinned(lock))


def test_nothing_is_installed_without_its_hash() -> None:
    makefile = (docs.HOME / "Makefile").read_text()
    installs = [line for line in makefile.splitlines() if "pip install" in line]

    assert len(installs) == 3
    assert [i for i in installs if "--require-hashes" not in i and "--no-deps" not in i] == []


FLOORS = {
    "gitpython": (3, 2, 1),
    "jinja2": (3, 1, 6),
    "litellm": (1, 84),
    "requests": (2, 33),
    "starlette": (1, 3, 1),
    "urllib3": (2, 7),
}
"""The first releases without the known weaknesses of each."""

NOT_YET = {
    "axe-playwright-python",
    "prometheus-client",
    "python-multipart",
    "sse-starlette",
}
"""Declared for work that is under way, or used by a library when it is there."""

COPYLEFT = re.compile(r"\b(?:A?GPL|GNU (?:Affero )?General Public)", re.IGNORECASE)


def declared() -> list[str]:
    project = tomllib.loads((docs.HOME / "pyproject.toml").read_text())["project"]
    names = (re.match(r"[\w.-]+", each) for each in project["dependencies"])
    return [normal(name[0]) for name in names if name]


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def imported() -> Iterator[str]:
    for path in (docs.HOME / "agent").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from (alias.name.split(".")[0] for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module.split(".")[0]


@pytest.mark.parametrize("lock", LOCKS)
def test_no_release_with_a_known_weakness_is_pinned(lock: str) -> None:
    versions = dict(re.split(r"\[[^]]*\]==|==", name) for name in pinned(lock))

    for name, floor in FLOORS.items():
        assert tuple(map(int, versions[name].split(".")[:3])) >= floor, name


def test_no_proxy_of_litellm_is_installed() -> None:
    assert not [name for lock in LOCKS for name in pinned(lock) if name.startswith("litellm[")]


def test_what_is_declared_is_used() -> None:
    distributions = metadata.packages_distributions()
    used = {normal(name) for module in imported() for name in distributions.get(module, [])}

    assert set(declared()) - used <= NOT_YET


def test_every_licence_goes_with_ours() -> None:
    """The lesser ones do: their libraries are used as they are, and can be replaced."""
    found = {name: licences(name.split("==")[0].split("[")[0]) for name in pinned(LOCKS[0])}

    assert [name for name, licence in found.items() if COPYLEFT.search(licence)] == []
    assert sum(map(bool, found.values())) > len(found) * 0.9


def licences(name: str) -> str:
    """What a package says of its licence; empty for one that is for another system."""
    try:
        said = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return ""
    stated = [said[each][:60] for each in ("License-Expression", "License") if each in said]
    kinds = [each for each in said.get_all("Classifier") or [] if each.startswith("License")]
    return "; ".join(filter(None, (*stated, *kinds)))
