"""The publish step: looks until the committed bytes are what the page host serves."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from agent import evidence
from agent.deadline import Deadline
from agent.errors import HostBusy, HostError
from agent.loaded_job import LoadedJob
from agent.ports import Host, Served
from agent.revisions import ENTRY
from agent.values import Publication, RetryIn, Revision

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 5.0
_GROWTH = 0.05

FetchPage = Callable[[str, Deadline], Served]
"""A plain GET of a public page."""


@dataclass(frozen=True)
class Publishing:
    """Asks the host for the revision, and believes only the bytes it serves."""

    host: Host
    fetch: FetchPage

    def publish(self, loaded: LoadedJob, revision: Revision) -> Publication | RetryIn:
        """The publication, once the witness's committed bytes are what the host serves."""
        repository, remote = loaded.repository, loaded.remote
        deadline = loaded.deadlines.whole
        pages_url = self.host.request(remote, revision)
        if not pages_url:
            raise HostBusy(f"the host does not see the branch of {remote.repo_url} yet")
        served = self._what_is_served(loaded, revision, pages_url)
        if served is None:
            publication = Publication(remote.repo_url, pages_url, revision)
            loaded.record(evidence.of_publication(publication))
            self.host.announce(remote, publication, revision.proof)
            return publication
        state = self.host.look(remote, revision)
        if not deadline.remaining:
            raise HostError(f"{pages_url} does not serve {revision.commit}: {served} ({state})")
        waited = max(0.0, time.time() - repository.committed_at(revision.commit))
        loaded.rest()
        return RetryIn(min(_LONGEST_PAUSE, _FIRST_PAUSE + _GROWTH * waited), f"{served} ({state})")

    def _what_is_served(self, loaded: LoadedJob, revision: Revision, pages_url: str) -> str | None:
        """What is served instead of the revision; None once it is the revision."""
        repository, deadline = loaded.repository, loaded.deadlines.whole
        committed = repository.read(revision.commit, revision.witness)
        # A cache would answer with the old bytes, and keep for minutes what it saw a moment ago.
        fresh = f"?revision={revision.commit[:12]}&seen={time.time_ns()}"
        witness = self.fetch(f"{pages_url}{quote(revision.witness)}{fresh}", deadline)
        if witness.status != 200:
            return f"{revision.witness} answers {witness.status}"
        if witness.content != committed:
            return f"{revision.witness} is not yet the committed one"
        if repository.read(revision.commit, ENTRY) is None:
            return None
        root = self.fetch(pages_url + fresh, deadline)
        return None if root.status == 200 else f"the page answers {root.status}"
