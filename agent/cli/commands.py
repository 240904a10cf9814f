"""The commands: each reads the settings, does one thing, and prints data to stdout.

Each imports what it needs itself: a whole Galley takes two seconds, and help, a refusal and a list
come without it.
"""

import json
import logging
import os
import sys
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from agent import __version__
from agent.cli import debugging, progress, shell_completion
from agent.cli.exits import BAD_BRIEF, CONFIGURATION, STEP_FAILED
from agent.cli.invocation import command_line
from agent.cli.output import print
from agent.errors import GalleyError

if TYPE_CHECKING:
    from agent.settings import Settings
    from agent.workspace import Workspace

program = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _settings() -> "Settings":
    from agent.settings import Settings

    return Settings.read(os.environ, Path(".env"))


def _task_names(incomplete: str) -> list[str]:
    """The tasks of this workspace that begin so; none where it cannot be read."""
    from agent.story import tasks
    from agent.workspace import Workspace

    try:
        found = tasks(Workspace(_settings().workspace))
    except GalleyError:
        return []
    return [task for task in found if task.startswith(incomplete)]


def _log_as(settings: "Settings") -> None:
    """Log from now on as a server does."""
    from agent.logs import JsonLines, TextLines, set_up

    set_up(JsonLines() if settings.log_format == "json" else TextLines())


def _tell_version(is_asked: bool) -> None:
    if is_asked:
        print(f"galley {__version__}")
        raise typer.Exit


@program.callback()
def _program(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_tell_version, help="Print it.")
    ] = False,
    debug: Annotated[
        bool,
        typer.Option(
            "--debug",
            is_eager=True,
            expose_value=False,
            callback=debugging.asked_for,
            help="Print the traceback of a failure too.",
        ),
    ] = False,
) -> None:
    """A brief becomes a web app that was seen to work before anyone is told about it."""


