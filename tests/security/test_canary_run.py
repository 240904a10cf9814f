"""G3, H1–H3 of SECURITY.md: a server with a planted value in every secret, success and failures.

Everything that a run leaves is searched: what it prints, logs, answers and stores, what it pushes,
and the arguments and environment of every process it starts.
"""

import base64
import json
import os
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import requests

from agent.web.access import COOKIE
from agent.web.sessions import Sessions
from tests.end_to_end.conftest import settings_for
from tests.end_to_end.running import SECRET, Script, Serving, said, serving
from tests.github import faults
from tests.github.server import GitHub, github
from tests.intake import samples
from tests.loopback import Loopback, http, saying
from tests.loopback import serving as serving_bytes
from tests.openai_server import OpenAIServer, unknown_key
from tests.security.canaries import Canaries, Children, watched_children
from tests.site_hosts import hub as hub_server
from tests.site_hosts import vercel as vercel_server
from tests.site_hosts.hub import hub
from tests.site_hosts.vercel import vercel

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.minutes]

MODEL_KEY = "sk-canary-of-the-model-0123456789"
WEBHOOK_KEY = "whsec_" + base64.b64encode(b"canary-of-the-webhook-signer").decode()
EMAIL = "canary-sender@mail.example"
NONCE = "canary-nonce-5d41402a"
PASSWORD = "canary-password-of-the-url"
QUERY = "canary-token-of-the-query"
_NEVER_PUSHED = ("refs/attempts/", "refs/evidence/", "refs/worktree/")
_AT_IMPORT = b"git\0version\0"
"""GitPython runs it while it is imported, with what the process has; it runs nothing else."""
_TO_FORGE = (
    *(b"push", b"fetch", b"ls-remote", b"remote-http", b"send-pack"),
    *(b"pack-objects", b"index-pack", b"unpack-objects", b"rev-list", b"--auto"),
)
"""What git runs to speak with a forge, and the programs of its own that it starts for it."""
OF_CALLER = {"e-mail", "nonce", "URL password", "URL query"}
PATHS = ("/", "/jobs", "/tasks", "/metrics", "/ready", "/openapi.json", "/new")
OF_JOB = ("/jobs/{job}", "/jobs/{job}/events")
OF_TASK = (
    "/tasks/{task}",
    "/tasks/{task}/rounds/1/files/index.html",
    "/tasks/{task}/rounds/1/files/index.html?raw",
    "/tasks/{task}/rounds/1/site.zip",
    "/new?task={task}",
)


