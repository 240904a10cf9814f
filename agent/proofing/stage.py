"""The proofing stage: an attempt against the checks of its round and of every round before."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from agent import evidence
from agent.deadline import Deadline
from agent.desk import Desk
from agent.proofing.planning import checks_of, tests_of
from agent.proofing.prover import Prover, needing_tests
from agent.validity import faults
from agent.values import Attachment, Attempt, Job, Order, Plan, Proof


@dataclass(frozen=True)
class Proofing:
    """Proves attempts and keeps what was seen as evidence."""

    desk: Desk
    prover: Prover
    deadlines: Callable[[Job], Deadline]

    def prove(self, order: Order, plan: Plan, attempt: Attempt) -> Proof | None:
        """The proof, without its pictures: those are in the evidence. Raises ProofingError.

        None: the attempt, or a test that was planned, was on a machine that is gone.
        """
        repository = self.desk.repository(order)
        checks, tests = checks_of(self.desk, order), tests_of(repository, order)
        planned = sum(sentence in tests for sentence in needing_tests(checks))
        if planned < plan.tests or not repository.holds(order.round, attempt):
            return None
        files = repository.files(attempt.commit)
        attachments = self.desk.attachments(order)
        deadline, briefs = self.deadlines(order.job), (self.desk.brief(order).text,)
        proof = self.prover.prove(files, checks, tests, attachments, deadline, briefs=briefs)
        proof = replace(proof, faults=(*_invalid(files, attachments), *proof.faults))
        repository.record_evidence(order.round, evidence.of_proof(attempt.number, proof))
        return replace(proof, screenshots={})


def _invalid(files: Mapping[str, bytes], attachments: Sequence[Attachment]) -> tuple[str, ...]:
    """Files that are not what their names say; what came with the brief is as it was sent."""
    sent = {attachment.name: attachment.content for attachment in attachments}
    made = {path: content for path, content in files.items() if sent.get(path) != content}
    return tuple(map(str, faults(made)))
