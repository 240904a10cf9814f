"""I1 of SECURITY.md: only packages with known hashes are installed, and no malicious release."""

import re

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