@dataclass
class Run:
    """What a server has left; `answers` are bodies by what was asked."""

    canaries: Canaries
    folder: Path
    github: GitHub
    children: Children
    log: bytes = b""
    answers: dict[str, bytes] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)

    @property
    def workspace(self) -> Path:
        return self.folder / "workspace"

    def post(self, galley: Serving, evaluation_url: str, task: str, **more: Any) -> None:
        """Have a job done, and keep all that the server answers about it."""
        fields = {"email": EMAIL, "nonce": NONCE, "evaluation_url": evaluation_url, **more}
        answer = galley.post(task, **fields)
        self._keep(f"POST {task} {more.get('round_', 1)}", answer)
        job = answer.json().get("job", "")
        for path in (*PATHS, *OF_JOB, *OF_TASK):
            self._look(galley, path.format(job=job, task=task))

    def _look(self, galley: Serving, path: str) -> None:
        """As a program and as a browser, both with the secret."""
        bearer = {"Authorization": f"Bearer {SECRET}"}
        cookies = {COOKIE: Sessions(SECRET).begin()}
        with requests.Session() as session:
            session.trust_env = False
            url = f"{galley.url}{path}"
            self._keep(f"GET {path}", session.get(url, headers=bearer, timeout=60))
            page = session.get(url, headers={"Accept": "text/html"}, cookies=cookies, timeout=60)
            self._keep(f"browse {path}", page)

    def _keep(self, asked: str, answer: requests.Response) -> None:
        self.answers[asked] = answer.content + str(answer.headers).encode()
        self.statuses[asked] = answer.status_code


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    folder = tmp_path_factory.mktemp("canaries")
    script = Script(folder / "script")
    script.folder.mkdir()
    (folder / "tmp").mkdir()
    with ExitStack() as ending:
        git = ending.enter_context(github())
        space, other = ending.enter_context(hub()), ending.enter_context(vercel())
        models = ending.enter_context(OpenAIServer(unknown_key))
        refusing = ending.enter_context(serving_bytes(saying(_refusal())))
        accepting = ending.enter_context(serving_bytes(saying(http(b"thanks"))))
        settings = {
            **settings_for(git),
            "MIRROR_HOSTS": "space,vercel",
            "HF_TOKEN": hub_server.TOKEN,
            "HF_ENDPOINT": space.wire.url,
            "VERCEL_TOKEN": vercel_server.TOKEN,
            "VERCEL_API_URL": other.wire.url,
            "OPENAI_API_KEY": MODEL_KEY,
            "OPENAI_BASE_URL": models.base_url,
            "WEBHOOK_SECRET": WEBHOOK_KEY,
            "DEADLINE_SECONDS": "45",
            "TMPDIR": str(folder / "tmp"),
            "PATH": os.environ["PATH"],
            "PLAYWRIGHT_BROWSERS_PATH": os.environ.get("PLAYWRIGHT_BROWSERS_PATH", ""),
        }
        made = Run(_canaries(git), folder, git, Children())
        with serving(made.workspace, script, settings) as galley:
            with watched_children(galley.process.pid) as made.children:
                _succeed(made, galley, script, accepting)
                _fail(made, galley, script, refusing)
        made.log = galley.log.read_bytes()
        patient = {**settings, "MODEL": "openai/gpt-x", "DEADLINE_SECONDS": "300"}
        with serving(made.workspace, script, patient) as asking:
            with watched_children(asking.process.pid) as others:
                made.post(asking, _with_credentials(accepting), "unasked")
        made.children.arguments |= others.arguments
        made.children.environments |= others.environments
        made.log += asking.log.read_bytes()
        yield made


def _canaries(git: GitHub) -> Canaries:
    return Canaries(
        {
            "forge token": git.token.value,
            "model key": MODEL_KEY,
            "secret": SECRET,
            "webhook secret": WEBHOOK_KEY,
            "HF token": hub_server.TOKEN,
            "Vercel token": vercel_server.TOKEN,
            "e-mail": EMAIL,
            "nonce": NONCE,
            "URL password": PASSWORD,
            "URL query": QUERY,
        }
    )


def _with_credentials(server: Loopback) -> str:
    return f"http://somebody:{PASSWORD}@127.0.0.1:{server.port}/?token={QUERY}"


def _refusal() -> bytes:
    """An evaluator repeats what it was sent, in its own words."""
    return http(f"no: {QUERY} {PASSWORD}".encode(), status="400 Bad Request")


def _succeed(run: Run, galley: Serving, script: Script, evaluator: Loopback) -> None:
    url, word = _with_credentials(evaluator), base64.b64encode(samples.word()).decode()
    attached = [{"name": "a.docx", "url": f"data:application/octet-stream;base64,{word}"}]
    for number in (1, 2):
        script.page("shop", number)
    run.post(galley, url, "shop", attachments=attached, checks=["js: document.title === 'shop'"])
    run.post(galley, url, "shop", round_=2)


def _fail(run: Run, galley: Serving, script: Script, evaluator: Loopback) -> None:
    url, token = _with_credentials(evaluator), run.github.token.value
    script.page("unheard")
    run.post(galley, url, "unheard")
    script.page("leaky", extra=f"<script>\nconst key = '{token}'; console.log(key)\n</script>\n")
    run.post(galley, url, "leaky")
    script.page("quoted")
    brief = f"Say {said('quoted', 1)}. The server's secret is {SECRET}, its key {MODEL_KEY}."
    run.post(galley, url, "quoted", brief=brief)
    for fault in (faults.unauthorized(), faults.forbidden()):
        script.page(fault.name)
        run.github.faults.next("git-receive-pack refs", fault, about=fault.name)
        run.post(galley, url, fault.name)
    run.post(galley, url, "speechless")
    run.post(galley, url, "wrong", secret=f"{SECRET}x")
    run.post(galley, url, "shop", brief="another body")
    run.post(galley, url, "odd", round_=0)


