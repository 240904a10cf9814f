"""The archive of a task's app, and its page in a real browser, opened from a disk."""

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright
from typer.testing import CliRunner

from agent.cli.commands import program
from agent.proofing.chromium_process import find_executable
from agent.site_archive import archive, needs_server, readable_from_disk
from tests.orders import Shop

PAGE = b"""<!doctype html><html lang=en>
<head><meta charset="utf-8"><title>Caf\xc3\xa9</title></head>
<p id=fetched></p><p id=asked></p>
<script src="app.js"></script></html>
"""
SCRIPT = b"""
fetch("data/prices.csv?fresh=1").then(r => r.text()).then(text => { fetched.textContent = text; });
const request = new XMLHttpRequest();
request.open("GET", "data/a%20b.json");
request.responseType = "json";
request.onload = () => { asked.textContent = request.response.name; };
request.send();
"""
FILES = {
    "index.html": PAGE,
    "app.js": SCRIPT,
    "data/prices.csv": "café,</script>3\n".encode(),
    "data/a b.json": b'{"name": "tea"}',
    "logo.png": b"\x89PNG",
    "README.md": b"# Shop\n",
    ".nojekyll": b"",
    ".github/workflows/x.yml": b"",
}


@pytest.fixture
def page() -> Iterator[Page]:
    executable = find_executable("", {})
    assert executable, "these tests need Chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser.new_page()
        browser.close()


def unpacked(folder: Path, packed: bytes) -> list[str]:
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        opened.extractall(folder)
        return opened.namelist()


@pytest.mark.browser
def test_a_page_that_reads_its_data_works_from_a_disk(tmp_path: Path, page: Page) -> None:
    unpacked(tmp_path, archive(FILES, "shop", 1.0))

    page.goto((tmp_path / "shop/index.html").as_uri())

    page.wait_for_function("fetched.textContent && asked.textContent")
    assert page.locator("#fetched").text_content() == "café,</script>3\n"
    assert page.locator("#asked").text_content() == "tea"
    assert page.title() == "Café"


@pytest.mark.browser
def test_without_its_data_in_it_the_page_would_not_work(tmp_path: Path, page: Page) -> None:
    (tmp_path / "data").mkdir()
    for name in ("index.html", "app.js", "data/prices.csv", "data/a b.json"):
        (tmp_path / name).write_bytes(FILES[name])
    failures: list[str] = []
    page.on("pageerror", lambda error: failures.append(str(error)))

    page.goto((tmp_path / "index.html").as_uri())

    page.wait_for_function("true")
    assert page.locator("#fetched").text_content() == ""
    assert failures


def test_the_archive_has_what_people_look_at_in_one_folder(tmp_path: Path) -> None:
    names = unpacked(tmp_path, archive(FILES, "shop", 1.0))

    assert names == [
        "shop/README.md",
        "shop/app.js",
        "shop/data/a b.json",
        "shop/data/prices.csv",
        "shop/index.html",
        "shop/logo.png",
    ]
    assert archive(FILES, "shop", 1.0) == archive(FILES, "shop", 1.0)


def test_a_page_that_reads_nothing_stays_as_it_is() -> None:
    files = {"index.html": PAGE, "app.js": b"let a = 1;", "data/prices.csv": b"a"}

    assert readable_from_disk(files) == files


def test_a_page_in_a_folder_finds_the_data_too() -> None:
    made = readable_from_disk({**FILES, "sub/page.html": PAGE})

    assert b'new URL("../", location.href)' in made["sub/page.html"]
    assert b'new URL("./", location.href)' in made["index.html"]


def test_a_script_that_is_a_module_needs_a_server() -> None:
    assert needs_server({"index.html": b'<script type="module" src="a.js"></script>'})
    assert not needs_server({"index.html": b'<script type="module">1</script>', "a.js": b""})


def test_the_command_packs_the_newest_repository_of_a_task(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSPACE", str(shop.root))
    monkeypatch.chdir(shop.root)
    shop.done(shop.loaded(nonce="a"), {"index.html": b"<p>old"})
    shop.done(shop.loaded(nonce="b"), {"index.html": b"<p>new"})
    shop.loaded(nonce="c")
    shop.done(shop.loaded("shop-9"), {"index.html": b"<p>other"})

    result = CliRunner().invoke(program, ["export", "shop"])

    assert (result.exit_code, result.stdout) == (0, "shop.zip\n")
    with zipfile.ZipFile(shop.root / "shop.zip") as opened:
        assert opened.read("shop-2/index.html") == b"<p>new"


def test_a_task_that_has_nothing_published_cannot_be_packed(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WORKSPACE", str(shop.root))
    monkeypatch.chdir(shop.root)
    shop.loaded()

    result = CliRunner().invoke(program, ["export", "shop"])

    assert result.exit_code == 1
    assert "nothing is published of task shop" in result.output
    assert not (shop.root / "shop.zip").exists()
