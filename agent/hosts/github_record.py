"""What GitHub is told of a revision that is served: homepage, commit status, deployment.

All of it is for people who read the repository there. A token that may not write one of these,
or a GitHub that is busy, leaves it out and holds nothing up.
"""

import logging
import re
from collections.abc import Callable
from urllib.parse import quote

from agent.deadline import Deadline
from agent.forges.rest import Refused, Rest, Unanswered
from agent.values import Publication

_BRANCH = "main"
_ENVIRONMENT = "github-pages"
_DESCRIPTION = "Galley saw these bytes served"
_CONTEXT = "galley/proof"
_LONGEST_STATUS = 140
_SECONDS_PER_CALL = 5.0
_SECONDS = 10.0
_PROOF = re.compile(r"(\d+)/(\d+) passed(?:, (\d+) unproved)?")

_log = logging.getLogger("galley.github")


class GitHubRecord:
    """Writes it, in a hurry: the evaluation URL is waiting."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest.hurried(_SECONDS_PER_CALL)

    def tell(self, path: str, publication: Publication, proof: str) -> None:
        """Tell of a publication; `path` is the repository's in the API, `proof` a Proof's summary.

        Safe to call again: what is there already is not written twice.
        """
        deadline = Deadline.within(_SECONDS)
        tellings: tuple[Callable[[], None], ...] = (
            lambda: self._set_fields(path, publication),
            lambda: self._set_status(path, publication, proof),
            lambda: self._deploy(path, publication),
        )
        for telling in tellings:
            if not deadline.remaining:
                return
            try:
                telling()
            except (Refused, Unanswered) as error:
                _log.info(f"left out: {error}")

    def _set_fields(self, path: str, publication: Publication) -> None:
        """The homepage; and `main` as the branch people see, where theirs was never pushed."""
        told, fields = self._rest.get(path).fields, {}
        if told.get("homepage") != publication.pages_url:
            fields["homepage"] = publication.pages_url
        default = told.get("default_branch") or _BRANCH
        if default != _BRANCH and not self._rest.find(f"{path}/git/ref/heads/{quote(default)}"):
            fields["default_branch"] = _BRANCH
        if fields:
            self._rest.call("PATCH", path, fields)

    def _set_status(self, path: str, publication: Publication, proof: str) -> None:
        """A status of the same context replaces the one before."""
        body = {
            "state": "failure" if _has_failures(proof) else "success",
            "context": _CONTEXT,
            "description": proof[:_LONGEST_STATUS],
            "target_url": publication.pages_url,
        }
        self._rest.call("POST", f"{path}/statuses/{publication.revision.commit}", body)

    def _deploy(self, path: str, publication: Publication) -> None:
        commit, deployments = publication.revision.commit, f"{path}/deployments"
        listed = self._rest.get(deployments, sha=commit, environment=_ENVIRONMENT).items
        found = [item["id"] for item in listed if item.get("description") == _DESCRIPTION]
        if not found:
            body = {
                "ref": commit,
                "environment": _ENVIRONMENT,
                "description": _DESCRIPTION,
                "auto_merge": False,
                "required_contexts": [],
                "production_environment": True,
            }
            found = [self._rest.call("POST", deployments, body).field("id")]
        told = {"state": "success", "environment_url": publication.pages_url}
        self._rest.call("POST", f"{deployments}/{found[0]}/statuses", told)


def _has_failures(proof: str) -> bool:
    """Whether a Proof's summary tells of checks that were seen to fail."""
    passed, total, unproved = _counts(proof)
    return passed + unproved < total


def _counts(proof: str) -> tuple[int, int, int]:
    found = _PROOF.match(proof)
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else (0, 0, 0)
