"""Adds up what the jobs of the journal took: steps, attempts, checks, models, notifications.

The figures are the same whichever process adds them up. They are about the jobs that the journal
holds, so they go down when old jobs leave it.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Lock

from dbos import StepInfo

from agent.jobs.job_records import State
from agent.values import (
    Decision,
    Draft,
    Outcome,
    Proof,
    ProvedDraft,
    Publication,
    Receipt,
    RefusedDraft,
    RetryIn,
    Revision,
)

Figures = Mapping[tuple[str, ...], float]
"""Numbers by the name of a figure and its labels: `("steps", "draft", "done")`."""

_DBOS_OWN = "DBOS."


@dataclass(frozen=True, slots=True)
class JobStanding:
    """Where a job stands, and when its row was last written (epoch, in milliseconds)."""

    id: str
    state: State
    changed_at: int


@dataclass(frozen=True)
class JournalFigures:
    """Looks again only at jobs that may have changed since it looked last."""

    standings: Callable[[], Sequence[JobStanding]]
    steps: Callable[[str], Sequence[StepInfo]]
    _known: dict[JobStanding, Figures] = field(default_factory=dict)
    _lock: Lock = field(default_factory=Lock)

    def total(self) -> Figures:
        """The figures of all jobs. Raises Unavailable."""
        with self._lock:  # who comes meanwhile would do the same work
            standings = self.standings()
            found = {each: self._of(each) for each in standings}
            self._known.clear()
            self._known.update({each: f for each, f in found.items() if each.state.is_final})
        states: list[Figures] = [{("jobs", str(each.state)): 1} for each in standings]
        return _sum([_NOTHING, *states, *found.values()])

    def _of(self, standing: JobStanding) -> Figures:
        known = self._known.get(standing)
        return figures_of(self.steps(standing.id)) if known is None else known


def figures_of(infos: Iterable[StepInfo]) -> Figures:
    """What the recorded steps of one job took."""
    own = [info for info in infos if not info["function_name"].startswith(_DBOS_OWN)]
    read = [
        reader([info for info in own if info["function_name"] in names])
        for names, reader in _READERS.items()
    ]
    return _sum([*map(_step, own), *read])


def _sum(all_figures: Iterable[Figures]) -> Figures:
    total: defaultdict[tuple[str, ...], float] = defaultdict(float)
    for figures in all_figures:
        for name, number in figures.items():
            total[name] += number
    return total


def _step(info: StepInfo) -> Figures:
    name, ending = info["function_name"], "failed" if info["error"] else "done"
    began, ended = info["started_at_epoch_ms"], info["completed_at_epoch_ms"]
    seconds = (ended - began) / 1000 if began is not None and ended is not None else 0.0
    return {("steps", name, ending): 1, ("step_seconds", name): seconds}


def _attempts(infos: Sequence[StepInfo]) -> Figures:
    kinds = {Draft: "drafted", RefusedDraft: "refused"}
    return Counter(("attempts", kinds.get(type(info["output"]), "failed")) for info in infos)


def _checks(infos: Sequence[StepInfo]) -> Figures:
    """The verdicts of the proof that was chosen, or else of the last one."""
    outputs = [info["output"] for info in infos]
    proofs = [each.proof if isinstance(each, ProvedDraft) else each for each in outputs]
    last = next((each for each in reversed(proofs) if isinstance(each, Proof)), None)
    verdicts = last.verdicts if last else ()
    return Counter(("checks", str(verdict.outcome)) for verdict in verdicts)


def _models(infos: Sequence[StepInfo]) -> Figures:
    """What was spent until the commit, or else until the last decision to go on or not."""
    outputs = [info["output"] for info in infos]
    known = [each for each in outputs if isinstance(each, Decision | Revision) and each.spent]
    return _sum(
        {
            ("tokens", each.model, "prompt"): each.usage.prompt_tokens,
            ("tokens", each.model, "completion"): each.usage.completion_tokens,
            ("cost_usd", each.model): each.usage.cost or 0.0,
        }
        for each in (known[-1].spent if known else ())
    )


def _host(infos: Sequence[StepInfo]) -> Figures:
    """From the first look at the host to the one that saw the page."""
    if not any(isinstance(info["output"], Publication) for info in infos):
        return {}
    began, ended = infos[0]["started_at_epoch_ms"], infos[-1]["completed_at_epoch_ms"]
    return {("publications",): 1, ("host_wait_seconds",): ((ended or 0) - (began or 0)) / 1000}


def _tries(infos: Sequence[StepInfo]) -> Figures:
    return Counter(("notification_tries", kind) for info in infos if (kind := _try(info)))


def _try(info: StepInfo) -> str:
    """How a notification ended; empty where nobody was to be notified."""
    if info["error"]:
        return "given_up"
    if isinstance(info["output"], RetryIn):
        return "not_taken"
    is_sent = isinstance(info["output"], Receipt) and bool(info["output"].tries)
    return "taken" if is_sent else ""


_READERS: Mapping[tuple[str, ...], Callable[[Sequence[StepInfo]], Figures]] = {
    ("draft", "polish"): _attempts,
    ("prove", "choose"): _checks,
    ("stop", "commit"): _models,
    ("publish",): _host,
    ("notify",): _tries,
}
_NOTHING: Figures = {
    **{("jobs", str(state)): 0 for state in State},
    **{("attempts", ending): 0 for ending in ("drafted", "refused", "failed")},
    **{("checks", str(outcome)): 0 for outcome in Outcome},
    **{("notification_tries", ending): 0 for ending in ("taken", "not_taken", "given_up")},
    ("publications",): 0,
    ("host_wait_seconds",): 0,
}
"""What there is always a figure for."""
