"""The proofing stage: an attempt against the checks of its round and of every round before."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from agent import evidence
from agent.deadline import Deadline
from agent.desk import Desk
from agent.proofing.planning import checks_of, tests_of
from agent.proofing.prover import Prover
from agent.values import Attempt, Job, Order, Proof


@dataclass(frozen=True)
class Proofing:
    """Proves attempts and keeps what was seen as evidence."""

    desk: Desk
    prover: Prover
    deadlines: Callable[[Job], Deadline]

    def prove(self, order: Order, attempt: Attempt) -> Proof:
        """The proof, without its pictures: those are in the evidence. Raises ProofingError."""
        repository = self.desk.repository(order)
        proof = self.prover.prove(
            repository.files(attempt.commit),
            checks_of(self.desk, order),
            tests_of(repository, order),
            self.desk.brief(order).attachments,
            self.deadlines(order.job),
        )
        repository.record_evidence(order.round, evidence.of_proof(attempt.number, proof))
        return replace(proof, screenshots={})
