"""Who am I, how often may I still ask, who is that."""

from typing import Any

from ..rest import Exchange, Refused, Route
from ..wire import Response, json_response


def _me(exchange: Exchange) -> Response:
    account = exchange.account(exchange.login)
    public = _public_repositories(exchange, account.login)
    return json_response(200, exchange.replies.own_profile(account, public))


def _rate_limit(exchange: Exchange) -> Response:
    rate = exchange.state.rate
    core = {
        "limit": rate.limit,
        "used": rate.used,
        "remaining": rate.remaining,
        "reset": int(rate.reset_at),
    }
    search: dict[str, Any] = {**core, "limit": 30, "used": 0, "remaining": 30}
    return json_response(200, {"resources": {"core": core, "search": search}, "rate": core})


def _user(exchange: Exchange) -> Response:
    account = exchange.state.accounts.find(exchange.parameters["username"])
    if account is None:
        raise Refused(404, "Not Found")
    public = _public_repositories(exchange, account.login)
    return json_response(200, exchange.replies.profile(account, public))


def _public_repositories(exchange: Exchange, login: str) -> int:
    repositories = exchange.state.repositories
    return sum(not item.private for item in repositories if item.owner == login)


ROUTES = {
    "users/get-authenticated": Route(_me, needs_token=True),
    "rate-limit/get": Route(_rate_limit),
    "users/get-by-username": Route(_user),
}
