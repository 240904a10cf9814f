"""The prove step: tries a draft against the checks of its round and of every round before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agent import evidence
from agent.errors import WorkspaceLost
from agent.loaded_job import LoadedJob
from agent.proofing.planning import tests_of, withdrawn_tests
from agent.proofing.prover import Prover, needing_tests
from agent.proofing.superseding import with_superseded
from agent.validity import faults
from agent.values import Attachment, Check, Draft, Outcome, Plan, Proof, Verdict


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
        planned = needing_tests(checks)
        withdrawn = withdrawn_tests(repository, loaded.round)
        known = sum(sentence in tests or sentence in withdrawn for sentence in planned)
        if known < plan.tests or not repository.holds(loaded.round, draft):
            raise WorkspaceLost(f"draft {draft.number} was on a machine that is gone")
        files = repository.files(draft.commit)
        attachments = loaded.attachments
        briefs = (loaded.brief.text, *(round_.brief for round_ in loaded.earlier))
        proof = self.prover.prove(
            files, checks, tests, attachments, loaded.deadlines.proving, briefs=briefs
        )
        proof = replace(
            proof,
            verdicts=with_superseded(_with_reasons(proof, withdrawn), _claimed(loaded, draft)),
            faults=(*_invalid(files, attachments), *proof.faults),
        )
        loaded.record(evidence.of_proof(draft.number, proof))
        return replace(proof, screenshots={})


def _with_reasons(proof: Proof, withdrawn: Mapping[str, str]) -> tuple[Verdict, ...]:
    """The verdicts; where a test was taken back, they say so."""
    return tuple(
        replace(verdict, observed=f"its test was withdrawn: {withdrawn[verdict.check.text]}")
        if verdict.check.text in withdrawn and verdict.outcome is Outcome.UNPROVED
        else verdict
        for verdict in proof.verdicts
    )


def _claimed(loaded: LoadedJob, draft: Draft) -> list[Check]:
    """The checks that a model showed to be overridden, with this draft or one before it."""
    folders = map(evidence.attempt_folder, range(1, draft.number + 1))
    records = (loaded.evidence(f"{folder}/superseded.json") for folder in folders)
    texts = {text for record in records for text in evidence.superseded_of(record)}
    return [check for check in loaded.checks if check.text in texts and check.round < loaded.round]


def _invalid(files: Mapping[str, bytes], attachments: Sequence[Attachment]) -> tuple[str, ...]:
    """Files that are not what their names say; what came with the brief is as it was sent."""
    sent = {attachment.name: attachment.content for attachment in attachments}
    made = {path: content for path, content in files.items() if sent.get(path) != content}
    return tuple(map(str, faults(made)))
