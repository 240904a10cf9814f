import base64
import html
import json
from urllib.parse import quote, quote_plus

import pytest

from agent.models.redaction import MASK, Redactor

KEY = 'sk-canary/0123+456 789=ab&c"déf'


@pytest.mark.parametrize(
    "form",
    [
        KEY,
        KEY[:20] + "…",
        quote(KEY, safe=""),
        quote(KEY, safe="").replace("%2F", "%2f"),
        quote_plus(KEY),
        KEY.encode().hex(),
        KEY.encode().hex().upper(),
        json.dumps(KEY)[1:-1],
        html.escape(KEY),
    ],
)
def test_a_secret_is_taken_out_in_every_form(form: str) -> None:
    text = Redactor([KEY]).redact(f"key {form} was refused")

    assert "canary" not in text
    assert form not in text
    assert MASK in text
    assert text.startswith("key ")
    assert text.endswith("was refused")


@pytest.mark.parametrize("before", ["", "k:", "user:", "x-key:"])
def test_a_secret_is_taken_out_of_base64_wherever_it_begins(before: str) -> None:
    encoded = base64.b64encode(f"{before}{KEY}".encode()).decode()

    text = Redactor([KEY]).redact(f"Authorization: Basic {encoded}")

    core = base64.b64encode(f"{before}{KEY}".encode()).decode()[8:32]
    assert core not in text
    assert MASK in text


@pytest.mark.parametrize(
    "unknown",
    [
        "sk-proj-abcdefghijklmnop1234",
        "AIzaSyA1234567890abcdefghijklmnop",
        "eyJhbGciOiJIUzI1NiJ9.eyJlbWFpbCI6ImEifQ.c2lnbmF0dXJl",
    ],
)
def test_what_looks_like_a_key_is_taken_out_though_nobody_named_it(unknown: str) -> None:
    assert Redactor([]).redact(f"bad key {unknown}.") == f"bad key {MASK}."


def test_text_without_secrets_stays_and_placeholders_are_no_secrets() -> None:
    text = "none of the models answered"

    assert Redactor(["", "none"]).redact(text) == text


def test_a_secret_within_json_leaves_json() -> None:
    record = json.dumps({"said": f'the key "{KEY}" and "{KEY[:15]}" are wrong', "then": 1})

    read = json.loads(Redactor([KEY]).redact(record))

    assert read == {"said": f'the key "{MASK}" and "{MASK}" are wrong', "then": 1}


@pytest.mark.parametrize("secret", ["a pass phrase", "ghp_" + "a1B2c3D4" * 5, "käse-und-brot"])
def test_no_beginning_of_a_secret_shows_while_a_text_grows(secret: str) -> None:
    whole = f"const key = '{secret}', and no more"

    shown = [Redactor([secret]).redact_growing(whole[:end]) for end in range(len(whole) + 1)]

    assert [
        text for text in shown if not f"const key = '{MASK}', and no more".startswith(text)
    ] == []
    assert shown[-1] == f"const key = '{MASK}', and no more"
