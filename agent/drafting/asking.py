"""The road for capable models: ask for the whole app, then for changes to what is wrong with it."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent import scaffold
from agent.choosing import choose
from agent.deadline import Deadline
from agent.drafting import answer, looks
from agent.drafting.assignment import Assignment
from agent.drafting.conversation import Conversation
from agent.drafting.stopping import enough
from agent.drafting.traits import Format
from agent.drafting.writing import Attempting, Tried, Written
from agent.ports import Message, Model, Prompt
from agent.scaffold import SITE_PATHS
from agent.values import Outcome, Trial


@dataclass(frozen=True)
class Asking:
    """Speaks Writer; `revises_by` is how changes are asked for."""

    model: Model
    revises_by: Format
    max_repairs: int

    def write(self, attempting: Attempting) -> Written:
        best = best_of(attempting.tried)
        base = best.files if best else attempting.assignment.base
        conversation = Conversation(self.model, base, attempting)
        files = conversation.hold(self._prompt(attempting.assignment, base, best))
        said = [turn.text for _, turn in attempting.turns]
        explanation = answer.explanation(said, files)
        summary = answer.summary(said, attempting.assignment.brief.text)
        if best:  # a repair tells of the repair; the round is about the app
            summary = attempting.tried[0].trial.attempt.summary
            explanation = explanation or answer.true_of(best.trial.attempt.explanation, files)
        if same := _with_app(attempting.tried, files):  # other words don't make it another draft
            explanation = same.trial.attempt.explanation
        return Written(files, summary, explanation, attempting.turns[-1][1].model)

    def enough(self, trials: tuple[Trial, ...], number: int, deadline: Deadline) -> str | None:
        return enough(trials, number, self.max_repairs, deadline)

    def _prompt(
        self, assignment: Assignment, base: Mapping[str, bytes], best: Tried | None
    ) -> Prompt:
        current, hidden = assignment.shown(base)
        kind = "repair" if best else "revise" if assignment.is_revision else "build"
        proof = best.trial.proof if best else None
        text = scaffold.prompt(
            kind,
            brief=assignment.brief,
            earlier=assignment.earlier,
            shapes=assignment.shapes,
            current=current,
            hidden=hidden,
            format=self.revises_by,
            proof=proof,
            failed=[v for v in proof.verdicts if v.outcome is Outcome.FAILED] if proof else [],
        )
        images = [shape.image for shape in assignment.shapes if shape.image]
        if best and best.picture and looks.are_in_doubt(best.trial.proof):
            images.append(best.picture)
        user = Message("user", text, tuple(images))
        return Prompt((Message("system", scaffold.prompt("system")), user))


def _with_app(tried: tuple[Tried, ...], files: Mapping[str, bytes]) -> Tried | None:
    """The attempt with the same files, those that are written for models left out."""
    return next((each for each in tried if _app(each.files) == _app(files)), None)


def _app(files: Mapping[str, bytes]) -> dict[str, bytes]:
    return {path: content for path, content in files.items() if path not in SITE_PATHS}


def best_of(tried: tuple[Tried, ...]) -> Tried | None:
    """The attempt to go on from: the one that would be published."""
    if not tried:
        return None
    best = choose(tuple(each.trial for each in tried))
    return next(each for each in tried if each.trial is best)
