"""What attachments may weigh and be called, and what they may do to their readers."""

import time
import tracemalloc

import pytest

from agent.deadline import Deadline
from agent.errors import IntakeError
from agent.intake.attachments import MIB, Limits, decode
from agent.outbound import Outbound
from tests.intake.sent import Item, no_fetch


def refused(*items: Item) -> str:
    with pytest.raises(IntakeError) as caught:
        decode(items, Limits(), no_fetch, Deadline.within(10))
    return str(caught.value)


@pytest.mark.parametrize(
    ("head", "unit", "count"),
    [
        pytest.param("data:;base64,", "QUJD", 5 * MIB, id="base64"),
        pytest.param("data:,", "x", 20 * MIB, id="plain"),
        pytest.param("data:,", "%41", 14 * MIB, id="percent"),
        pytest.param("data:;base64,", "%51", 20 * MIB, id="percent-encoded base64"),
    ],
)
def test_a_uri_of_twenty_megabytes_is_refused_before_it_is_decoded(
    head: str, unit: str, count: int
) -> None:
    uri = head + unit * count

    tracemalloc.start()
    message = refused(Item("big.bin", uri))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert message.startswith("attachments[0] (big.bin): ")
    assert "10,485,760 bytes allowed" in message
    assert peak < 6 * len(uri)


@pytest.mark.slow
def test_the_dearest_spelling_is_read_within_bounds() -> None:
    count = MIB // 2
    uri = "data:," + "%41" * count

    tracemalloc.start()
    began = time.process_time()
    (attachment,) = decode([Item("a", uri)], Limits(), no_fetch, Deadline.within(60))
    took = time.process_time() - began
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert attachment.content == b"A" * count
    assert peak < 8 * len(uri)
    assert took < 2.5


@pytest.mark.parametrize("uri", ["data:;base64,@@@@", "data:;base64,QUJDR", "data:;base64"])
def test_bad_base64_names_its_attachment(uri: str) -> None:
    assert refused(Item("a", "data:,"), Item("x.png", uri)).startswith("attachments[1] (x.png): ")


def test_a_hundred_attachments_are_refused_with_the_limit() -> None:
    items = [Item(f"{number}.txt", "data:,x") for number in range(100)]

    assert refused(*items) == "attachments: at most 50 files are taken, and 100 were sent"


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "/x",
        "C:\\x",
        "a\0b",
        ".git/config",
        ".GIT/config",
        "git~1/config",
        "CON",
        "nul.txt",
        "a" * 300,
        "",
        ".",
        "a//b",
        "a\nb",
        "\ud800",
    ],
)
def test_a_dangerous_name_is_refused_and_named(name: str) -> None:
    message = refused(Item("fine.txt", "data:,"), Item(name, "data:,"))

    assert message.startswith("attachments[1].name: ")
    assert message.isprintable()


@pytest.mark.parametrize("url", ["http://127.0.0.1/x", "http://169.254.169.254/", "http://0/"])
def test_a_link_to_the_inside_is_refused_with_the_attachment(url: str) -> None:
    outbound = Outbound(allow_private=False, user_agent="tests")

    with pytest.raises(IntakeError, match=r"attachments\[0\] \(x\): GET .*refused"):
        decode([Item("x", url)], Limits(), outbound.get, Deadline.within(5))
