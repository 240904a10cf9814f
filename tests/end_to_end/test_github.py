"""From the POST of a brief to its notification, over a GitHub with real git, REST and Pages."""

import shutil
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.end_to_end.conftest import settings_for
from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import Script, Serving, serving
from tests.github import faults
from tests.github.pages import BuildPlan
from tests.github.server import GitHub
from tests.jobs.toy import until

REFS = "git-receive-pack refs"


def test_two_rounds_reach_the_page_and_the_evaluator(
    github: GitHub, galley: Serving, script: Script, evaluator: Evaluator
) -> None:
    pages = [script.page("shop", 1), script.page("shop", 2)]

    answers = [galley.post("shop", n, evaluation_url=evaluator.url) for n in (1, 2)]

    assert [answer.status_code for answer in answers] == [200, 200], [a.text for a in answers]
    repository = github.repository("octocat/shop")
    for n, (answer, page) in enumerate(zip(answers, pages, strict=True), 1):
        told = answer.json()
        [notification] = evaluator.of("shop", n)
        assert told["commit_sha"] == repository.resolve_ref(f"tags/round-{n}")
        assert told["repo_url"] == f"{github.url}/octocat/shop"
        assert told["pages_url"] == f"{github.pages_url}/octocat/shop/"
        assert notification.page == page
        assert notification.payload == {
            "email": "student@example.com",
            "task": "shop",
            "round": n,
            "nonce": f"nonce-shop-{n}",
            "repo_url": told["repo_url"],
            "commit_sha": told["commit_sha"],
            "pages_url": told["pages_url"],
        }
    assert len(repository.history("main")) == 2
    assert repository.topics == ["galley"]
    assert repository.homepage == answers[1].json()["pages_url"]


def test_an_old_page_that_answers_200_for_long_is_not_taken_for_the_new_one(
    github: GitHub, galley: Serving, script: Script, evaluator: Evaluator
) -> None:
    script.page("stale")
    galley.post("stale", evaluation_url=evaluator.url)
    new = script.page("stale", 2)
    github.behaviour.next_builds.append(BuildPlan(stale=4.0))

    answer = galley.post("stale", 2, evaluation_url=evaluator.url)

    assert answer.status_code == 200, answer.text
    [notification] = evaluator.of("stale", 2)
    assert notification.page == new


def test_a_workspace_that_is_gone_is_cloned_from_github(
    github: GitHub, script: Script, evaluator: Evaluator, tmp_path: Path
) -> None:
    settings = settings_for(github)
    script.page("moved")
    with serving(tmp_path / "here", script, settings) as galley:
        galley.post("moved", evaluation_url=evaluator.url)
    shutil.rmtree(tmp_path / "here")
    new = script.page("moved", 2)

    with serving(tmp_path / "there", script, settings) as galley:
        answer = galley.post("moved", 2, evaluation_url=evaluator.url)

    assert answer.status_code == 200, answer.text
    [notification] = evaluator.of("moved", 2)
    assert notification.page == new
    assert len(github.repository("octocat/moved").history("main")) == 2
    log = subprocess.run(
        ["git", "log", "--format=%s"],
        cwd=tmp_path / "there/repos/moved",
        capture_output=True,
        text=True,
        check=True,
    )
    assert log.stdout.splitlines() == [
        "Say hello from moved in round 2",
        "Say hello from moved in round 1",
    ]


def test_a_model_that_echoes_a_secret_publishes_nothing(
    github: GitHub, galley: Serving, script: Script, evaluator: Evaluator
) -> None:
    secret = github.token.value
    script.page("leaky", extra=f"<script>\nconst key = '{secret}'\n</script>\n")

    answer = galley.post("leaky", evaluation_url=evaluator.url)

    assert answer.status_code == 500
    assert answer.json()["step"] == "push"
    assert "index.html:6 holds a secret of this server" in answer.json()["message"]
    assert secret not in answer.text + galley.log.read_text()
    assert github.repository("octocat/leaky").is_empty
    assert evaluator.of("leaky", 1) == []


def test_a_round_after_a_refused_one_is_published(
    github: GitHub, galley: Serving, script: Script, evaluator: Evaluator
) -> None:
    script.page("tidied", extra=f"<p>{github.token.value}</p>\n")
    refused = galley.post("tidied", evaluation_url=evaluator.url)
    page = script.page("tidied", 2)

    answer = galley.post("tidied", 2, evaluation_url=evaluator.url)

    assert refused.status_code == 500
    assert answer.status_code == 200, answer.text
    [notification] = evaluator.of("tidied", 2)
    assert notification.page == page
    assert len(github.repository("octocat/tidied").history("main")) == 1


@pytest.mark.parametrize("owner", ["octocat", "guild"])
def test_a_repository_that_moves_during_a_round_is_pushed_to_where_it_is(
    github: GitHub, galley: Serving, script: Script, evaluator: Evaluator, owner: str
) -> None:
    task = f"moving-to-{owner}"
    github.accounts.add_organization("guild", frozenset({"octocat"}))
    script.page(task)
    galley.post(task, evaluation_url=evaluator.url)
    page = script.page(task, 2)
    github.faults.next(REFS, faults.unavailable(503), about=task)

    with ThreadPoolExecutor(1) as pool:
        answering = pool.submit(galley.post, task, 2, evaluation_url=evaluator.url)
        until(lambda: any(c.fault for c in github.calls.matching(REFS, task)), 60)
        github.repositories.rename(github.repository(f"octocat/{task}"), owner, f"{task}-new")
        answer = answering.result()

    assert answer.status_code == 200, answer.text
    assert answer.json()["repo_url"] == f"{github.url}/{owner}/{task}-new"
    [notification] = evaluator.of(task, 2)
    assert notification.page == page
    assert len(github.repository(f"{owner}/{task}-new").history("main")) == 2


def test_a_retry_uses_the_new_address_of_a_repository(
    github: GitHub, galley: Serving, script: Script, evaluator: Evaluator
) -> None:
    script.page("late")
    galley.post("late", evaluation_url=evaluator.url)
    script.page("late", 2)
    github.faults.next(REFS, faults.forbidden(), about="late")
    refused = galley.post("late", 2, evaluation_url=evaluator.url)
    github.repositories.rename(github.repository("octocat/late"), "octocat", "later")

    answer = galley.post("late", 2, evaluation_url=evaluator.url)

    assert refused.status_code == 500
    assert answer.status_code == 200, answer.text
    assert answer.json()["repo_url"] == f"{github.url}/octocat/later"
    assert len(github.repository("octocat/later").history("main")) == 2
