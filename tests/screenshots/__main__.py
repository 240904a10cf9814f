"""Takes the pictures of the documentation: the pages for people of a real server after real jobs.

`make screenshots` writes them to `docs/images`; the model's answers are laid out in `answers`.
"""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from io import BytesIO
from itertools import product
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from agent.proofing.chromium_process import find_executable
from tests.docs import HOME
from tests.end_to_end.evaluator import evaluator
from tests.end_to_end.running import SECRET, Script, Serving, serving

Theme = Literal["light", "dark"]

IMAGES = HOME / "docs" / "images"
ANSWERS = Path(__file__).parent / "answers"
TASK = "tip-calculator"
WIDTHS: dict[str, ViewportSize] = {
    "desktop": {"width": 1120, "height": 760},
    "phone": {"width": 390, "height": 760},
}
THEMES: tuple[Theme, ...] = ("light", "dark")
COLOURS = 96
IMAGES_ARE_SHOWN = (
    "[...document.images].every(image => image.complete"
    " || image.getBoundingClientRect().top > innerHeight)"
)
ROUNDS = (
    (
        "Compute the tip of a bill, from the amount and a percentage.",
        ["js: document.title === 'Tip Calculator'", "js: tip.textContent === '5.00'"],
    ),
    ("Split the bill: each pays an equal share.", ["js: each.textContent === '27.50'"]),
)


def main() -> None:
    """Raises AssertionError where a job does not end as it should."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        settings = {"PATH": os.environ["PATH"], "MAX_REPAIRS": "1"}
        script = Script(Path("answers"))  # a short name, which the pictures show
        shutil.copytree(ANSWERS, Path(folder) / "answers")
        with (
            evaluator() as endpoint,
            serving(Path(folder) / "workspace", script, settings) as server,
        ):
            pages = dict(_addresses(server, endpoint.url))
            with sync_playwright() as playwright:
                executable = find_executable("", os.environ)
                browser = playwright.chromium.launch(executable_path=executable)
                for theme, width in product(THEMES, WIDTHS):
                    _take_all(browser, pages, theme, width)
                browser.close()


def _addresses(server: Serving, evaluation_url: str) -> Iterator[tuple[str, str]]:
    """The pages by their names, once there is something to see on them."""
    jobs = []
    for number, (brief, checks) in enumerate(ROUNDS, start=1):
        asked = {"brief": brief, "checks": checks, "evaluation_url": evaluation_url}
        answer = server.post(TASK, number, **asked)
        assert answer.ok, answer.text
        jobs.append(answer.json()["job"])
    yield "login", f"{server.url}/login"
    yield "jobs", f"{server.url}/"
    yield "job", f"{server.url}/jobs/{jobs[0]}"
    yield "task", f"{server.url}/tasks/{TASK}"
    yield "new", f"{server.url}/new?task={TASK}"


def _take_all(browser: Browser, pages: dict[str, str], theme: Theme, width: str) -> None:
    context = browser.new_context(
        bypass_csp=True,  # waiting for a condition evaluates text in the page
        color_scheme=theme,
        viewport=WIDTHS[width],
    )
    page = context.new_page()
    for name, address in pages.items():
        page.goto(address)
        if name == "login":
            page.fill("[name=secret]", SECRET)
            page.click("main button")
        else:
            _take(page, IMAGES / f"{name}-{width}-{theme}.png")
    context.close()


def _take(page: Page, path: Path) -> None:
    """The part of the page that a visitor sees first, in few colours: a small file."""
    page.wait_for_function(IMAGES_ARE_SHOWN)
    picture = Image.open(BytesIO(page.screenshot()))
    picture.convert("RGB").quantize(COLOURS).save(path, optimize=True)
    print(f"{path.relative_to(HOME)}  {path.stat().st_size / 1000:.0f} kB", file=sys.stderr)


if __name__ == "__main__":
    main()
