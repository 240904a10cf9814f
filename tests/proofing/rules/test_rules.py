"""Which sentences are rules, and what the files say to them."""

import time

import pytest

from agent.proofing.rules import decide, is_rule
from agent.values import Attachment, Outcome

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
GOOD = {
    "LICENSE": MIT.encode(),
    "README.md": README.encode(),
    "index.html": b'<title>Sum</title><a href="about.html">Total: 5</a><img src=./logo.svg>',
    "about.html": b"<p>about",
    "data.csv": b"a,b\n1,2\n",
    "rates.json": b'{"EUR": 1.5}',
    "list.json": b"[1, 2]",
    "logo.svg": b'<svg xmlns="http://www.w3.org/2000/svg"/>',
    "feed.xml": b"<feed><a/></feed>",
    "poem.txt": b"one two three\nfour five\n",
    ".nojekyll": b"",
}
BAD = {
    "LICENSE": b"MIT License. Permission is hereby granted.",
    "README.md": b"# Sales\n\nTODO",
    "index.html": b"<title>Sum</title><a href=https://example.com/about.html>total: 5</a>",
    "data.csv": b"a,b\n1,3\n",
    "rates.json": b'{"EUR": NaN}',
    "list.json": b"{}",
    "logo.svg": b"<svg/>",
    "feed.xml": b"<feed><a></feed>",
    "poem.txt": b"one two three four\n",
}
ATTACHED = [Attachment("data.csv", "text/csv", GOOD["data.csv"])]
RULES = [
    "Repo has MIT license",
    "The repository contains an MIT LICENSE file at the root.",
    "LICENSE is the full MIT text",
    "README.md is professional",
    "README.md has setup, usage and license sections",
    "README.md has sections for setup, usage, and license",
    "Repo has MIT license and README.md is professional",
    "about.html exists",
    "Repository contains about.html and .nojekyll",
    "about.html is in the repository",
    "`about.html` and `feed.xml` are at the root of the repo",
    "There is a file named about.html in the root of the repository",
    "rates.json is valid JSON",
    "list.json is a JSON array",
    "logo.svg is a valid SVG",
    "feed.xml is well-formed XML",
    "data.csv is identical to the attachment",
    "data.csv is byte-for-byte identical to the attached file",
    "data.csv is committed as-is",
    "data.csv matches the attached data.csv exactly",
    'index.html contains "Total: 5"',
    "index.html links to about.html",
    "poem.txt has at least 5 words",
    "poem.txt has exactly 2 lines",
    "poem.txt has between 5 and 10 words",
    "poem.txt exists and has more than 4 words",
]


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_passes_the_files_that_keep_it_and_fails_those_that_do_not(rule: str) -> None:
    kept, broken = decide(rule, GOOD, ATTACHED), decide(rule, BAD, ATTACHED)

    assert kept is not None
    assert broken is not None
    assert kept.outcome is Outcome.PASSED, kept.observed
    assert broken.outcome is Outcome.FAILED, broken.observed


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_fails_an_empty_repository(rule: str) -> None:
    finding = decide(rule, {}, ATTACHED)

    assert finding is not None
    assert finding.outcome is Outcome.FAILED


@pytest.mark.parametrize(
    "sentence",
    [
        "Repo does not have an MIT license",
        "Repo has MIT license and the button works",
        "README.md explains how the neural network was trained",
        "Page displays captcha URL passed at ?url=...",
        "Page displays solved captcha text within 15 seconds",
        "index.html contains a table",
        'index.html contains "#total"',
        "index.html contains `<table>`",
        "The page loads data.csv and shows its total",
        "Clicking Export downloads data.csv",
        "index.html has at least 300 words",
        "data.csv contains index.html",
        "README.md mentions the author",
        "about.html does not exist",
        "rates.json is valid JSON with key EUR",
    ],
)
def test_a_sentence_that_is_not_clearly_a_rule_is_none(sentence: str) -> None:
    assert not is_rule(sentence)
    assert decide(sentence, GOOD, ATTACHED) is None


def test_a_file_that_no_attachment_is_called_like_is_unproved() -> None:
    finding = decide("other.csv is identical to the attachment", GOOD, ATTACHED)

    assert finding is not None
    assert finding.outcome is Outcome.UNPROVED


def test_a_failure_says_what_is_wrong() -> None:
    finding = decide("data.csv is identical to the attachment", BAD, ATTACHED)

    assert finding is not None
    assert finding.observed == "data.csv differs from the attachment data.csv (from byte 6)"


@pytest.mark.parametrize(
    "text", ["a." * 3000, "README.md has " + "a, " * 2000, "x/" * 3000, 'a.b contains "' * 900]
)
def test_a_hostile_sentence_is_read_quickly(text: str) -> None:
    began = time.monotonic()

    is_rule(text)

    assert time.monotonic() - began < 10
