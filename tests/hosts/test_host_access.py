import pytest

from agent.hosts.host_access import space_access, vercel_access
from agent.hosts.hub_spaces import HubSpaces
from agent.hosts.vercel_api import VercelApi
from tests.site_hosts import hub as hub_server
from tests.site_hosts import vercel as vercel_server
from tests.site_hosts.hub import hub
from tests.site_hosts.vercel import vercel
from tests.site_hosts.wire import Reply


@pytest.mark.parametrize(
    ("owner", "is_fine", "words"),
    [
        ("", True, "the token is ann's; Spaces go to ann"),
        ("lab", True, "Spaces go to lab"),
        ("bob", False, "not in HF_USERNAME=bob"),
    ],
)
def test_check_tells_where_spaces_go(owner: str, is_fine: bool, words: str) -> None:
    with hub() as server:
        (found,) = space_access(HubSpaces(server.wire.url, hub_server.TOKEN), owner)

    assert found.is_fine is is_fine
    assert words in found.finding
    assert bool(found.action) is not is_fine


@pytest.mark.parametrize(
    ("token", "may_write"),
    [
        ({"role": "read"}, False),
        ({"role": "write"}, True),
        ({"role": "fineGrained", "fineGrained": {"scoped": [{"permissions": []}]}}, False),
        (
            {"role": "fineGrained", "fineGrained": {"scoped": [{"permissions": ["repo.write"]}]}},
            True,
        ),
    ],
)
def test_check_tells_whether_a_token_may_write(token: dict[str, object], may_write: bool) -> None:
    told = {"name": "ann", "orgs": [], "auth": {"accessToken": token}}
    with hub() as server:
        server.wire.fail("whoami", Reply(200, told))

        (found,) = space_access(HubSpaces(server.wire.url, hub_server.TOKEN), "")

    assert found.is_fine is may_write


def test_check_says_how_to_get_a_token_for_spaces() -> None:
    with hub() as server:
        (found,) = space_access(HubSpaces(server.wire.url, "hf_" + "wrong"), "")

    assert not found.is_fine
    assert "huggingface.co/settings/tokens" in found.action


@pytest.mark.parametrize(
    ("team", "token", "is_fine", "words"),
    [
        ("", vercel_server.TOKEN, True, "projects go to that account"),
        ("team_1", vercel_server.TOKEN, True, "projects go to the team lab"),
        ("", "wrong-token", False, "VERCEL_TOKEN is not valid"),
    ],
)
def test_check_tells_where_projects_go(team: str, token: str, is_fine: bool, words: str) -> None:
    with vercel() as server:
        server.team = team

        (found,) = vercel_access(VercelApi(server.wire.url, token, team, "tests"))

    assert found.is_fine is is_fine
    assert words in found.finding


def test_a_role_that_may_only_look_is_named() -> None:
    with vercel() as server:
        server.team = "team_1"
        told = {"id": "team_1", "slug": "lab", "membership": {"role": "VIEWER"}}
        server.wire.fail("/v2/teams", Reply(200, told))

        (found,) = vercel_access(VercelApi(server.wire.url, vercel_server.TOKEN, "team_1", "tests"))

    assert not found.is_fine
    assert "VIEWER in lab" in found.finding
