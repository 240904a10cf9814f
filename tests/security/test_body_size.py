"""B1 of SECURITY.md: what a body would become is counted before anything is made of it."""

import tracemalloc

import pytest

from agent.errors import IntakeError
from agent.intake.request import parse

HUGE = {
    "lists": b'{"a":[' + b"[]," * 150_000 + b"[]]}",
    "objects": b'{"a":[' + b"{}," * 150_000 + b"{}]}",
    "names": b'{"a":{' + b",".join(b'"%d":1' % number for number in range(150_000)) + b"}}",
    "numbers": b"[" + b"1," * 150_000 + b"1]",
    "strings without commas": b'""' * 150_000,
    "escapes": b'{"a":"' + b"\\n" * 2_100_000 + b'"}',
    "quotes after escapes": b'{"a":"\\\\",' + b'"":[],' * 150_000 + b'"b":1}',
}


@pytest.mark.parametrize("body", HUGE.values(), ids=HUGE)
def test_a_body_of_many_values_is_refused_before_it_takes_memory(body: bytes) -> None:
    tracemalloc.start()
    try:
        with pytest.raises(IntakeError, match="more than"):
            parse(body)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert peak < 1_000_000


def test_commas_and_brackets_within_a_text_are_no_values() -> None:
    text = '[{,"' * 400_000
    body = b'{"attachment": "' + text.replace('"', '\\"').encode() + b'"}'

    assert parse(body) == {"attachment": text}


def test_as_many_values_as_a_request_may_have_are_read() -> None:
    checks = ",".join('"Has a title, a list and [brackets]"' for _ in range(20_000))

    assert len(parse(f'{{"checks": [{checks}]}}'.encode())["checks"]) == 20_000
