"""Two rounds over HTTP with an OpenAI-compatible model that first writes a diff that cannot fit."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import Script, Serving, serving
from tests.openai_server import OpenAIServer

_PAGE = """Summary: A counter.

index.html
```html
<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Counter</title>
</head>
<body>
<h1>Counter</h1>
<output id="count">0</output>
<button id="add">Add</button>
<script>
const countEl = document.querySelector("#count");
document.querySelector("#add").addEventListener("click", () => { countEl.textContent++; });
</script>
</body>
</html>
```

Explanation: The listener on `#add` raises `#count`.
"""
_MISREMEMBERED = """Summary: Add a reset button.

```diff
--- a/index.html
+++ b/index.html
@@ -9,3 +9,4 @@
 <output id="count">0</output>
-<button id="plus">Plus</button>
+<button id="add">Add</button>
+<button id="reset">Reset</button>
```
"""
_SLOPPY = """Here it is:

--- index.html
+++ index.html
@@ -90,2 +90,3 @@
 <output id="count">0</output>
   <button id="add">Add</button>
+  <button id="reset">Reset</button>
@@
 const countEl = document.querySelector("#count");
+document.querySelector("#reset").addEventListener("click", () => { countEl.textContent = 0; });
"""


@pytest.fixture(scope="module")
def model() -> Iterator[OpenAIServer]:
    with OpenAIServer([_PAGE, _MISREMEMBERED, _SLOPPY]) as server:
        yield server


@pytest.fixture(scope="module")
def galley(
    model: OpenAIServer, script: Script, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serving]:
    settings = {"OPENAI_BASE_URL": model.base_url, "MODEL": "some-model"}
    with serving(tmp_path_factory.mktemp("revisions") / "ws", script, settings) as server:
        yield server


def test_a_second_round_is_one_minimal_commit_after_one_repair_turn(
    galley: Serving, model: OpenAIServer, evaluator: Evaluator
) -> None:
    asked = {"evaluation_url": evaluator.url, "checks": ["Has MIT license"]}
    first = galley.post("counter", 1, brief="Make a counter.", **asked)

    second = galley.post("counter", 2, brief="Add a #reset button.", **asked)

    assert (first.status_code, second.status_code) == (200, 200), second.text
    repository = galley.workspace / "repos" / "counter"
    assert _git(repository, "rev-list", "--count", "main") == "2"
    added, removed = _changes(repository, "index.html")
    assert added == [
        '<button id="reset">Reset</button>',
        'document.querySelector("#reset").addEventListener("click", '
        "() => { countEl.textContent = 0; });",
    ]
    assert removed == []
    assert '<button id="plus">Plus</button>' in model.asked[2].text
    assert '10  <button id="add">Add</button>' in model.asked[2].text
    answers = _git(repository, "show", "refs/evidence/2:attempts/1/answer.md")
    assert "plus" in answers
    assert "-90,2" in answers
    assert "Proof: 2/2 passed" in _git(repository, "log", "-1", "--format=%B", "main")


def _git(repository: Path, *arguments: str) -> str:
    command = ["git", "-C", str(repository), *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def _changes(repository: Path, path: str) -> tuple[list[str], list[str]]:
    lines = _git(repository, "show", "--format=", "main", "--", path).splitlines()
    body = [line for line in lines if not line.startswith(("+++", "---"))]
    return (
        [line[1:].strip() for line in body if line.startswith("+")],
        [line[1:] for line in body if line.startswith("-")],
    )