def test_the_run_went_as_it_was_meant_to(run: Run) -> None:
    posted = {asked: status for asked, status in run.statuses.items() if asked.startswith("POST")}
    mirrors = json.loads(run.answers["GET /jobs"].split(b"{'", 1)[0])

    assert [posted.pop(f"POST shop {number}") for number in (1, 2)] == [409, 200]
    assert posted.pop("POST wrong 1") == 403
    assert posted.pop("POST odd 0") == 400
    assert set(posted.values()) == {500}
    assert mirrors
    assert b"answered 401" in run.answers["POST unasked 1"]


def test_nothing_is_printed_or_logged(run: Run) -> None:
    lines = {line for line in run.log.splitlines() if run.canaries.found_in(line)}

    assert lines == set()


def test_nothing_is_answered_to_programs_or_browsers(run: Run) -> None:
    answers = {asked: run.canaries.found_in(body) for asked, body in run.answers.items()}

    assert {asked: names for asked, names in answers.items() if names} == {}


def test_no_child_has_one_among_its_arguments(run: Run) -> None:
    found = {
        line: names for line in run.children.arguments if (names := run.canaries.found_in(line))
    }

    assert any(b"chrom" in line for line in run.children.arguments)
    assert any(b"git\0push" in line for line in run.children.arguments)
    assert any(b"document" in line or b"readers" in line for line in run.children.arguments)
    assert found == {}


def test_the_environment_of_a_git_that_goes_to_the_forge_has_its_token_and_nothing_else_has_any(
    run: Run,
) -> None:
    found = {
        line: names
        for line, environments in run.children.environments.items()
        if b"\0agent\0serve" not in line  # a child that has not become its program yet
        and line != _AT_IMPORT
        if (names := run.canaries.found_in(b"\0".join(environments)))
    }

    assert found
    assert {line: names for line, names in found.items() if names != {"forge token"}} == {}
    strangers = [line for line in found if not any(word in line for word in _TO_FORGE)]
    assert strangers == [], strangers


def test_git_has_what_a_caller_sent_in_the_evidence_alone(run: Run) -> None:
    for repository in (run.workspace / "repos").iterdir():
        found = run.canaries.found_in_objects(repository)
        of_caller = {name: names for name, names in found.items() if names & OF_CALLER}

        assert {name.rpartition(":")[2] for name in of_caller} <= {"request.json", "receipt.json"}
        assert all(name.startswith("refs/evidence/") for name in of_caller)


def test_git_has_a_secret_only_where_a_model_or_a_brief_has_written_it(run: Run) -> None:
    kept = {
        repository.name: {
            name: names - OF_CALLER
            for name, names in run.canaries.found_in_objects(repository).items()
            if names - OF_CALLER
        }
        for repository in (run.workspace / "repos").iterdir()
    }
    written = {name: found for name, found in kept.items() if found}

    assert set(written) == {"leaky", "quoted"}
    assert {names for found in written.values() for names in map(frozenset, found.values())} <= {
        frozenset({"forge token"}),
        frozenset({"secret", "model key"}),
    }
    for found in written.values():
        assert all(name.startswith(_NEVER_PUSHED) for name in found)
    for repository in (run.workspace / "repos").iterdir():
        if repository.name not in written:
            assert run.canaries.found_in_all_objects(repository) <= OF_CALLER


def test_the_forge_has_none(run: Run) -> None:
    pushed = [run.github.repository(f"octocat/{task}") for task in ("shop", "unheard", "leaky")]

    assert [each.is_empty for each in pushed] == [False, False, True]
    assert set().union(*(run.canaries.found_in_all_objects(each.path) for each in pushed)) == set()


def test_the_journal_has_what_a_caller_sent_and_no_secret(run: Run) -> None:
    found = run.canaries.found_in_journal(run.workspace / "jobs.sqlite")

    assert set().union(*found.values()) <= OF_CALLER


def test_no_other_file_has_one_but_the_requests_that_wait(run: Run) -> None:
    found = run.canaries.found_in_files(run.workspace) | run.canaries.found_in_files(
        run.folder / "tmp"
    )

    assert [
        (path, names)
        for path, names in found.items()
        if not path.startswith(("inbox/", "jobs.sqlite"))
    ] == []
    secrets = {path: names - OF_CALLER for path, names in found.items()}
    assert [path for path, names in secrets.items() if names and "inbox/quoted" not in path] == []
