import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.errors import IntakeError
from agent.intake.request import (
    Request,
    SubmittedRequest,
    WrongSecret,
    check_secret,
    number_or_text,
    parse,
    secrets_equal,
    unknown_fields,
)
from agent.values import CheckKind

SENT: Mapping[str, Any] = {
    "email": "a@example.com",
    "task": "captcha-solver-a1b2c",
    "round": 1,
    "nonce": "0192f0c1",
    "brief": "Make a page.",
    "evaluation_url": "https://example.com/notify",
}


def submitted(**changes: Any) -> SubmittedRequest:
    return SubmittedRequest.read({**SENT, **changes})


def refused(**changes: Any) -> str:
    with pytest.raises(IntakeError) as refusal:
        submitted(**changes)
    return str(refusal.value)


def test_a_request_as_evaluators_send_it_is_taken() -> None:
    request = submitted(
        checks=["Has MIT license", {"js": "true", "weight": 1}, "js: document.title"],
        attachments=[{"name": "a.csv", "url": "data:,a", "size": 1}],
        seed="unknown fields are ignored",
    )

    assert request.task == "captcha-solver-a1b2c"
    assert [(check.kind, check.text) for check in request.parsed_checks()] == [
        (CheckKind.SENTENCE, "Has MIT license"),
        (CheckKind.JS, "true"),
        (CheckKind.JS, "document.title"),
    ]
    assert request.attachments[0].name == "a.csv"


@pytest.mark.parametrize("field", ["email", "task", "round", "nonce", "brief", "evaluation_url"])
def test_over_http_what_is_echoed_must_be_there(field: str) -> None:
    with pytest.raises(IntakeError, match=f"^{field}: required$"):
        SubmittedRequest.read({key: value for key, value in SENT.items() if key != field})


def test_on_this_machine_task_and_brief_are_enough() -> None:
    first, second = (Request.read({"task": "t", "brief": "b"}) for _ in range(2))

    assert (first.round, first.evaluation_url) == (1, "")
    assert first.nonce != second.nonce


@pytest.mark.parametrize(
    "task", ["LLMPages", "captcha-solver-a1b2c", "a", "0.1_b-c", "a.gitx", "x" * 100]
)
def test_task_ids_as_they_occur_are_taken(task: str) -> None:
    assert submitted(task=task).task == task


@pytest.mark.parametrize(
    "task",
    [
        "",
        ".",
        "..",
        "-x",
        "_x",
        "--upload-pack=sh",
        "a.git",
        "a.wiki",
        "a.",
        "a/b",
        "a b",
        "a\n",
        "a\0",
        "ä",
        "a:b",
        "a~1",
        "x" * 101,
    ],
)
def test_a_task_that_cannot_name_a_folder_is_refused(task: str) -> None:
    assert refused(task=task).startswith("task: expected 1 to 100 letters")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"round": True}, "round: "),
        ({"round": "1"}, "round: "),
        ({"round": 1.0}, "round: "),
        ({"round": 0}, "round: "),
        ({"round": 1001}, "round: "),
        ({"round": None}, "round: "),
        ({"email": 5}, "email: "),
        ({"email": " "}, "email: expected some text"),
        ({"brief": "\n"}, "brief: expected some text"),
        ({"brief": "x" * 200_001}, "brief: "),
        ({"nonce": ""}, "nonce: "),
        ({"nonce": "x" * 201}, "nonce: "),
        ({"evaluation_url": "ftp://x/"}, "evaluation_url: expected an http:// or https:// URL"),
        ({"evaluation_url": "http://"}, "evaluation_url: "),
        ({"evaluation_url": "https://x/" + "y" * 2000}, "evaluation_url: "),
        ({"checks": "Has MIT license"}, "checks: "),
        ({"checks": ["a"] * 201}, "checks: "),
        ({"checks": ["a", {"js": " "}]}, "checks[1]: expected text or {"),
        ({"checks": [{"css": "a"}]}, "checks[0]: expected text or {"),
        ({"checks": [5]}, "checks[0]"),
        ({"attachments": {}}, "attachments: "),
        ({"attachments": ["a"]}, "attachments[0]: "),
        ({"attachments": [{"name": "a"}]}, "attachments[0].url: required"),
        ({"attachments": [{"name": "x" * 256, "url": ""}]}, "attachments[0].name: "),
    ],
)
def test_a_bad_field_is_named_with_what_was_expected(
    changes: dict[str, Any], complaint: str
) -> None:
    assert complaint in refused(**changes)


def test_every_bad_field_is_named_and_none_is_quoted() -> None:
    told = refused(round="a-private-value", email=7)

    assert "round: " in told
    assert "email: " in told
    assert "a-private-value" not in told


@pytest.mark.parametrize("half", ["\ud800", "a\udfffb"])
def test_half_of_a_character_is_refused(half: str) -> None:
    for field in ("brief", "email", "nonce", "task"):
        assert refused(**{field: half}).startswith(f"{field}: ")
    assert "checks[0]" in refused(checks=[half])


