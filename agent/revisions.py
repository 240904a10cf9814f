"""What a round's commit is as a Revision: its witness, and the workflow that deploys it."""

from agent import evidence
from agent.loaded_job import LoadedJob
from agent.proof_counts import ProofCounts
from agent.scaffold import is_site_path
from agent.url_display import shown_url
from agent.values import Revision
from agent.workspace import requested
from agent.workspace.repository import Repository

ENTRY = "index.html"
_DEPLOYS_PAGES = b"actions/deploy-pages"


def revision_of(loaded: LoadedJob, commit: str, counts: ProofCounts | None) -> Revision:
    repository = loaded.repository
    return Revision(
        repo=loaded.remote.repo,
        round=loaded.round,
        commit=commit,
        witness=_witness(repository.changed_files(commit)),
        workflow=_deploying_workflow(repository, commit),
        proof=repository.round_of(commit).proof,
        counts=counts,
        notes=_notes(loaded),
    )


def _notes(loaded: LoadedJob) -> tuple[str, ...]:
    """What the sender of a brief may not expect."""
    notes = []
    if loaded.round > 1 and not loaded.earlier and loaded.remote.is_new:
        notes.append(
            f"nothing of a round before {loaded.round} was found: a new repository was begun"
        )
    if loaded.earlier and (source := _other_start(loaded)):
        notes.append(f"start_from was not used: this round goes on from round 1, not from {source}")
    kept = loaded.repository.kept_since(loaded.job.accepted_at)
    notes += [f"{what}: kept under {ref} of the clone" for ref, what in kept.items()]
    notes += evidence.edits_of(loaded.evidence(evidence.EDITS))
    if excess := loaded.evidence(evidence.BUDGET):
        notes.append(f"the best attempt so far was published: {excess.decode().strip()}")
    return tuple(notes)


def _other_start(loaded: LoadedJob) -> str:
    """What the request names as the start of a task that has begun from something else."""
    now, first = (requested(loaded.repository, number) or {} for number in (loaded.round, 1))
    source = str(now.get("start_from", ""))
    return shown_url(source) if source != first.get("start_from", "") else ""


def _deploying_workflow(repository: Repository, commit: str) -> str:
    """The Actions workflow that deploys the page itself; empty where the branch is the page."""
    names = (path for path in repository.paths(commit) if path.startswith(".github/workflows/"))
    deploying = (path for path in names if _DEPLOYS_PAGES in (repository.read(commit, path) or b""))
    return next(deploying, "")


def _witness(changed: tuple[str, ...]) -> str:
    """The changed file that shows most: the page, or any other that hosts serve (no dot files)."""
    served = [path for path in changed if not path.startswith(".") and "/." not in path]
    own = [path for path in served if not is_site_path(path)]
    return ENTRY if ENTRY in own else (own or served)[0]
