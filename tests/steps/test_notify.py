import base64
import json
import socket
from collections.abc import Mapping
from dataclasses import replace

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from agent.deadline import Deadline
from agent.errors import NotifyError
from agent.jobs.describe import describe
from agent.loaded_job import LoadedJob
from agent.outbound import Outbound
from agent.outbound.signed_notifier import SignedNotifier
from agent.steps.notify import Notifying, payload
from agent.values import Publication, Receipt, RetryIn, Revision
from tests.loopback import Loopback, http, saying, serving
from tests.orders import Shop

SHA = "a" * 40
NONCE = "0192f0c1-…-é"


OUTBOUND = Outbound(allow_private=True, user_agent="test")
NOTIFYING = Notifying(OUTBOUND)
SIGNING_KEY = "whsec_" + base64.b64encode(bytes(range(32))).decode()


def late_for(loaded: LoadedJob) -> LoadedJob:
    return replace(loaded, deadlines=replace(loaded.deadlines, whole=Deadline.within(0)))


def published(loaded: LoadedJob) -> Publication:
    revision = Revision(loaded.remote.repo, loaded.round, SHA, "index.html")
    return Publication("https://forge/shop", "https://pages/shop/", revision)


def ordered(shop: Shop, url: str) -> LoadedJob:
    return shop.loaded(round_=2, nonce=NONCE, email="Mé@example.com", evaluation_url=url)


def tries(loaded: LoadedJob) -> list[Mapping[str, object]]:
    record = loaded.repository.evidence(2)["receipt.json"]
    told: list[Mapping[str, object]] = json.loads(record)["tries"]
    return told


def body_of(request: bytes) -> dict[str, object]:
    told: dict[str, object] = json.loads(request.partition(b"\r\n\r\n")[2])
    return told


def test_the_url_is_told_exactly_the_seven_keys(shop: Shop) -> None:
    with serving(saying(http(b"thanks"))) as server:
        loaded = ordered(shop, f"{server.url}/notify?id=1")
        receipt = NOTIFYING.notify(loaded, published(loaded))

    assert isinstance(receipt, Receipt)
    assert receipt.is_delivered
    assert server.requests[0].startswith(b"POST /notify?id=1 HTTP/1.1\r\n")
    assert b"content-type: application/json\r\n" in server.requests[0].lower()
    assert body_of(server.requests[0]) == {
        "email": "Mé@example.com",
        "task": "shop",
        "round": 2,
        "nonce": NONCE,
        "repo_url": "https://forge/shop",
        "commit_sha": SHA,
        "pages_url": "https://pages/shop/",
    }


def test_a_signed_notification_has_the_same_body_and_can_be_verified(shop: Shop) -> None:
    with serving(saying(http(b"thanks"))) as server:
        loaded = ordered(shop, server.url)
        Notifying(SignedNotifier(OUTBOUND, SIGNING_KEY)).notify(loaded, published(loaded))

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n")[1:])
    assert json.loads(body) == payload(loaded.brief, published(loaded))
    Webhook(SIGNING_KEY).verify(body, headers)
    with pytest.raises(WebhookVerificationError):
        Webhook(SIGNING_KEY).verify(body.replace(b"shop", b"shoq"), headers)


def test_without_a_key_nothing_is_signed(shop: Shop) -> None:
    with serving(saying(http(b"thanks"))) as server:
        loaded = ordered(shop, server.url)
        NOTIFYING.notify(loaded, published(loaded))

    assert b"webhook-signature" not in server.requests[0]


def test_what_was_taken_is_not_sent_again(shop: Shop) -> None:
    with serving(saying(http(b"thanks"))) as server:
        loaded = ordered(shop, server.url)
        stage = NOTIFYING

        stage.notify(loaded, published(loaded))
        again = stage.notify(loaded, published(loaded))

    assert isinstance(again, Receipt)
    assert again.is_delivered
    assert len(server.requests) == 1


def test_the_pauses_double_and_every_try_is_kept(shop: Shop) -> None:
    with serving(saying(http(b"oh no", status="500 Oops"))) as server:
        loaded = ordered(shop, server.url)
        stage = NOTIFYING
        seen = [stage.notify(loaded, published(loaded)) for _ in range(6)]

    assert [each.seconds for each in seen if isinstance(each, RetryIn)] == [1, 2, 4, 8, 16, 30]
    assert [(each["status"], each["answer"]) for each in tries(loaded)] == [(500, "oh no")] * 6
    keys = {request.lower().partition(b"idempotency-key: ")[2][:60] for request in server.requests}
    assert len(keys) == 1


def test_a_restarted_process_goes_on_counting(shop: Shop) -> None:
    with serving(saying(http(b"", status="503 Busy"))) as server:
        loaded = ordered(shop, server.url)
        NOTIFYING.notify(loaded, published(loaded))

        again = NOTIFYING.notify(loaded, published(loaded))

    assert isinstance(again, RetryIn)
    assert again.seconds == 2


@pytest.mark.parametrize("status", ["302 Found", "400 Bad", "600 Odd"])
def test_anything_but_200_to_299_is_tried_again(shop: Shop, status: str) -> None:
    with serving(saying(http(b"", status=status))) as server:
        loaded = ordered(shop, server.url)

        assert isinstance(NOTIFYING.notify(loaded, published(loaded)), RetryIn)

    assert len(server.requests) == 1


