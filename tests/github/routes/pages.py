"""Enabling Pages, changing its source, and its builds."""

from ..pages import Build, Site, Source
from ..rest import Exchange, Refused, Route
from ..wire import Response, json_response

READ, WRITE = {"pages": "read"}, {"pages": "write"}
ENABLE = {"administration": "write", "pages": "write"}
SCOPES = frozenset({"public_repo", "repo"})


def _get(exchange: Exchange) -> Response:
    _site(exchange)
    return json_response(200, exchange.replies.site(exchange.repository))


def _create(exchange: Exchange) -> Response:
    state, repository = exchange.state, exchange.repository
    if repository.private and not state.behaviour.has_paid_plan:
        raise Refused(422, "Your current plan does not support GitHub Pages for this repository.")
    if repository.site is not None:
        raise Refused(409, "GitHub Pages is already enabled.")
    source = _wished_source(exchange, Source(branch=repository.default_branch))
    _check_branch(exchange, source)
    repository.site = Site(source)
    reply = {**exchange.replies.site(repository), "status": None}
    if state.behaviour.build_on_enabling and not source.is_workflow:
        state.ask_for_build(repository, exchange.login)
    return json_response(201, reply)


def _update(exchange: Exchange) -> Response:
    """Change the source, whose old build is served until the next one, and the domain."""
    site = _site(exchange)
    site.domain = exchange.body.get("cname", site.domain)
    source = _wished_source(exchange, site.source)
    _check_branch(exchange, source)
    site.source = source
    return Response(204)


def _delete(exchange: Exchange) -> Response:
    _site(exchange)
    exchange.repository.site = None
    return Response(204)


def _ask_for_build(exchange: Exchange) -> Response:
    _site(exchange)
    build = exchange.state.ask_for_build(exchange.repository, exchange.login)
    if build is None:
        raise Refused(404, "Not Found")
    url = exchange.replies.build_url(exchange.repository, build)
    return json_response(201, {"url": url.rpartition("/")[0] + "/latest", "status": "queued"})


def _builds(exchange: Exchange) -> Response:
    newest_first = _site(exchange).builds[::-1]
    return exchange.paged([_rendered(exchange, build) for build in newest_first])


def _latest_build(exchange: Exchange) -> Response:
    builds = _site(exchange).builds
    if not builds:
        raise Refused(404, "Not Found")
    return json_response(200, _rendered(exchange, builds[-1]))


def _build(exchange: Exchange) -> Response:
    wanted = exchange.parameters["build_id"]
    for build in _site(exchange).builds:
        if str(build.id) == wanted:
            return json_response(200, _rendered(exchange, build))
    raise Refused(404, "Not Found")


def _workflow_runs(exchange: Exchange) -> Response:
    """The runs of the workflow that deploys the site, newest first."""
    repository, query = exchange.repository, exchange.request.query
    site = repository.site
    builds = site.builds[::-1] if site is not None and site.source.is_workflow else []
    wanted = query.get("head_sha")
    owner = exchange.account(repository.owner)
    runs = [
        exchange.replies.workflow_run(repository, owner, build)
        for build in builds
        if wanted in {None, build.commit}
    ]
    return json_response(200, {"total_count": len(runs), "workflow_runs": runs})


def _run_again(exchange: Exchange) -> Response:
    state, site = exchange.state, exchange.repository.site
    builds = site.builds if site is not None else []
    found = next((b for b in builds if str(b.id) == exchange.parameters["run_id"]), None)
    if site is None or found is None:
        raise Refused(404, "Not Found")
    if state.clock.now() < found.ends_at:
        raise Refused(403, "This workflow is already running")
    site.run_again(found, state.behaviour.plan(), state.clock.now())
    return json_response(201, {})


def _wished_source(exchange: Exchange, present: Source) -> Source:
    """The source that the body asks for; what it leaves out stays as it is."""
    body = exchange.body
    source = body.get("source", {})
    if isinstance(source, str):
        branch, _, folder = source.partition(" ")
        source = {"branch": branch, "path": folder or "/"}
    build_type = body.get("build_type", "workflow" if present.is_workflow else "legacy")
    return Source(
        branch=source.get("branch", present.branch),
        path=source.get("path", present.path),
        is_workflow=build_type == "workflow",
    )


def _check_branch(exchange: Exchange, source: Source) -> None:
    if not source.is_workflow and exchange.repository.head(source.branch) is None:
        words = f"The {source.branch} branch must exist before GitHub Pages can be built."
        raise Refused(422, words)


def _site(exchange: Exchange) -> Site:
    site = exchange.repository.site
    if site is None:
        raise Refused(404, "Not Found")
    return site


def _rendered(exchange: Exchange, build: Build) -> dict[str, object]:
    pusher = exchange.account(build.pusher)
    return exchange.replies.build(exchange.repository, build, pusher)


ROUTES = {
    "repos/get-pages": Route(_get, SCOPES, READ),
    "repos/create-pages-site": Route(_create, SCOPES, ENABLE, writes=True),
    "repos/update-information-about-pages-site": Route(_update, SCOPES, ENABLE, writes=True),
    "repos/delete-pages-site": Route(_delete, SCOPES, ENABLE, writes=True),
    "repos/request-pages-build": Route(_ask_for_build, SCOPES, WRITE, writes=True),
    "repos/list-pages-builds": Route(_builds, SCOPES, READ),
    "repos/get-latest-pages-build": Route(_latest_build, SCOPES, READ),
    "repos/get-pages-build": Route(_build, SCOPES, READ),
    "actions/list-workflow-runs-for-repo": Route(_workflow_runs, permissions={"actions": "read"}),
    "actions/re-run-workflow": Route(_run_again, SCOPES, {"actions": "write"}, writes=True),
}
