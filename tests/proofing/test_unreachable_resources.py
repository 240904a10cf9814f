"""What a page may miss because the network is not there, and what it may not."""

import pytest
from agent.proofing.excuses import Excuses
from agent.proofing.page import Unreached

CDN = "https://cdn.jsdelivr.net/npm/"


def excuses(script: str, *unreached: Unreached) -> Excuses:
    return Excuses(list(unreached), {"index.html": f"<script>{script}</script>".encode()})


def script(name: str) -> Unreached:
    return Unreached(CDN + name, "script")


@pytest.mark.parametrize(
    ("own", "missed", "check"),
    [
        ("o.innerHTML = marked.parse(x)", script("marked/marked.min.js"), "o.innerHTML"),
        ("window.hljs && 1", script("highlight.js/lib/core.js"), "o.innerHTML"),
        ("", script("chart.js"), "typeof Chart === 'function'"),
        ("let x", script("some-unknown-library"), "o.innerHTML"),
        (f"import d from '{CDN}d3/+esm'", script("d3/+esm"), "o.innerHTML"),
        ("let x", Unreached("https://api.example.com/x", "fetch"), "o.innerHTML"),
        ("let x", Unreached(CDN + "bootstrap.css", "stylesheet"), "getComputedStyle(o).color"),
    ],
)
def test_what_may_hang_on_it_is_excused(own: str, missed: Unreached, check: str) -> None:
    assert "could not be reached" in excuses(own, missed).for_check(check)


@pytest.mark.parametrize(
    ("own", "missed"),
    [
        ("o.innerHTML = total", script("bootstrap@5/dist/js/bootstrap.bundle.min.js")),
        ("o.marked = remarked", script("marked/marked.min.js")),
        ("let x", Unreached(CDN + "bootstrap.css", "stylesheet")),
        ("let x", Unreached("https://example.com/a.png", "image")),
    ],
)
def test_what_evidently_does_not_is_judged(own: str, missed: Unreached) -> None:
    assert excuses(own, missed).for_check("o.innerHTML") == ""


def test_an_undefined_name_is_excused_only_by_a_library_that_defines_it() -> None:
    some = excuses("marked.parse(totl)", script("marked/marked.min.js"))

    assert some.for_error("marked is not defined")
    assert not some.for_error("totl is not defined")
    assert not some.for_error("oops")
    assert not excuses("marked.parse(x)").for_error("marked is not defined")


def test_a_test_that_uses_the_page_is_excused_by_any_script() -> None:
    assert excuses("let x", script("bootstrap.js")).for_interaction()
    assert not excuses("let x", Unreached(CDN + "a.css", "stylesheet")).for_interaction()
