"""A pair of pages for one check: the check holds on the right one and not on the wrong one."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from agent.proofing.sentence_test import SentenceTest
from agent.values import Check, CheckKind

MARK = "%%"


@dataclass(frozen=True, slots=True)
class Pair:
    """`page` and `files` have a `%%` where `right` or `wrong` stands.

    `check` is a JavaScript expression, or a sentence where there are `steps`. `before` are checks
    that an evaluator asks earlier on the same page.
    """

    name: str
    check: str
    page: str
    right: str
    wrong: str
    files: Mapping[str, str] = field(default_factory=dict)
    steps: Sequence[Mapping[str, Any]] = ()
    before: Sequence[str] = ()

    def draft(self, is_right: bool) -> dict[str, bytes]:
        """The files of one of the two."""
        piece = self.right if is_right else self.wrong
        page = self.page.replace(MARK, piece)
        title = "" if "<title>" in page else "<title>Page</title>"
        texts = {"index.html": f"<!doctype html><html lang=en>{title}{page}", **self.files}
        return {
            path.replace(MARK, piece): text.replace(MARK, piece).encode()
            for path, text in texts.items()
        }

    @property
    def checks(self) -> list[Check]:
        """The check itself is the last one."""
        kind = CheckKind.SENTENCE if self.steps else CheckKind.JS
        earlier = [Check(CheckKind.JS, text, 1) for text in self.before]
        return [*earlier, Check(kind, self.check, 1)]

    @property
    def tests(self) -> dict[str, SentenceTest]:
        """The test of the sentence, if it is one."""
        steps = json.dumps({"steps": list(self.steps)})
        return {self.check: SentenceTest.model_validate_json(steps)} if self.steps else {}


def fill(selector: str, value: str) -> dict[str, str]:
    return {"do": "fill", "selector": selector, "value": value}


def click(selector: str) -> dict[str, str]:
    return {"do": "click", "selector": selector}


def expect(selector: str, value: str, **more: str) -> dict[str, Any]:
    step = {"do": "expect", "what": "text", "selector": selector, "value": value, "seconds": 1.0}
    return {**step, **more}
