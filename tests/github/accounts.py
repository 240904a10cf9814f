"""Accounts and the tokens that act for them."""

import base64
import binascii
import secrets
from dataclasses import dataclass, field
from email.message import Message

CLASSIC_SCOPES = frozenset({"repo", "delete_repo"})
FULL_PERMISSIONS = {
    "administration": "write",
    "actions": "read",
    "contents": "write",
    "deployments": "write",
    "metadata": "read",
    "pages": "write",
    "statuses": "write",
    "workflows": "write",
}


@dataclass(frozen=True)
class Account:
    """A user, or an organisation with the logins that may create in it."""

    login: str
    id: int
    is_organization: bool = False
    members: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Token:
    """A key to one login: classic with scopes, or fine-grained with permissions, never both.

    A fine-grained token reaches the repositories of one `owner` only.
    """

    value: str = field(repr=False)
    login: str
    scopes: frozenset[str] | None = None
    permissions: dict[str, str] | None = None
    owner: str | None = None

    @property
    def is_classic(self) -> bool:
        """Whether the token has scopes instead of permissions."""
        return self.scopes is not None

    def allows(self, permissions: dict[str, str]) -> bool:
        """Whether a fine-grained token has all of these; `write` includes `read`."""
        held = self.permissions or {}
        return all(held.get(name) in {level, "write"} for name, level in permissions.items())


class Accounts:
    """Who exists and which tokens are valid; logins are found whatever their case."""

    def __init__(self) -> None:
        self._accounts: dict[str, Account] = {}
        self._tokens: dict[str, Token] = {}

    def add_user(self, login: str) -> Account:
        """Let a user exist."""
        return self._add(Account(login, self._next_id()))

    def add_organization(self, login: str, members: frozenset[str]) -> Account:
        """Let an organisation exist, in which these logins may create repositories."""
        return self._add(Account(login, self._next_id(), is_organization=True, members=members))

    def classic_token(self, login: str, scopes: frozenset[str] = CLASSIC_SCOPES) -> Token:
        """Issue a classic token; its value looks real and is new each time."""
        return self._issue(Token("ghp_" + secrets.token_hex(18), login, scopes=scopes))

    def fine_grained_token(
        self, login: str, permissions: dict[str, str] | None = None, owner: str | None = None
    ) -> Token:
        """Issue a fine-grained token for the repositories of `owner`, by default its own."""
        value = f"github_pat_{secrets.token_hex(11)}_{secrets.token_hex(29)}x"
        held = dict(FULL_PERMISSIONS if permissions is None else permissions)
        return self._issue(Token(value, login, permissions=held, owner=owner or login))

    def revoke(self, token: Token) -> None:
        """Make the token unknown from now on."""
        del self._tokens[token.value]

    def find(self, login: str) -> Account | None:
        """The account of this login."""
        return self._accounts.get(login.lower())

    def token(self, value: str) -> Token | None:
        """The valid token with this value."""
        return self._tokens.get(value)

    def may_write(self, token: Token, owner: str) -> bool:
        """Whether the token's login owns, or belongs to, this account."""
        account = self.find(owner)
        if account is None:
            return False
        own = account.login.lower() == token.login.lower() or token.login in account.members
        within = token.owner is None or token.owner.lower() == owner.lower()
        return own and within

    def _next_id(self) -> int:
        return len(self._accounts) + 1

    def _add(self, account: Account) -> Account:
        self._accounts[account.login.lower()] = account
        return account

    def _issue(self, token: Token) -> Token:
        self._tokens[token.value] = token
        return token


def presented_token(headers: Message) -> str | None:
    """The token in an Authorization header: bearer, `token`, or either half of Basic.

    None without the header; the empty string where it holds no token.
    """
    scheme, _, value = headers.get("Authorization", "").strip().partition(" ")
    if not scheme:
        return None
    if scheme.lower() in {"bearer", "token"}:
        return value.strip()
    return _basic_token(value) if scheme.lower() == "basic" else ""


def _basic_token(value: str) -> str:
    try:
        user, _, password = base64.b64decode(value, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return ""
    return user if password in {"", "x-oauth-basic"} else password