@program.command()
def run(
    brief: Annotated[
        Path,
        typer.Argument(help="JSON, Markdown or plain text; - is standard input.", metavar="BRIEF"),
    ],
    start_from: Annotated[
        str, typer.Option("--from", help="A repository to begin with.", metavar="PATH_OR_URL")
    ] = "",
    require_proof: Annotated[
        bool, typer.Option("--require-proof", help="End with 1 where a check failed.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Carry one brief through the line, here and now."""
    fields = _fields(brief, start_from)
    from agent.build import Galley
    from agent.cli import runs
    from agent.jobs import State
    from agent.logs import JsonLines, StepLines, set_up
    from agent.web.streamed_answers import StreamedAnswers

    is_live = progress.is_live(sys.stderr, os.environ) and not as_json
    set_up(JsonLines() if as_json else StepLines())
    settings = _settings()
    download = progress.on(sys.stderr, os.environ)
    answers = StreamedAnswers()

    def make(settings: "Settings", base_url: str) -> Galley:
        return Galley(settings, os.environ, base_url, download, answers.listen)

    watch = runs.watching(answers.text) if is_live else runs.nobody_watches
    with runs.finished(settings, make, fields, watch) as record:
        runs.tell(record, as_json)
        if sys.stderr.isatty() and not as_json:
            runs.tell_next(record)
        if record.state is State.DONE and settings.host_name == "local" and sys.stdout.isatty():
            runs.keep_serving()
    if record.state is not State.DONE or (require_proof and not runs.is_proved(record)):
        raise typer.Exit(STEP_FAILED)


def _fields(brief: Path, start_from: str) -> dict[str, Any]:
    """The fields of the request that a brief's file, or standard input, is."""
    is_piped = brief == Path("-")
    if not is_piped and not brief.is_file():
        print(f"galley: no such file: {brief}", file=sys.stderr)
        raise typer.Exit(BAD_BRIEF)
    from agent.intake.brief_file import read_brief

    body = sys.stdin.buffer.read() if is_piped else brief.read_bytes()
    fields = read_brief(body, "" if is_piped else brief.name, brief.parent)
    if start_from:
        is_url = "://" in start_from
        fields["start_from"] = start_from if is_url else str(Path(start_from).resolve())
    return fields


@program.command()
def new(
    task: Annotated[
        str,
        typer.Argument(help="One to change, by a further round.", autocompletion=_task_names),
    ] = "",
    out: Annotated[
        Path | None, typer.Option("--out", help="The file to write.", metavar="BRIEF.json")
    ] = None,
) -> None:
    """Ask for a brief here at the terminal, and write it as a file for `run`."""
    from agent.cli import new_brief

    if out:
        new_brief.refuse_existing(out)
    fields = new_brief.asked(task, _next_round(task) if task else 1)
    path = out or new_brief.free_file(fields)
    new_brief.write(fields, path)
    print(path)
    print(f"galley: now `{command_line('run', str(path))}`", file=sys.stderr)


@program.command()
def serve() -> None:
    """Take briefs at POST /api-endpoint, and serve the local pages."""
    from agent.cli import serving

    settings = _settings()
    _log_as(settings)
    serving.serve(settings, os.environ, progress.on(sys.stderr, os.environ))


@program.command()
def check(as_json: AsJson = False) -> None:
    """Verify the configuration, one line each with the next action."""
    from agent.cli.checks import checked

    logging.getLogger("dbos").setLevel(logging.CRITICAL)  # its errors are told as findings
    found = checked(_settings(), os.environ)
    if as_json:
        print(json.dumps([line.as_json for line in found], indent=1))
    else:
        for line in found:
            print(line)
    if not all(line.is_fine for line in found):
        raise typer.Exit(CONFIGURATION)


@program.command()
def history(
    task: Annotated[
        str,
        typer.Argument(
            help="Which one; without it, the tasks there are.",
            autocompletion=_task_names,
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Tell what was asked, said, tried and sent for a task; from git, failures from the journal."""
    from agent.models.redaction import Redactor
    from agent.story import tasks
    from agent.workspace import Workspace

    settings = _settings()
    workspace = Workspace(settings.workspace, Redactor(settings.secrets()).redact)
    told: list[Any] = _story(settings, workspace, task) if task else tasks(workspace)
    if not told:
        known = ", ".join(tasks(workspace)) or "none"
        asked = f"of task {task} " if task else ""
        print(f"galley: no repository {asked}in this workspace (tasks: {known})", file=sys.stderr)
        raise typer.Exit(STEP_FAILED)
    if as_json:
        print(json.dumps(told, indent=1, ensure_ascii=False))
    else:
        print(progress.story(told) if task else "\n".join(told))
    if not task:
        print("galley: `galley history TASK` tells the story of one", file=sys.stderr)


@program.command()
def export(
    task: Annotated[str, typer.Argument(help="Whose app.", autocompletion=_task_names)],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The archive; by default TASK.zip.")
    ] = None,
) -> None:
    """Pack the app of a task as a zip archive that works when it is opened from a disk."""
    from agent.site_archive import archive, needs_server
    from agent.story import newest
    from agent.workspace import Workspace
    from agent.workspace.repository import MAIN

    repository = newest(Workspace(_settings().workspace), task)
    if repository is None:
        print(f"galley: nothing is published of task {task} in this workspace", file=sys.stderr)
        raise typer.Exit(STEP_FAILED)
    path = output or Path(f"{task}.zip")
    with repository:
        files = repository.files(MAIN)
        packed = archive(files, repository.name, repository.committed_at(MAIN))
    try:
        path.write_bytes(packed)
    except OSError as error:
        raise GalleyError(f"{path} cannot be written: {error.strerror}") from None
    print(path)
    if needs_server(files):
        advice = "unpack it and run `python3 -m http.server` beside it"
        print(f"galley: a script that is a module needs a server: {advice}", file=sys.stderr)


def _next_round(task: str) -> int:
    from agent.story import newest
    from agent.workspace import Workspace

    repository = newest(Workspace(_settings().workspace), task)
    if repository is None:
        return 1
    with repository:
        return repository.rounds()[-1][0].number + 1


def _story(settings: "Settings", workspace: "Workspace", task: str) -> list[dict[str, Any]]:
    """The journal is opened for an order that is not done: to load what reads it takes a second."""
    from agent.story import story

    with ExitStack() as stack:

        @cache
        def failures() -> Callable[[Mapping[str, Any]], str]:
            from agent.cli import journals

            return stack.enter_context(journals.failures_of(settings))

        return story(workspace, task, lambda request: failures()(request))


@program.command()
def jobs(
    limit: Annotated[int, typer.Option(help="How many, from the newest on.", min=1)] = 20,
    as_json: AsJson = False,
) -> None:
    """List the jobs of the journal, the newest first."""
    from agent.cli import journals

    with journals.jobs_of(_settings()) as found:
        records = found.newest(limit)
    if as_json:
        print(json.dumps([record.as_json for record in records], indent=1))
        return
    for record in records:
        print(journals.row(record))


@program.command()
def retry(job: str) -> None:
    """Have a job that failed go on from the failed step, in whatever process works."""
    from agent.cli import journals

    settings = _settings()
    with journals.jobs_of(settings) as found:
        found.retry(job)
        journals.tell(found.find(job), partial(journals.after_retry, settings))


@program.command()
def cancel(job: str) -> None:
    """End a job: nothing more of it is published, and nobody is notified."""
    from agent.cli import journals

    with journals.jobs_of(_settings()) as found:
        found.cancel(job)
        journals.tell(found.find(job), journals.after_cancel)


@program.command()
def completion(
    shell: Annotated[shell_completion.Shell, typer.Argument(help="Whose script.")],
) -> None:
    """Print what a shell runs to complete command lines: eval "$(galley completion bash)"."""
    print(shell_completion.script(shell))


@program.command()
def worker() -> None:
    """Work on jobs that others accept, with the same DATABASE_URL; any number of these may run."""
    from agent.cli import serving

    settings = _settings()
    _log_as(settings)
    serving.work(settings, os.environ, progress.on(sys.stderr, os.environ))
