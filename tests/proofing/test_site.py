"""What a page host would serve of a draft, and which links lead nowhere."""

import pytest

from agent.proofing.links import lost_links
from agent.proofing.site import BASE, Site

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

    page = Site(FILES).answer(url)

    assert (page.status, page.path) == (status, found)


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("index.html", "text/html; charset=utf-8"),
        ("app.mjs", "text/javascript; charset=utf-8"),
        ("a%20b.csv", "text/csv; charset=utf-8"),
    ],
)
def test_files_have_the_media_type_of_their_ending(path: str, media_type: str) -> None:
    assert Site(FILES).answer(BASE + path).media_type == media_type


def test_a_draft_may_bring_its_own_404_page() -> None:
    page = Site({**FILES, "404.html": b"lost"}).answer(BASE + "nowhere")

    assert (page.status, page.content) == (404, b"lost")


@pytest.mark.parametrize(
    "link",
    ["about.html", "./about.html#x", "?q=1", "#top", "", "sub/", "https://example.com/x",
     "mailto:a@b.c", "javascript:void(0)", "data:,x", "{{ url }}", "${file}", "//example.com/x"],
)  # fmt: skip
def test_a_link_that_leads_somewhere_is_not_lost(link: str) -> None:
    files = {**FILES, "index.html": f'<a href="{link}">x</a>'.encode()}

    assert lost_links(files) == []


@pytest.mark.parametrize("link", ["lost.html", "/about.html", "../x.png", "sub/lost", "http://["])
def test_a_link_that_leads_nowhere_is_lost(link: str) -> None:
    files = {**FILES, "index.html": f'<a href="{link}">x</a>'.encode()}

    assert lost_links(files) == [("index.html", link)]


def test_links_inside_scripts_are_text_and_those_of_other_pages_count() -> None:
    files = {
        **FILES,
        "index.html": b"<script>x = '<a href=\"lost.html\">'</script>",
        "sub/index.html": b'<a href="../about.html">x</a><a href="about.html">y</a>',
    }

    assert lost_links(files) == [("sub/index.html", "about.html")]
