"""The only place that names concrete classes: settings in, a working Galley out."""

import logging
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from agent import __version__, leftovers
from agent.acceptance import Acceptance, limits_of, validate
from agent.budget import Budget
from agent.deadline import Deadline
from agent.drafting.large_model import LargeModelWriter
from agent.drafting.model_profiles import profile_of
from agent.drafting.prompt_material import PROMPT_TOKENS
from agent.drafting.small.strategy import SmallModelWriter
from agent.forges.github import GitHubForge
from agent.forges.github_access import Access
from agent.forges.local_forge import LocalForge
from agent.forges.rest import Rest
from agent.hosts.github_pages import GitHubPages, usual_address
from agent.hosts.github_record import GitHubRecord
from agent.hosts.local_host import LocalHost
from agent.hosts.vercel import Vercel
from agent.hosts.vercel_api import VercelApi
from agent.intake.material import Intake
from agent.intake.request import Request
from agent.job_storage import inbox_of
from agent.jobs import Jobs
from agent.loader import Loader
from agent.models import model_choice, remote
from agent.models.embedded import Embedded
from agent.models.fallback import FirstThatAnswers
from agent.models.hub import Hub
from agent.models.remote import LiteLLM
from agent.models.scripted import Scripted
from agent.models.weights import Weights, cache_folder, own_file
from agent.models.wheels import Wheels
from agent.outbound import Outbound
from agent.page_fetch import fetch_page
from agent.pipeline import Line, produce
from agent.ports import (
    Forge,
    Host,
    Inbox,
    Listener,
    Model,
    Notifier,
    Progress,
    Served,
    Steps,
    Writer,
)
from agent.proofing.chromium import Chromium
from agent.proofing.chromium_process import HOW_TO_INSTALL, find_executable
from agent.proofing.prover import Prover
from agent.push_guard import PushGuard
from agent.push_guard.kingfisher import Kingfisher
from agent.settings import Settings
from agent.site_tree import tree_reader
from agent.start_point import StartPoint
from agent.steps.choose import choose
from agent.steps.commit import Committing
from agent.steps.draft import Drafting
from agent.steps.mirror import Mirroring
from agent.steps.notify import Notifying
from agent.steps.open import Opening
from agent.steps.plan import Planning
from agent.steps.polish import Polishing
from agent.steps.prove import Proving
from agent.steps.publish import Publishing
from agent.steps.push import Pushing
from agent.steps.review import Reviewing
from agent.steps.stop import Stopping
from agent.values import Job, Publication, Receipt, Remote
from agent.workspace import Workspace
from agent.workspace.packing_queue import PackingQueue

if TYPE_CHECKING:
    from agent.hosts.hub_spaces import HubSpaces

_log = logging.getLogger("galley.build")

USER_AGENT = f"galley/{__version__} (a local agent that builds web apps from briefs)"
_MIB = 1024 * 1024
_DRAFTING_SHARE = {"local": 0.9, "pages": 0.6, "space": 0.6, "vercel": 0.7}
_LIBRARY_CAP = 10 * _MIB


def nobody_listens(job: Job) -> Listener:
    return lambda piece: None


