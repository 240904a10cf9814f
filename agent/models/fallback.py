"""The one place that asks again: a model that may recover, then the next model."""

import logging
import time
from collections.abc import Sequence

from agent.deadline import Deadline
from agent.errors import ModelError
from agent.models.error_messages import ModelBusy
from agent.ports import Listener, Model, Prompt
from agent.values import Answer

_log = logging.getLogger(__name__)

_LOOK_SECONDS = 0.25


class FirstThatAnswers:
    """Models in the order in which they are asked; itself a Model, named for the first.

    A model that is only busy is asked up to `tries` times, after `first_wait` seconds, then twice
    that, or as long as it asks for; but no wait goes past the model's equal share of the time
    that is left, so that the models after it get theirs.
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

        `listen` may hear pieces of several tries.
        """
        said: list[str] = []
        for number, model in enumerate(self._models):
            deadline.check()
            share = deadline.sooner(deadline.remaining / (len(self._models) - number))
            try:
                return self._ask(model, prompt, deadline, share, listen)
            except ModelError as error:
                level = logging.INFO if prompt.is_optional else logging.WARNING
                _log.log(level, "model %s gave no answer: %s", model.name, error)
                said.append(f"- {error}")
        raise ModelError("\n".join(["no model answered:", *said]))

    def _ask(
        self,
        model: Model,
        prompt: Prompt,
        deadline: Deadline,
        share: Deadline,
        listen: Listener,
    ) -> Answer:
        for number in range(self._tries - 1):
            try:
                return model.answer(prompt, deadline, listen)
            except ModelBusy as busy:
                wait = max(self._first_wait * 2**number, busy.retry_after or 0.0)
                if wait >= share.remaining:
                    raise
                _log.info("model %s: again in %.1f s: %s", model.name, wait, busy)
            _wait(wait, deadline)
        return model.answer(prompt, deadline, listen)


def _wait(seconds: float, deadline: Deadline) -> None:
    """Raises what the deadline raises, soon after there is no point in waiting."""
    until = time.monotonic() + seconds
    while (left := until - time.monotonic()) > 0:
        deadline.check()
        time.sleep(min(left, _LOOK_SECONDS))
