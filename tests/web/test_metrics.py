"""`/metrics` over HTTP: what jobs took, from the journal, and what this process refused."""

from pathlib import Path

import requests
from prometheus_client.parser import text_string_to_metric_families

from agent.errors import ModelError
from agent.inbox import FolderInbox
from agent.jobs import JobDatabase, Jobs
from agent.usage import ModelUsage, Usage
from agent.values import Job, Outcome, Proof, Verdict
from tests.jobs.toy import ToyLine, finish
from tests.orders import js
from tests.web.toy_api import ToyServer, served

PROOF = Proof((Verdict(js("a"), Outcome.PASSED, ""), Verdict(js("b"), Outcome.FAILED, "no")))
SPENT = (ModelUsage("m", Usage(100, 20, 0.5, 1.0)), ModelUsage("m", Usage(10, 2, None, 1.0)))

Samples = dict[tuple[str, ...], float]


def read(text: str) -> Samples:
    """The numbers by name and the values of the labels, in the order of the labels' names."""
    samples = [each for family in text_string_to_metric_families(text) for each in family.samples]
    return {
        (each.name.removeprefix("galley_"), *(label for _, label in sorted(each.labels.items()))): (
            each.value
        )
        for each in samples
    }


def metrics(server: ToyServer) -> Samples:
    return read(server.get("/metrics").text)


def test_the_metrics_need_the_secret(server: ToyServer) -> None:
    assert server.get("/metrics", secret="no").status_code == 401
    assert server.get("/metrics").headers["Content-Type"].startswith("text/plain; version=")


def test_an_operator_may_let_everybody_read_them(tmp_path: Path) -> None:
    with served(tmp_path, ToyLine(), metrics_are_public=True) as server:
        answer = requests.get(f"{server.url}/metrics", timeout=30)

    assert answer.status_code == 200


def test_a_server_without_jobs_has_its_figures(server: ToyServer) -> None:
    found = metrics(server)

    assert found["jobs", "done"] == found["checks", "passed"] == found["publications",] == 0


def test_what_jobs_took_is_told(tmp_path: Path) -> None:
    def fail(job: Job) -> None:
        if job.task == "broken":
            raise ModelError("no model")

    toy = ToyLine({"draft": fail}, proof=PROOF, spent=SPENT, notify_after=2)
    with served(tmp_path, toy) as server:
        server.post(wait=True)
        server.post(wait=True, task="broken")
        found = metrics(server)

    assert (found["jobs", "done"], found["jobs", "failed"]) == (1, 1)
    assert (found["steps", "done", "draft"], found["steps", "failed", "draft"]) == (1, 1)
    assert found["step_seconds", "plan"] >= 0
    assert (found["attempts", "drafted"], found["attempts", "failed"]) == (1, 1)
    assert (found["checks", "passed"], found["checks", "failed"]) == (1, 1)
    assert (found["tokens", "prompt", "m"], found["tokens", "completion", "m"]) == (110, 22)
    assert found["cost_usd", "m"] == 0.5
    assert found["publications",] == 1
    assert found["notification_tries", "not_taken"] == 2
    assert found["notification_tries", "taken"] == 0


def test_another_process_tells_the_same_of_the_jobs(tmp_path: Path) -> None:
    with served(tmp_path, ToyLine(proof=PROOF, spent=SPENT)) as server:
        server.post(wait=True)
        here = server.jobs.figures()
        door = Jobs(JobDatabase(tmp_path), FolderInbox(tmp_path / "inbox"), 60)
        door.accept_only(1)
        there = door.figures()
        door.stop()

    assert there == here


def test_a_job_that_goes_on_is_counted_again(tmp_path: Path) -> None:
    toy = ToyLine({"draft": _fail})

    with served(tmp_path, toy) as server:
        job = server.post(wait=True).json()["job"]
        before = metrics(server)
        toy.on = {}
        server.tell(f"/jobs/{job}/retry")
        finish(server.jobs, job)
        after = metrics(server)

    assert (before["jobs", "failed"], after["jobs", "failed"]) == (1, 0)
    assert (before["attempts", "drafted"], after["attempts", "drafted"]) == (0, 1)


def test_refusals_are_counted_by_reason(server: ToyServer) -> None:
    server.post(secret="no")
    server.post(round=0)
    server.get("/jobs", secret="no")
    server.get("/jobs/none")
    server.get("/nowhere")

    found = metrics(server)

    refused = {name[1]: number for name, number in found.items() if name[0] == "refusals_total"}
    assert refused == {"forbidden": 1, "invalid": 1, "unauthenticated": 1, "not-found": 2}


def test_no_label_holds_what_a_caller_wrote(server: ToyServer) -> None:
    server.post(wait=True, task="canary-task", email="canary@example.com", nonce="canary")
    server.get("/jobs/canary-job")

    assert "canary" not in server.get("/metrics").text


def test_the_models_that_took_least_are_told_together(tmp_path: Path) -> None:
    spent = tuple(ModelUsage(f"m{n}", Usage(n, 0, 1.0, 1.0)) for n in range(1, 31))

    with served(tmp_path, ToyLine(spent=spent)) as server:
        server.post(wait=True)
        found = metrics(server)

    models = {name[-1] for name in found if name[0] == "tokens"}
    assert len(models) == 21
    assert found["tokens", "prompt", "other"] == sum(range(1, 11))
    assert found["cost_usd", "other"] == 10


def _fail(job: Job) -> None:
    raise ModelError("no model")
