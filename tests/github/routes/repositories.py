"""Creating, finding, changing and deleting repositories."""

import re
from collections.abc import Callable
from typing import Any

from ..accounts import Account
from ..repositories import Repository, accepted_name, now
from ..rest import Exchange, Refused, Route
from ..wire import Response, json_response

CONTROL = re.compile(r"[\x00-\x1f\x7f]")
LONGEST_DESCRIPTION = 350
TOPIC = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")
MOST_TOPICS = 20
ADMINISTER = {"administration": "write"}
SCOPES = frozenset({"public_repo", "repo"})

SORT_KEYS: dict[str, Callable[[Repository], Any]] = {
    "created": lambda repository: repository.created_at,
    "updated": lambda repository: repository.updated_at,
    "pushed": lambda repository: repository.pushed_at,
    "full_name": lambda repository: repository.full_name.lower(),
}


def _create_for_user(exchange: Exchange) -> Response:
    return _create(exchange, exchange.account(exchange.login))


def _create_in_organization(exchange: Exchange) -> Response:
    organization = _organization(exchange)
    if exchange.login not in organization.members:
        raise Refused(
            403, "You need admin access to the organization before adding a repository to it."
        )
    return _create(exchange, organization)


def _create(exchange: Exchange, owner: Account) -> Response:
    token = exchange.token
    if token is not None and token.owner not in {None, owner.login}:
        raise Refused(403, "Resource not accessible by personal access token")
    wished = exchange.body
    if wished.get("auto_init"):
        raise Refused(501, "The test GitHub does not make first commits.")
    name = accepted_name(wished["name"])
    if not name or exchange.state.repositories.find(owner.login, name):
        raise _refused("name", "name already exists on this account", "Repository creation failed.")
    _check_description(wished, "Repository creation failed.")
    repository = exchange.state.repositories.create(owner.login, name)
    _apply(repository, wished)
    headers = {"Location": f"{exchange.state.urls.api}/repos/{repository.full_name}"}
    return json_response(201, exchange.replies.repository(repository, owner), headers)


def _get(exchange: Exchange) -> Response:
    return json_response(200, _rendered(exchange, exchange.repository))


def _update(exchange: Exchange) -> Response:
    wished = exchange.body
    repository = exchange.repository
    if wished.get("name", repository.name) != repository.name:
        raise Refused(501, "The test GitHub does not rename.")
    branch = wished.get("default_branch")
    if branch is not None and repository.head(branch) is None:
        raise _refused("default_branch", f"The branch {branch} was not found.")
    _check_description(wished, "Validation Failed")
    _apply(repository, wished)
    repository.updated_at = now()
    return json_response(200, _rendered(exchange, repository))


def _delete(exchange: Exchange) -> Response:
    exchange.state.repositories.delete(exchange.repository)
    return Response(204)


def _topics(exchange: Exchange) -> Response:
    return json_response(200, {"names": exchange.repository.topics})


def _replace_topics(exchange: Exchange) -> Response:
    names = exchange.body["names"]
    if len(names) > MOST_TOPICS or not all(TOPIC.fullmatch(name.lower()) for name in names):
        words = "Topics must start with a lowercase letter or number, consist of 50 characters or "
        words += "less, and can include hyphens."
        raise Refused(422, "Validation Failed", [words])
    exchange.repository.topics = [name.lower() for name in names]
    return _topics(exchange)


def _list_own(exchange: Exchange) -> Response:
    accounts, token = exchange.state.accounts, exchange.token
    return _listed(
        exchange,
        lambda repository: token is not None and accounts.may_write(token, repository.owner),
    )


def _list_of_user(exchange: Exchange) -> Response:
    login = exchange.parameters["username"].lower()
    if exchange.state.accounts.find(login) is None:
        raise Refused(404, "Not Found")
    return _listed(exchange, lambda item: item.owner.lower() == login and not item.private)


def _list_of_organization(exchange: Exchange) -> Response:
    login = _organization(exchange).login
    accounts, token = exchange.state.accounts, exchange.token
    is_member = token is not None and accounts.may_write(token, login)
    return _listed(exchange, lambda item: item.owner == login and (is_member or not item.private))


