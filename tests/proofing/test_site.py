"""What a page host would serve of a draft."""

import pytest

from agent.proofing.chromium import Chromium
from agent.proofing.site import BASE, Site
from agent.values import Outcome
from tests.proofing.drafts import page, verdict_on

FILES = {
    "index.html": b"home",
    "about.html": b"about",
    "sub/index.html": b"sub",
    "a b.csv": b"x",
    "app.mjs": b"",
}


@pytest.mark.parametrize(
    ("path", "status", "found"),
    [
        ("", 200, "index.html"),
        ("?url=x", 200, "index.html"),
        ("about", 200, "about.html"),
        ("sub/", 200, "sub/index.html"),
        ("a%20b.csv", 200, "a b.csv"),
        ("About.html", 404, "About.html"),
        ("/about.html", 404, "/about.html"),
        ("../about.html", 404, "/about.html"),
    ],
)
def test_the_site_answers_as_a_page_host_does(path: str, status: int, found: str) -> None:
    url = BASE + path if not path.startswith(("/", ".")) else "https://draft.test/about.html"

    answer = Site(FILES).answer(url)

    assert (answer.status, answer.file) == (status, found)


@pytest.mark.browser
def test_a_folder_without_its_slash_is_found_by_visitors_and_scripts(browser: Chromium) -> None:
    files = {
        **page("<iframe src='sub?a=1&b=2#c'></iframe>"),
        "sub/index.html": b"<p>sub</p><a href=x.html>x</a>",
    }
    frame = "document.querySelector('iframe').contentWindow.location.href"

    inside = verdict_on(browser, files, f"{frame} === '{BASE}sub/?a=1&b=2#c'")
    fetched = verdict_on(browser, files, "fetch('sub').then(r => r.ok)")

    assert (inside.outcome, fetched.outcome) == (Outcome.PASSED, Outcome.PASSED), inside.observed


@pytest.mark.browser
@pytest.mark.parametrize(
    ("path", "asked", "seen"),
    [
        ("clip.bin", "bytes=2-3", "206 bytes 2-3/100 2"),
        ("clip.bin", "bytes=-5", "206 bytes 95-99/100 5"),
        ("clip.bin", "bytes=100-", "416 bytes */100 0"),
    ],
)
def test_a_player_gets_the_range_that_it_asks_for(
    browser: Chromium, path: str, asked: str, seen: str
) -> None:
    files = {**page(""), "clip.bin": bytes(range(100))}
    told = "`${r.status} ${r.headers.get('content-range')} ${b.byteLength}`"
    text = f"""(async () => {{
        const r = await fetch('{path}', {{headers: {{Range: '{asked}'}}}});
        const b = await r.arrayBuffer();
        return {told} === '{seen}';
    }})()"""

    assert verdict_on(browser, files, text).outcome is Outcome.PASSED


def test_a_draft_may_bring_its_own_404_page() -> None:
    answer = Site({**FILES, "404.html": b"lost"}).answer(BASE + "nowhere")

    assert (answer.status, answer.content) == (404, b"lost")
