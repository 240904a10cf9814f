"""What a caller sends under random damage: it is read, or refused with words."""

import json
import random
from typing import Any

from agent.deadline import Deadline
from agent.errors import IntakeError
from agent.intake.attachments import Limits, decode
from agent.intake.data_uris import BadDataUri, read_data_uri
from agent.intake.request import Request, SubmittedRequest, check_secret, parse, unknown_fields
from agent.outbound import Fetched
from agent.paths import clash, safe_path
from tests.fuzz.dice import damaged, throws

BODY: dict[str, Any] = {
    "email": "a@example.com",
    "secret": "s",
    "task": "shop-1",
    "round": 1,
    "nonce": "n",
    "brief": "Sell things.\n- one",
    "checks": ["Has MIT license", {"js": "document.title === 'x'"}],
    "evaluation_url": "https://example.com/notify?x=1",
    "attachments": [{"name": "a.csv", "url": "data:text/csv;base64,YSxiCjEsMgo="}],
}
ODD: tuple[Any, ...] = (
    None, True, -1, 0, 1.5, 10**30, "", " ", "\0", "\ud800", "é" * 300, "../x", "x" * 5_000, [],
    [[]], {}, {"js": 1}, "http://[::1", "http://a:99999/", "javascript:1", "-x", "a.git",
    "\u202e", "ﬁ",
)  # fmt: skip
URI_PIECES = (
    "data:", "DATA:", ";base64,", ";base64", ",", "text/plain", ";charset=utf-8", "%41", "%4", "%",
    "YQ==", "YQ", "=", "+/", "-_", " ", "\n", "\t", "#x", "é", "\0", "%00", "A" * 100, ";;", "/",
)  # fmt: skip
NAME_PIECES = (
    "a", "A", ".", "..", "/", "\\", ".git", "GIT~1", "con", "nul.txt", ":", " ", "\0", "\u200c",
    "é",     "e\u0301", "~", "-", ".csv", "x" * 200, "\ud800", "\u202e", "?", "*", "ﬁ", "\r\n",
)  # fmt: skip


def test_a_damaged_body_is_read_or_refused() -> None:
    for seed, dice in throws("body"):
        body = damaged(json.dumps(_changed(BODY, dice)).encode(), dice)
        if dice.random() < 0.5:
            body = json.dumps(_changed(BODY, dice)).encode()
        try:
            fields = parse(body)
            unknown_fields(fields)
            check_secret(fields, "s")
            request = SubmittedRequest.read(fields)
        except IntakeError:
            continue
        assert Request.read(json.loads(request.record())).record() == request.record(), seed


def _changed(fields: dict[str, Any], dice: random.Random) -> dict[str, Any]:
    changed = dict(fields)
    for _ in range(dice.randint(0, 3)):
        name = dice.choice([*changed, "roud", "x"])
        odd = dice.choice(ODD)
        changed[name] = [odd, *changed[name]] if isinstance(changed.get(name), list) else odd
    return changed


def test_a_random_data_uri_is_read_or_refused_and_never_above_the_cap() -> None:
    for seed, dice in throws("data-uri"):
        uri = "data:" * dice.randint(0, 1) + "".join(
            dice.choices(URI_PIECES, k=dice.randint(0, 12))
        )
        cap = dice.choice((0, 1, 10, 1000))
        try:
            content = read_data_uri(uri, cap).content
        except BadDataUri:
            continue
        assert len(content) <= cap, (seed, uri)


def test_random_names_of_files_become_safe_ones_or_are_refused() -> None:
    for seed, dice in throws("file-name"):
        names = ["".join(dice.choices(NAME_PIECES, k=dice.randint(0, 6))) for _ in range(3)]
        items = [{"name": name, "url": "data:,x"} for name in names]
        try:
            request = Request.read({"task": "t", "brief": "b", "attachments": items})
            sent = decode(request.attachments, Limits(), _nothing, Deadline.within(60))
        except IntakeError:
            continue
        kept = [attachment.name for attachment in sent]
        assert [safe_path(name) for name in kept] == kept, (seed, names)
        assert clash(kept) is None, (seed, names)


def _nothing(url: str, cap: int, deadline: Deadline) -> Fetched:
    raise AssertionError(f"{url} was fetched")
