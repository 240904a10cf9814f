"""Pages that hang, swell and storm: each is ended, nothing of it is left, the next proof works."""

import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from agent.deadline import Deadline
from agent.errors import ConfigurationError
from agent.proofing.chromium import Chromium
from agent.proofing.chromium_process import find_executable
from agent.values import Outcome
from tests.proofing.drafts import executable, js, page, proof_of, started

pytestmark = pytest.mark.browser

HUNG = "while (true) {}"
HOG = "const all = []; for (let i = 0; i < 1e9; i++) all.push({ i })"
BIG_ARRAY = "const all = new Array(1e9).fill(1)"
BUFFERS = "const all = []; for (;;) all.push(new Uint8Array(1e7).fill(1))"


def processes(group: int) -> list[int]:
    """Living processes of a process group, without zombies."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue  # it ended while we looked
        if int(fields[2]) == group and fields[0] != "Z":
            found.append(int(stat.parent.name))
    return found


def group_of(browser: Chromium) -> int:
    assert browser.group is not None
    return browser.group


def eventually(claim: Callable[[], bool]) -> bool:
    deadline = Deadline.within(10)
    while deadline.remaining:
        if claim():
            return True
        time.sleep(0.05)
    return False


@pytest.mark.parametrize(
    "script", [HUNG, f"setTimeout(() => {{ {HUNG} }}, 30)", HOG], ids=["loop", "later", "hog"]
)
def test_a_page_that_hangs_or_swells_is_failed_and_the_next_proof_works(
    impatient: Chromium, script: str
) -> None:
    proof = proof_of(impatient, page(f"<p>x<script>{script}</script>"), js("document.title"))

    assert proof.verdicts[0].outcome is Outcome.FAILED
    assert len(proof.faults) == 1
    assert proof_of(impatient, page("<p>x"), js("document.title")).is_clean


@pytest.mark.parametrize("script", [BIG_ARRAY, BUFFERS], ids=["array", "buffers"])
def test_memory_that_is_refused_is_an_error_of_the_page(browser: Chromium, script: str) -> None:
    proof = proof_of(browser, page(f"<p>x<script>{script}</script>"), js("document.title"))

    assert proof.faults
    assert proof_of(browser, page("<p>x"), js("document.title")).is_clean


def test_a_storm_of_popups_and_dialogs_passes_by(browser: Chromium) -> None:
    storm = "for (let i = 0; i < 1000; i++) open('about:blank'); alert('hi'); confirm('sure?')"

    proof = proof_of(browser, page(f"<p>x<script>{storm}</script>"), js("document.title"))

    assert proof.verdicts[0].outcome is Outcome.PASSED
    assert "alert: hi" in proof.console


def test_a_page_of_30_megabytes_is_judged(browser: Chromium) -> None:
    rows = "<div id=d></div><script>d.innerHTML = `<p>${'text '.repeat(200)}</p>`.repeat(30000)"

    proof = proof_of(
        browser, page(rows + "</script>"), js("document.querySelectorAll('p').length === 30000")
    )

    assert proof.is_clean


def test_nothing_is_left_running_when_the_browser_is_closed() -> None:
    for browser in started(load_seconds=3.0):
        proof_of(browser, page(f"<script>{HUNG}</script>"))
        group = group_of(browser)
        assert processes(group)

    assert eventually(lambda: not processes(group))


def test_ctrl_c_at_a_terminal_does_not_reach_the_browsers_driver(
    browser: Chromium,
) -> None:
    proof_of(browser, page("<p>x"))

    ours = [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in processes(os.getpgrp())]

    assert not any(b"run-driver" in command for command in ours)


def test_a_page_that_was_ended_leaves_no_renderer_at_work(impatient: Chromium) -> None:
    proof_of(impatient, page("<p>x"))
    before = len(processes(group_of(impatient)))

    proof_of(impatient, page(f"<script>{HUNG}</script>"))

    assert eventually(lambda: len(processes(group_of(impatient))) <= before + 1)


def test_a_service_worker_that_never_ends_leaves_nothing_at_work(impatient: Chromium) -> None:
    proof_of(impatient, page("<p>x"))
    before = len(processes(group_of(impatient)))
    files = page("<p>x<script>navigator.serviceWorker.register('sw.js')</script>")

    proof = proof_of(impatient, {**files, "sw.js": HUNG.encode()}, js("document.title"))

    assert proof.verdicts[0].outcome is Outcome.PASSED
    assert eventually(lambda: len(processes(group_of(impatient))) <= before + 1)


def test_a_browser_that_was_killed_from_outside_is_started_again() -> None:
    for browser in started():
        proof_of(browser, page("<p>x"))
        os.killpg(group_of(browser), 9)

        assert proof_of(browser, page("<p>x"), js("document.title")).is_clean


def test_many_threads_share_one_browser(browser: Chromium) -> None:
    def title(number: int) -> Outcome:
        files = page("<p>x", head=f"<title>{number}</title>")
        return proof_of(browser, files, js(f"document.title === '{number}'")).verdicts[0].outcome

    with ThreadPoolExecutor(6) as threads:
        outcomes = list(threads.map(title, range(6)))

    assert outcomes == [Outcome.PASSED] * 6


def test_a_hung_neighbour_does_not_spoil_a_sound_page(impatient: Chromium) -> None:
    with ThreadPoolExecutor(2) as threads:
        hung = threads.submit(proof_of, impatient, page(f"<script>{HUNG}</script>"))
        sound = threads.submit(proof_of, impatient, page("<p>x"), js("document.title"))

        assert sound.result().is_clean
        assert not hung.result().is_clean


def test_one_visit_keeps_nothing_for_the_next(browser: Chromium) -> None:
    files = page("<p>x<script>localStorage.seen = (localStorage.seen || 0) + '1'</script>")
    proof_of(browser, files)

    proof = proof_of(browser, files, js("localStorage.seen === '01'"))

    assert proof.verdicts[0].outcome is Outcome.PASSED


def test_chromium_has_an_empty_environment_and_is_driven_over_a_pipe(
    browser: Chromium, monkeypatch: pytest.MonkeyPatch
) -> None:
    proof_of(browser, page("<p>x"))
    environment = Path(f"/proc/{group_of(browser)}/environ").read_bytes()
    arguments = Path(f"/proc/{group_of(browser)}/cmdline").read_bytes()

    inherited = {name for name in os.environ if name not in ("PATH", "HOME", "TMPDIR", "PWD")}
    named = {entry.partition(b"=")[0].decode() for entry in environment.split(b"\0")}
    assert not inherited & named
    assert b"--remote-debugging-pipe" in arguments
    assert b"--remote-debugging-port" not in arguments


def test_a_named_browser_that_is_missing_is_a_configuration_error(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="there is no browser at"):
        find_executable(str(tmp_path / "chromium"), {})


def test_a_browser_is_found_on_the_path_or_where_playwright_keeps_its_own(tmp_path: Path) -> None:
    own = tmp_path / ".cache/ms-playwright/chromium-1200/chrome-linux/chrome"
    own.parent.mkdir(parents=True)
    own.touch()

    nowhere = {"PATH": str(tmp_path), "HOME": str(tmp_path / "empty")}
    assert find_executable("", nowhere) is None
    assert find_executable("", {"PATH": str(tmp_path), "HOME": str(tmp_path)}) == own
    assert find_executable("", {"PATH": str(executable().parent)}) is not None
