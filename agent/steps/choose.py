"""The choose step: decides between a draft and the one that was polished after its review."""

from agent import evidence
from agent.loaded_job import LoadedJob
from agent.ranking import is_as_good
from agent.values import ProvedDraft


def choose(loaded: LoadedJob, before: ProvedDraft, after: ProvedDraft) -> ProvedDraft:
    """The polished draft if nothing became worse by it, else the one before."""
    is_kept = after.draft.tree != before.draft.tree and is_as_good(before.proof, after.proof)
    loaded.record(evidence.of_polish(after.draft.number, before.draft.number, is_kept))
    return after if is_kept else before
