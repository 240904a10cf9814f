"""What each call of the API does, by the operation's id in GitHub's description."""

from ..rest import Route
from . import commits, deployments, pages, repositories, users

ROUTES: dict[str, Route] = {
    **users.ROUTES,
    **repositories.ROUTES,
    **commits.ROUTES,
    **pages.ROUTES,
    **deployments.ROUTES,
}
