"""What an answer claims beside its edits: that a check is overridden, or that a test is wrong."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from agent.ports import DraftRequest
from agent.values import Check

_MARK = r"^[\s>*_#-]*"
_SUPERSEDED = re.compile(
    rf"{_MARK}superseded[*_]*:\W*(?:check\s+|test\s+)*(?P<own>own\s+(?:test\s+)?)?(?P<label>\d+\.\d+)\W+(?P<sentence>.+)$",
    re.I | re.M,
)
_CONTESTED = re.compile(
    rf"{_MARK}(?P<own>own\s+)?test\s+(?P<label>\d+\.\d+)[*_]*\s+is\s+wrong\W+(?P<reason>.+)$",
    re.I | re.M,
)


@dataclass(frozen=True, slots=True)
class SupersededClaim:
    """That the quoted sentence of this round's brief overrides a check of an earlier round."""

    check: Check
    sentence: str


@dataclass(frozen=True, slots=True)
class ContestedTest:
    """That the browser test of a sentence asks for what the sentence does not."""

    check: Check
    reason: str


def labels_of(request: DraftRequest) -> dict[Check, str]:
    """The numbers under which prompts show checks: `1.2` is the second one of round 1, and
    `own 1.2` the second test of round 1 that nobody sent."""
    rounds = [(round_.number, round_.checks) for round_ in request.earlier]
    rounds.append((request.brief.round, request.brief.checks))
    labels = {
        check: f"{round_}.{number}"
        for round_, checks in rounds
        for number, check in enumerate(checks, 1)
    }
    return labels | {each.check: each.label for each in request.own_tests}


def superseded_claims(
    answers: Sequence[str], labels: Mapping[Check, str]
) -> tuple[SupersededClaim, ...]:
    checks = {label: check for check, label in labels.items()}
    return tuple(
        SupersededClaim(checks[_label(found)], found["sentence"].strip(" .\"'“”*_"))
        for answer in answers
        for found in _SUPERSEDED.finditer(answer)
        if _label(found) in checks
    )


def contested_tests(
    answers: Sequence[str], labels: Mapping[Check, str]
) -> tuple[ContestedTest, ...]:
    checks = {label: check for check, label in labels.items()}
    return tuple(
        ContestedTest(checks[_label(found)], found["reason"].strip())
        for answer in answers
        for found in _CONTESTED.finditer(answer)
        if _label(found) in checks
    )


def _label(found: re.Match[str]) -> str:
    return f"own {found['label']}" if found["own"] else found["label"]
