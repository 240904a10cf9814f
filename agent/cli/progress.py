"""What a person at the terminal sees while waiting, and the story as text."""

import time
from collections.abc import Sequence
from typing import Any, TextIO

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from agent import scaffold
from agent.models.weights import Progress as Report

_LINE_SECONDS = 5.0


def on(stream: TextIO) -> Report:
    """Shows a download: a bar on a terminal, elsewhere a line every few seconds."""
    return _bar(stream) if stream.isatty() else _lines(stream)


def story(told: Sequence[dict[str, Any]]) -> str:
    return scaffold.text("cli/history.txt", told=told)


def _bar(stream: TextIO) -> Report:
    columns = (
        TextColumn("fetching the model"),
        BarColumn(),
        DownloadColumn(),
        TimeRemainingColumn(),
    )
    bar = Progress(*columns, console=Console(file=stream), transient=True)
    task = bar.add_task("fetch", total=None)

    def report(done: int, total: int) -> None:
        bar.start()
        bar.update(task, completed=done, total=total)
        if done >= total:
            bar.stop()

    return report


def _lines(stream: TextIO) -> Report:
    told_at = 0.0

    def report(done: int, total: int) -> None:
        nonlocal told_at
        if time.monotonic() - told_at >= _LINE_SECONDS or done >= total:
            told_at = time.monotonic()
            print(
                f"fetching the model: {done / 1e6:.0f} of {total / 1e6:.0f} MB",
                file=stream,
            )

    return report
