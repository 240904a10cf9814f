"""From the best attempt to a page that is really served: commit, push, and look."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote

from agent import evidence, readme
from agent.deadline import Deadline
from agent.desk import Desk
from agent.errors import ForgeBusy, ForgeError, HostBusy, HostError, Unpublishable
from agent.gate import Gate
from agent.ports import Forge, Host, Served
from agent.scaffold import SITE_PATHS
from agent.values import Job, Later, Order, Publication, Revision, Trial
from agent.workspace.repository import Repository
from agent.workspace.rounds import Round

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 5.0
_GROWTH = 0.05
_ENTRY = "index.html"
_DEPLOYS_PAGES = b"actions/deploy-pages"

View = Callable[[str, Deadline], Served]
"""A plain GET of a public page."""


@dataclass(frozen=True)
class Publishing:
    """The stages after the drafts. Each looks first whether its effect is there."""

    desk: Desk
    forge: Forge
    gate: Gate
    host: Host
    view: View
    holder: str
    deadlines: Callable[[Job], Deadline]

    def commit(self, order: Order, best: Trial) -> Revision | None:
        """The round's commit. None: the attempt was on a machine that is gone."""
        repository = self.desk.repository(order)
        request = self.desk.request_id(order)
        commit = repository.answer_to(request)
        if commit is None:
            if not repository.holds(order.round, best.attempt):
                return None
            brief, attempt = self.desk.brief(order), best.attempt
            summary = best.proof.summary
            round_ = Round.of(brief, attempt.summary, attempt.model, summary, request)
            files = repository.files(attempt.commit)
            rounds = (*self.desk.earlier_rounds(order), round_)
            told = readme.Told(
                order=order,
                rounds=rounds,
                summary=attempt.summary,
                explanation=attempt.explanation,
                holder=self.holder,
                sources=brief.sources,
            )
            whole = {**files, **readme.render(told, files, best.proof)}
            commit = repository.commit_round(round_, whole)
        else:
            repository.mark(order.round, commit)
        return self._revision(order, commit)

    def push(self, order: Order, revision: Revision) -> Revision | None:
        """The revision as it is on the forge. None: it was on a machine that is gone.

        What others pushed meanwhile is kept: the round's commit moves on top of it where the
        files differ. Raises ForgeError.
        """
        repository = self.desk.repository(order)
        commit = repository.answer_to(self.desk.request_id(order))
        if commit is None:
            return None
        if commit != revision.commit:  # an earlier try moved it
            repository.mark(order.round, commit)
            revision = self._revision(order, commit)
        if revision.workflow:  # the workflow starts with the push, and needs a site to deploy to
            self.host.request(order.remote, revision)
        try:
            self.gate.check(repository)
            return self._push(order, revision)
        except Unpublishable:
            repository.withdraw(order.round)
            raise

    def _push(self, order: Order, revision: Revision) -> Revision:
        """The revision as it was pushed; if it had to move, as what it became."""
        repository, transport = self.desk.repository(order), self.forge.transport()
        if repository.push(order.remote.git_url, order.round, transport):
            return revision
        theirs = repository.fetch(order.remote.git_url, transport)
        if theirs is None:
            raise ForgeError(f"{order.remote.repo_url} refused the push and has no main branch")
        moved = self._revision(order, repository.move_onto(theirs, order.round))
        if not repository.push(order.remote.git_url, order.round, transport):
            raise ForgeBusy(f"{order.remote.repo_url} changes faster than it can be pushed to")
        return moved

    def publish(self, order: Order, revision: Revision) -> Publication | Later:
        """The publication, once the witness's committed bytes are what the host serves."""
        repository = self.desk.repository(order)
        deadline = self.deadlines(order.job)
        pages_url = self.host.request(order.remote, revision)
        if not pages_url:
            raise HostBusy(f"the host does not see the branch of {order.remote.repo_url} yet")
        served = self._what_is_served(order, revision, pages_url, deadline)
        if served is None:
            publication = Publication(order.remote.repo_url, pages_url, revision)
            repository.record_evidence(order.round, evidence.of_publication(publication))
            proof = repository.round_of(revision.commit).proof
            self.host.announce(order.remote, publication, proof)
            return publication
        said = self.host.look(order.remote, revision)
        if not deadline.remaining:
            raise HostError(f"{pages_url} does not serve {revision.commit}: {served} ({said})")
        waited = max(0.0, time.time() - repository.committed_at(revision.commit))
        return Later(min(_LONGEST_PAUSE, _FIRST_PAUSE + _GROWTH * waited), f"{served} ({said})")

    def _what_is_served(
        self, order: Order, revision: Revision, pages_url: str, deadline: Deadline
    ) -> str | None:
        """What is served instead of the revision; None once it is the revision."""
        repository = self.desk.repository(order)
        committed = repository.read(revision.commit, revision.witness)
        # A cache would answer with the old bytes, and keep for minutes what it saw a moment ago.
        fresh = f"?revision={revision.commit[:12]}&seen={time.time_ns()}"
        witness = self.view(f"{pages_url}{quote(revision.witness)}{fresh}", deadline)
        if witness.status != 200:
            return f"{revision.witness} answers {witness.status}"
        if witness.content != committed:
            return f"{revision.witness} is not yet the committed one"
        if repository.read(revision.commit, _ENTRY) is None:
            return None
        root = self.view(pages_url + fresh, deadline)
        return None if root.status == 200 else f"the page answers {root.status}"

    def _revision(self, order: Order, commit: str) -> Revision:
        repository = self.desk.repository(order)
        witness = _witness(repository.changed_files(commit))
        workflow = _deploying_workflow(repository, commit)
        proof = next(round_.proof for round_, made in repository.rounds() if made.hexsha == commit)
        return Revision(order.repo, order.round, commit, witness, workflow, proof)


def _deploying_workflow(repository: Repository, commit: str) -> str:
    """The Actions workflow that deploys the page itself; empty where the branch is the page."""
    names = (path for path in repository.paths(commit) if path.startswith(".github/workflows/"))
    deploying = (path for path in names if _DEPLOYS_PAGES in (repository.read(commit, path) or b""))
    return next(deploying, "")


def _witness(changed: tuple[str, ...]) -> str:
    """The changed file that tells most: the page, or any other the hosts serve (no dot files)."""
    served = [path for path in changed if not path.startswith(".") and "/." not in path]
    own = [path for path in served if path not in SITE_PATHS]
    return _ENTRY if _ENTRY in own else (own or served)[0]
