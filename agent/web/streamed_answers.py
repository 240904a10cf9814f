"""Keeps what the model has written so far of each job's answer, for pages that show it live."""

import threading
from collections import OrderedDict
from collections.abc import Callable

from agent.ports import Listener
from agent.values import Job

_MOST_JOBS = 100
_MOST_CHARACTERS = 200_000


class StreamedAnswers:
    """The answer of the current attempt, by job. Thread-safe; lives as long as the process."""

    def __init__(self, redact: Callable[[str], str] = str) -> None:
        """`redact` takes secrets out of an answer that may not be whole yet."""
        self._redact = redact
        self._answers: OrderedDict[str, list[str]] = OrderedDict()
        self._lock = threading.Lock()

    def listen(self, job: Job) -> Listener:
        """A listener for a new answer, which replaces the one before."""
        pieces: list[str] = []
        with self._lock:
            self._answers[job.id] = pieces
            self._answers.move_to_end(job.id)
            if len(self._answers) > _MOST_JOBS:
                self._answers.popitem(last=False)
        heard = 0

        def hear(piece: str) -> None:
            nonlocal heard
            heard += len(piece)
            if heard <= _MOST_CHARACTERS:
                pieces.append(piece)

        return hear

    def text(self, job: str) -> str:
        with self._lock:
            answer = "".join(self._answers.get(job, ()))
        return self._redact(answer)
