"""Briefs as people write them: JSON, Markdown with front matter, plain text."""

from pathlib import Path

import pytest

from agent.errors import IntakeError
from agent.intake.brief_file import read_brief, task_name
from agent.intake.data_uris import read_data_uri
from agent.intake.request import Request

NOWHERE = Path("/nowhere")


def test_plain_text_is_the_brief_and_the_file_names_the_task() -> None:
    fields = read_brief(b"\n A clock that ticks.\n", "Wall clock.txt", NOWHERE)

    assert fields == {"task": "wall-clock", "brief": "A clock that ticks."}


def test_front_matter_has_the_other_fields(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("a,b\n1,2\n")
    text = """---
task: sums
round: 2
checks:
  - "js: document.title === 'Sums'"
  - Has MIT license
attachments: data.csv
---
# Sums

Add up the columns.

---
And say so.
"""

    fields = read_brief(text.encode(), "brief.md", tmp_path)
    request = Request.read(fields)

    assert (request.task, request.round, len(request.checks)) == ("sums", 2, 2)
    assert request.brief == "# Sums\n\nAdd up the columns.\n\n---\nAnd say so."
    attachment = read_data_uri(request.attachments[0].url, 1000)
    assert (request.attachments[0].name, attachment.content) == ("data.csv", b"a,b\n1,2\n")


@pytest.mark.parametrize("name", ["brief.json", "", "brief"])
def test_json_is_known_by_its_name_or_by_how_it_begins(name: str) -> None:
    fields = read_brief(b'{"task": "t", "brief": "b"}', name, NOWHERE)

    assert fields == {"task": "t", "brief": "b"}


def test_a_text_that_begins_with_a_brace_stays_one_where_its_name_says_so() -> None:
    fields = read_brief(b"{name} greets the visitor", "greeting.md", NOWHERE)

    assert fields["brief"] == "{name} greets the visitor"


@pytest.mark.parametrize(
    ("text", "named"),
    [
        (b"---\ntask: [\n---\nText", "front matter, line 3: expected YAML"),
        (b"---\n- a\n---\nText", "front matter: expected `name: value` lines"),
        (b"---\nbrief: a\n---\nText", "brief: it is the text after the front matter"),
        (b"---\nattachments: [gone.csv]\n---\nText", "gone.csv: No such file or directory"),
        (b"caf\xe9", "brief: expected UTF-8"),
    ],
)
def test_what_cannot_be_read_is_named(text: bytes, named: str, tmp_path: Path) -> None:
    with pytest.raises(IntakeError) as caught:
        read_brief(text, "brief.md", tmp_path)

    assert named in str(caught.value)


@pytest.mark.parametrize(
    ("words", "name"),
    [("Tip calculator!", "tip-calculator"), ("", "app"), ("日本", "app"), ("a" * 90, "a" * 60)],
)
def test_a_task_gets_a_name_that_a_repository_may_have(words: str, name: str) -> None:
    assert task_name(words) == name
    assert Request.read({"task": task_name(words), "brief": "b"}).task == name
