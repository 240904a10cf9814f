"""The polish step: has one more draft written, for what a review objects to."""

from collections.abc import Sequence
from dataclasses import dataclass

from agent.loaded_job import LoadedJob
from agent.looks import Review
from agent.steps.draft import Drafting
from agent.values import Draft, ProvedDraft, RefusedDraft


@dataclass(frozen=True)
class Polishing:
    """Asks the writer as the draft step does; a draft is there already, so failing ends nothing."""

    drafting: Drafting

    def polish(
        self, loaded: LoadedJob, tried: Sequence[ProvedDraft | RefusedDraft], review: Review
    ) -> Draft | RefusedDraft:
        """The polished draft, recorded, or why there is none. Raises WorkspaceLost."""
        return self.drafting.draft(loaded, tried, review.objections)
