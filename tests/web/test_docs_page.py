"""`/docs` in a real Chromium: light and dark, on a phone, without scripts, without a network."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Route

from tests.web.toy_api import ToyServer

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_everybody_can_read_it(
    server: ToyServer, chromium: Browser, scheme: str, width: int
) -> None:
    viewport = {"width": width, "height": 800}
    context = chromium.new_context(color_scheme=scheme, viewport=viewport)  # type: ignore[arg-type]
    page = context.new_page()
    page.goto(f"{server.url}/docs")

    violations = Axe().run(page).response["violations"]
    is_wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    context.close()

    assert [each["id"] for each in violations if each["impact"] in ("serious", "critical")] == []
    assert not is_wide


def test_it_needs_neither_scripts_nor_other_servers(server: ToyServer, chromium: Browser) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page, elsewhere = context.new_page(), list[str]()

    def note(route: Route) -> None:
        elsewhere.append(route.request.url)
        route.abort()

    page.route(lambda url: not url.startswith(server.url), note)
    page.goto(f"{server.url}/docs#conflict")
    page.click("nav a[href='#retryJob']")

    address, shown = page.url, page.locator("#retryJob h2").inner_text()
    context.close()
    assert elsewhere == []
    assert address.endswith("/docs#retryJob")
    assert "/jobs/{job}/retry" in shown