@dataclass
class Galley:
    """Everything that runs, put together; leaving the `with` block ends it in order."""

    settings: Settings
    environment: Mapping[str, str]
    base_url: str
    progress: Progress
    listen: Callable[[Job], Listener] = nobody_listens
    acceptance: Acceptance = field(init=False)
    line: Line = field(init=False)
    _packing: PackingQueue = field(init=False)
    _ending: ExitStack = field(default_factory=ExitStack, init=False)
    _preparations: list[Callable[[], None]] = field(default_factory=list, init=False)

    def __enter__(self) -> Self:
        """Ready to accept briefs. Raises ConfigurationError, or ModelError without weights."""
        settings = self.settings
        self.acceptance = Acceptance.of(settings)
        with ExitStack() as ending:
            if settings.execute:
                ending.callback(self.jobs.stop)
                self.jobs.lock_workspace()
                kinds = leftovers.CHROMIUM, leftovers.GIT, leftovers.LLAMA
                leftovers.sweep(Path(tempfile.gettempdir()), *kinds)
                workspace = Workspace(settings.workspace.resolve())
                self.line = self._line(workspace, inbox_of(settings), ending)
                self._packing = ending.enter_context(PackingQueue(workspace))
                ending.callback(self.jobs.stop)  # before what the line stands on
                self.jobs.start(self._produce, settings.concurrency, settings.keep_days)
            else:
                ending.callback(self.jobs.stop)
                self.jobs.accept_only(settings.concurrency)
            self._ending = ending.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._ending.close()

    @property
    def jobs(self) -> Jobs:
        return self.acceptance.jobs

    def validate(self, request: Request) -> None:
        """Raises IntakeError."""
        validate(self.settings, request)

    def load_libraries(self) -> None:
        """Import in the background what the first question to a remote model takes.

        On a busy machine that takes a minute, which would be time of the job that asks.
        """
        routes = routes_of(self.settings) or ()
        if self.settings.execute and any(route.is_remote for route in routes):
            threading.Thread(target=remote.load_library, name="libraries", daemon=True).start()

    def _produce(self, job: Job, steps: Steps) -> tuple[Publication, Receipt]:
        for prepare in self._preparations:  # a server without jobs does without
            prepare()
        publication, receipt = produce(job, self.line, steps)
        self._packing.add(publication.revision.repo)
        return publication, receipt

    def _line(self, workspace: Workspace, inbox: Inbox, ending: ExitStack) -> Line:
        settings = self.settings
        outbound = _outbound_of(settings)
        rest = github_of(settings)
        forge = forge_of(settings, rest)
        parts = HostParts(settings, rest, self.base_url, workspace)
        host, *others = (host_of(name, parts) for name in settings.all_hosts)
        mirrors = dict(zip(settings.all_hosts[1:], others, strict=True))
        intake = Intake(limits_of(settings), outbound.get)
        share = _DRAFTING_SHARE[settings.host_name]
        start = StartPoint(outbound.admit)
        loader = Loader(workspace, forge, inbox, intake, share, start=start)
        browser = self._browser(ending)
        model = model_of(settings, self.environment, self.progress, ending)
        writer = writer_of(settings, model)
        holder = settings.licence_holder or settings.github_username or "the authors"
        planning = self._planning(model, browser is not None)
        drafting = Drafting(
            writer, holder, settings.allow_workflows, self.listen, planning.withdraw
        )
        budget = Budget(settings.max_cost_usd, settings.max_tokens)
        proving = Proving(Prover(browser))
        guard = self._push_guard()
        return Line(
            open=Opening(loader, workspace, forge).open,
            load=loader.load,
            plan=planning.plan,
            stop=Stopping(writer, budget).stop,
            draft=drafting.draft,
            prove=proving.prove,
            review=self._reviewing(model, budget).review,
            polish=Polishing(drafting).polish,
            prove_polished=proving.prove_polished,
            choose=choose,
            commit=Committing(holder, _address_of(settings)).commit,
            push=Pushing(forge, guard, host).push,
            publish=Publishing(host, fetch_page).publish,
            notify=Notifying(notifier_of(settings, outbound)).notify,
            mirror=Mirroring(mirrors, fetch_page).mirror if mirrors else None,
        )

    def _browser(self, ending: ExitStack) -> Chromium | None:
        browser = browser_of(self.settings, self.environment)
        if browser:
            ending.callback(browser.close)
            self._preparations.append(browser.prepare)
        else:
            _log.warning("no browser: what needs one stays UNPROVED; %s", HOW_TO_INSTALL)
        return browser

    def _push_guard(self) -> PushGuard:
        scanner = Kingfisher(_secret_rules(self.environment))
        self._preparations.append(scanner.prepare)
        return PushGuard(self.settings.secrets(), scanner, self.settings.allow_workflows)

    def _planning(self, model: Model, has_browser: bool) -> Planning:
        """Tests of its own are written only where something can run them."""
        writes_tests = profile_of(model.name).writes_tests
        wants_own = {"true": True, "false": False}.get(self.settings.own_tests, writes_tests)
        return Planning(model, writes_tests, self.listen, wants_own and has_browser)

    def _reviewing(self, model: Model, budget: Budget) -> Reviewing:
        """Small models are asked in steps of their own, which have no place for a review."""
        profile = profile_of(model.name)
        is_wanted = {"true": True, "false": False}.get(self.settings.review, profile.sees)
        return Reviewing(model, is_wanted and not profile.is_small, self.listen, budget)


def github_of(settings: Settings) -> Rest:
    """GitHub's API for forge and host together, so that both keep to its limits."""
    token = settings.github_token.get_secret_value()
    return Rest(settings.github_api_url, token, USER_AGENT, settings.github_timeout_seconds)


def forge_of(settings: Settings, rest: Rest) -> Forge:
    return _FORGES[settings.forge_name](settings, rest)


@dataclass(frozen=True)
class HostParts:
    """What hosts are made of; `base_url` is that of the local pages."""

    settings: Settings
    rest: Rest
    base_url: str
    workspace: Workspace


def host_of(name: str, parts: HostParts) -> Host:
    return _HOSTS[name](parts)


def vercel_of(settings: Settings) -> VercelApi:
    token = settings.vercel_token.get_secret_value()
    return VercelApi(settings.vercel_api_url, token, settings.vercel_team_id, USER_AGENT)


def host_accesses(settings: Settings) -> Iterator[tuple[str, Access]]:
    """What the tokens of the hosts may do, with the hosts' names."""
    from agent.hosts import host_access  # half a second of imports, for these hosts alone

    if "space" in settings.all_hosts:
        for found in host_access.space_access(_spaces(settings), settings.hf_username):
            yield "space", found
    if "vercel" in settings.all_hosts:
        for found in host_access.vercel_access(vercel_of(settings)):
            yield "vercel", found


def _spaces(settings: Settings) -> "HubSpaces":
    from agent.hosts.hub_spaces import HubSpaces

    return HubSpaces(settings.hf_endpoint, settings.hf_token.get_secret_value())


