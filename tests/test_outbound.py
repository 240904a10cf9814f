"""The guarded client at its work: what it asks, follows, reads and says."""

import json
import socket

import pytest

from agent.deadline import Deadline
from agent.errors import Cancelled, GalleyError
from agent.outbound import Outbound, OutboundError, shown_url
from tests.loopback import Answering, http, saying, serving

OPEN = Outbound(allow_private=True, user_agent="Galley tests (+https://example.org)")


def test_a_get_brings_status_body_type_and_url() -> None:
    with serving(saying(http(b"a,b\n1,2\n", media_type="text/csv; charset=utf-8"))) as server:
        fetched = OPEN.get(f"{server.url}/data.csv", 100, Deadline.within(5))

    assert (fetched.status, fetched.content) == (200, b"a,b\n1,2\n")
    assert fetched.media_type == "text/csv; charset=utf-8"
    assert fetched.url == f"{server.url}/data.csv"
    assert b"User-Agent: Galley tests (+https://example.org)" in server.requests[0]


def test_a_get_gives_back_a_failure_status_for_the_caller_to_judge() -> None:
    with serving(saying(http(b"gone", status="404 Not Found"))) as server:
        fetched = OPEN.get(server.url, 100, Deadline.within(5))

    assert (fetched.status, fetched.content) == (404, b"gone")


def test_a_relative_redirect_is_followed_to_its_end() -> None:
    def answering(connection: socket.socket, request: bytes) -> None:
        moved = http(b"", "Location: ../new?x=1", status="302 Found")
        connection.sendall(http(b"here") if b"GET /new?x=1" in request else moved)

    with serving(answering) as server:
        fetched = OPEN.get(f"{server.url}/old/place", 100, Deadline.within(5))

    assert (fetched.content, fetched.url) == (b"here", f"{server.url}/new?x=1")


def test_a_fourth_redirect_is_not_followed() -> None:
    redirect = http(b"", "Location: /again", status="302 Found")
    with serving(saying(redirect)) as server, pytest.raises(OutboundError, match="more than 3"):
        OPEN.get(server.url, 100, Deadline.within(5))

    assert server.connections == 4


def test_a_body_of_exactly_the_cap_is_read_and_one_byte_more_is_refused() -> None:
    with serving(saying(http(b"x" * 1000))) as server:
        fetched = OPEN.get(server.url, 1000, Deadline.within(5))
        with pytest.raises(OutboundError, match="longer than the 999 bytes allowed"):
            OPEN.get(server.url, 999, Deadline.within(5))

    assert len(fetched.content) == 1000


def test_a_post_sends_json_and_reads_the_answer() -> None:
    with serving(saying(http(b"nonce is wrong", status="400 Bad Request"))) as server:
        reply = OPEN.post(server.url, {"round": 1, "task": "é"}, {"Idempotency-Key": "k"}, 5)

    head, _, body = server.requests[0].partition(b"\r\n\r\n")
    assert (reply.status, reply.text) == (400, "nonce is wrong")
    assert json.loads(body) == {"round": 1, "task": "é"}
    assert b"Content-Type: application/json" in head
    assert b"Idempotency-Key: k" in head


def moving(*hops: str, then: bytes = b"taken") -> Answering:
    """`/0` redirects to `/1` and so on, with the status of each hop, and the last one answers."""

    def answering(connection: socket.socket, request: bytes) -> None:
        number = int(request.split()[1].removeprefix(b"/"))
        moved = number < len(hops)
        location = f"Location: /{number + 1}"
        connection.sendall(http(b"", location, status=hops[number]) if moved else http(then))

    return answering


@pytest.mark.parametrize("status", ["307 Temporary Redirect", "308 Permanent Redirect"])
def test_a_redirect_that_keeps_the_method_is_posted_to(status: str) -> None:
    with serving(moving(status, status)) as server:
        reply = OPEN.post(f"{server.url}/0", {"round": 1}, {"Idempotency-Key": "k"}, 5)

    assert (reply.status, reply.text) == (200, "taken")
    assert [each.method for each in reply.redirects] == ["POST", "POST"]
    assert reply.redirects[-1].url == f"{server.url}/2"
    assert len(server.requests) == 3
    for request in server.requests:
        assert request.startswith(b"POST ")
        assert b"Idempotency-Key: k" in request
        assert request.endswith(b'{"round": 1}')


