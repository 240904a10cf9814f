"""What a GitHub token may do, as far as GitHub tells: for `galley check`."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from agent.forges.rest import Refused, Rest, Unanswered

_ENOUGH = frozenset({"repo", "public_repo"})
_NEEDED_FOR_PAGES = "repo"
_NEEDED_FOR_WORKFLOWS = "workflow"
_FINE_GRAINED = "Administration, Contents and Pages: write"
_FEW_CALLS = 100
_UNREACHED = "check the network and GITHUB_API_URL"


@dataclass(frozen=True, slots=True)
class Access:
    """What was found; `action` is what to do next, empty when nothing is."""

    is_fine: bool
    finding: str
    action: str = ""


def access(rest: Rest, wants_workflows: bool, owner: str = "") -> list[Access]:
    """Token, permissions and what is left of the hour's calls; later lines need the first.

    An `owner` of the repositories that is not the token's user has a line as well. Nothing is made.
    """
    try:
        answer = rest.get("/user")
    except Unanswered as error:
        action = f"wait {error.seconds:.0f} s" if error.seconds else _UNREACHED
        return [Access(False, str(error), action)]
    except Refused as error:
        action = "make a token at GitHub's Settings, Developer settings, and set GITHUB_TOKEN"
        return [Access(False, str(error), action)]
    until = answer.headers.get("github-authentication-token-expiration", "")
    finding = f"the token is {answer.field('login')}'s" + (
        f", valid until {until}" if until else ""
    )
    return [
        Access(True, finding),
        _permissions(answer.headers, wants_workflows),
        _calls_left(answer.headers),
        *_owner(rest, answer.field("login"), owner),
        _creation(rest, answer.field("login"), owner),
    ]


def _creation(rest: Rest, login: str, owner: str) -> Access:
    """Whether a repository may be made, tried with one that has no name.

    GitHub refuses the name only to those who may make one, so that nothing is left behind.
    """
    is_own = owner.lower() in ("", login.lower())
    try:
        rest.call("POST", creation_path(login, owner), {"name": "", "private": False})
    except Unanswered as error:
        return Access(False, str(error), _UNREACHED)
    except Refused as error:
        if error.status == 422 and not forbids_public(error):
            return Access(True, f"public repositories may be made for {owner or login}")
        ask = f"ask an owner of {owner}, or leave GITHUB_USERNAME out"
        action = "give the token Administration: write (classic: public_repo)" if is_own else ask
        return Access(False, f"no public repositories for {owner or login}: {error}", action)
    return Access(False, "GitHub made a repository without a name", "delete it by hand")


def creation_path(login: str, owner: str) -> str:
    """Where the API makes repositories for an owner; the token's user has a place apart."""
    is_own = owner.lower() in ("", login.lower())
    return "/user/repos" if is_own else f"/orgs/{quote(owner, safe='')}/repos"


def forbids_public(error: Refused) -> bool:
    """Whether it is the visibility that an organisation refuses (422), not the name."""
    return "visibility" in error.message.lower() or "public" in error.message.lower()


def _owner(rest: Rest, login: str, owner: str) -> list[Access]:
    if not owner or owner.lower() == login.lower():
        return []
    try:
        found = rest.find(f"/users/{quote(owner, safe='')}")
    except (Refused, Unanswered) as error:
        return [Access(False, str(error), _UNREACHED)]
    if found and found.fields.get("type") == "Organization":
        return [Access(True, f"repositories go to the organisation {owner}")]
    whose = "somebody else's account" if found else "nobody's name"
    action = f"set it to {login} or an organisation of theirs, or leave it out"
    return [Access(False, f"GITHUB_USERNAME={owner} is {whose}", action)]


def _permissions(headers: Mapping[str, str], wants_workflows: bool) -> Access:
    stated = headers.get("X-OAuth-Scopes")
    if stated is None:
        return Access(
            True,
            "a fine-grained token, whose permissions GitHub does not list",
            f"it needs {_FINE_GRAINED}" + (", Workflows: write" if wants_workflows else ""),
        )
    held = {scope.strip() for scope in stated.split(",") if scope.strip()}
    finding = f"scopes {', '.join(sorted(held)) or 'none'}"
    missing = [] if held & _ENOUGH else ["public_repo"]
    if wants_workflows and _NEEDED_FOR_WORKFLOWS not in held:
        missing.append(_NEEDED_FOR_WORKFLOWS)
    if missing:
        return Access(False, finding, f"give the token {' and '.join(missing)}")
    needed = _ENOUGH | ({_NEEDED_FOR_WORKFLOWS} if wants_workflows else set())
    surplus = sorted(held - needed)
    actions = [f"more than needed: take {', '.join(surplus)} from the token"] if surplus else []
    if _NEEDED_FOR_PAGES not in held:  # "Create a GitHub Pages site" in GitHub's REST reference
        actions.append("GitHub asks for the scope repo to switch Pages on: add it if that fails")
    return Access(True, finding, "; ".join(actions))


def _calls_left(headers: Mapping[str, str]) -> Access:
    left = headers.get("X-RateLimit-Remaining", "")
    if not left.isdecimal():
        return Access(True, "no limit of calls is told")
    action = "wait for the hour to end" if int(left) < _FEW_CALLS else ""
    return Access(not action, f"{left} calls left in this hour", action)
