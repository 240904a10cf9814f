"""Generated pages and the server have different origins, and so has each page from the others."""

import pytest
import requests
from playwright.sync_api import Browser

from agent.web.app import application, moved_site_routes, site_routes
from agent.web.local_pages import LocalPages
from agent.web.page_isolation import Isolation
from agent.web.server import address_of, bound, in_background
from tests.orders import Shop

OPENED = {"Sec-Fetch-Mode": "navigate"}


@pytest.fixture
def two(shop: Shop) -> Shop:
    """A shop whose forge has two pages."""
    for task in ("one", "two"):
        shop.done(shop.loaded(task, 1), {"index.html": b"<!doctype html><p>page", "data.csv": b"1"})
    return shop


def port(base_url: str) -> str:
    return base_url.rsplit(":", 1)[1]


def test_a_browser_is_sent_to_the_host_name_of_the_page(two: Shop) -> None:
    with two.served() as base_url:
        found = requests.get(f"{base_url}/pages/one/", headers=OPENED, allow_redirects=False)

        own = f"http://one.localhost:{port(base_url)}/pages/one/"
        assert (found.status_code, found.headers["Location"]) == (307, own)


def test_a_program_gets_the_page_where_it_asks(two: Shop) -> None:
    with two.served() as base_url:
        found = requests.get(f"{base_url}/pages/one/", allow_redirects=False)

        assert (found.status_code, found.text) == (200, "<!doctype html><p>page")


def test_the_host_name_of_one_page_serves_no_other(two: Shop) -> None:
    with two.served() as base_url:
        host = {"Host": f"one.localhost:{port(base_url)}"}

        own = requests.get(f"{base_url}/pages/one/data.csv", headers=host)
        other = requests.get(f"{base_url}/pages/two/data.csv", headers=host, allow_redirects=False)

        assert own.status_code == 200
        assert other.headers["Location"].startswith("http://two.localhost:")


def test_no_website_may_read_a_page(two: Shop) -> None:
    with two.served() as base_url:
        headers = requests.get(f"{base_url}/pages/one/data.csv").headers

        assert "Access-Control-Allow-Origin" not in headers
        assert headers["Cross-Origin-Resource-Policy"] == "same-origin"


@pytest.mark.parametrize("name", ["a_b", "a.b", "xn--a", "A" * 100])
def test_a_name_that_is_no_label_gets_one(two: Shop, name: str) -> None:
    two.done(two.loaded(name, 1), {"index.html": b"x"})

    with two.served() as base_url:
        found = requests.get(f"{base_url}/pages/{name}/", headers=OPENED, allow_redirects=False)

        host = found.headers["Location"].split("/")[2].split(":")[0]
        assert len(host.removesuffix(".localhost")) == 18


def test_the_servers_own_port_sends_visitors_on_to_the_pages() -> None:
    listener = bound("127.0.0.1", 0)
    with in_background(application(moved_site_routes("http://pages"), 1024), listener):
        address = f"{address_of(listener)}/pages/one/a%20b?x=1"

        found = requests.get(address, allow_redirects=False)

        assert found.headers["Location"] == "http://pages/pages/one/a%20b?x=1"


# in a browser


READS_STORAGE = "try { localStorage.length; document.title = 'read' } catch { document.title='no' }"


@pytest.mark.browser
def test_pages_share_neither_storage_nor_cookies(two: Shop, chromium: Browser) -> None:
    with two.served() as base_url:
        page = chromium.new_context().new_page()
        page.goto(f"{base_url}/pages/one/")
        page.evaluate("localStorage.x = 1; document.cookie = 'bomb=' + 'x'.repeat(3000)")
        page.evaluate("document.cookie = 'wide=1; domain=localhost'")

        page.goto(f"{base_url}/pages/two/")

        assert page.evaluate("[localStorage.length, document.cookie]") == [0, ""]
        assert page.text_content("p") == "page"


@pytest.mark.browser
def test_a_page_on_the_servers_own_port_has_no_storage(two: Shop, chromium: Browser) -> None:
    script = f"<script>{READS_STORAGE}</script>".encode()
    two.done(two.loaded("one", 2), {"index.html": script})
    site = LocalPages(two.forge.folder, Isolation.SANDBOX)
    listener = bound("127.0.0.1", 0)
    with in_background(application(site_routes(site), 1024), listener):
        page = chromium.new_page()

        page.goto(f"{address_of(listener)}/pages/one/")

        assert page.title() == "no"
