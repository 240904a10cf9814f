"""E5 and E6 of SECURITY.md: what may not be published is refused before each push."""

import base64
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from agent.errors import Unpublishable
from agent.forges.local_forge import LocalForge
from agent.ports import SecretLocation
from agent.push_guard import PushGuard
from agent.push_guard.kingfisher import Kingfisher
from agent.push_guard.known_secrets import KnownSecrets
from agent.settings import Settings
from agent.workspace.repository import Repository
from tests.orders import round_record

SECRET = "correct horse/battery+staple"
SPELLINGS: dict[str, Callable[[str], bytes]] = {
    "raw": str.encode,
    "in a query": lambda secret: quote(secret, safe="").encode(),
    "base64": lambda secret: base64.b64encode(secret.encode()),
    "base64 of more": lambda secret: base64.b64encode(f"x:{secret}!".encode()),
    "base64 of still more": lambda secret: base64.b64encode(f"me:{secret}!?".encode()),
    "base64 for URLs": lambda secret: base64.urlsafe_b64encode(f"u~~:{secret}".encode()),
    "hex": lambda secret: secret.encode().hex().encode(),
    "capital hex": lambda secret: secret.encode().hex().upper().encode(),
}


class NothingFound:
    """A detector that knows no shapes."""

    def search(self, content: bytes) -> SecretLocation | None:
        return None


@pytest.fixture(scope="module")
def scanner() -> Kingfisher:
    """With the rules that this machine compiled before, if it did."""
    return Kingfisher(Path.home() / ".cache/galley/secret-rules")


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    return Repository.create(tmp_path / "shop")


@pytest.mark.parametrize("spelled", SPELLINGS.values(), ids=SPELLINGS)
def test_a_known_secret_is_found_however_it_is_spelled(spelled: Callable[[str], bytes]) -> None:
    place = KnownSecrets([SECRET]).search(b"one\ntwo\nkey = '" + spelled(SECRET) + b"';\n")

    assert place is not None
    assert place.line == 3


def test_a_password_inside_a_known_url_is_known() -> None:
    settings = Settings.read(
        {"DATABASE_URL": "postgresql://galley:sword%2Ffish-9@db.example/galley"}
    )

    assert KnownSecrets(settings.secrets()).search(b"const password = 'sword/fish-9';")


def test_placeholders_are_not_searched_for() -> None:
    assert KnownSecrets(["test", "none", ""]).search(b"this is a test of none") is None


def test_the_file_and_the_line_are_named_and_the_secret_is_not(repository: Repository) -> None:
    page = f"<p>\n<script>\nconst key = '{SECRET}'\n</script>\n".encode()
    repository.commit_round(round_record(), {"index.html": page})

    with pytest.raises(Unpublishable, match=r"index\.html:3 holds a secret of this server") as no:
        PushGuard([SECRET], NothingFound()).check(repository)

    assert SECRET not in str(no.value)
    assert no.value.step == "push"


def test_the_commit_message_is_looked_through(repository: Repository) -> None:
    round_ = round_record(brief=f"Sell things.\n\nThe key is {SECRET}.")
    repository.commit_round(round_, {"index.html": b"hello\n"})

    with pytest.raises(Unpublishable, match="the commit message, line 5"):
        PushGuard([SECRET], NothingFound()).check(repository)


def test_a_secret_is_found_where_references_were_broken(repository: Repository) -> None:
    secret = "pa#12@word-of-mine"
    repository.commit_round(round_record(brief=f"It is {secret}"), {"index.html": b"hello\n"})

    with pytest.raises(Unpublishable, match="the commit message"):
        PushGuard([secret], NothingFound()).check(repository)


def test_a_raw_secret_is_called_no_spelling_of_one() -> None:
    for secret in (SECRET, "plain-token-123", "with space and +", "ü~tilde~9"):
        found = KnownSecrets([secret]).search(f"x {secret}".encode())
        assert found is not None
        assert found.what == "a secret of this server"


