"""E2 to E4 of SECURITY.md: nothing in a repository, or in the git settings of the user, is run."""

import os
import subprocess
from pathlib import Path

import pytest
from git.exc import GitError

from agent.errors import StepFailed, WorkspaceError
from agent.ports import Transport
from agent.workspace.repository import MAIN, Repository
from tests.orders import Shop, round_record

FILES = {"index.html": b"<p>hello</p>\n", "data.txt": b"one\r\ntwo\r\n"}
HOOKS = (
    "pre-commit",
    "commit-msg",
    "post-commit",
    "post-checkout",
    "post-index-change",
    "reference-transaction",
    "pre-push",
    "post-merge",
    "post-rewrite",
)


@pytest.fixture
def mark(tmp_path: Path) -> Path:
    """The file that whatever is planted would make."""
    return tmp_path / "MARK"


def plant(path: Path, mark: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\ntouch '{mark}'\ncat\n")
    path.chmod(0o755)


def go_through_everything(shop: Shop, repository: Repository) -> None:
    """All that is done with a repository, from its first round to the second one elsewhere."""
    remote = shop.forge.claim("shop", "a shop", 0)
    assert remote
    transport = shop.forge.transport()
    repository.commit_round(round_record(1), FILES)
    repository.record_evidence(1, FILES)
    assert repository.push(remote.git_url, 1, transport)
    second = repository.commit_round(round_record(2), {**FILES, "index.html": b"<p>two</p>\n"})
    repository.changed_files(second)
    repository.files(second)
    assert repository.push(remote.git_url, 2, transport)
    other = Repository.create(shop.root / "other")
    fetched = other.fetch(remote.git_url, transport)
    assert fetched
    other.take_over(fetched)


def test_planted_hooks_never_run(shop: Shop, mark: Path) -> None:
    repository = Repository.create(shop.root / "mine")
    for hook in HOOKS:
        plant(repository.path / ".git/hooks" / hook, mark)

    go_through_everything(shop, repository)

    assert not mark.exists()


def test_filters_and_text_conversions_never_run(shop: Shop, mark: Path) -> None:
    repository = Repository.create(shop.root / "mine")
    plant(shop.root / "run", mark)
    command = str(shop.root / "run")
    for key in ("filter.evil.clean", "filter.evil.smudge", "diff.evil.textconv", "core.fsmonitor"):
        subprocess.run(["git", "-C", repository.path, "config", key, command], check=True)
    attributes = b"* filter=evil diff=evil merge=evil text eol=crlf ident\n"

    repository.commit_round(
        round_record(1), {**FILES, ".gitattributes": attributes, "x": b"$Id$\n"}
    )
    repository.commit_round(
        round_record(2), {**FILES, ".gitattributes": attributes, "x": b"$Id$ 2\n"}
    )

    assert not mark.exists()
    assert (repository.path / "data.txt").read_bytes() == FILES["data.txt"]
    assert (repository.path / "index.html").read_bytes() == FILES["index.html"]
    assert (repository.path / "x").read_bytes() == b"$Id$ 2\n"


def test_the_users_own_settings_and_templates_have_no_say(
    shop: Shop, mark: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = shop.root / "home"
    for hook in HOOKS:
        plant(home / "hooks" / hook, mark)
        plant(home / "template/hooks" / hook, mark)
    plant(home / "signer", mark)
    (home / ".gitconfig").write_text(
        f"[core]\n\thooksPath = {home}/hooks\n\tautocrlf = true\n\tfsmonitor = {home}/signer\n"
        f"[init]\n\ttemplateDir = {home}/template\n\tdefaultBranch = other\n"
        f"[commit]\n\tgpgSign = true\n[gpg]\n\tprogram = {home}/signer\n"
    )
    monkeypatch.setenv("HOME", str(home))

    repository = Repository.create(shop.root / "mine")
    go_through_everything(shop, repository)

    assert not mark.exists()
    assert (repository.path / "data.txt").read_bytes() == FILES["data.txt"]
    assert not (repository.path / ".git/hooks/post-commit").exists()
    assert not (shop.forge.path("shop") / "hooks/post-commit").exists()


@pytest.mark.parametrize(
    "url",
    [
        "ext::sh -c touch% {mark}",
        "ext::sh -c 'touch {mark}'",
        "--upload-pack=touch {mark}",
        "-u touch {mark}",
        "fd::17/{mark}",
        "ssh://-oProxyCommand=touch {mark}/x",
        "git://127.0.0.1:1/x",
        "http://127.0.0.1:1/x",
    ],
)
def test_a_url_is_never_a_command(shop: Shop, mark: Path, url: str) -> None:
    repository = Repository.create(shop.root / "mine")
    repository.commit_round(round_record(), FILES)
    url, transport = url.format(mark=mark), shop.forge.transport()

    with pytest.raises(StepFailed):
        repository.push(url, 1, transport)
    with pytest.raises((StepFailed, GitError)):  # GitPython has a guard of its own here
        repository.fetch(url, transport)

    assert not mark.exists()


def test_without_a_forges_transport_no_protocol_is_spoken(shop: Shop) -> None:
    remote = shop.forge.claim("shop", "a shop", 0)
    assert remote
    repository = Repository.create(shop.root / "mine")
    repository.commit_round(round_record(), FILES)

    with pytest.raises(StepFailed, match="not allowed"):
        repository.push(remote.git_url, 1, Transport({}))


def foreign(shop: Shop, mode: str, path: str, content: bytes) -> Repository:
    """A repository whose `main` somebody else made, with an entry of an odd mode."""
    repository = Repository.create(shop.root / "foreign")
    git = ["git", "-C", str(repository.path)]
    blob = subprocess.check_output([*git, "hash-object", "-w", "--stdin"], input=content).strip()
    oid = blob.decode() if mode != "160000" else "a" * 40
    entry = f"{mode},{oid},{path}"
    subprocess.run([*git, "update-index", "--add", "--cacheinfo", entry], check=True)
    identity = ["-c", "user.name=E", "-c", "user.email=e@x"]
    subprocess.run([*git, *identity, "commit", "-qm", "theirs"], check=True)
    return repository


@pytest.mark.parametrize("mode", ["120000", "160000"])
def test_a_link_or_a_submodule_of_somebody_else_is_refused_by_name(shop: Shop, mode: str) -> None:
    repository = foreign(shop, mode, "notes", b"/etc/passwd")

    with pytest.raises(WorkspaceError, match="notes is a symbolic link or a submodule"):
        repository.files(MAIN)


def test_nothing_is_written_through_a_link(shop: Shop, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("untouched")
    theirs = foreign(shop, "120000", "notes", str(victim).encode())
    mine = Repository.create(shop.root / "mine")
    fetched = mine.fetch(theirs.path.as_uri(), shop.forge.transport())
    assert fetched

    mine.take_over(fetched)
    assert not (mine.path / "notes").is_symlink()
    mine.commit_round(round_record(2), {"notes": b"mine"})

    assert victim.read_text() == "untouched"
    assert (mine.path / "notes").read_bytes() == b"mine"


def test_a_link_in_the_work_tree_is_replaced_and_not_followed(shop: Shop, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    repository = Repository.create(shop.root / "mine")
    repository.commit_round(round_record(1), FILES)
    (repository.path / "docs").symlink_to(outside)
    (repository.path / "index.html").unlink()
    (repository.path / "index.html").symlink_to(outside / "index.html")

    repository.commit_round(round_record(2), {"index.html": b"two", "docs/a.txt": b"a"})

    assert os.listdir(outside) == []
    assert (repository.path / "index.html").read_bytes() == b"two"


def test_submodules_are_never_fetched(shop: Shop, mark: Path) -> None:
    modules = f'[submodule "x"]\n\tpath = x\n\turl = ext::sh -c "touch {mark}"\n'.encode()
    theirs = foreign(shop, "100644", ".gitmodules", modules)
    mine = Repository.create(shop.root / "mine")
    fetched = mine.fetch(theirs.path.as_uri(), shop.forge.transport())
    assert fetched

    mine.take_over(fetched)

    assert not mark.exists()


def test_a_new_repository_is_made_from_no_template(tmp_path: Path) -> None:
    Repository.create(tmp_path / "shop").close()

    made = {path.name for path in (tmp_path / "shop" / ".git").iterdir()}
    assert not made & {"hooks", "description"}  # what git's own template has
