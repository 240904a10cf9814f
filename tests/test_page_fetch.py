from collections.abc import Iterator

import pytest

from agent.deadline import Deadline
from agent.errors import HostBusy
from agent.page_fetch import fetch_page
from agent.ports import Served
from tests.github.wire import Listener, Request, Response


class Host:
    """A page host that gives one answer to everybody; `asked` are the requests it got."""

    def __init__(self) -> None:
        self.answer = Response(200, {}, b"hello")
        self.asked: list[Request] = []
        self.broken: list[str] = []
        self.door = Listener(self._respond, self.broken.append)

    def _respond(self, request: Request) -> Response:
        self.asked.append(request)
        return self.answer


@pytest.fixture
def host() -> Iterator[Host]:
    host = Host()
    host.door.start()
    yield host
    host.door.stop()
    assert host.broken == []


def test_a_page_is_seen_as_a_visitor_sees_it(host: Host) -> None:
    seen = fetch_page(f"{host.door.url}/?fresh", Deadline.within(5))

    assert seen == Served(200, b"hello")
    assert host.asked[0].headers["Cache-Control"] == "no-cache"
    assert "Authorization" not in host.asked[0].headers


def test_an_answer_that_is_no_page_is_told_by_its_status(host: Host) -> None:
    host.answer = Response(404, {}, b"not here")

    assert fetch_page(host.door.url, Deadline.within(5)) == Served(404, b"not here")


def test_no_answer_is_status_0(host: Host) -> None:
    url = host.door.url.rpartition(":")[0]

    assert fetch_page(f"{url}:9/", Deadline.within(5)) == Served(0, b"")


@pytest.mark.parametrize("status", [429, 503])
def test_a_host_that_asks_to_be_left_alone_is(host: Host, status: int) -> None:
    host.answer = Response(status, {"Retry-After": "30"})

    with pytest.raises(HostBusy, match=f"{status} and asked to wait 30 s") as told:
        fetch_page(host.door.url, Deadline.within(5))

    assert told.value.seconds == 30


def test_a_page_that_is_there_is_not_held_up_by_a_stray_header(host: Host) -> None:
    host.answer = Response(200, {"Retry-After": "30"}, b"hello")

    assert fetch_page(host.door.url, Deadline.within(5)) == Served(200, b"hello")
