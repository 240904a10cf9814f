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

_KEYS = {"check", "behaviour", "overrides", "test"}
_FENCE = re.compile(r"```[\w-]*\n(.*?)```", re.DOTALL)


@dataclass(frozen=True, slots=True)
class WrittenTests:
    """Tests by the text of their check; `unread` says for other checks why there is none."""

    tests: Mapping[str, SentenceTest] = field(default_factory=dict)
    unread: Mapping[str, str] = field(default_factory=dict)


def read_tests(answer: str, checks: Sequence[str]) -> WrittenTests:
    """The tests for `checks`, which the answer counts from 1; prose and fences are passed over."""
    tests: dict[str, SentenceTest] = {}
    unread = dict.fromkeys(checks, "the model gave no test for it")
    for entry in entries_of(answer):
        number = entry.get("check")
        if not isinstance(number, int) or not 1 <= number <= len(checks):
            continue
        text, test = checks[number - 1], read_steps(entry)
        if isinstance(test, str):
            unread[text] = test
        else:
            tests[text] = test
    return WrittenTests(tests, {text: why for text, why in unread.items() if text not in tests})


def read_steps(entry: Mapping[str, Any]) -> SentenceTest | str:
    """The test that an entry of an answer has in its `steps`, or why it has none."""
    try:
        test = SentenceTest.model_validate_json(json.dumps({"steps": entry["steps"]}))
    except KeyError:
        return "the model's test has no steps"
    except ValidationError as error:
        return f"the model's test cannot be read: {_complaint(error)}"
    reason = reason_it_cannot_fail(test)
    return f"the model's test proves nothing: {reason}" if reason else test


def entries_of(answer: str) -> list[dict[str, Any]]:
    """The entries of the first JSON in the answer that looks like a list of tests."""
    for text in (*_FENCE.findall(answer), answer):
        for match in islice(re.finditer(r"[\[{]", text), MOST_STARTS):
            try:
                value, _ = json.JSONDecoder().raw_decode(text, match.start())
            except (json.JSONDecodeError, RecursionError):
                continue
            found = value.get("tests", [value]) if isinstance(value, dict) else value
            items = found if isinstance(found, list) else []
            entries = [item for item in items if isinstance(item, dict) and _KEYS & item.keys()]
            if entries:
                return entries
    return []


def _complaint(error: ValidationError) -> str:
    """The first complaint, with the place it is about."""
    first = error.errors(include_url=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    return f"{place}: {first['msg']}"
