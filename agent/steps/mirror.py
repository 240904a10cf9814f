"""The mirror step: publishes a revision to further hosts, once its page is reported."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from agent import evidence
from agent.deadline import Deadline, ending_at
from agent.errors import HostBusy, HostError
from agent.loaded_job import LoadedJob
from agent.mirrored import MirrorCopy, Mirrored
from agent.ports import Host
from agent.served_revision import FetchPage, served_instead
from agent.values import Publication, RetryIn

_SECONDS = 120.0
_PAUSE = 2.0


@dataclass(frozen=True)
class Mirroring:
    """Publishes to each of the `mirrors`, by name. One that fails is on record and fails nothing.

    All have two minutes from the publication on; each is tried once at least.
    """

    mirrors: Mapping[str, Host]
    fetch: FetchPage

    def mirror(self, loaded: LoadedJob, publication: Publication) -> Mirrored | RetryIn:
        known = evidence.mirrors_of(loaded.evidence(evidence.MIRRORS))
        copies = dict(known)
        seen_at = evidence.seen_at_of(loaded.evidence(evidence.PUBLICATION))
        waits: list[RetryIn] = []
        for name in (each for each in self.mirrors if each not in known):
            outcome = self._outcome(name, loaded, publication)
            if isinstance(outcome, RetryIn) and time.time() + outcome.seconds < seen_at + _SECONDS:
                waits.append(outcome)
            elif isinstance(outcome, RetryIn):
                copies[name] = MirrorCopy(name, "", f"not served in time: {outcome.seen}")
            else:
                copies[name] = outcome
        if copies != known:
            loaded.record(evidence.of_mirrors(copies))
        loaded.rest()
        if waits:
            return min(waits, key=lambda wait: wait.seconds)
        return Mirrored(tuple(copies[name] for name in self.mirrors))

    def _outcome(
        self, name: str, loaded: LoadedJob, publication: Publication
    ) -> MirrorCopy | RetryIn:
        host, revision, remote = self.mirrors[name], publication.revision, loaded.remote
        deadline = Deadline.within(_SECONDS)
        try:
            with ending_at(deadline.at):
                pages_url = host.request(remote, revision)
                if not pages_url:
                    return RetryIn(_PAUSE, f"it does not see the branch of {remote.repo_url} yet")
                seen = served_instead(
                    self.fetch, loaded.repository, revision, (pages_url, deadline)
                )
                if seen:
                    return RetryIn(_PAUSE, f"{name}: {seen} ({host.look(remote, revision)})")
                host.announce(remote, replace(publication, pages_url=pages_url), revision.proof)
                return MirrorCopy(name, pages_url)
        except HostBusy as error:
            return RetryIn(error.seconds or _PAUSE, f"{name}: {error}")
        except HostError as error:
            return MirrorCopy(name, "", str(error))