def _listed(exchange: Exchange, belongs: Callable[[Repository], bool]) -> Response:
    """A list in GitHub's order: by full name upwards, by a time downwards unless told."""
    query = exchange.request.query
    sort = query.get("sort", "full_name")
    descending = query.get("direction", "asc" if sort == "full_name" else "desc") == "desc"
    found = [repository for repository in exchange.state.repositories if belongs(repository)]
    found.sort(key=SORT_KEYS[sort], reverse=descending)
    return exchange.paged([_rendered(exchange, repository) for repository in found])


def _search(exchange: Exchange) -> Response:
    """Public repositories by `user:`, `org:`, `topic:` and words in name or description."""
    known_since = exchange.state.clock.now() - exchange.state.behaviour.search_lag
    terms = exchange.request.query["q"].lower().split()
    found = [
        {**_rendered(exchange, repository), "score": 1.0}
        for repository in exchange.state.repositories
        if not repository.private
        and repository.created_at.timestamp() <= known_since
        and all(_fits(repository, term) for term in terms)
    ]
    reply = {"total_count": len(found), "incomplete_results": False, "items": found}
    return json_response(200, reply)


def _fits(repository: Repository, term: str) -> bool:
    qualifier, _, value = term.rpartition(":")
    if qualifier in {"user", "org"}:
        return repository.owner.lower() == value
    if qualifier == "topic":
        return value in repository.topics
    if qualifier == "in":
        return True
    if qualifier:
        raise _refused("q", f"The test GitHub does not know the qualifier {qualifier}.")
    return value in f"{repository.name} {repository.description or ''}".lower()


def _organization(exchange: Exchange) -> Account:
    found = exchange.state.accounts.find(exchange.parameters["org"])
    if found is None or not found.is_organization:
        raise Refused(404, "Not Found")
    return found


def _rendered(exchange: Exchange, repository: Repository) -> dict[str, Any]:
    return exchange.replies.repository(repository, exchange.account(repository.owner))


def _apply(repository: Repository, wished: dict[str, Any]) -> None:
    """Set what was wished; fields without a meaning here are kept and shown."""
    own = {"description", "homepage", "private", "default_branch"}
    for name in own & wished.keys():
        setattr(repository, name, wished[name])
    left_out = own | {"name", "auto_init", "visibility"}
    repository.settings |= {name: wished[name] for name in wished.keys() - left_out}


def _check_description(wished: dict[str, Any], message: str) -> None:
    description = wished.get("description") or ""
    if CONTROL.search(description):
        raise _refused("description", "description control characters are not allowed", message)
    if len(description) > LONGEST_DESCRIPTION:
        words = f"description cannot be more than {LONGEST_DESCRIPTION} characters"
        raise _refused("description", words, message)


def _refused(field: str, words: str, message: str = "Validation Failed") -> Refused:
    error = {"resource": "Repository", "code": "custom", "field": field, "message": words}
    return Refused(422, message, [error])


ROUTES = {
    "repos/create-for-authenticated-user": Route(_create_for_user, SCOPES, ADMINISTER, writes=True),
    "repos/create-in-org": Route(_create_in_organization, SCOPES, ADMINISTER, writes=True),
    "repos/get": Route(_get, permissions={"metadata": "read"}),
    "repos/update": Route(_update, SCOPES, ADMINISTER, writes=True),
    "repos/delete": Route(_delete, frozenset({"delete_repo"}), ADMINISTER, writes=True),
    "repos/get-all-topics": Route(_topics, permissions={"metadata": "read"}),
    "repos/replace-all-topics": Route(_replace_topics, SCOPES, ADMINISTER, writes=True),
    "repos/list-for-authenticated-user": Route(
        _list_own, permissions={"metadata": "read"}, needs_token=True
    ),
    "repos/list-for-user": Route(_list_of_user, permissions={"metadata": "read"}),
    "repos/list-for-org": Route(_list_of_organization, permissions={"metadata": "read"}),
    "search/repos": Route(_search),
}
