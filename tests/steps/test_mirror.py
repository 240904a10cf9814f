from dataclasses import dataclass, field

from agent import evidence
from agent.deadline import Deadline
from agent.errors import HostBusy, HostError
from agent.mirrored import MirrorCopy, Mirrored
from agent.ports import Served
from agent.steps.commit import Committing
from agent.steps.mirror import Mirroring
from agent.values import (
    Outcome,
    Proof,
    ProvedDraft,
    Publication,
    Remote,
    RetryIn,
    Revision,
    Verdict,
)
from tests.orders import PAGE, Shop, content, js

PROOF = Proof((Verdict(js("true"), Outcome.PASSED, "true"),))


@dataclass
class Shelf:
    """A host that says what it is told to say, then serves."""

    url: str
    errors: list[HostError] = field(default_factory=list)
    asked: int = 0

    def request(self, remote: Remote, revision: Revision) -> str:
        self.asked += 1
        if self.errors:
            raise self.errors.pop(0)
        return self.url

    def look(self, remote: Remote, revision: Revision) -> str:
        return "looked at"

    def announce(self, remote: Remote, publication: Publication, proof: str) -> None:
        assert publication.pages_url == self.url


def serves(url: str, deadline: Deadline) -> Served:
    return Served(200, PAGE if "stale" not in url else b"old")


def test_each_mirror_is_published_to_and_one_that_fails_fails_nothing(shop: Shop) -> None:
    loaded = shop.loaded()
    draft = loaded.repository.record_draft(1, 1, content({"index.html": PAGE}))
    revision = Committing("Ann").commit(loaded, ProvedDraft(draft, PROOF))
    publication = Publication("https://a.example/r", "https://a.example/p/", revision)
    loaded.record(evidence.of_publication(publication))
    good = Shelf("https://b.example/", [HostBusy("busy").after(3.0)])
    bad = Shelf("https://c.example/", [HostError("no plan")])
    step = Mirroring({"good": good, "bad": bad}, serves)

    first = step.mirror(loaded, publication)
    second = step.mirror(loaded, publication)

    assert first == RetryIn(3.0, "good: busy")
    assert second == Mirrored(
        (MirrorCopy("good", "https://b.example/"), MirrorCopy("bad", "", "no plan"))
    )
    assert bad.asked == 1
    kept = evidence.mirrors_of(loaded.evidence(evidence.MIRRORS))
    assert kept["bad"].failure == "no plan"


def test_a_mirror_that_serves_old_bytes_is_given_up_after_its_time(shop: Shop) -> None:
    loaded = shop.loaded()
    draft = loaded.repository.record_draft(1, 1, content({"index.html": PAGE}))
    revision = Committing("Ann").commit(loaded, ProvedDraft(draft, PROOF))
    publication = Publication("https://a.example/r", "https://a.example/p/", revision)
    step = Mirroring({"stale": Shelf("https://stale.example/")}, serves)

    mirrored = step.mirror(loaded, publication)  # no publication on record: its time is long over

    assert isinstance(mirrored, Mirrored)
    assert "not served in time" in mirrored.copies[0].failure