def test_a_first_round_that_is_withdrawn_leaves_no_file_behind(repository: Repository) -> None:
    repository.commit_round(round_record(), {"index.html": SECRET.encode()})

    repository.withdraw(1)

    assert [path.name for path in repository.path.iterdir()] == [".git"]


def test_names_of_files_are_looked_through(repository: Repository) -> None:
    repository.commit_round(round_record(), {"data/swordfish-9.csv": b"1\n"})

    with pytest.raises(Unpublishable, match="the name of data/"):
        PushGuard(["swordfish-9"], NothingFound()).check(repository)


@pytest.mark.parametrize("path", ["CNAME", "_config.yml", ".gitmodules", "docs/.gitattributes"])
def test_what_changes_how_a_repository_is_served_is_not_pushed(
    repository: Repository, path: str
) -> None:
    repository.commit_round(round_record(), {"index.html": b"hello\n", path: b"evil.example\n"})

    with pytest.raises(Unpublishable, match=path) as refused:
        PushGuard([], NothingFound(), allow_workflows=True).check(repository)

    assert refused.value.step == "push"


def test_a_workflow_is_not_pushed_without_the_setting(repository: Repository) -> None:
    repository.commit_round(round_record(), {".github/workflows/ci.yml": b"on: push\n"})

    with pytest.raises(Unpublishable, match="ALLOW_WORKFLOWS=true"):
        PushGuard([], NothingFound()).check(repository)
    PushGuard([], NothingFound(), allow_workflows=True).check(repository)


def test_what_the_forge_has_already_is_not_looked_at_again(
    repository: Repository, tmp_path: Path
) -> None:
    repository.commit_round(round_record(1), {"index.html": b"swordfish-9\n"})
    forge = LocalForge(tmp_path / "forge")
    remote = forge.claim("shop", "", 0)
    assert remote
    repository.push(remote.git_url, 1, forge.transport())
    repository.fetch(remote.git_url, forge.transport())
    repository.commit_round(round_record(2), {"index.html": b"swordfish-9\n", "new.txt": b"new\n"})

    PushGuard(["swordfish-9"], NothingFound()).check(repository)


PLANTED = {
    "GitHub": "ghp_" + "0123456789abcdefABCDEF0123456789abcd",
    "Google": "AIza" + "SyA1b2C3d4E5f6G7h8I9j0K1l2M3n4O5p6Q",
    "Slack": "https://hooks.slack.com/services/" + "T01234567/B01234567/abcdefghijklmnopqrstuvwx",
}


@pytest.mark.parametrize("key", PLANTED.values(), ids=PLANTED)
def test_keys_of_services_are_known_by_their_shape(
    scanner: Kingfisher, repository: Repository, key: str
) -> None:
    repository.commit_round(round_record(), {"index.html": f"<p>\nconst key = '{key}'\n".encode()})

    with pytest.raises(Unpublishable, match=r"index\.html:2 holds what looks like a key") as no:
        PushGuard([], scanner).check(repository)

    assert key not in str(no.value)


@pytest.mark.parametrize(
    "harmless",
    [
        b'integrity="sha384-QWTKZyjpPEjISv5WaRU9OFeRpok6YctnYmDr5pNlyT2bRjXh0JMhjY6hW+ALEwIH"',
        b"commit 3f2504e04f8911d39a0c0305e82c3301aabbccdd",
        b'{"id": "01890a5d-ac96-774b-bcce-b302099a8057"}',
        b'"data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAAHEl"',
        b'<input type="password" id="password" placeholder="password123">',
    ],
    ids=["integrity", "commit", "uuid", "picture", "password field"],
)
def test_ordinary_pages_pass(scanner: Kingfisher, repository: Repository, harmless: bytes) -> None:
    repository.commit_round(round_record(), {"index.html": harmless})

    PushGuard(["swordfish-9"], scanner).check(repository)
