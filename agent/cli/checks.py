"""`galley check`: what works, what does not, and what to do about it, one line each."""

import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from git import Git, GitCommandNotFound

from agent.build import github_of, host_accesses, routes_of, weights_of
from agent.cli.endpoints import Endpoint, endpoint
from agent.cli.findings import (
    NO_JOURNAL,
    CheckLine,
    as_readiness,
    journal_line,
    journal_reached,
    settings_line,
    workspace_line,
)
from agent.cli.journals import idle_jobs
from agent.errors import ConfigurationError
from agent.forges.github_access import access
from agent.job_storage import journal_of
from agent.models import model_choice, remote
from agent.models.embedded import engine_problem
from agent.models.weights import own_file
from agent.proofing.chromium_process import find_executable
from agent.settings import Settings
from agent.url_display import shown_url

_OLDEST_GIT = (2, 30)


def checked(settings: Settings, environment: Mapping[str, str]) -> list[CheckLine]:
    """Every finding; no work is done. The services that have a key are asked about it."""
    here = _here(settings, environment, [], _journal_opened)
    return [*here, *_endpoints(settings), *_github(settings), *_hosts(settings)]


def _here(
    settings: Settings,
    environment: Mapping[str, str],
    needed: Sequence[Path],
    journal: Callable[[Settings], str],
) -> list[CheckLine]:
    """What this machine has, without asking other machines; `needed` has to be there already."""
    workspace = workspace_line(settings, needed)
    skipped = CheckLine("journal", False, "not looked at without a workspace", workspace.action)
    return [
        settings_line(settings),
        _git(),
        workspace,
        journal_line(settings, journal) if workspace.is_fine else skipped,
        _model(settings, environment),
        _browser(settings, environment),
    ]


def readiness(settings: Settings, environment: Mapping[str, str]) -> dict[str, Any]:
    """This machine's part for `GET /ready`, which anybody may ask as often as they like.

    Proofs go on without a browser, so that one may be missing.
    """
    return as_readiness(_here(settings, environment, _made_at_start(settings), journal_reached))


def _github(settings: Settings) -> list[CheckLine]:
    if settings.forge_name != "github":
        return []
    found = access(github_of(settings), settings.allow_workflows, settings.github_username)
    return [CheckLine("github", item.is_fine, item.finding, item.action) for item in found]


def _hosts(settings: Settings) -> list[CheckLine]:
    return [
        CheckLine(name, found.is_fine, found.finding, found.action)
        for name, found in host_accesses(settings)
    ]


def _git() -> CheckLine:
    try:
        version = Git().version_info
    except GitCommandNotFound:
        return CheckLine("git", False, "not found", "install git and put it on the PATH")
    told = ".".join(map(str, version))
    oldest = ".".join(map(str, _OLDEST_GIT))
    if version[:2] < _OLDEST_GIT:
        return CheckLine("git", False, told, f"install git {oldest} or newer")
    return CheckLine("git", True, told)


def _made_at_start(settings: Settings) -> list[Path]:
    """What a server finds in its workspace as long as nobody removes it."""
    root, journal = settings.workspace.resolve(), journal_of(settings)
    repositories = [root / "repos"] if settings.execute else []
    requests = [] if journal.is_shared else [root / "inbox", journal.file]
    return [root, *repositories, *requests]


def _journal_opened(settings: Settings) -> str:
    """Opens the journal as a server does, or a new one in its place. Raises GalleyError, OSError.

    That shows whether dbos, Python and SQLite of this machine work together.
    """
    if journal_of(settings).exists:
        with idle_jobs(settings) as jobs:
            return "" if jobs.rehearse(settings.concurrency) else ", a running process has it open"
    with tempfile.TemporaryDirectory(dir=settings.workspace) as scratch:
        with idle_jobs(settings.model_copy(update={"workspace": Path(scratch)})) as jobs:
            jobs.rehearse(settings.concurrency)
    return NO_JOURNAL


def _model(settings: Settings, environment: Mapping[str, str]) -> CheckLine:
    """The models in the order in which they are asked, or the first that cannot be."""
    try:
        routes = routes_of(settings) or (model_choice.Route(model_choice.EMBEDDED),)
    except ConfigurationError as error:
        return CheckLine("model", False, str(error), "set the key")
    lines = [_route(route, settings, environment) for route in routes]
    told = ", then ".join(line.finding for line in lines)
    action = "; ".join(line.action for line in lines if line.action)
    return next(
        (line for line in lines if not line.is_fine), CheckLine("model", True, told, action)
    )


def _route(
    route: model_choice.Route, settings: Settings, environment: Mapping[str, str]
) -> CheckLine:
    if route.name == model_choice.EMBEDDED:
        return _embedded(settings, environment)
    if route.name.startswith(model_choice.SCRIPTED):
        return _scripted(Path(route.name.removeprefix(model_choice.SCRIPTED)))
    return CheckLine("model", True, _shown(route))


def _scripted(folder: Path) -> CheckLine:
    if any(path.stem.isdecimal() for path in folder.glob("*.md")):
        return CheckLine("model", True, f"{model_choice.SCRIPTED}{folder}")
    finding = "has no 1.md, 2.md, …" if folder.is_dir() else "is no folder"
    action = "set MODEL to scripted: and a folder of answers, or unset it"
    return CheckLine("model", False, f"{model_choice.SCRIPTED}{folder}: {folder} {finding}", action)


def _embedded(settings: Settings, environment: Mapping[str, str]) -> CheckLine:
    if problem := engine_problem():
        action = "set OPENAI_API_KEY, GEMINI_API_KEY or AIPIPE_AKI_KEY"
        return CheckLine("model", False, f"embedded: {problem}", action)
    if settings.model_path:
        try:
            return CheckLine("model", True, f"embedded, {own_file(Path(settings.model_path))}")
        except ConfigurationError as error:
            return CheckLine("model", False, str(error), "set MODEL_PATH to a GGUF file")
    if weights_of(environment).is_here():
        return CheckLine("model", True, "embedded, weights are in the cache")
    return CheckLine("model", True, "embedded", "its weights (1.1 GB) are fetched at the first run")


def _endpoints(settings: Settings) -> list[CheckLine]:
    try:
        routes = routes_of(settings) or ()
    except ConfigurationError:  # the line of the model tells it
        return []
    remote.provide(settings.other_variables)
    found = dict.fromkeys(endpoint(route) or _provider(route) for route in routes)
    return [
        CheckLine("endpoint", item.is_fine, item.finding, item.action) for item in found if item
    ]


def _provider(route: model_choice.Route) -> Endpoint | None:
    """What is missing for a model that only the models' library knows the address of."""
    reason = remote.why_unusable(route.name) if route.is_remote else ""
    return Endpoint(False, reason, "set it, or set another MODEL") if reason else None


def _shown(route: model_choice.Route) -> str:
    return f"{route.name} at {shown_url(route.base_url)}" if route.base_url else route.name


def _browser(settings: Settings, environment: Mapping[str, str]) -> CheckLine:
    try:
        executable = find_executable(settings.chromium_path, environment)
    except ConfigurationError as error:
        return CheckLine("browser", False, str(error), "set CHROMIUM_PATH to one, or unset it")
    if executable:
        return CheckLine("browser", True, str(executable))
    action = (
        "`make browser`, or install chromium and set CHROMIUM_PATH; until then no page is proved"
    )
    return CheckLine("browser", False, "no Chromium found", action)
