"""What the tokens of Hugging Face and Vercel may do, as far as they tell: for `galley check`."""

from urllib.parse import quote

from agent.errors import HostBusy, HostError
from agent.forges.github_access import Access
from agent.hosts.hub_spaces import HubSpaces
from agent.hosts.vercel_api import VercelApi

_MAY_CREATE = ("OWNER", "MEMBER", "DEVELOPER")


def space_access(spaces: HubSpaces, owner: str) -> list[Access]:
    """Whose the token is, and whether it may make Spaces for `owner`."""
    try:
        account = spaces.account()
    except HostBusy as error:
        return [Access(False, str(error), "check the network and HF_ENDPOINT")]
    except HostError as error:
        action = "make a token with write access at huggingface.co/settings/tokens"
        return [Access(False, str(error), action)]
    found = f"the token is {account.name}'s"
    if owner and owner not in (account.name, *account.organisations):
        action = f"set HF_USERNAME to {account.name} or an organisation of theirs, or leave it out"
        return [Access(False, f"{found}, who is not in HF_USERNAME={owner}", action)]
    if account.may_write is False:
        return [Access(False, f"{found} and may only read", "make one with write access")]
    return [Access(True, f"{found}; Spaces go to {owner or account.name}")]


def vercel_access(api: VercelApi) -> list[Access]:
    """Whose the token is, and whether it may make projects in the team."""
    try:
        user = api.get("/v2/user").get("user") or {}
        found = f"the token is {user.get('username') or 'of no named user'}'s"
        if not api.team:
            return [Access(True, f"{found}; projects go to that account")]
        team = api.get(f"/v2/teams/{quote(api.team, safe='')}")
    except HostBusy as error:
        return [Access(False, str(error), "check the network and VERCEL_API_URL")]
    except HostError as error:
        action = "make a token at vercel.com/account/tokens, for the team of VERCEL_TEAM_ID"
        return [Access(False, str(error), action)]
    role = str((team.get("membership") or {}).get("role") or "")
    name = team.get("slug") or api.team
    if role and role not in _MAY_CREATE:
        action = "let an owner of the team make this user a member"
        return [Access(False, f"{found}, {role} in {name}: that may not create projects", action)]
    return [Access(True, f"{found}; projects go to the team {name}")]
