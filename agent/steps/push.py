"""The push step: the round's commit goes to the forge, once the push guard has looked at it."""

from dataclasses import dataclass

from agent import evidence, readme, shared_files
from agent.errors import (
    ForgeBusy,
    ForgeError,
    MergeConflict,
    RemoteMoved,
    Unpublishable,
    WorkspaceLost,
)
from agent.loaded_job import LoadedJob
from agent.ports import Forge, Host
from agent.push_guard import PushGuard
from agent.revisions import revision_of
from agent.values import Revision


@dataclass(frozen=True)
class Pushing:
    """Pushes `main` and the round's tag, never by force."""

    forge: Forge
    guard: PushGuard
    host: Host

    def push(self, loaded: LoadedJob, revision: Revision) -> Revision:
        """The revision as it is on the forge.

        What others pushed meanwhile is kept: the round's commit moves on top of it where the
        files differ. A commit that is refused for good leaves `main`: the next round must not push
        it. Raises ForgeError, RemoteMoved, and WorkspaceLost where the commit is not here.
        """
        repository = loaded.repository
        commit = repository.answer_to(loaded.request) or self._reinstated(loaded)
        if commit is None:
            raise WorkspaceLost(f"{revision.commit} was on a machine that is gone")
        if commit != revision.commit:  # an earlier try moved it
            repository.mark(loaded.round, commit)
            revision = revision_of(loaded, commit, revision.counts)
        if revision.workflow:  # the workflow starts with the push, and needs a site to deploy to
            self.host.request(loaded.remote, revision)
        try:
            self.guard.check(repository)
            return self._pushed(loaded, revision)
        except ForgeBusy:
            raise
        except (Unpublishable, MergeConflict):
            repository.withdraw(loaded.round)
            raise
        except ForgeError:
            self._look_whether_moved(loaded)
            repository.withdraw(loaded.round, keep=True)
            raise

    def _look_whether_moved(self, loaded: LoadedJob) -> None:
        """Raises RemoteMoved for a repository that was renamed or transferred meanwhile."""
        found = self.forge.find(loaded.remote.repo)
        if found and found.git_url != loaded.remote.git_url:
            raise RemoteMoved(f"{loaded.remote.repo_url} is {found.repo_url} now") from None

    def _reinstated(self, loaded: LoadedJob) -> str | None:
        """The commit of an earlier try that was refused: the reason may have been removed."""
        return loaded.repository.reinstate(loaded.round, loaded.request)

    def _pushed(self, loaded: LoadedJob, revision: Revision) -> Revision:
        """The revision as it was pushed; if it had to move, as what it became."""
        repository, transport = loaded.repository, self.forge.transport()
        url = loaded.remote.git_url
        if repository.push(url, loaded.round, transport):
            return revision
        theirs = repository.fetch(url, transport)
        if theirs is None:
            raise ForgeError(f"{loaded.remote.repo_url} refused the push and has no main branch")
        commit = repository.move_onto(theirs, loaded.round)
        last = readme.last_written(loaded, before=loaded.round)
        edits = shared_files.edits(readme.written_at(loaded, theirs), last)
        if edits and edits != evidence.edits_of(loaded.evidence(evidence.EDITS)):
            loaded.record(evidence.of_edits(edits))
        moved = revision_of(loaded, commit, revision.counts)
        if not repository.push(url, loaded.round, transport):
            raise ForgeBusy(f"{loaded.remote.repo_url} changes faster than it can be pushed to")
        return moved
