"""C1 and C2 of SECURITY.md: no URL of a request reaches the inside, however it is spelled."""

import socket
from collections.abc import Iterator, Sequence

import pytest

from agent.deadline import Deadline
from agent.outbound import Outbound, OutboundError
from agent.outbound.addresses import AddressInfo, why_private
from tests.loopback import Loopback, http, saying, serving

INSIDE = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0177.0.0.1",
    "0x7f.0.0.1",
    "0.0.0.0",
    "0",
    "localhost",
    "LOCALHOST",
    "[::1]",
    "[::]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "[fe80::1]",
    "[fd00::1]",
    "[fec0::1]",
    "192.0.0.170",
    "198.18.0.1",
    "224.0.0.1",
    "255.255.255.255",
]


@pytest.fixture
def inside() -> Iterator[Loopback]:
    with serving(saying(http(b"inside"))) as server:
        yield server


def closed(resolver_answers: Sequence[Sequence[str]] | None = None) -> Outbound:
    """The client as it guards a public server; the resolver gives the answers one after another."""
    if resolver_answers is None:
        return Outbound(allow_private=False, user_agent="tests")
    answers = iter(resolver_answers)

    def resolver(host: str, port: int) -> Sequence[AddressInfo]:
        return [_info(address, port) for address in next(answers)]

    return Outbound(allow_private=False, user_agent="tests", resolver=resolver)


def _info(address: str, port: int) -> AddressInfo:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return family, socket.SOCK_STREAM, 6, "", (address, port)


@pytest.mark.parametrize("host", INSIDE)
def test_an_inside_address_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(OutboundError, match="refused") as caught:
        closed().get(f"http://{host}/", 100, Deadline.within(5))

    assert f"GET http://{host.lower()}/" in str(caught.value)


@pytest.mark.parametrize("host", INSIDE)
def test_a_notification_is_refused_alike(host: str) -> None:
    with pytest.raises(OutboundError, match="refused"):
        closed().post(f"https://{host}/", {}, {}, 5)


def test_other_ports_stay_closed(inside: Loopback) -> None:
    with pytest.raises(OutboundError, match=r"port \d+ .*ALLOW_PRIVATE_URLS"):
        closed([["93.184.216.34"]]).get(inside.url, 100, Deadline.within(5))

    assert inside.connections == 0


def test_one_inside_address_among_public_ones_closes_the_name() -> None:
    outbound = closed([["93.184.216.34", "127.0.0.1"]])

    with pytest.raises(OutboundError, match=r"mixed.example \(127.0.0.1\)"):
        outbound.get("http://mixed.example/", 100, Deadline.within(5))


def test_the_address_that_was_judged_is_the_address_that_is_used() -> None:
    asked: list[str] = []

    def rebinding(host: str, port: int) -> Sequence[AddressInfo]:
        asked.append(host)
        return [_info("192.0.2.1" if len(asked) > 1 else "127.0.0.1", port)]

    outbound = Outbound(allow_private=False, user_agent="tests", resolver=rebinding)
    with pytest.raises(OutboundError, match="refused"):
        outbound.get("http://rebinding.example/", 100, Deadline.within(5))

    assert asked == ["rebinding.example"]


def test_a_name_is_looked_up_once_for_a_connection(inside: Loopback) -> None:
    asked: list[str] = []

    def changing(host: str, port: int) -> Sequence[AddressInfo]:
        asked.append(host)
        return [_info("127.0.0.1" if len(asked) == 1 else "127.0.0.2", port)]

    outbound = Outbound(allow_private=True, user_agent="tests", resolver=changing)
    fetched = outbound.get(f"http://name.example:{inside.port}/", 100, Deadline.within(5))

    assert fetched.content == b"inside"
    assert asked == ["name.example"]
    assert f"Host: name.example:{inside.port}".encode() in inside.requests[0]


@pytest.mark.parametrize(
    "target", ["http://169.254.169.254/latest/meta-data/", "file:///etc/passwd"]
)
def test_a_redirect_to_the_inside_is_blocked(target: str) -> None:
    redirect = http(b"", f"Location: {target}", status="302 Found")
    with serving(saying(redirect)) as server:
        outbound = Outbound(allow_private=True, user_agent="tests")
        with pytest.raises(OutboundError, match="refused"):
            outbound.get(server.url, 100, Deadline.within(5))

    assert server.connections == 1


NEVER = [
    "169.254.169.254",
    "[fe80::1]",
    "[::ffff:169.254.169.254]",
    "[2002:a9fe:a9fe::]",
    "224.0.0.1",
    "168.63.129.16",
    "100.100.100.200",
    "192.0.0.192",
    "[fd00:ec2::254]",
    "[fd20:ce::254]",
    "[::ffff:168.63.129.16]",
    "[64:ff9b::a83f:8110]",
]


@pytest.mark.parametrize("host", NEVER)
def test_addresses_of_clouds_stay_closed_where_private_networks_are_open(host: str) -> None:
    outbound = Outbound(allow_private=True, user_agent="tests")

    with pytest.raises(OutboundError, match="link-local|multicast|a cloud's own services"):
        outbound.get(f"http://{host}/", 100, Deadline.within(5))


LOOPBACK = ("127.", "0x7f", "0177", "2130706433", "localhost", "LOCALHOST", "[::1]")
SPELLED = ("[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]")


@pytest.mark.parametrize(
    "host",
    [h for h in (*INSIDE, *NEVER) if not h.startswith((*LOOPBACK, *SPELLED, "[2002:7f00"))],
)
def test_the_local_default_opens_this_machine_alone(host: str) -> None:
    outbound = Outbound(allow_private=False, user_agent="tests", allow_loopback=True)

    with pytest.raises(OutboundError, match="refused"):
        outbound.get(f"http://{host}:8080/", 100, Deadline.within(5))


def test_the_local_default_reaches_this_machine_on_any_port(inside: Loopback) -> None:
    outbound = Outbound(allow_private=False, user_agent="tests", allow_loopback=True)

    assert outbound.get(inside.url, 100, Deadline.within(5)).content == b"inside"


def test_the_local_default_opens_no_other_port_of_public_servers() -> None:
    answers = [_info("93.184.216.34", 8080)]
    outbound = Outbound(False, "tests", lambda host, port: answers, allow_loopback=True)

    with pytest.raises(OutboundError, match="port 8080"):
        outbound.get("http://public.example:8080/", 100, Deadline.within(5))


def test_proxies_and_netrc_of_the_machine_are_not_used(
    inside: Loopback, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serving(saying(http(b"proxy"))) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url)
        monkeypatch.setenv("NETRC", "/dev/null")
        outbound = Outbound(allow_private=True, user_agent="tests")
        fetched = outbound.get(inside.url, 100, Deadline.within(5))

    assert fetched.content == b"inside"
    assert proxy.connections == 0


@pytest.mark.parametrize("address", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_a_refusal_says_that_an_address_is_this_machines(address: str) -> None:
    assert why_private(address) == "an address of this machine"
    assert why_private("10.0.0.1") == "not a public address"
