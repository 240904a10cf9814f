"""The publish step: looks until the committed bytes are what the page host serves."""

import time
from dataclasses import dataclass

from agent import evidence
from agent.errors import HostBusy, HostError
from agent.loaded_job import LoadedJob
from agent.ports import Host
from agent.served_revision import FetchPage, served_instead
from agent.values import Publication, RetryIn, Revision

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 5.0
_GROWTH = 0.05


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
        served = served_instead(self.fetch, repository, revision, (pages_url, deadline))
        if not served:
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
