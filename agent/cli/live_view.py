"""Shows a running job on the last lines of a terminal: its step, what the model writes, the time.

What is logged meanwhile is printed above.
"""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.spinner import Spinner
from rich.text import Text

from agent.inert_text import visible
from agent.jobs import StepRecord
from agent.values import Job

_PER_SECOND = 8
_SHOWN_LINES = 3
_WRITTEN_STEPS = ("plan", "draft", "review", "polish")
"""The steps in which a model writes."""
_STYLES = {
    "passed": "green",
    "failed": "bold red",
    "unproved": "yellow",
    "superseded": "dim",
    "warning:": "yellow",
    "error:": "bold red",
}


class LiveView:
    """The job's last lines, drawn anew several times a second.

    `step` is what the job is at, `answer` what the model has written of its current answer.
    """

    def __init__(
        self, job: Job, step: Callable[[], StepRecord | None], answer: Callable[[], str]
    ) -> None:
        self._job = job
        self._step = step
        self._answer = answer
        self._spinner = Spinner("dots")
        self._named, self._former = "", ""

    def __rich__(self) -> RenderableType:
        step = self._step()
        name, began = (step.name, step.started_at) if step else ("", None)
        answer = self._current_answer(name)
        told = [_clock(time.time() - (began or self._job.accepted_at))]
        if answer:
            told.append(f"{len(answer):,} characters written")
        told.append(f"{_clock(self._job.deadline - time.time())} left")
        head = Text.assemble(
            (f"{name:<8} ", "bold"), str(self._spinner.render(time.time())), "  ", ", ".join(told)
        )
        return Group(_cut(head), *map(_cut, _tail(answer)))

    def _current_answer(self, name: str) -> str:
        """What is written in this step: the answer of the step before says nothing of this one."""
        answer = self._answer()
        if name != self._named:
            self._named, self._former = name, answer
        return answer if name in _WRITTEN_STEPS and answer != self._former else ""


@contextmanager
def shown(view: LiveView, stream: TextIO) -> Iterator[None]:
    """Draw the view on a terminal until the block is left; then its lines are empty."""
    console = Console(file=stream)
    handlers = [
        handler
        for handler in logging.getLogger().handlers
        if isinstance(handler, logging.StreamHandler)
    ]
    streams = [handler.stream for handler in handlers]
    with Live(
        view,
        console=console,
        refresh_per_second=_PER_SECOND,
        transient=True,
        redirect_stdout=False,
    ):
        try:
            for handler in handlers:
                handler.setStream(_Above(console))
            yield
        finally:
            for handler, before in zip(handlers, streams, strict=True):
                handler.setStream(before)


class _Above:
    """A stream whose lines come above the view, in colours that say how things stand."""

    def __init__(self, console: Console) -> None:
        self._console = console

    def write(self, text: str) -> None:
        for line in text.removesuffix("\n").split("\n"):
            self._console.print(_coloured(visible(line)), soft_wrap=True)

    def flush(self) -> None:
        """Each line is on the terminal when `write` returns."""


def _coloured(line: str) -> Text:
    text = Text(line)
    word = line.split(maxsplit=1)[0] if line.strip() else ""
    is_step = bool(word) and not line.startswith(" ") and word not in _STYLES
    start = len(line) - len(line.lstrip())
    text.stylize("bold" if is_step else _STYLES.get(word, ""), start, start + len(word))
    return text


def _tail(answer: str) -> list[Text]:
    """The last lines of what is written, as a terminal may show them."""
    lines = [line for line in answer[-4000:].splitlines() if line.strip()]
    return [
        Text(visible(f"         {line.expandtabs(4)}"), style="dim")
        for line in lines[-_SHOWN_LINES:]
    ]


def _cut(text: Text) -> Text:
    text.no_wrap = True
    text.overflow = "ellipsis"
    return text


def _clock(seconds: float) -> str:
    minutes, rest = divmod(max(0, int(seconds)), 60)
    return f"{minutes}:{rest:02}"
