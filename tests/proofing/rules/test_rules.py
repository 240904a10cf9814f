"""Which sentences are rules, and what the files say about them."""

import time

import pytest

from agent.proofing.finding import Finding
from agent.proofing.rules import decide, is_rule
from agent.values import Attachment, Outcome
from tests.intake.samples import workbook
from tests.intake.sent import attached

MIT = """MIT License

Copyright (c) 2026 somebody

Permission is hereby granted, free of charge, to any person obtaining a copy
of this software ... subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED.
"""
README = f"""# Sales

{"It sums the sales of a table and shows what they come to. " * 10}

## Setup

Open it.

## Usage

Look.

## How the code works

It adds.

## License

MIT
"""


BOOK = workbook({"Sheet": [["city", "sold"], ["Rome", 3], ["Bonn", 4.5]]})
GOOD = {
    "LICENSE": MIT.encode(),
    "README.md": README.encode(),
    "index.html": b'<title>Sum</title><a href="about.html">Total: 5</a><img src=./logo.svg>'
    b"<script>1</script><script src=x.js></script>",
    "about.html": b"<p>about",
    "docs/index.html": b"<p>docs",
    "data.csv": b"a,b\n1,2\n",
    "copy.csv": b"a,b\n1,2\n",
    "book.csv": b"city,sold\nRome,3\nBonn,4.50\n",
    "rates.json": b'{"EUR": 1.5, "count": 3, "name": "x", "on": true, "of": {"us": 2}}',
    "list.json": b'[{"id": 1, "price": 2.5}, {"id": 2, "price": 3.0}]',
    "logo.svg": b'<svg xmlns="http://www.w3.org/2000/svg"><circle/><circle/></svg>',
    "feed.xml": b'<feed xmlns="http://www.w3.org/2005/Atom"><a/></feed>',
    "poem.txt": b"one two three\nfour five\n",
    "run.py": b"print(1)\n",
    "photo.png": b"\x89PNG\r\n\x1a\n123",
    ".nojekyll": b"",
    ".github/workflows/ci.yml": b"on: push",
}
BAD = {
    "LICENSE": b"MIT License. Permission is hereby granted.",
    "README.md": b"# Sales\n\nTODO",
    "index.html": b"<title>Sum</title><a href=https://example.com/about.html>total: 5</a>"
    b"<script></script><script></script>",
    "data.csv": b"a,b\n1,3\n",
    "copy.csv": b"a,b\n1,2\n",
    "book.csv": b"city,sold\nRome,3\nBonn,5\n",
    "rates.json": b'{"EUR": NaN}',
    "list.json": b'[{"id": "1"}]',
    "logo.svg": b"<svg><circle/></svg>",
    "feed.xml": b"<feed><a></feed>",
    "poem.txt": b"one two three four\n",
    "run.py": b"print(1",
    "photo.png": b"GIF89a",
    "result.json": b"{}",
    "a.html": b"x",
}
ATTACHED = [
    Attachment("data.csv", "text/csv", GOOD["data.csv"]),
    attached("book.xlsx", BOOK),
]
RULES = [
    # licence
    "Repo has MIT license",
    "Has MIT license",
    "The repository contains an MIT LICENSE file at the root.",
    "LICENSE is the full MIT text",
    "LICENSE contains the full MIT license text",
    "The project is licensed under the MIT License",
    "MIT license is present",
    # README
    "README.md is professional",
    "README.md has setup, usage and license sections",
    "README.md has sections for setup, usage, and license",
    "The README explains setup and usage",
    'README.md has a section titled "Usage"',
    "README.md has exactly 5 headings",
    "Repo has MIT license and README.md is professional",
    # presence and absence
    "about.html exists",
    "Repository contains about.html and .nojekyll",
    "about.html is in the repository",
    "`about.html` and `logo.svg` are present, and docs/index.html exists",
    "There is a file named about.html in the root of the repository",
    "`.github/workflows/ci.yml` must exist",
    "result.json is NOT committed",
    "result.json is not in the repository",
    "result.json does not exist",
    "result.json must not be committed",
    "result.json isn't committed",
    "result.json should never be committed",
    "There is no result.json",
    "No result.json is committed",
    "No file named result.json exists",
    "The repository contains no result.json",
    "The repository must have no result.json",
    "The repository does not contain result.json",
    "Do not commit result.json",
    "result.json is absent from the repository",
    "Neither result.json nor a.html exists",
    "data.csv exists but result.json does not exist",
    "Both about.html and docs/index.html exist",
    # formats
    "rates.json is valid JSON",
    "rates.json parses as JSON",
    "rates.json is a JSON object",
    "logo.svg is a valid SVG",
    "feed.xml is well-formed XML",
    "run.py is valid Python",
    "photo.png is a PNG image",
    "feed.xml is well-formed XML with namespace http://www.w3.org/2005/Atom",
    "feed.xml uses the namespace `http://www.w3.org/2005/Atom`",
    # equality
    "data.csv is identical to the attachment",
    "data.csv is byte-for-byte identical to the attached file",
    "data.csv is committed as-is",
    "data.csv matches the attached data.csv exactly",
    "data.csv content equals copy.csv",
    "The contents of data.csv equal the contents of copy.csv",
    "data.csv and copy.csv are identical",
    "book.csv content equals book.xlsx",
    "book.csv is book.xlsx converted to CSV",
    "book.csv contains the same data as book.xlsx",
    # text
    'index.html contains "Total: 5"',
    'index.html contains "Total: 5" and links to about.html',
    "index.html links to about.html",
    "index.html links to `about`",
    "index.html links to logo.svg and about.html",
    'poem.txt contains "five" and "four"',
    'poem.txt contains "five" but does not contain "six"',
    'poem.txt starts with "one two three\nfour"',
    'poem.txt ends with "five"',
    'The last line of poem.txt is "four five"',
    # counts
    "poem.txt has at least 5 words",
    "poem.txt has exactly 2 lines",
    "poem.txt has two lines",
    "poem.txt has 5 or more words",
    "poem.txt does not have fewer than 5 words",
    "poem.txt has between 5 and 10 words",
    "poem.txt must contain no fewer than 5 words",
    "poem.txt exists and has more than 4 words",
    "poem.txt has between 5 and 10 words and contains `five`",
    "logo.svg contains exactly 2 `circle` elements",
    "list.json has 2 items",
    "list.json is a JSON array with at least 2 items",
    "list.json contains at least 2 objects",
    "index.html has exactly one inline script",
    "The repository has at least 3 HTML files",
    # JSON values
    "rates.json has a key `EUR` with value 1.5",
    "rates.json has the keys EUR, `count` and `name`",
    "`EUR` in rates.json is a number",
    "`EUR` in rates.json is a float",
    "The key count in rates.json is an integer",
    "rates.json's `count` is 3",
    'The value of `name` in rates.json is "x"',
    "`of.us` in rates.json is 2",
    "list.json is an array of objects and each object in list.json has the keys `id` and `price`",
    # hosting
    "docs/index.html returns HTTP 200",
    "docs/index.html is served with status 200",
    "result.json returns 404",
]


