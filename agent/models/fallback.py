"""The one place that asks again: a model that may recover, then the next model."""

import itertools
import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from agent.deadline import Deadline
from agent.errors import ModelError
from agent.models.error_messages import ModelBusy
from agent.ports import Listener, Model, Prompt
from agent.values import Answer

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.25
_LEAST_PATIENCE = 1.0


class FirstThatAnswers:
    """Models in the order in which they are asked; itself a Model, named for the first.

    A model that is only busy is asked up to `tries` times, after `first_wait` seconds, then twice
    that, or as long as it asks for; but neither a wait nor a silence goes past the model's equal
    share of the time that is left, so that the models after it get theirs.
    """

    def __init__(self, models: Sequence[Model], tries: int = 3, first_wait: float = 1.0) -> None:
        if not models:
            raise ValueError("there is a model to ask")
        self.name = models[0].name
        self._models = tuple(models)
        self._tries = tries
        self._first_wait = first_wait

    def answer(self, prompt: Prompt, deadline: Deadline, listen: Listener) -> Answer:
        """The first answer. Raises a ModelError that lists what each model said last.

        `listen` may hear pieces of several tries; the answer has the failures before it.
        """
        question = _Question(prompt, deadline, listen)
        last: list[str] = []
        for number, model in enumerate(self._models):
            deadline.check()
            share = deadline.sooner(deadline.remaining / (len(self._models) - number))
            try:
                answer = self._ask(model, question, share)
                return replace(answer, failures=tuple(question.failures))
            except ModelError as error:
                level = logging.INFO if prompt.is_optional else logging.WARNING
                _log.log(level, "model %s gave no answer: %s", model.name, error)
                last.append(f"- {error}")
        raise ModelError("\n".join(["no model answered:", *last]))

    def _ask(self, model: Model, question: "_Question", share: Deadline) -> Answer:
        for number in itertools.count():
            deadline = question.deadline.with_patience(max(share.remaining, _LEAST_PATIENCE))
            try:
                return model.answer(question.prompt, deadline, question.listen)
            except ModelError as error:
                question.failures.append(str(error))
                wait = self._wait_after(error, number)
                if wait is None or wait >= share.remaining:
                    raise
                _log.info("model %s: again in %.1f s: %s", model.name, wait, error)
            _wait(wait, question.deadline)
        raise AssertionError("the tries are counted")

    def _wait_after(self, error: ModelError, number: int) -> float | None:
        """Seconds until the model is asked again; None: it is not."""
        if not isinstance(error, ModelBusy) or number + 1 >= self._tries:
            return None
        return max(self._first_wait * float(2**number), error.retry_after or 0.0)


@dataclass(frozen=True, slots=True)
class _Question:
    """What all models are asked, and what went wrong so far."""

    prompt: Prompt
    deadline: Deadline
    listen: Listener
    failures: list[str] = field(default_factory=list)


def _wait(seconds: float, deadline: Deadline) -> None:
    """Raises what the deadline raises, soon after there is no point in waiting."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        deadline.check()
        time.sleep(min(left, _LOOK_SECONDS))
