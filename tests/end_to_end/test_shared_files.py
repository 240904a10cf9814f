"""README and LICENSE that people edit on GitHub, between rounds and while one runs."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import Script, Serving
from tests.github import faults
from tests.github.clients import WorkTree
from tests.github.server import GitHub
from tests.jobs.toy import until

REFS = "git-receive-pack refs"
KEPT = "README.md: what somebody wrote outside the marked part was kept"


@pytest.mark.parametrize("moment", ["between rounds", "while a round runs"])
def test_what_people_wrote_is_kept_and_ours_is_written_again(
    github: GitHub,
    galley: Serving,
    script: Script,
    evaluator: Evaluator,
    tmp_path: Path,
    moment: str,
) -> None:
    task = moment.replace(" ", "-")
    script.page(task)
    galley.post(task, evaluation_url=evaluator.url)
    page = script.page(task, 2)
    tree = WorkTree(tmp_path, github, github.token.value)
    tree.clone(f"octocat/{task}")

    def edit() -> None:
        readme = (tree.folder / "README.md").read_text()
        files = {"README.md": f"{readme}\n## Contact\n\nAsk Ann.\n", "LICENSE": "GPL\n"}
        tree.commit(files, "Write by hand")
        tree.push(f"octocat/{task}")

    if moment == "between rounds":
        edit()
        answer = galley.post(task, 2, evaluation_url=evaluator.url)
    else:
        github.faults.next(REFS, faults.unavailable(503), about=task)
        with ThreadPoolExecutor(1) as pool:
            answering = pool.submit(galley.post, task, 2, evaluation_url=evaluator.url)
            until(lambda: any(call.fault for call in github.calls.matching(REFS, task)), 60)
            edit()
            answer = answering.result()

    assert answer.status_code == 200, answer.text
    [notification] = evaluator.of(task, 2)
    assert notification.page == page
    assert KEPT in answer.json()["notes"]
    clone = galley.workspace / "repos" / task
    readme = (clone / "README.md").read_text()
    assert readme.endswith("<!-- /galley -->\n\n## Contact\n\nAsk Ann.\n")
    assert readme.count("## Summary") == 1
    assert f"hello from {task} in round 2" in readme
    assert (clone / "LICENSE").read_text() == "GPL\n"
    assert len(github.repository(f"octocat/{task}").history("main")) == 3


def test_the_file_of_a_custom_domain_stays_in_later_rounds(
    github: GitHub, galley: Serving, script: Script, evaluator: Evaluator, tmp_path: Path
) -> None:
    script.page("domain")
    galley.post("domain", evaluation_url=evaluator.url)
    tree = WorkTree(tmp_path, github, github.token.value)
    tree.clone("octocat/domain")
    tree.commit({"CNAME": "app.example.com\n"}, "Use our domain")
    tree.push("octocat/domain")
    page = script.page("domain", 2)

    answer = galley.post("domain", 2, evaluation_url=evaluator.url)

    assert answer.status_code == 200, answer.text
    [notification] = evaluator.of("domain", 2)
    assert notification.page == page
    clone = galley.workspace / "repos" / "domain"
    assert (clone / "CNAME").read_text() == "app.example.com\n"