def found(sentence: str, files: dict[str, bytes]) -> Finding:
    finding = decide(sentence, files, ATTACHED)
    assert finding is not None, "it is no rule"
    return finding


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_passes_the_files_that_keep_it_and_fails_those_that_do_not(rule: str) -> None:
    kept, broken = found(rule, GOOD), found(rule, BAD)

    assert kept.outcome is Outcome.PASSED, kept.observed
    assert broken.outcome is Outcome.FAILED, broken.observed


DENIED = [
    "README.md has no usage or setup section",
    'poem.txt does not contain "five" or "six"',
    'index.html does not contain "Total: 5"',
    "data.csv is not identical to the attachment",
    "data.csv differs from the attached file",
    "rates.json is not valid JSON",
    "poem.txt does not have 2 lines",
    "poem.txt has fewer than 5 words",
    "poem.txt is not empty and has fewer than 5 words",
    "list.json does not have 2 items, and result.json exists",
    "index.html doesn't link to about.html",
    "README.md has no usage section",
    '"five" does not appear in poem.txt',
    "photo.png is not a PNG",
    "docs/index.html is not committed",
    "docs/index.html returns 404",
    "LICENSE is smaller than 200 bytes",
    "book.csv does not equal book.xlsx",
    "`0.id` in list.json is not an integer, and list.json has 1 item",
]


@pytest.mark.parametrize("rule", DENIED)
def test_a_rule_that_denies_fails_the_files_that_have_it(rule: str) -> None:
    assert found(rule, GOOD).outcome is Outcome.FAILED
    assert found(rule, BAD).outcome is Outcome.PASSED, found(rule, BAD).observed


