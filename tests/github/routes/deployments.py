"""Deployments of a commit to an environment, and what is said of how they went."""

from typing import Any

from ..replies import node_id, stamp
from ..repositories import Deployment, now
from ..rest import Exchange, Refused, Route
from ..wire import Response, json_response

READ, WRITE = {"deployments": "read"}, {"deployments": "write"}
SCOPES = frozenset({"repo", "repo_deployment"})
ENDED_BY_A_SUCCESS = frozenset({"success", "in_progress", "queued", "pending"})


def _create(exchange: Exchange) -> Response:
    repository, wished = exchange.repository, exchange.body
    commit = repository.commit(wished["ref"])
    if commit is None:
        raise Refused(422, f"No ref found for: {wished['ref']}")
    sha = commit.id.decode()
    _check_contexts(exchange, sha, wished.get("required_contexts"))
    deployment = Deployment(len(repository.deployments) + 1, sha, wished, exchange.login, now())
    repository.deployments.append(deployment)
    return json_response(201, _rendered(exchange, deployment))


def _check_contexts(exchange: Exchange, sha: str, required: list[str] | None) -> None:
    """Refuse while a commit status that counts is no success; without a list all of them count."""
    latest = {
        status["context"]: status["state"] for status in exchange.repository.statuses.get(sha, [])
    }
    counting = latest if required is None else required
    if any(latest.get(context) != "success" for context in counting):
        raise Refused(409, f"Conflict: Commit status checks failed for {sha}.")


def _list(exchange: Exchange) -> Response:
    """The deployments that fit the query, newest first."""
    rendered = [_rendered(exchange, item) for item in exchange.repository.deployments[::-1]]
    for name in ("sha", "ref", "task", "environment"):
        wanted = exchange.request.query.get(name, "none")
        if wanted != "none":
            rendered = [item for item in rendered if item[name] == wanted]
    return exchange.paged(rendered)


def _add_status(exchange: Exchange) -> Response:
    deployment, wished = _deployment(exchange), exchange.body
    if wished["state"] == "success" and wished.get("auto_inactive", True):
        _deactivate_others(exchange, deployment)
    status = _status(exchange, deployment, wished)
    deployment.statuses.append(status)
    return json_response(201, status)


def _statuses(exchange: Exchange) -> Response:
    return exchange.paged(_deployment(exchange).statuses[::-1])


def _deactivate_others(exchange: Exchange, deployment: Deployment) -> None:
    """End the earlier deployments to the same environment, as a success does on GitHub."""
    environment = deployment.request.get("environment", "production")
    for other in exchange.repository.deployments:
        same = other.request.get("environment", "production") == environment
        active = bool(other.statuses) and other.statuses[-1]["state"] in ENDED_BY_A_SUCCESS
        if other is not deployment and same and active:
            other.statuses.append(_status(exchange, other, {"state": "inactive"}))


def _status(exchange: Exchange, deployment: Deployment, wished: dict[str, Any]) -> dict[str, Any]:
    number = len(deployment.statuses) + 1
    repository = f"{exchange.state.urls.api}/repos/{exchange.repository.full_name}"
    url = f"{repository}/deployments/{deployment.id}"
    texts = ("description", "target_url", "log_url", "environment_url")
    moment = stamp(now())
    return {
        **{name: wished.get(name, "") for name in texts},
        "url": f"{url}/statuses/{number}",
        "id": number,
        "node_id": node_id("DeploymentStatus", number),
        "state": wished["state"],
        "creator": exchange.replies.user(exchange.account(exchange.login)),
        "environment": deployment.request.get("environment", "production"),
        "created_at": moment,
        "updated_at": moment,
        "deployment_url": url,
        "repository_url": repository,
    }


def _deployment(exchange: Exchange) -> Deployment:
    wanted = exchange.parameters["deployment_id"]
    for deployment in exchange.repository.deployments:
        if str(deployment.id) == wanted:
            return deployment
    raise Refused(404, "Not Found")


def _rendered(exchange: Exchange, deployment: Deployment) -> dict[str, Any]:
    creator = exchange.account(deployment.creator)
    return exchange.replies.deployment(exchange.repository, creator, deployment)


ROUTES = {
    "repos/create-deployment": Route(_create, SCOPES, WRITE, writes=True),
    "repos/list-deployments": Route(_list, permissions=READ),
    "repos/create-deployment-status": Route(_add_status, SCOPES, WRITE, writes=True),
    "repos/list-deployment-statuses": Route(_statuses, permissions=READ),
}