def test_what_a_redirect_leads_to_counts_and_every_hop_is_kept(shop: Shop) -> None:
    def answering(connection: socket.socket, request: bytes) -> None:
        found = http(b"", "Location: /echo?key=k", status="302 Found")
        connection.sendall(found if request.startswith(b"POST") else http(b"thanks"))

    with serving(answering) as server:
        loaded = ordered(shop, f"{server.url}/exec")
        receipt = NOTIFYING.notify(loaded, published(loaded))
        again = NOTIFYING.notify(loaded, published(loaded))

    hop = {"status": 302, "method": "GET", "url": f"{server.url}/echo?key=…"}
    assert isinstance(receipt, Receipt)
    assert receipt.is_delivered
    assert isinstance(again, Receipt)
    assert again.tries[0].redirects == receipt.tries[0].redirects
    assert len(server.requests) == 2
    (made,) = tries(loaded)
    assert (made["status"], made["answer"], made["redirects"]) == (200, "thanks", [hop])
    assert describe(receipt).endswith(f"answered 200 (302, so GET {server.url}/echo?key=…)")


@pytest.mark.parametrize("status", [401, 403, 404, 405])
def test_a_url_that_refuses_twice_is_not_tried_again(shop: Shop, status: int) -> None:
    with serving(saying(http(b"no", status=f"{status} No"))) as server:
        loaded = ordered(shop, server.url)
        first = NOTIFYING.notify(loaded, published(loaded))

        with pytest.raises(NotifyError, match=f"check the evaluation URL: {status}: no"):
            NOTIFYING.notify(loaded, published(loaded))

    assert isinstance(first, RetryIn)
    assert len(tries(loaded)) == 2


def test_a_refusal_after_another_failure_is_tried_again(shop: Shop) -> None:
    statuses = iter(["404 No", "500 Oops", "404 No"])

    def answering(connection: socket.socket, request: bytes) -> None:
        connection.sendall(http(b"", status=next(statuses)))

    with serving(answering) as server:
        loaded = ordered(shop, server.url)
        seen = [NOTIFYING.notify(loaded, published(loaded)) for _ in range(3)]

    assert all(isinstance(each, RetryIn) for each in seen)


def test_nobody_there_is_a_try_without_a_status(shop: Shop) -> None:
    with serving(saying(b"")) as server:
        loaded = ordered(shop, server.url)

    assert isinstance(NOTIFYING.notify(loaded, published(loaded)), RetryIn)
    assert [each["status"] for each in tries(loaded)] == [None]


def test_a_url_that_is_gone_is_not_tried_again(shop: Shop) -> None:
    with serving(saying(http(b"closed", status="410 Gone"))) as server:
        loaded = ordered(shop, server.url)

        with pytest.raises(NotifyError, match="gone for good: 410: closed"):
            NOTIFYING.notify(loaded, published(loaded))

    assert len(tries(loaded)) == 1


def test_the_time_the_server_asks_for_is_given_within_the_deadline(shop: Shop) -> None:
    for asked, given in (("7", 7), ("86400", 60), ("9" * 400, 60)):
        with serving(saying(http(b"", f"Retry-After: {asked}", status="429 Busy"))) as server:
            loaded = shop.loaded(task=f"shop{asked[:5]}", evaluation_url=server.url)

            seen = NOTIFYING.notify(loaded, published(loaded))

        assert isinstance(seen, RetryIn)
        assert given - 10 < seen.seconds <= given


def test_at_the_deadline_one_try_is_made_and_no_second(shop: Shop) -> None:
    with serving(saying(http(b"oh no", status="500 Oops"))) as server:
        loaded = ordered(shop, server.url)
        late = late_for(loaded)

        assert isinstance(NOTIFYING.notify(late, published(loaded)), RetryIn)
        with pytest.raises(NotifyError, match="did not take it: 500: oh no"):
            NOTIFYING.notify(late, published(loaded))

    assert len(server.requests) == 1


def test_a_brief_without_a_url_has_nobody_to_tell(shop: Shop) -> None:
    loaded = shop.loaded()

    receipt = NOTIFYING.notify(loaded, published(loaded))

    assert receipt == Receipt("", ())


def test_a_new_order_of_the_round_is_told_of_anew(shop: Shop) -> None:
    with serving(saying(http(b""))) as first, serving(saying(http(b""))) as second:
        for server, nonce in ((first, "old"), (second, "new")):
            assert isinstance(server, Loopback)
            loaded = shop.loaded(round_=2, nonce=nonce, evaluation_url=server.url)
            NOTIFYING.notify(loaded, published(loaded))

    assert len(first.requests) == len(second.requests) == 1


def test_an_answer_that_repeats_the_secrets_of_its_url_is_kept_without_them(shop: Shop) -> None:
    echo = http(b"no to pass/word, pass%2Fword, to ken-7 and to+ken-7", status="400 Bad Request")
    with serving(saying(echo)) as server:
        url = f"http://me:pass%2Fword@127.0.0.1:{server.port}/?token=to+ken-7&round=2"
        loaded = ordered(shop, url)
        result = NOTIFYING.notify(loaded, published(loaded))

    assert isinstance(result, RetryIn)
    assert result.seen == "400: no to …, …, … and …"
    assert [each["answer"] for each in tries(loaded)] == ["no to …, …, … and …"]
