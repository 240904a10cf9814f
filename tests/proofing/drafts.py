"""Small drafts and checks, and a real browser to prove them in."""

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from agent.deadline import Deadline
from agent.proofing.chromium import LOAD_SECONDS, Chromium
from agent.proofing.chromium_process import find_executable
from agent.proofing.prover import Prover
from agent.proofing.sentence_test import SentenceTest
from agent.proofing.traffic import Fetch
from agent.values import Check, CheckKind, Proof, Verdict


def soon() -> Deadline:
    return Deadline.within(180)


def page(body: str, head: str = "<title>Draft</title>") -> dict[str, bytes]:
    return {"index.html": f"<!doctype html><html><head>{head}</head><body>{body}".encode()}


def js(text: str) -> Check:
    return Check(CheckKind.JS, text, 1)


def sentence(text: str) -> Check:
    return Check(CheckKind.SENTENCE, text, 1)


def executable() -> Path:
    found = find_executable("", os.environ)
    if found is None:
        pytest.skip("no Chromium on this machine")
    return found


def started(fetch: Fetch | None = None, load_seconds: float = LOAD_SECONDS) -> Iterator[Chromium]:
    with Chromium(executable(), fetch, load_seconds) as browser:
        yield browser


def proof_of(
    browser: Chromium | None,
    files: Mapping[str, bytes],
    *checks: Check,
    tests: Mapping[str, SentenceTest] | None = None,
) -> Proof:
    return Prover(browser).prove(files, checks, tests or {}, [], soon())


def verdict_on(browser: Chromium, files: Mapping[str, bytes], text: str) -> Verdict:
    return proof_of(browser, files, js(text)).verdicts[0]
