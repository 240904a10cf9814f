"""Branches, refs, commits, and the statuses that are set on commits."""

from typing import Any

from dulwich.objects import Commit

from ..replies import node_id, stamp
from ..repositories import now
from ..rest import Exchange, Refused, Route
from ..wire import Response, json_response

LONGEST_DESCRIPTION = 140
READ = {"contents": "read"}


def _branch(exchange: Exchange) -> Response:
    name = exchange.parameters["branch"]
    sha = exchange.repository.head(name)
    tip = exchange.repository.commit(sha) if sha else None
    if tip is None:
        raise Refused(404, "Branch not found")
    return json_response(200, exchange.replies.branch(exchange.repository, name, tip))


def _ref(exchange: Exchange) -> Response:
    repository, ref = exchange.repository, exchange.parameters["ref"]
    _check_not_empty(exchange)
    sha = repository.resolve_ref(ref)
    if sha is None:
        raise Refused(404, "Not Found")
    kind = repository.git[sha.encode()].type_name.decode()
    return json_response(200, exchange.replies.ref(repository, ref, sha, kind))


def _get(exchange: Exchange) -> Response:
    _check_not_empty(exchange)
    return json_response(200, exchange.replies.commit(exchange.repository, _commit(exchange)))


def _list(exchange: Exchange) -> Response:
    repository = exchange.repository
    _check_not_empty(exchange)
    start = exchange.request.query.get("sha", repository.default_branch)
    commits = repository.history(start)
    if not commits:
        raise Refused(404, "Not Found")
    return exchange.paged([exchange.replies.commit(repository, commit) for commit in commits])


def _set_status(exchange: Exchange) -> Response:
    repository, wished = exchange.repository, exchange.body
    sha = exchange.parameters["sha"]
    if repository.commit(sha) is None:
        raise Refused(422, f"No commit found for SHA: {sha}")
    if len(wished.get("description") or "") > LONGEST_DESCRIPTION:
        error = {"resource": "Status", "code": "custom", "field": "description"}
        words = f"description is too long (maximum is {LONGEST_DESCRIPTION} characters)"
        raise Refused(422, "Validation Failed", [{**error, "message": words}])
    status = _status(exchange, sha, wished)
    repository.statuses.setdefault(sha, []).append(status)
    return json_response(201, status)


def _status(exchange: Exchange, sha: str, wished: dict[str, Any]) -> dict[str, Any]:
    number = sum(map(len, exchange.repository.statuses.values())) + 1
    creator = exchange.replies.user(exchange.account(exchange.login))
    moment = stamp(now())
    return {
        "url": f"{exchange.state.urls.api}/repos/{exchange.repository.full_name}/statuses/{sha}",
        "avatar_url": creator["avatar_url"],
        "id": number,
        "node_id": node_id("StatusContext", number),
        "state": wished["state"],
        "description": wished.get("description"),
        "target_url": wished.get("target_url"),
        "context": wished.get("context", "default"),
        "created_at": moment,
        "updated_at": moment,
        "creator": creator,
    }


def _statuses(exchange: Exchange) -> Response:
    sha = _commit(exchange).id.decode()
    return exchange.paged(exchange.repository.statuses.get(sha, [])[::-1])


def _commit(exchange: Exchange) -> Commit:
    """The commit that the path's `ref` names."""
    name = exchange.parameters["ref"]
    commit = exchange.repository.commit(name.removeprefix("heads/"))
    if commit is None:
        raise Refused(422, f"No commit found for SHA: {name}")
    return commit


def _check_not_empty(exchange: Exchange) -> None:
    if exchange.repository.is_empty:
        raise Refused(409, "Git Repository is empty.")


ROUTES = {
    "repos/get-branch": Route(_branch, permissions=READ),
    "git/get-ref": Route(_ref, permissions=READ),
    "repos/get-commit": Route(_get, permissions=READ),
    "repos/list-commits": Route(_list, permissions=READ),
    "repos/create-commit-status": Route(
        _set_status, frozenset({"repo", "repo:status"}), {"statuses": "write"}, writes=True
    ),
    "repos/list-commit-statuses-for-ref": Route(_statuses, permissions={"statuses": "read"}),
}
