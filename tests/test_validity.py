"""Files of a draft that are broken as files are reported, and no others."""

import pytest

from agent.validity import faults

SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="1" height="1"><path d="M0 0"/></svg>'
WORKFLOW = b"""name: CI
on: push
jobs:
  test:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - run: make test
  call:
    needs: [test]
    uses: ./.github/workflows/other.yml
"""


@pytest.mark.parametrize(
    ("path", "content"),
    [
        ("a.json", b'{"a": [1, 2.0, null]}'),
        ("a.jsonl", b'{"a": 1}\n\n[2]\n'),
        ("a.svg", SVG),
        ("a.svg", b'<?xml version="1.0"?>\n<!-- c -->' + SVG),
        ("feed.xml", b'<a xmlns:b="urn:b"><b:c/></a>'),
        (
            "index.html",
            b"<!doctype html><title>a<b</title><p>loose <b>ends<script>if (a<b){}</script>",
        ),
        ("index.html", b"<!-- <script> --><p>"),
        ("index.html", b"<script>/* <!-- */ let a = '<style>'</script>"),
        ("index.html", b"<TEXTAREA></textarea>"),
        ("a.css", b"@media (x) { a::after { content: '}'; } /* { */ }"),
        ("a.css", b'a { background: url(data:image/png;base64,{) } b { c: "\\"{" }'),
        ("a.py", b"def f():\n    return 1\n"),
        ("a.py", b"print('\\d')\n"),
        ("a.yaml", b"on: yes\nlist: [1, 2]\n---\nmore: 1\n"),
        (".github/workflows/ci.yml", WORKFLOW),
        ("a.toml", b"[a]\nb = 1\n"),
        ("a.js", b"not { js"),
        ("a.txt", b"\xff\xfe\xfd"),
        ("a.csv", b'a,"b\n'),
    ],
)
def test_a_valid_file_has_no_fault(path: str, content: bytes) -> None:
    assert faults({path: content}) == ()


@pytest.mark.parametrize(
    ("path", "content", "line", "message"),
    [
        ("a.json", b'{\n"a": 1,\n"b" 2}', 3, "not JSON"),
        ("a.json", b'{"a": NaN}', None, "NaN is not among its values"),
        ("a.json", b"", 1, "not JSON"),
        ("a.json", b"[" * 100_000, None, "nested too deeply"),
        ("a.jsonl", b"{}\n{\n", 2, "not JSON"),
        ("a.json", b'{\n"a": "\xff"}', 2, "expected UTF-8, and byte 8 is not"),
        ("a.svg", b"<svg><path/></svg>", None, "expected the root element <svg xmlns="),
        ("a.svg", SVG[:-3], 1, "not well-formed"),
        ("a.svg", SVG.replace(b"<path", b"<b:path"), 1, "not well-formed: unbound prefix"),
        ("a.xml", b"<a>\n&nbsp;</a>", 2, "not well-formed: undefined entity"),
        ("a.xml", b"", 1, "not well-formed"),
        ("a.html", b"<p>\n<script>let a = 1;\n", 2, "<script> is never closed; expected </script>"),
        ("a.html", b"<style>a{}<p>", 1, "<style> is never closed"),
        ("a.html", b"<script src='a.js'/><p>hello", 1, "<script> is never closed"),
        ("a.html", b"<p>\n<!-- note", 2, "the comment is never closed"),
        ("a.html", b"TODO", None, "there is no tag in it"),
        ("a.css", b"a {\n b { }", 1, "{ is never closed"),
        ("a.css", b"a { }\n}", 2, "} closes nothing"),
        ("a.css", b"a { } /* ", 1, "the comment is never closed"),
        ("a.css", b'a { b: "c }\n', 1, "the string is never closed"),
        ("a.py", b"def f():\nreturn 1\n", 2, "not Python: expected an indented block"),
        ("a.py", b"a = '\0'", None, "not Python: source code string cannot contain null"),
        ("a.py", b"-" * 100_000 + b"1", None, "not compiled as Python"),
        ("a.yaml", b"a: [1\nb: 2\n", 2, "not YAML"),
        ("a.yaml", b"a: b: c", 1, "not YAML: mapping values are not allowed here"),
        ("a.toml", b"a = ", None, "not TOML"),
    ],
)
def test_a_broken_file_is_reported_with_its_line(
    path: str, content: bytes, line: int | None, message: str
) -> None:
    (fault,) = faults({path: content})

    assert (fault.path, fault.line) == (path, line)
    assert message in fault.message


@pytest.mark.parametrize(
    ("before", "after", "message"),
    [
        (b"on: push\n", b"", "expected `on`"),
        (b"jobs:", b"tasks:", "expected `jobs`"),
        (b"    runs-on: ubuntu-latest\n", b"", "job test: expected `runs-on`"),
        (b"      - run: make test\n", b"      - name: make test\n", "step 2: expected either"),
        (b"[test]", b"[build]", "job call: it needs build"),
    ],
)
def test_a_workflow_that_would_not_run_is_reported(
    before: bytes, after: bytes, message: str
) -> None:
    (fault,) = faults({".github/workflows/ci.yml": WORKFLOW.replace(before, after)})

    assert message in str(fault)


@pytest.mark.parametrize(
    "content", [b"just text", b"[]", b"on: push\njobs: [a]", b"on: push\njobs:\n  a: b"]
)
def test_a_workflow_of_another_shape_is_reported(content: bytes) -> None:
    assert len(faults({".github/workflows/ci.yml": content})) == 1


def test_a_workflow_that_is_not_yaml_is_reported_once() -> None:
    assert len(faults({".github/workflows/ci.yml": b"on: [push"})) == 1


def test_faults_come_in_the_order_of_the_paths() -> None:
    found = faults({"b.json": b"{", "a.json": b"{"})

    assert [fault.path for fault in found] == ["a.json", "b.json"]
    assert str(found[0]).startswith("a.json, line 1: not JSON")
