"""What comes with a brief, from the request to the committed bytes and the page."""

import base64
import json
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.evaluator import Evaluator
from tests.end_to_end.running import Script, Serving, serving
from tests.intake.samples import mp3, pdf, png, workbook
from tests.loopback import Loopback
from tests.loopback import serving as listening
from tests.openai_server import OpenAIServer

_SALES = b"product,sales\nLamp,120.5\nDesk,715\n"
_POEM = b"Roses are red,\r\nviolets are blue"
_RATES = {"base": "EUR", "rates": {"USD": 1.0842, "CHF": 0.9311}}
_SHEET = workbook({"Prices": [["item", "price"], ["Lamp", 12.5], ["Desk", 99]]})
_BUDGET = 40_000

_PAGE = """Summary: A page with everything.

index.html
```html
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Everything</title></head>
<body><h1>Everything</h1><img src="dot.png" alt="A dot"><audio src="song.mp3" controls></audio>
</body></html>
```
"""
_TEN_FILES = """Summary: Ten files.

index.html
```html
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Ten</title></head>
<body><a href="about.txt">about</a></body></html>
```

about.txt
```
one two three
```

data/answer.json
```json
{"answer": 42.0}
```

logo.svg
```svg
<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><rect width="1" height="1"/></svg>
```

feed.xml
```xml
<?xml version="1.0"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Feed</title></feed>
```

NOTES.md
````markdown
# Notes

```js
console.log("inside");
```
````

tools/sum.py
```python
print(sum([1, 2]))
```

style.css
```css
body { margin: 0 }
```

prices.csv
```
from: prices.xlsx#Prices
```

copy/poem.txt
```
from: poem.txt
```
"""


@pytest.fixture(scope="module")
def model() -> Iterator[OpenAIServer]:
    def reply(asked: Any) -> str:
        if "ten files" in asked.text:
            return _TEN_FILES
        return _PAGE.replace("<h1>", "<p id=usd>1.0842</p><h1>")

    with OpenAIServer(reply) as server:
        yield server


@pytest.fixture(scope="module")
def galley(
    model: OpenAIServer, script: Script, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Serving]:
    settings = {"OPENAI_BASE_URL": model.base_url, "MODEL": "some-model"}
    with serving(tmp_path_factory.mktemp("material") / "ws", script, settings) as server:
        yield server


def test_six_attachments_are_committed_as_they_came_and_shown_as_they_are(
    galley: Serving, model: OpenAIServer, evaluator: Evaluator
) -> None:
    files = {
        "sales.csv": _SALES,
        "prices.xlsx": _SHEET,
        "dot.png": png(3, 2),
        "report.pdf": pdf("Growth was 7 percent"),
        "poem.txt": _POEM,
        "song.mp3": mp3(180.0),
    }
    assert len(files["song.mp3"]) > 1_000_000

    answer = _post(galley, evaluator, "everything", "Show everything.", files)

    assert answer["status"] == "success", answer
    for name, content in files.items():
        assert _committed(galley, "everything", name) == content
    prompt = next(asked.text for asked in model.asked if "Show everything." in asked.text)
    for figure in ("835.5", "111.5", "Growth was 7 percent", "3", "violets are blue"):
        assert figure in prompt
    assert len(prompt) < _BUDGET


def test_ten_files_of_different_kinds_are_made_converted_and_copied(
    galley: Serving, evaluator: Evaluator
) -> None:
    checks = [
        "about.txt has exactly 3 words",
        "data/answer.json is valid JSON",
        "logo.svg is valid SVG",
        "feed.xml is well-formed XML",
        "copy/poem.txt is identical to poem.txt",
        "index.html links to about.txt",
        "prices.csv exists",
    ]
    files = {"prices.xlsx": _SHEET, "poem.txt": _POEM}

    answer = _post(galley, evaluator, "ten", "Make ten files.", files, checks=checks)

    assert answer["status"] == "success", answer
    assert _committed(galley, "ten", "copy/poem.txt") == _POEM
    rows = _committed(galley, "ten", "prices.csv").decode().splitlines()
    assert rows == ["item,price", "Lamp,12.5", "Desk,99"]
    proof = json.loads(_show(galley, "ten", "refs/evidence/1:attempts/1/proof.json"))
    outcomes = {verdict["check"]: verdict["outcome"] for verdict in proof["verdicts"]}
    assert outcomes == dict.fromkeys(checks, "passed")
    assert proof["faults"] == []


def test_data_that_a_brief_names_is_fetched_once_and_its_values_are_in_the_page(
    galley: Serving, model: OpenAIServer, evaluator: Evaluator
) -> None:
    with listening(_answer_rates) as rates:
        brief = f"Show the dollar rate of {rates.url}/rates.json in #usd."
        answer = _post(galley, evaluator, "rates", brief, {})

    assert answer["status"] == "success", answer
    assert _requests(rates) == ["GET /rates.json HTTP/1.1"]
    prompt = next(asked.text for asked in model.asked if "/rates.json in #usd" in asked.text)
    assert "1.0842" in prompt
    assert b"<p id=usd>1.0842</p>" in _committed(galley, "rates", "index.html")
    assert json.loads(_committed(galley, "rates", "rates.json")) == _RATES


def test_data_that_cannot_be_fetched_is_told_to_the_model_and_the_reader(
    galley: Serving, model: OpenAIServer, evaluator: Evaluator
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as unused:
        port = unused.getsockname()[1]
    brief = f"Show http://127.0.0.1:{port}/gone.json."

    answer = _post(galley, evaluator, "gone", brief, {})

    assert answer["status"] == "success", answer
    prompt = next(asked.text for asked in model.asked if "/gone.json" in asked.text)
    assert "could not be fetched" in prompt
    assert b"could not be fetched" in _committed(galley, "gone", "README.md")


def _post(
    galley: Serving,
    evaluator: Evaluator,
    task: str,
    brief: str,
    files: dict[str, bytes],
    checks: list[str] | None = None,
) -> dict[str, Any]:
    attachments = [
        {"name": name, "url": f"data:;base64,{base64.b64encode(content).decode()}"}
        for name, content in files.items()
    ]
    answered = galley.post(
        task,
        brief=brief,
        attachments=attachments,
        checks=checks or [],
        evaluation_url=evaluator.url,
    )
    told: dict[str, Any] = answered.json()
    return told


def _committed(galley: Serving, repo: str, path: str) -> bytes:
    return _show(galley, repo, f"main:{path}")


def _show(galley: Serving, repo: str, what: str) -> bytes:
    repository: Path = galley.workspace / "repos" / repo
    command = ["git", "-C", str(repository), "show", what]
    return subprocess.run(command, check=True, capture_output=True).stdout


def _answer_rates(connection: socket.socket, request: bytes) -> None:
    body = json.dumps(_RATES).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n"
    connection.sendall(head.encode() + b"Connection: close\r\n\r\n" + body)


def _requests(server: Loopback) -> list[str]:
    return [request.split(b"\r\n", 1)[0].decode() for request in server.requests]