def test_a_check_that_says_nothing_is_left_out() -> None:
    assert submitted(checks=["", " "]).parsed_checks() == ()


@pytest.mark.parametrize(
    ("written", "kind", "text"),
    [
        ("js: a", CheckKind.JS, "a"),
        ("  JS:a", CheckKind.JS, "a"),
        ("js:", CheckKind.SENTENCE, "js:"),
        ("uses js: yes", CheckKind.SENTENCE, "uses js: yes"),
    ],
)
def test_a_check_is_what_its_first_letters_say(written: str, kind: CheckKind, text: str) -> None:
    (check,) = submitted(checks=[written]).parsed_checks()

    assert (check.kind, check.text, check.round) == (kind, text, 1)


def test_what_is_kept_reads_back_as_the_same_request() -> None:
    request = submitted(checks=["a", {"js": "b"}], attachments=[{"name": "é", "url": "data:,"}])

    again = Request.read(json.loads(request.record()))

    assert again.record() == request.record()
    assert again.digest == request.digest


@pytest.mark.parametrize("field", sorted(SENT))
def test_a_change_of_any_field_shows_in_the_digest(field: str) -> None:
    changed = 2 if field == "round" else f"{SENT[field]}x"

    assert submitted(**{field: changed}).digest != submitted().digest


def test_a_field_that_is_ignored_does_not_show_in_the_digest() -> None:
    assert submitted(extra=1).digest == submitted().digest


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b'{"round": 1, "round": 2}',
        b'{"a": {"b": 1, "b": 1}}',
        b'{"round": NaN}',
        b'{"round": -Infinity}',
        b"[" * 100_000,
        b'{"a":' * 50_000,
        b'{"round": ' + b"9" * 5000 + b"}",
        b'{"a": "\xff"}',
        b"\x00",
    ],
)
def test_odd_bodies_are_refused_and_never_a_bug(body: bytes) -> None:
    with pytest.raises(IntakeError, match="^body: expected a JSON object"):
        parse(body)


def test_a_byte_order_mark_is_no_reason_to_refuse() -> None:
    assert parse(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


@given(st.binary(max_size=60))
def test_no_bytes_break_the_reading(body: bytes) -> None:
    try:
        parse(body)
    except IntakeError:
        return


@pytest.mark.parametrize(
    "secret", ["", "wrong", "é", "\ud800", "s3cret ", None, 123, True, [], {}, ["s3cret"]]
)
def test_whatever_is_wrong_with_a_secret_the_answer_is_the_same(secret: object) -> None:
    with pytest.raises(WrongSecret, match="^wrong secret$"):
        check_secret({"secret": secret}, "s3cret")
    with pytest.raises(WrongSecret, match="^wrong secret$"):
        check_secret({}, "s3cret")


def test_the_right_secret_is_taken_out() -> None:
    fields = {"secret": "s3crét", "task": "t"}

    check_secret(fields, "s3crét")

    assert fields == {"task": "t"}


def test_no_secret_is_nobodys_secret() -> None:
    assert not secrets_equal("", "")
    assert not secrets_equal(None, "")


def test_a_secret_is_in_nothing_that_is_kept() -> None:
    request = SubmittedRequest.read({**SENT, "secret": "hush-hush"})

    assert b"hush-hush" not in request.record()


@pytest.mark.parametrize(
    ("changes", "without", "complaint"),
    [
        ({"chekcs": []}, "checks", "'chekcs': unknown, is checks meant?"),
        ({"Checks": []}, "checks", "'Checks': unknown, is checks meant?"),
        ({"emial": "a@x"}, "email", "'emial': unknown, is email meant?"),
        ({"evaluation_uri": "x"}, "evaluation_url", "is evaluation_url meant?"),
    ],
)
def test_a_misspelled_field_is_refused_with_the_right_one(
    changes: dict[str, Any], without: str, complaint: str
) -> None:
    fields = {name: value for name, value in {**SENT, **changes}.items() if name != without}

    with pytest.raises(IntakeError) as refusal:
        unknown_fields(fields)

    assert complaint in str(refusal.value)


def test_other_unknown_fields_are_told_of() -> None:
    fields = {**SENT, "seed": 1, "emails": [], "x" * 1000: 1}

    told = unknown_fields(fields)

    assert told[:2] == ("'seed': unknown, and ignored", "'emails': unknown, and ignored")
    assert len(told[2]) < 100
    assert unknown_fields(SENT) == ()


@pytest.mark.parametrize(
    ("typed", "read"), [("2", 2), ("0", 0), ("two", "two"), ("²", "²"), ("9" * 5000, "9" * 5000)]
)
def test_what_is_typed_for_a_number_is_one_or_stays_for_the_error(
    typed: str, read: int | str
) -> None:
    assert number_or_text(typed) == read
