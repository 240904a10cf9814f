"""`galley new` and briefs that are no JSON, by the command."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.orders import Shop

HOME = Path(__file__).parent.parent.parent

ANSWERS = """A page that counts words.
And the letters.

words
1
js: document.title === 'Words'
Has MIT license

{file}

"""
PAGE = """Summary: Add a clock

index.html
```html
<!doctype html>
<html lang="en"><title>Clock</title><h1>Clock</h1></html>
```
"""

pytestmark = pytest.mark.slow


def galley(
    *arguments: str, said: str, at: Path, **settings: str
) -> subprocess.CompletedProcess[str]:
    environment = {
        "PATH": "/usr/bin:/bin",
        "HOME": str(Path.home()),
        "PYTHONPATH": str(HOME),
        **settings,
    }
    return subprocess.run(
        [sys.executable, "-m", "agent", *arguments],
        cwd=at,
        env=environment,
        input=said,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_what_is_answered_becomes_a_brief_that_is_valid(tmp_path: Path) -> None:
    (tmp_path / "sample.txt").write_text("one two")

    done = galley("new", said=ANSWERS.format(file="sample.txt"), at=tmp_path)

    assert done.returncode == 0, done.stderr
    assert done.stdout == "words.json\n"
    fields = json.loads((tmp_path / "words.json").read_text())
    assert fields["brief"] == "A page that counts words.\nAnd the letters."
    assert fields["checks"] == ["js: document.title === 'Words'", "Has MIT license"]
    assert [each["name"] for each in fields["attachments"]] == ["sample.txt"]


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "words.json").write_text("mine")

    named = galley("new", "--out", "words.json", said="", at=tmp_path)
    unnamed = galley("new", said=ANSWERS.format(file=""), at=tmp_path)

    assert named.returncode == 2
    assert "words.json is there already" in named.stderr
    assert "What must" not in named.stderr
    assert unnamed.stdout == "words-2.json\n"
    assert (tmp_path / "words.json").read_text() == "mine"


def test_a_change_is_a_further_round_of_its_task(shop: Shop, tmp_path: Path) -> None:
    shop.done(shop.loaded("cafe"), {"index.html": b"<p>"})
    settings = {"WORKSPACE": str(shop.root)}

    done = galley("new", "cafe", said="Sell tea too.\n\n\n\n\n\n", at=tmp_path, **settings)

    assert "What must change in cafe?" in done.stderr
    assert done.stdout == "cafe-round-2.json\n"
    fields = json.loads((tmp_path / "cafe-round-2.json").read_text())
    assert (fields["task"], fields["round"]) == ("cafe", 2)


def test_a_brief_in_markdown_comes_by_standard_input(tmp_path: Path) -> None:
    answers = tmp_path / "answers"
    answers.mkdir()
    (answers / "1.md").write_text(PAGE)
    brief = "---\ntask: clock\nchecks:\n  - README.md is there\n---\nA clock.\n"

    done = galley(
        "run",
        "-",
        "--json",
        said=brief,
        at=tmp_path,
        MODEL=f"scripted:{answers}",
        PORT="0",
        MAX_REPAIRS="0",
    )

    assert done.returncode == 0, done.stderr
    assert (json.loads(done.stdout)["task"], json.loads(done.stdout)["state"]) == ("clock", "done")
