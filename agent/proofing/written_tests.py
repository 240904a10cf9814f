"""Reads a model's answer as sentence tests, and says why what is left out cannot be one."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from pydantic import ValidationError

from agent.proofing.sentence_test import SentenceTest, reason_it_cannot_fail

MOST_STARTS = 300
"""How many brackets are tried as the beginning of the JSON."""

_FENCE = re.compile(r"```[\w-]*\n(.*?)```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class WrittenTests:
    """Tests by the text of their check; `unread` says for other checks why there is none."""

    tests: Mapping[str, SentenceTest] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)


def read_tests(answer: str, checks: Sequence[str]) -> WrittenTests:
    """The tests for `checks`, which the answer counts from 1; prose and fences are passed over."""
    entries = _entries(answer)
    tests: dict[str, SentenceTest] = {}
    unread = dict.fromkeys(checks, "the model gave no test for it")
    for entry in entries:
        number = entry.get("check")
        if not isinstance(number, int) or not 1 <= number <= len(checks):
            continue
        text = checks[number - 1]
        try:
            test = SentenceTest.model_validate_json(json.dumps({"steps": entry["steps"]}))
        except KeyError:
            unread[text] = "the model's test has no steps"
        except ValidationError as error:
            unread[text] = f"the model's test cannot be read: {_complaint(error)}"
        else:
            if reason := reason_it_cannot_fail(test):
                unread[text] = f"the model's test proves nothing: {reason}"
            else:
                tests[text] = test
    return WrittenTests(tests, {text: why for text, why in unread.items() if text not in tests})


def _entries(answer: str) -> list[dict[str, Any]]:
    """The entries of the first JSON in the answer that looks like tests."""
    for text in (*_FENCE.findall(answer), answer):
        for match in islice(re.finditer(r"[\[{]", text), MOST_STARTS):
            try:
                value, _ = json.JSONDecoder().raw_decode(text, match.start())
            except (json.JSONDecodeError, RecursionError):
                continue
            found = value.get("tests", [value]) if isinstance(value, dict) else value
            entries = [item for item in found if isinstance(item, dict) and "check" in item]
            if entries:
                return entries
    return []


def _complaint(error: ValidationError) -> str:
    """The first complaint, with the place it is about."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}"
