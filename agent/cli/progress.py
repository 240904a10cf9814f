"""What a person at the terminal sees while waiting, and the story as text."""

import time
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from agent.cli.output import print

if TYPE_CHECKING:
    from agent.ports import Progress as Report

_LINE_SECONDS = 5.0
_PLAIN_TERMINALS = ("dumb", "unknown")


def is_live(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether lines may be written over and coloured.

    That is on a terminal that can, unless NO_COLOR asks for plain output (no-color.org).
    """
    is_able = environment.get("TERM", "") not in _PLAIN_TERMINALS
    return stream.isatty() and is_able and not environment.get("NO_COLOR")


def on(stream: TextIO, environment: Mapping[str, str]) -> "Report":
    """Shows a download: a bar on a live terminal, elsewhere a line every few seconds."""
    return _bar(stream) if is_live(stream, environment) else _lines(stream)


def story(told: Sequence[dict[str, Any]]) -> str:
    """The story of a task's repositories as a tree: rounds, their attempts, what was proved."""
    from agent import scaffold
    from agent.cli.outline_tree import tree

    return "\n".join(tree(scaffold.text("cli/history.txt", told=told).split("\n")))


def _bar(stream: TextIO) -> "Report":
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

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


def _lines(stream: TextIO) -> "Report":
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