@pytest.mark.parametrize("rule", [rule for rule in RULES if "result.json" not in rule])
def test_a_rule_fails_a_repository_without_its_files(rule: str) -> None:
    if "HTML files" not in rule:
        assert found(rule, {}).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "sentence",
    [
        "Repo does not have an MIT license",
        "Repo has MIT license and the button works",
        "LICENSE is the Apache 2.0 text",
        "The repository has an MIT license only in the docs",
        "README.md explains how the neural network was trained",
        "README.md has setup, usage and philosophy sections",
        "README.md mentions the author",
        "README.md is not too long",
        "Page displays captcha URL passed at ?url=...",
        "Page displays solved captcha text within 15 seconds",
        "The page loads data.csv and shows its total",
        "Clicking Export downloads data.csv",
        "index.html contains a table",
        'index.html contains "#total"',
        "index.html contains `<table>`",
        "photo.png has at least 2 words",
        'index.html contains "Total" or "Sum"',
        "about.html or docs/index.html exists",
        "rates.json has two keys",
        "rates.json has sorted keys",
        "rates.json has the keys required",
        "Each value in rates.json is a number",
        "Everything in rates.json is a string",
        'index.html is "the landing page"',
        "The repository has 3 data files",
        "The header of data.csv is bold, centered",
        "poem.txt is exactly as long as data.csv",
        "index.html contains the data of book.xlsx",
        "index.html has at least 300 words",
        "index.html has no errors",
        "index.html loads data.csv",
        "index.html uses only inline styles",
        'index.html contains "Total" only once',
        'index.html contains "Total" exactly twice',
        'index.html contains at least one "Total"',
        'index.html contains "Total" in the heading',
        'index.html contains "Total" except on Sundays',
        'index.html may contain "Total" unless it is empty',
        "about.html exists only when the build ran",
        "about.html exists without a title",
        "All files except about.html exist",
        "Every file other than about.html is committed",
        "Only about.html is committed",
        "about.html is almost identical to the attachment",
        "about.html exists in round 2",
        "data.csv contains index.html",
        "data.csv is identical to the attachment except for the header",
        "data.csv equals data.csv sorted by name",
        "data.csv contains the same data as book.xlsx, rounded",
        "data.csv is generated from book.xlsx",
        "rates.json is valid JSON with at least two currencies",
        "rates.json is valid JSON sorted by key",
        "rates.json has a key EUR greater than 1",
        "rates.json contains the maximum of the column sold",
        "`EUR` in rates.json is a number between 1 and 2",
        "poem.txt has about 100 words",
        "poem.txt has nearly 5 lines",
        "poem.txt has at least 5 words per line",
        "poem.txt has 5 unique words",
        "poem.txt has as many lines as data.csv",
        "logo.svg is not too large",
        "result.json is not committed until the workflow ran",
        "result.json is committed by the workflow",
        "Do not commit anything but result.json",
        "If result.json exists, the page shows it",
        "docs/index.html returns 200 within a second",
        "",
    ],
)
def test_a_sentence_that_is_not_wholly_understood_is_no_rule(sentence: str) -> None:
    assert not is_rule(sentence)
    assert decide(sentence, GOOD, ATTACHED) is None


@pytest.mark.parametrize(
    ("sentence", "files"),
    [
        ("other.csv is identical to the attachment", {"other.csv": b"x"}),
        ("data.csv has 2 rows", GOOD | {"data.csv": b"a\n1\n2\n"}),
        ("data.csv has 3 rows", GOOD | {"data.csv": b"a\n1\n2\n"}),
        ("README.md has at most 6 words", {"README.md": b"# One two three four five six"}),
        ("poem.txt is smaller than 1 kB", {"poem.txt": b"x" * 1010}),
        ('poem.txt contains "three four"', GOOD),
        ("index.html links to x.html", {"index.html": b"<script>add('x.html')</script>"}),
        ('The value of `count` in rates.json is "3"', GOOD),
        ("book.csv equals book.xlsx", GOOD | {"book.csv": b"city,sold\nRome,$3.00\nBonn,4.5\n"}),
    ],
)
def test_what_a_rule_cannot_tell_for_certain_is_unproved(
    sentence: str, files: dict[str, bytes]
) -> None:
    assert found(sentence, files).outcome is Outcome.UNPROVED


def test_a_number_that_is_not_written_as_a_float_is_none() -> None:
    sentence = "`price` in data.json is a float"

    assert found(sentence, {"data.json": b'{"price": 28}'}).outcome is Outcome.FAILED
    assert found(sentence, {"data.json": b'{"price": 28.0}'}).outcome is Outcome.PASSED


def test_a_failure_says_what_is_wrong() -> None:
    seen = found("data.csv is identical to the attachment", BAD)

    assert seen.observed == "data.csv differs from data.csv (from byte 6)"


def test_an_empty_file_is_neither_there_nor_absent() -> None:
    assert found("a.txt exists", {"a.txt": b" "}).outcome is Outcome.FAILED
    assert found("a.txt does not exist", {"a.txt": b" "}).outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "text",
    [
        "a." * 3000,
        "README.md has " + "a, " * 2000,
        "x/" * 3000,
        'a.b contains "' * 900,
        "a.b, " * 119,
        "a.b and " * 70 + "a.b exist not",
        "README.md has " + "setup, usage and " * 30 + "x",
        "README.md is " + "clear, and " * 50 + "odd",
        '"x" and ' * 70,
        "a" * 590 + " exists",
        "a/" * 290 + "b.c exists",
    ],
)
def test_a_hostile_sentence_is_read_quickly(text: str) -> None:
    began = time.monotonic()

    is_rule(text)

    assert time.monotonic() - began < 5
