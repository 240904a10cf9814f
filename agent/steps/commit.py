"""The commit step: the best draft becomes the round's one commit on `main`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from agent import evidence, readme, shared_files
from agent.budget import all_spent
from agent.errors import WorkspaceLost
from agent.loaded_job import LoadedJob
from agent.revisions import revision_of
from agent.scaffold import is_site_path
from agent.values import Outcome, ProvedDraft, Remote, Revision, Round


@dataclass(frozen=True)
class Committing:
    """Renders the scaffolds with the proof, and commits.

    `address` tells where a repository's page will be; empty where only its host knows.
    """

    holder: str
    address: Callable[[Remote], str] = lambda remote: ""

    def commit(self, loaded: LoadedJob, best: ProvedDraft) -> Revision:
        """The round's revision. Raises WorkspaceLost where the draft is not here."""
        repository = loaded.repository
        commit = repository.answer_to(loaded.request)
        if commit is None:
            if not repository.holds(loaded.round, best.draft):
                raise WorkspaceLost(f"draft {best.draft.number} was on a machine that is gone")
            commit = self._made(loaded, best)
        else:
            repository.mark(loaded.round, commit)
        revision = revision_of(loaded, commit, best.proof.counts)
        return replace(revision, spent=all_spent(loaded))

    def _made(self, loaded: LoadedJob, best: ProvedDraft) -> str:
        draft = best.draft
        round_ = Round.of(
            loaded.brief, draft.summary, draft.model, best.proof.summary, loaded.request
        )
        superseded = [v for v in best.proof.verdicts if v.outcome is Outcome.SUPERSEDED]
        round_ = replace(round_, superseded=tuple(verdict.check.text for verdict in superseded))
        app = readme.AppDescription.of(
            loaded, round_, draft.summary, draft.explanation, self.holder
        )
        app = replace(app, address=self.address(loaded.remote))
        head = loaded.repository.head
        if head and (edits := shared_files.edits(readme.written_at(loaded, head), app.last)):
            loaded.record(evidence.of_edits(edits))
        files = loaded.repository.files(draft.commit)
        picture = loaded.evidence(f"{evidence.attempt_folder(draft.number)}/screenshot.png")
        site = readme.render(app, files, best.proof, picture)
        return loaded.repository.commit_round(round_, {**_own(files), **site})


def _own(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """The app without what the round before had rendered."""
    return {path: content for path, content in files.items() if not is_site_path(path)}
