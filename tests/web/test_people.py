"""The pages for people in a real Chromium, over the toy line and real evidence."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from agent import evidence
from agent.errors import NotifyError
from agent.jobs import State
from agent.looks import Hint
from agent.ports import Message, Prompt
from agent.usage import Usage
from agent.values import Answer, Job, Outcome, Proof, Verdict
from tests.jobs.toy import Gate, ToyLine
from tests.orders import Shop, content, js, sentence
from tests.web.toy_api import SECRET, ToyServer, served

pytestmark = [pytest.mark.browser, pytest.mark.slow]

HOSTILE = "<img src=x onerror=\"document.title='ran'\"><script>document.title='ran'</script>"
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010806000000"
    "1f15c4890000000d49444154789c6360f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)


@dataclass
class Office:
    """A server with a job that is done, one that failed, and one that was begun.

    `gates` hold the drafts of tasks, for at most 20 seconds.
    """

    server: ToyServer
    gates: dict[str, Gate] = field(default_factory=dict)

    def begin(self, task: str) -> Gate:
        """Have a job run until its gate is opened."""
        gate = self.gates[task] = Gate()
        self.server.post(task=task)
        assert gate.reached.wait(20)
        return gate

    def job(self, task: str) -> Job:
        return next(each.job for each in self.server.jobs.newest() if each.job.task == task)

    def address(self, task: str) -> str:
        return f"{self.server.url}/jobs/{self.job(task).id}"


def fail(job: Job) -> None:
    if job.task == "broken":
        raise NotifyError(f"nobody took it: {HOSTILE}")


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    folder, gates = tmp_path_factory.mktemp("office"), dict[str, Gate]()

    def hold(job: Job) -> None:
        if job.task in gates:
            gates[job.task](job)

    with served(folder, ToyLine({"draft": hold, "notify": fail}), seconds=600) as server:
        leave_evidence(folder / "workspace")
        for task in ("shop", "broken"):
            server.post(task=task, wait=True)
        office = Office(server, gates)
        office.begin("slow")
        yield office
        for gate in gates.values():
            gate.open.set()


def leave_evidence(workspace: Path) -> None:
    """A round with two attempts, full of hostile text."""
    shop = Shop(workspace)
    loaded = shop.loaded("shop", 1, "n", brief=HOSTILE, checks=[HOSTILE])
    checks = (js(HOSTILE), sentence(HOSTILE))
    for number, outcome in ((1, Outcome.FAILED), (2, Outcome.PASSED)):
        page = f"<p>{number}</p>\n{HOSTILE}\n".encode()
        files = {"index.html": page, "<b onload=x>.txt": HOSTILE.encode()}
        loaded.repository.record_draft(1, number, content(files))
        turn = (
            Prompt((Message("user", HOSTILE),)),
            Answer(HOSTILE, HOSTILE, Usage(1, 2, 0.5, 1)),
        )
        verdicts = tuple(Verdict(check, outcome, HOSTILE) for check in checks)
        proof = Proof(
            verdicts,
            console=(HOSTILE,),
            screenshots={"desktop": _PNG},
            hints=(Hint(HOSTILE, "index.html", 375, "overflow"),),
            own_tests=verdicts[1:],
            review=(HOSTILE,),
        )
        loaded.record(evidence.of_turns(number, [turn]) | evidence.of_proof(number, proof))
        if number == 2:
            shop.done(loaded, files)


@pytest.fixture
def page(office: Office, chromium: Browser) -> Iterator[Page]:
    """A page of somebody who is logged in."""
    context = chromium.new_context()
    page = context.new_page()
    log_in(page, office)
    yield page
    context.close()


def log_in(page: Page, office: Office) -> None:
    page.goto(f"{office.server.url}/login")
    page.fill("[name=secret]", SECRET)
    page.click("main button")
    page.wait_for_url(f"{office.server.url}/")


def addresses(office: Office) -> list[str]:
    url, task = office.server.url, f"{office.server.url}/tasks/shop"
    jobs = [office.address(name) for name in ("shop", "broken", "slow")]
    paths = [f"{task}/rounds/1/files/index.html", f"{url}/tasks", f"{url}/new?task=shop"]
    return [f"{url}/", *jobs, task, *paths, f"{url}/tasks/nothing"]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_used_by_everybody(
    office: Office, chromium: Browser, scheme: str
) -> None:
    context = chromium.new_context(color_scheme=scheme)  # type: ignore[arg-type]
    page = context.new_page()
    log_in(page, office)

    found = []
    for address in addresses(office):
        page.goto(address)
        violations = Axe().run(page).response["violations"]
        found += [
            (address, each["id"], each["nodes"][0]["html"])
            for each in violations
            if each["impact"] in ("serious", "critical")
        ]

    assert found == []


def test_no_page_scrolls_sideways_on_a_phone(office: Office, page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})

    wide = []
    for address in addresses(office):
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
            wide.append(address)

    assert wide == []


def test_hostile_text_is_shown_and_never_runs(office: Office, page: Page) -> None:
    for address in addresses(office)[:6]:
        page.goto(address)
        page.wait_for_load_state("load")

        assert page.title() != "ran", address
        assert page.locator("img[src=x]").count() == 0, address
    page.goto(f"{office.server.url}/tasks/shop")
    assert page.locator("blockquote").inner_text() == HOSTILE


def test_what_galley_saw_by_itself_is_told_apart_from_the_checks(
    office: Office, page: Page
) -> None:
    for address in (office.address("shop"), f"{office.server.url}/tasks/shop"):
        page.goto(address)

        shown = [
            " ".join(each.split()[:3]) for each in page.locator(".checks li").all_inner_texts()
        ]
        assert "passed own test:" in shown
        assert {line.split()[0] for line in shown} >= {"hint", "review"}


def test_pages_are_read_without_scripts(office: Office, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    log_in(page, office)

    for address in addresses(office):
        page.goto(address)
        assert page.locator("h1").inner_text()


def test_a_job_is_watched_cancelled_and_retried_without_a_reload(
    office: Office, page: Page
) -> None:
    gate = office.begin("watched")
    page.goto(office.address("watched"))
    hear = office.server.answers.listen(office.job("watched"))
    hear("the answer ")
    page.wait_for_selector("#answer:text-is('the answer')")
    hear("grows")
    page.wait_for_selector("#answer:text-is('the answer grows')")

    page.click("text=Cancel")
    page.wait_for_selector(".state.cancelled")
    page.click("text=Retry")
    page.wait_for_selector(".state.running, .state.queued")
    gate.open.set()

    page.wait_for_selector(".state.done")
    found = office.server.jobs.find(office.job("watched").id)
    assert found
    assert found.state is State.DONE


def test_a_generated_page_gets_nothing_of_the_operator(
    office: Office, page: Page, shop: Shop
) -> None:
    url = office.server.url
    script = f"""
      const got = [];
      const seen = (name, promise) =>
        promise.then(() => got.push(name), () => 0);
      Promise.all([
        seen("read", fetch("{url}/jobs", {{credentials: "include"}}).then((r) => r.text())),
        seen("read page", fetch("{url}/", {{credentials: "include"}}).then((r) => r.text())),
        fetch("{url}/new", {{method: "POST", mode: "no-cors", credentials: "include",
          body: new URLSearchParams({{task: "planted", round: 1, brief: "x"}})}}),
      ]).then(() => {{ document.title = "done " + got.join(); }});
    """
    frame = f"<iframe src='{url}/'></iframe><script>{script}</script>"
    shop.done(shop.loaded("evil", 1), {"index.html": f"<!doctype html>{frame}".encode()})

    with shop.served() as pages:
        page.goto(f"{pages}/pages/evil/")
        page.wait_for_function("document.title.startsWith('done')")

        assert page.title() == "done"
        assert "Jobs" not in page.frames[1].content()
    assert "planted" not in [each.job.task for each in office.server.jobs.newest()]


def test_the_list_changes_without_a_reload(office: Office, page: Page) -> None:
    page.goto(f"{office.server.url}/")

    office.server.post(task="fresh", wait=True)

    page.wait_for_selector("a.task:has-text('fresh')")


def test_a_check_is_parsed_as_it_is_typed(office: Office, page: Page) -> None:
    page.goto(f"{office.server.url}/new")

    page.fill("[name=checks]", "js: 1 +\njs: document.title = 'ran'\nwords (")

    page.wait_for_selector("#checks-found li")
    assert page.locator("#checks-found li").count() == 1
    assert page.title() != "ran"
