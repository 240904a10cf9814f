"""The prove step: tries a draft against the checks of its round and of every round before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agent import evidence
from agent.errors import WorkspaceLost
from agent.loaded_job import LoadedJob
from agent.proofing.planning import tests_of
from agent.proofing.prover import Prover, needing_tests
from agent.validity import faults
from agent.values import Attachment, Draft, Plan, Proof


@dataclass(frozen=True)
class Proving:
    """Proves drafts and keeps what was seen as evidence."""

    prover: Prover

    def prove(self, loaded: LoadedJob, plan: Plan, draft: Draft) -> Proof:
        """The proof, without its pictures: the evidence has them.

        Raises ProofingError, and WorkspaceLost where the draft or a planned test is gone.
        """
        repository, checks = loaded.repository, loaded.checks
        tests = tests_of(repository, loaded.round)
        planned = sum(sentence in tests for sentence in needing_tests(checks))
        if planned < plan.tests or not repository.holds(loaded.round, draft):
            raise WorkspaceLost(f"draft {draft.number} was on a machine that is gone")
        files = repository.files(draft.commit)
        attachments = loaded.attachments
        briefs = (loaded.brief.text, *(round_.brief for round_ in loaded.earlier))
        proof = self.prover.prove(
            files, checks, tests, attachments, loaded.deadlines.proving, briefs=briefs
        )
        proof = replace(proof, faults=(*_invalid(files, attachments), *proof.faults))
        loaded.record(evidence.of_proof(draft.number, proof))
        return replace(proof, screenshots={})


def _invalid(files: Mapping[str, bytes], attachments: Sequence[Attachment]) -> tuple[str, ...]:
    """Files that are not what their names say; what came with the brief is as it was sent."""
    sent = {attachment.name: attachment.content for attachment in attachments}
    made = {path: content for path, content in files.items() if sent.get(path) != content}
    return tuple(map(str, faults(made)))
