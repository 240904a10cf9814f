"""`GET /metrics`: what Galley did, in numbers, as Prometheus reads them.

What jobs took comes from the journal, so it is the same whichever process is asked; refusals are
those of this process. No label holds what a caller wrote.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from agent import __version__, scaffold
from agent.jobs import Figures
from agent.web.access import AccessControl
from agent.web.refusal_counts import RefusalCounts

if TYPE_CHECKING:
    from prometheus_client.core import Metric

_MOST_MODELS = 20
_OTHER = "other"
_LABELS: Mapping[str, tuple[str, ...]] = {
    "jobs": ("state",),
    "steps": ("step", "outcome"),
    "step_seconds": ("step",),
    "attempts": ("outcome",),
    "checks": ("outcome",),
    "tokens": ("model", "kind"),
    "cost_usd": ("model",),
    "publications": (),
    "host_wait_seconds": (),
    "notification_tries": ("outcome",),
}


@dataclass(frozen=True, eq=False)
class Metrics:
    """The page for Prometheus; `is_public`: the operator lets anybody read it."""

    access: AccessControl
    figures: Callable[[], Figures]
    refusals: RefusalCounts
    is_public: bool = False

    async def show(self, http: Request) -> Response:
        """Raises HTTPException 401, or Unavailable."""
        if not self.is_public:
            self.access.require(http)
        content, media_type = await run_in_threadpool(self._written)
        return Response(content, headers={"Content-Type": media_type, "Cache-Control": "no-store"})

    def _written(self) -> tuple[bytes, str]:
        from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest

        registry = CollectorRegistry()
        registry.register(self)
        return generate_latest(registry), CONTENT_TYPE_LATEST

    def collect(self) -> Iterable["Metric"]:
        """What prometheus_client calls for each page."""
        from prometheus_client.core import (
            CounterMetricFamily,
            GaugeMetricFamily,
            InfoMetricFamily,
        )

        help_of = dict(line.split(": ", 1) for line in scaffold.text("metrics.txt").splitlines())
        yield InfoMetricFamily("galley", help_of["info"], {"version": __version__})
        figures = _with_few_models(self.figures())
        for name, labels in _LABELS.items():
            family = GaugeMetricFamily(f"galley_{name}", help_of[name], labels=labels)
            for key, number in sorted(figures.items()):
                if key[0] == name:
                    family.add_metric(key[1:], number)
            yield family
        refused = CounterMetricFamily("galley_refusals", help_of["refusals"], labels=("reason",))
        for reason, count in sorted(self.refusals.counted.items()):
            refused.add_metric((reason,), count)
        yield refused


def _with_few_models(figures: Figures) -> Figures:
    """The models that took the most tokens by name, and the others together.

    A provider may answer under as many names as it likes.
    """
    tokens: dict[str, float] = {}
    for name, number in figures.items():
        if name[0] == "tokens":
            tokens[name[1]] = tokens.get(name[1], 0) + number
    largest = sorted(tokens, key=lambda model: (-tokens[model], model))[:_MOST_MODELS]
    found: dict[tuple[str, ...], float] = {}
    for name, number in figures.items():
        is_rare = name[0] in ("tokens", "cost_usd") and name[1] not in largest
        key = (name[0], _OTHER, *name[2:]) if is_rare else name
        found[key] = found.get(key, 0) + number
    return found