@pytest.mark.parametrize("status", ["301 Moved", "302 Found", "303 See Other"])
def test_the_target_of_any_other_redirect_is_asked_by_get(status: str) -> None:
    with serving(moving(status, "307 Temporary Redirect")) as server:
        reply = OPEN.post(f"{server.url}/0", {"round": 1}, {}, 5)

    assert (reply.status, reply.text) == (200, "taken")
    assert [(each.status, each.method) for each in reply.redirects] == [
        (int(status[:3]), "GET"),
        (307, "GET"),
    ]
    assert [request.split()[0] for request in server.requests] == [b"POST", b"GET", b"GET"]
    assert b"Content-Type" not in server.requests[1]
    assert server.requests[1].endswith(b"\r\n\r\n")


def test_after_three_redirects_the_next_one_is_the_answer() -> None:
    with serving(moving(*["307 Temporary Redirect"] * 9)) as server:
        reply = OPEN.post(f"{server.url}/0", {}, {}, 5)

    assert (reply.status, len(reply.redirects)) == (307, 3)
    assert server.connections == 4


def test_a_redirect_to_nowhere_is_an_answer() -> None:
    with serving(saying(http(b"moved", status="302 Found"))) as server:
        reply = OPEN.post(server.url, {}, {}, 5)

    assert (reply.status, reply.text, reply.redirects) == (302, "moved", ())


def test_a_refused_target_is_told_with_the_redirect_that_led_there() -> None:
    redirect = http(b"", "Location: http://169.254.169.254/latest?key=k", status="307 Moved")

    with serving(saying(redirect)) as server, pytest.raises(OutboundError) as refused:
        OPEN.post(server.url, {}, {}, 5)

    assert "307, so POST http://169.254.169.254/latest?key=…; POST" in str(refused.value)
    assert "link-local" in str(refused.value)
    assert server.connections == 1


def test_a_post_keeps_two_kilobytes_of_the_answer() -> None:
    with serving(saying(http(b"x" * 5000))) as server:
        reply = OPEN.post(server.url, {}, {}, 5)

    assert reply.text == "x" * 2048


def test_a_status_without_its_body_is_still_an_answer() -> None:
    cut_short = http(b"half").replace(b"Content-Length: 4", b"Content-Length: 400")
    with serving(saying(cut_short)) as server:
        reply = OPEN.post(server.url, {}, {}, 5)

    assert reply.status == 200
    assert reply.text.startswith("half [")


def test_a_get_cut_short_is_not_taken_for_the_whole() -> None:
    cut_short = http(b"half").replace(b"Content-Length: 4", b"Content-Length: 400")
    with serving(saying(cut_short)) as server, pytest.raises(OutboundError):
        OPEN.get(server.url, 1000, Deadline.within(5))


def test_nobody_listening_is_told_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(OutboundError, match="Connection refused"):
        OPEN.get(f"http://127.0.0.1:{port}/", 100, Deadline.within(5))


@pytest.mark.parametrize(
    "url",
    ["ftp://example.org/x", "file:///etc/passwd", "javascript:1", "", "http://", "http://[::1"],
)
def test_what_is_not_an_http_url_is_refused(url: str) -> None:
    with pytest.raises(OutboundError):
        OPEN.get(url, 100, Deadline.within(5))


def test_a_cancelled_job_stops_asking() -> None:
    with serving(saying(http(b"x"))) as server:
        cancelled = Deadline(Deadline.within(5).at, is_cancelled=lambda: True)
        with pytest.raises(Cancelled):
            OPEN.get(server.url, 100, cancelled)

    assert server.connections == 0


def test_messages_show_no_credentials_and_no_query_values() -> None:
    shown = shown_url("http://user:hunter2@example.org:81/a?token=hunter2&x#hunter2")

    assert shown == "http://example.org:81/a?token=…&x=…"


def test_a_failure_does_not_repeat_the_secrets_of_its_url() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]

    with pytest.raises(GalleyError) as caught:
        OPEN.get(f"http://u:hunter2@127.0.0.1:{port}/?key=hunter2", 100, Deadline.within(5))

    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("url", ["http://127.0.0.1/x.git", "https://169.254.169.254/x.git"])
def test_no_address_is_given_out_that_could_not_be_connected_to(url: str) -> None:
    with pytest.raises(OutboundError, match="refused"):
        Outbound(allow_private=False, user_agent="test").admit(url, Deadline.within(10))


def test_the_addresses_of_an_allowed_host_are_given_out() -> None:
    outbound = Outbound(allow_private=True, user_agent="test")

    assert "127.0.0.1" in outbound.admit("http://localhost:1/x.git", Deadline.within(10))
