"""The whole line on one machine: the real commands, a scripted model, no browser."""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from agent.workspace.repository import MAIN, Repository
from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import Script, Serving, said, serving
from tests.jobs.toy import until
from tests.openai_server import Asked, Fault, OpenAIServer, Reply, Says, busy, html, unknown_key

CSV = "data:text/csv;base64,aXRlbSxwcmljZQphcHBsZSwzCg"
KEY = "sk-canary-0123456789"


@pytest.fixture(scope="module")
def local(script: Script, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    with serving(tmp_path_factory.mktemp("local") / "workspace", script, {}) as server:
        yield server


def repository(server: Serving, name: str) -> Repository:
    return Repository(server.workspace / "repos" / name)


def test_the_call_of_the_readme_is_answered_as_the_contract_says(
    local: Serving, script: Script, evaluator: Evaluator
) -> None:
    page = script.page("test-app-001")
    body = {
        "email": "test@example.com",
        "secret": "a-secret-that-callers-share",
        "task": "test-app-001",
        "round": 1,
        "nonce": "test-nonce-123",
        "brief": f"Create a simple calculator app: {said('test-app-001', 1)}.",
        "checks": ["Has MIT license", "README is professional", "Calculator works correctly"],
        "evaluation_url": evaluator.url,
    }
    call = ["curl", "-sS", f"{local.url}/api-endpoint", "-H", "Content-Type: application/json"]

    answer = json.loads(subprocess.check_output([*call, "-d", json.dumps(body)]))

    commit = repository(local, "test-app-001").head
    assert answer["status"] == "success"
    assert answer["message"] == "Successfully processed round 1"
    assert answer["commit_sha"] == commit
    assert answer["pages_url"] == f"{local.pages}/pages/test-app-001/"
    assert requests.get(answer["pages_url"]).content == page
    (told,) = evaluator.of("test-app-001", 1)
    assert told.page == page
    assert told.payload == {
        "email": "test@example.com",
        "task": "test-app-001",
        "round": 1,
        "nonce": "test-nonce-123",
        "repo_url": answer["repo_url"],
        "commit_sha": commit,
        "pages_url": answer["pages_url"],
    }


def test_a_second_round_adds_one_commit_and_keeps_attachments(
    local: Serving, script: Script, evaluator: Evaluator
) -> None:
    script.page("shop", 1)
    attachments = [{"name": "data/prices.csv", "url": CSV}]
    first = local.post("shop", evaluation_url=evaluator.url, attachments=attachments).json()
    page = script.page("shop", 2)

    second = local.post("shop", 2, evaluation_url=evaluator.url).json()

    on_main = repository(local, "shop")
    assert [commit.hexsha for _, commit in on_main.rounds()] == [
        first["commit_sha"],
        second["commit_sha"],
    ]
    assert requests.get(second["pages_url"]).content == page
    assert on_main.read(MAIN, "data/prices.csv") == b"item,price\napple,3\n"
    git = ["git", "-C", str(on_main.path)]
    assert subprocess.check_output([*git, "status", "--porcelain"]) == b""
    log = subprocess.check_output([*git, "log", "--all", "--stat", "main"], text=True)
    for name in ("README.md", "LICENSE", ".nojekyll", "index.html", "data/prices.csv"):
        assert name in log


def test_two_tasks_at_the_same_time_do_not_disturb_each_other(
    local: Serving, script: Script, evaluator: Evaluator
) -> None:
    tasks = ["left", "right"]
    pages = {task: script.page(task) for task in tasks}
    answers: dict[str, Any] = {}

    def send(task: str) -> None:
        answers[task] = local.post(task, evaluation_url=evaluator.url).json()

    at_once([(send, task) for task in tasks])

    for task in tasks:
        assert requests.get(answers[task]["pages_url"]).content == pages[task]
        assert repository(local, task).head == answers[task]["commit_sha"]


def test_the_same_task_twice_at_once_is_built_once(
    local: Serving, script: Script, evaluator: Evaluator
) -> None:
    script.page("twice")
    answers: list[Any] = []

    def send(_: str) -> None:
        answers.append(local.post("twice", evaluation_url=evaluator.url).json())

    at_once([(send, "one"), (send, "two")])

    assert answers[0] == answers[1]
    assert answers[0]["status"] == "success"
    assert len(repository(local, "twice").rounds()) == 1
    assert len(evaluator.of("twice", 1)) == 1


def test_two_orders_of_a_task_at_once_get_a_repository_each(
    local: Serving, script: Script, evaluator: Evaluator
) -> None:
    script.page("order")
    script.page("order")
    answers: list[Any] = []

    def send(nonce: str) -> None:
        answers.append(local.post("order", nonce=nonce, evaluation_url=evaluator.url).json())

    at_once([(send, "one"), (send, "two")])

    assert {answer["pages_url"] for answer in answers} == {
        f"{local.pages}/pages/order/",
        f"{local.pages}/pages/order-2/",
    }
    assert all(requests.get(answer["pages_url"]).status_code == 200 for answer in answers)


def at_once(calls: list[tuple[Any, str]]) -> None:
    threads = [threading.Thread(target=call, args=(given,)) for call, given in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(
    ("changes", "status", "complaint"),
    [
        ({"secret": "wrong"}, 403, "wrong secret"),
        ({"secret": None}, 403, "wrong secret"),
        ({"task": "../etc"}, 400, "task: "),
        ({"round": "1"}, 400, "round: "),
        ({"email": ""}, 400, "email: "),
        ({"evaluation_url": "file:///etc/passwd"}, 400, "evaluation_url: "),
        ({"attachments": [{"name": "../x", "url": CSV}]}, 400, "attachments[0].name: "),
        ({"attachments": [{"name": "x", "url": "data:;base64,a"}]}, 400, "attachments[0] (x): "),
        ({"attachments": [{"name": "x", "url": "data:no-comma"}]}, 400, "attachments[0] (x): "),
        ({"attachments": [{"name": "x", "url": CSV}] * 2}, 400, "attachments[1].name: "),
        (
            {"attachments": [{"name": "a", "url": "http://x/a"}, {"name": "..", "url": CSV}]},
            400,
            "attachments[1].name: ",
        ),
        ({"attachments": [{"name": ".git/x", "url": "http://x/"}]}, 400, "attachments[0].name: "),
        ({"attachments": [{"name": "x", "url": "ftp://x/"}]}, 400, "attachments[0] (x): "),
        (
            {"attachments": [{"name": f"{n}", "url": "http://x/"} for n in range(51)]},
            400,
            "at most 50",
        ),
    ],
)
def test_what_cannot_be_worked_on_is_refused_and_nothing_is_created(
    local: Serving, evaluator: Evaluator, changes: dict[str, Any], status: int, complaint: str
) -> None:
    before = created(local)

    answer = local.post(**{"task": "refused", "evaluation_url": evaluator.url, **changes})

    assert answer.status_code == status
    assert complaint in answer.json()["message"]
    assert created(local) == before


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'{"secret": NaN}', b"\xff" * 10])
def test_bad_json_is_refused_and_nothing_is_created(local: Serving, body: bytes) -> None:
    before = created(local)

    answer = requests.post(f"{local.url}/api-endpoint", data=body)

    assert answer.status_code == 400
    assert answer.json()["message"].startswith("body: expected a JSON object")
    assert created(local) == before


