"""The prove step: tries a draft against the checks of its round and of every round before."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from agent import evidence
from agent.errors import DeadlinePassed, ProofingError, WorkspaceLost
from agent.loaded_job import LoadedJob
from agent.proofing.own_tests import OwnTests, own_tests_of
from agent.proofing.planning import tests_of, withdrawn_tests
from agent.proofing.prover import Prover, needing_tests
from agent.proofing.superseding import with_superseded
from agent.steps.plan import asked_of
from agent.validity import faults
from agent.values import (
    Attachment,
    Check,
    Draft,
    Outcome,
    Plan,
    Proof,
    RefusedDraft,
    Verdict,
)


@dataclass(frozen=True)
class Proving:
    """Proves drafts and keeps what was seen as evidence."""

    prover: Prover

    def prove(self, loaded: LoadedJob, plan: Plan, draft: Draft) -> Proof:
        """The proof, without its pictures: the evidence has them.

        Raises ProofingError, and WorkspaceLost where the draft or a planned test is gone.
        """
        repository = loaded.repository
        if not repository.holds(loaded.round, draft) or not _holds_tests(loaded, plan):
            raise WorkspaceLost(f"draft {draft.number} was on a machine that is gone")
        files, asked = repository.files(draft.commit), asked_of(loaded)
        own = own_tests_of(repository, loaded.round) if plan.own_tests else OwnTests()
        proof = self.prover.prove(
            files,
            loaded.checks,
            tests_of(repository, loaded.round),
            loaded.attachments,
            loaded.deadlines.proving,
            briefs=asked.briefs,
            grounds=asked.grounds,
            own=own.wanted,
        )
        withdrawn = withdrawn_tests(repository, loaded.round)
        claimed, asked_for = _claimed(loaded, draft, own), proof.verdicts
        proof = replace(
            proof,
            verdicts=with_superseded(_with_reasons(proof, withdrawn), claimed, asked_for),
            own_tests=(*with_superseded(proof.own_tests, claimed, asked_for), *_overridden(own)),
            faults=(*_invalid(files, loaded.attachments), *proof.faults),
        )
        loaded.record(evidence.of_proof(draft.number, proof))
        return replace(proof, screenshots={})

    def prove_polished(self, loaded: LoadedJob, plan: Plan, draft: Draft) -> Proof | RefusedDraft:
        """The proof of a polished draft, or why there is none: a good draft is there already.

        Raises WorkspaceLost.
        """
        try:
            return self.prove(loaded, plan, draft)
        except (ProofingError, DeadlinePassed) as error:
            reason, deadline = f"it could not be proved: {error}", loaded.deadlines.whole.at
            loaded.record(evidence.of_refusal(draft.number, reason, deadline))
            return RefusedDraft(draft.number, reason, deadline)


def _holds_tests(loaded: LoadedJob, plan: Plan) -> bool:
    """Whether the planned tests are on record here; evidence does not leave its machine."""
    repository = loaded.repository
    withdrawn = withdrawn_tests(repository, loaded.round)
    known = {*tests_of(repository, loaded.round), *withdrawn}
    planned = sum(sentence in known for sentence in needing_tests(loaded.checks))
    own = own_tests_of(repository, loaded.round).tests
    return planned >= plan.tests and len(own) + len(withdrawn) >= plan.own_tests


def _overridden(own: OwnTests) -> list[Verdict]:
    """The verdicts of own tests that this round's brief overrides, in its words."""
    return [
        Verdict(each.check, Outcome.SUPERSEDED, f"this round asks for something else: {said}")
        for each in own.tests
        if (said := own.overridden.get(each.check.text))
    ]


def _with_reasons(proof: Proof, withdrawn: Mapping[str, str]) -> tuple[Verdict, ...]:
    """The verdicts; where a test was taken back, they say so."""
    return tuple(
        replace(verdict, observed=f"its test was withdrawn: {withdrawn[verdict.check.text]}")
        if verdict.check.text in withdrawn and verdict.outcome is Outcome.UNPROVED
        else verdict
        for verdict in proof.verdicts
    )


def _claimed(loaded: LoadedJob, draft: Draft, own: OwnTests) -> list[Check]:
    """The checks that a model showed to be overridden, with this draft or one before it."""
    folders = map(evidence.attempt_folder, range(1, draft.number + 1))
    records = (loaded.evidence(f"{folder}/superseded.json") for folder in folders)
    texts = {text for record in records for text in evidence.superseded_of(record)}
    checks = (*loaded.checks, *(each.check for each in own.wanted))
    return [check for check in checks if check.text in texts and check.round < loaded.round]


def _invalid(files: Mapping[str, bytes], attachments: Sequence[Attachment]) -> tuple[str, ...]:
    """Files that are not what their names say; what came with the brief is as it was sent."""
    sent = {attachment.name: attachment.content for attachment in attachments}
    made = {path: content for path, content in files.items() if sent.get(path) != content}
    return tuple(map(str, faults(made)))