def _space(parts: HostParts) -> Host:
    from agent.hosts.space import StaticSpace

    read_tree = tree_reader(parts.workspace)
    return StaticSpace(_spaces(parts.settings), parts.settings.hf_username, read_tree)


def _address_of(settings: Settings) -> Callable[[Remote], str]:
    """How a page's address is known before it is published."""
    return usual_address if settings.host_name == "pages" else lambda remote: ""


def notifier_of(settings: Settings, outbound: Outbound) -> Notifier:
    """The way to evaluation URLs, which signs where there is a key."""
    secret = settings.webhook_secret.get_secret_value()
    if not secret:
        return outbound
    from agent.outbound.signed_notifier import SignedNotifier

    return SignedNotifier(outbound, secret)


def _outbound_of(settings: Settings) -> Outbound:
    private, loopback = settings.private_urls_allowed, settings.loopback_urls_allowed
    return Outbound(private, USER_AGENT, allow_loopback=loopback)


def local_forge_folder(settings: Settings) -> Path:
    return settings.workspace.resolve() / "forge"


def _github(settings: Settings, rest: Rest) -> Forge:
    token = settings.github_token.get_secret_value()
    return GitHubForge(rest, settings.github_url, token, settings.github_username)


_FORGES: dict[str, Callable[[Settings, Rest], Forge]] = {
    "local": lambda settings, rest: LocalForge(local_forge_folder(settings)),
    "github": _github,
}
_HOSTS: dict[str, Callable[[HostParts], Host]] = {
    "local": lambda parts: LocalHost(parts.base_url),
    "pages": lambda parts: GitHubPages(parts.rest, GitHubRecord(parts.rest)),
    "space": _space,
    "vercel": lambda parts: Vercel(vercel_of(parts.settings), tree_reader(parts.workspace)),
}


def model_of(
    settings: Settings, environment: Mapping[str, str], progress: Progress, ending: ExitStack
) -> Model:
    """The model that the settings choose; the embedded one's weights are fetched if need be."""
    routes = routes_of(settings) or (model_choice.Route(model_choice.EMBEDDED),)
    remote.provide(settings.other_variables)
    models = [_model(route, settings, environment, progress) for route in routes]
    for model in models:
        if isinstance(model, Embedded):
            ending.callback(model.close)
    if len(models) == 1 and isinstance(models[0], Embedded):
        return models[0]
    return FirstThatAnswers(models)


def writer_of(settings: Settings, model: Model) -> Writer:
    """The way of asking that suits the model."""
    profile = profile_of(model.name)
    revises_by = settings.edit_format or profile.revises_by
    prompt_tokens = partial(_prompt_tokens, settings)
    writer = LargeModelWriter(model, revises_by, settings.max_repairs, prompt_tokens)
    return SmallModelWriter(model, writer) if profile.is_small else writer


def _prompt_tokens(settings: Settings) -> int:
    """How large a prompt may be: half of the smallest known window; the rest is for the answer."""
    names = [route.name for route in routes_of(settings) or () if route.is_remote]
    windows = [window for name in names if (window := remote.window_of(name))]
    return settings.prompt_tokens or min([PROMPT_TOKENS, *(each // 2 for each in windows)])


def routes_of(settings: Settings) -> tuple[model_choice.Route, ...] | None:
    return model_choice.choose(
        model_choice.Keys(
            model=settings.model,
            fallback_models=settings.fallback_models,
            openai_api_key=settings.openai_api_key.get_secret_value(),
            openai_base_url=settings.openai_base_url,
            gemini_api_key=settings.gemini_api_key.get_secret_value(),
            aipipe_key=settings.aipipe_aki_key.get_secret_value(),
        )
    )


def weights_of(environment: Mapping[str, str]) -> Weights:
    folder = cache_folder(environment, Path.home())
    return Weights(folder, [Hub(), Wheels(environment)])


def _secret_rules(environment: Mapping[str, str]) -> Path:
    return cache_folder(environment, Path.home()) / "secret-rules"


def browser_of(settings: Settings, environment: Mapping[str, str]) -> Chromium | None:
    executable = find_executable(settings.chromium_path, environment)
    return Chromium(executable, _library_fetch()) if executable else None


def _model(
    route: model_choice.Route,
    settings: Settings,
    environment: Mapping[str, str],
    progress: Progress,
) -> Model:
    if route.name == model_choice.EMBEDDED:
        if settings.model_path:
            path = own_file(Path(settings.model_path))
            return Embedded(path, path.stem)
        return Embedded(weights_of(environment).get(progress))
    if route.name.startswith(model_choice.SCRIPTED):
        return Scripted(Path(route.name.removeprefix(model_choice.SCRIPTED)))
    sees, secrets = settings.review == "true", settings.secrets()
    return LiteLLM(route.name, route.api_key, route.base_url, secrets, sees=sees)


def _library_fetch() -> Callable[[str, Deadline], Served]:
    """How a page under proof gets libraries from the network: public addresses, always."""
    outbound = Outbound(allow_private=False, user_agent=USER_AGENT)

    def fetch(url: str, deadline: Deadline) -> Served:
        fetched = outbound.get(url, _LIBRARY_CAP, deadline)
        return Served(fetched.status, fetched.content)

    return fetch