def created(server: Serving) -> set[str]:
    """Repositories, bare ones, and requests that wait."""
    folders = (server.workspace / name for name in ("repos", "forge", "inbox"))
    return {str(path) for folder in folders for path in folder.iterdir()}


@pytest.fixture(scope="module")
def command(tmp_path_factory: pytest.TempPathFactory) -> "Command":
    return Command(tmp_path_factory.mktemp("command"))


class Command:
    """`python -m agent` in a folder of its own, as a newcomer would type it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.script = Script(folder / "script")
        self.script.folder.mkdir()
        (folder / "bin").mkdir()
        (folder / "bin/git").symlink_to(str(shutil.which("git")))

    def __call__(self, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
        environment = {
            "HOME": str(Path.home()),
            "PATH": str(self.folder / "bin"),
            "PLAYWRIGHT_BROWSERS_PATH": "/nowhere",
            "PYTHONPATH": str(Path.cwd()),
            "PORT": "0",
            "MODEL": f"scripted:{self.script.folder}",
            **settings,
        }
        return subprocess.run(
            [sys.executable, "-m", "agent", *arguments],
            cwd=self.folder,
            env=environment,
            capture_output=True,
            text=True,
            timeout=300,
        )

    def brief(self, task: str, round_: int = 1, **more: Any) -> str:
        path = self.folder / f"{task}-{round_}.json"
        fields = {"task": task, "round": round_, "brief": f"Say {said(task, round_)}.", **more}
        path.write_text(json.dumps(fields))
        return str(path)


def test_a_run_tells_its_steps_and_ends_with_the_urls(command: Command) -> None:
    page = command.script.page("tips")

    ran = command("run", command.brief("tips", checks=["Has MIT license"]))

    assert ran.returncode == 0, ran.stderr
    steps = [line.split()[0] for line in ran.stderr.splitlines()]
    wanted = ["open", "plan", "draft", "prove", "stop", "commit", "push", "publish", "notify"]
    assert [step for step in steps if step in wanted] == wanted
    told = dict(line.split(maxsplit=1) for line in ran.stdout.splitlines())
    made = Repository(command.folder / "workspace/repos/tips")
    assert list(told) == ["repository", "commit", "proof", "page"]
    assert told["commit"] == made.head
    assert told["proof"] == "1/1 passed"
    assert told["page"].endswith("/pages/tips/")
    assert made.read(MAIN, "index.html") == page


def test_the_key_of_a_provider_in_the_file_reaches_the_model(tmp_path: Path) -> None:
    with OpenAIServer(lambda asked: WHOLE) as model:
        command = Command(tmp_path)
        (tmp_path / ".env").write_text(
            f"DEEPSEEK_API_KEY={KEY}\nDEEPSEEK_API_BASE={model.base_url}\n"
        )
        ran = command("run", command.brief("deep"), MODEL="deepseek/deepseek-chat")

    assert ran.returncode == 0, ran.stderr
    assert {asked.key for asked in model.asked} == {KEY}


def test_a_later_round_with_nothing_before_it_is_told_so(command: Command) -> None:
    command.script.page("late", 5)

    ran = command("run", command.brief("late", 5, seed=1), "--json")

    assert ran.returncode == 0, ran.stderr
    note = "nothing of a round before 5 was found: a new repository was begun"
    assert json.loads(ran.stdout)["notes"] == [note]
    assert f"galley: {note}" in ran.stderr
    assert "galley: 'seed': unknown, and ignored" in ran.stderr


def test_a_run_that_requires_proof_ends_with_1_where_a_check_failed(command: Command) -> None:
    command.script.page("zebra")
    command.script.page("zebra")
    brief = command.brief("zebra", checks=["Has MIT license", "stripes.css exists"])

    lenient = command("run", brief, MAX_REPAIRS="0")
    strict = command("run", brief, "--require-proof", "--json", MAX_REPAIRS="0")

    assert lenient.returncode == 0, lenient.stderr
    assert "galley: failed: stripes.css exists: missing: stripes.css" in lenient.stderr
    assert strict.returncode == 1
    told = json.loads(strict.stdout)
    assert told["state"] == "done"
    assert told["proof_counts"] == {
        "passed": 1,
        "failed": 1,
        "unproved": 0,
        "failing": [{"check": "stripes.css exists", "observed": "missing: stripes.css"}],
    }


def test_a_second_run_with_round_2_adds_one_commit(command: Command) -> None:
    command.script.page("tips-two")
    command.script.page("tips-two", 2)
    first = command("run", command.brief("tips-two"))
    second = command("run", command.brief("tips-two", 2), "--json")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    told = json.loads(second.stdout)
    made = Repository(command.folder / "workspace/repos/tips-two")
    assert told["commit_sha"] == made.head
    assert told["state"] == "done"
    assert [round_.number for round_, _ in made.rounds()] == [1, 2]
    history = command("history", "tips-two")
    assert history.returncode == 0
    assert said("tips-two", 1) in history.stdout
    assert said("tips-two", 2) in history.stdout
    assert "published" in history.stdout


def test_inside_a_git_hook_the_repository_that_runs_it_is_left_alone(command: Command) -> None:
    command.script.page("hooked")
    mine = Repository.create(command.folder / "mine")

    ran = command(
        "run",
        command.brief("hooked"),
        GIT_DIR=str(mine.path / ".git"),
        GIT_INDEX_FILE=str(mine.path / ".git/index"),
        GIT_WORK_TREE=str(mine.path),
    )

    assert ran.returncode == 0, ran.stderr
    assert mine.refs("refs/") == {}
    assert not (mine.path / ".git/index").exists()
    assert Repository(command.folder / "workspace/repos/hooked").head


def test_a_brief_that_is_none_ends_with_2_and_makes_nothing(command: Command) -> None:
    bad = command.folder / "bad.json"
    bad.write_text('{"task": "bad", "brief": "x", "round": "one"}')

    for path, complaint in ((str(bad), "round: "), ("none.json", "no such file")):
        ran = command("run", path)

        assert ran.returncode == 2
        assert complaint in ran.stderr
        assert ran.stdout == ""
        assert "Traceback" not in ran.stderr
    assert not (command.folder / "workspace/repos/bad").exists()


def test_a_step_that_fails_ends_with_1_and_is_named(command: Command) -> None:
    ran = command("run", command.brief("unanswered"), "--json")

    assert ran.returncode == 1
    told = json.loads(ran.stdout)
    assert (told["state"], told["step"]) == ("failed", "draft")
    assert "no answer left" in told["message"]
    assert "Traceback" not in ran.stderr


def test_a_setting_that_cannot_work_ends_with_3(command: Command) -> None:
    ran = command("run", command.brief("unset"), FORGE="github")

    assert ran.returncode == 3
    assert ran.stderr == "galley: FORGE=github needs GITHUB_TOKEN\n"


class Ask:
    """What the OpenAI-compatible server answers: by the task that a prompt is about."""

    def __init__(self) -> None:
        self.replies: dict[str, list[Any]] = {}
        self.asked: list[str] = []

    def __call__(self, asked: Asked) -> Reply:
        task = next((task for task in self.replies if said(task, 1) in asked.text), "")
        self.asked.append(task)
        replies = self.replies[task]
        reply = replies.pop(0) if len(replies) > 1 else replies[0]
        chosen: Reply = reply(asked) if callable(reply) else reply
        return chosen


@pytest.fixture(scope="module")
def ask() -> Ask:
    return Ask()


@pytest.fixture(scope="module")
def remote(ask: Ask, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """Galley with a model behind OPENAI_BASE_URL."""
    folder = tmp_path_factory.mktemp("remote")
    with OpenAIServer(ask) as model:
        settings = {
            "MODEL": "test-model",
            "OPENAI_BASE_URL": model.base_url,
            "OPENAI_API_KEY": KEY,
            "MAX_REPAIRS": "0",
        }
        with serving(folder / "workspace", Script(folder), settings) as server:
            yield server


def test_a_server_loads_the_models_library_before_it_is_asked(
    remote: Serving, local: Serving
) -> None:
    until(lambda: "litellm is loaded" in remote.log.read_text(), 120)

    assert "litellm is loaded" not in local.log.read_text()


PAGE = "<!doctype html>\n<title>x</title>\n</html>\n"
WHOLE = f"Summary: It works.\n\nindex.html\n```html\n{PAGE}```\n"


@pytest.mark.parametrize(
    ("task", "replies"),
    [
        ("streamed", [WHOLE]),
        ("unstreamed", [Says(WHOLE, streams=False)]),
        ("busy-first", [busy(0), WHOLE]),
        ("chatty-first", ["I cannot do that.", WHOLE]),
    ],
)
def test_an_openai_compatible_model_is_enough(
    remote: Serving, ask: Ask, evaluator: Evaluator, task: str, replies: list[Reply]
) -> None:
    ask.replies[task] = list(replies)

    answer = remote.post(task, evaluation_url=evaluator.url)

    assert answer.status_code == 200, answer.text
    assert requests.get(answer.json()["pages_url"]).text == PAGE
    assert ask.asked.count(task) >= len(replies)


@pytest.mark.parametrize(
    ("task", "reply", "complaint"),
    [
        ("html", html(), "test-model"),
        ("unknown-key", unknown_key, "key"),
        ("cut-off", Says(WHOLE[:60], finish="length"), "cut off"),
        ("reset", Fault.RESET, "test-model"),
    ],
)
def test_a_model_that_fails_is_told_of_and_publishes_nothing(
    remote: Serving, ask: Ask, evaluator: Evaluator, task: str, reply: Any, complaint: str
) -> None:
    ask.replies[task] = [reply]

    answer = remote.post(task, evaluation_url=evaluator.url)

    assert answer.status_code == 500
    told = answer.json()
    assert (told["status"], told["step"]) == ("error", "draft")
    assert complaint in told["message"]
    assert repository(remote, task).head is None
    assert evaluator.of(task, 1) == []
    assert KEY not in answer.text
    assert KEY not in remote.log.read_text()


@pytest.mark.slow
def test_a_model_that_hangs_does_not_hold_a_job_beyond_its_deadline(
    tmp_path: Path, evaluator: Evaluator
) -> None:
    with OpenAIServer(lambda asked: Fault.HANG) as model:
        settings = {
            "MODEL": "test-model",
            "OPENAI_BASE_URL": model.base_url,
            "OPENAI_API_KEY": KEY,
            "DEADLINE_SECONDS": "20",
        }
        with serving(tmp_path / "workspace", Script(tmp_path), settings) as server:
            answer = server.post("hangs", evaluation_url=evaluator.url)

    assert answer.status_code == 500
    assert answer.json()["step"] == "draft"
    assert answer.elapsed.total_seconds() < 40
    assert evaluator.of("hangs", 1) == []
