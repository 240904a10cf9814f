"""The files of a brief, decoded under safe names and within limits."""

import pytest

from agent.deadline import Deadline
from agent.errors import DeadlinePassed, IntakeError
from agent.intake.attachments import Limits, decode
from agent.outbound import Outbound
from agent.values import Attachment
from tests.intake.sent import Item, no_fetch
from tests.loopback import http, saying, serving

SMALL = Limits(count=3, bytes_each=10, bytes_total=15)
OPEN = Outbound(allow_private=True, user_agent="tests")


def decoded(*items: Item, limits: Limits = SMALL) -> tuple[Attachment, ...]:
    return decode(items, limits, no_fetch, Deadline.within(5))


def test_attachments_keep_order_name_stated_type_and_bytes() -> None:
    attachments = decoded(Item("b.csv", "data:text/csv;base64,YSxi"), Item("a.txt", "data:,hi"))

    assert attachments == (
        Attachment("b.csv", "text/csv", b"a,b"),
        Attachment("a.txt", "text/plain;charset=US-ASCII", b"hi"),
    )


def test_a_link_is_fetched_through_the_client_it_is_given() -> None:
    with serving(saying(http(b"x,y\n1,2\n", media_type="text/csv"))) as server:
        item = Item("d.csv", f"{server.url}/d.csv")
        attachments = decode([item], SMALL, OPEN.get, Deadline.within(5))

    assert attachments == (Attachment("d.csv", "text/csv", b"x,y\n1,2\n"),)


def test_a_link_that_was_fetched_before_is_not_asked_again() -> None:
    item = Item("d.csv", "https://example.org/d.csv")

    attachments = decode([item], SMALL, no_fetch, Deadline.within(5), kept={"d.csv": b"x"})

    assert attachments[0].content == b"x"


def test_a_link_that_answers_404_is_refused_with_its_status() -> None:
    with serving(saying(http(b"no", status="404 Not Found"))) as server:
        item = Item("d.csv", server.url)
        with pytest.raises(IntakeError, match=r"attachments\[0\] \(d.csv\): .*200, got 404"):
            decode([item], SMALL, OPEN.get, Deadline.within(5))


def test_a_link_to_too_much_is_refused_with_the_limit() -> None:
    with serving(saying(http(b"x" * 11))) as server:
        item = Item("d.csv", server.url)
        with pytest.raises(IntakeError, match=r"attachments\[0\] \(d.csv\): .*10 bytes allowed"):
            decode([item], SMALL, OPEN.get, Deadline.within(5))


def test_a_job_out_of_time_is_told_as_that_and_not_as_a_bad_link() -> None:
    with pytest.raises(DeadlinePassed):
        decode([Item("d.csv", "http://127.0.0.1:9/")], SMALL, OPEN.get, Deadline.within(0))


def test_one_file_too_many_is_refused_with_the_limit() -> None:
    items = [Item(f"{number}.txt", "data:,") for number in range(4)]

    with pytest.raises(IntakeError, match="at most 3 files are taken, and 4 were sent"):
        decoded(*items)


def test_a_file_too_long_is_refused_with_its_place_and_the_limit() -> None:
    with pytest.raises(IntakeError, match=r"attachments\[1\] \(b\): .*the 10 bytes allowed"):
        decoded(Item("a", "data:,"), Item("b", "data:,12345678901"))


def test_files_too_long_together_are_refused_with_that_limit() -> None:
    with pytest.raises(IntakeError, match=r"attachments\[1\] \(b\): .*together may have 15 bytes"):
        decoded(Item("a", "data:,1234567890"), Item("b", "data:,123456"))


@pytest.mark.parametrize("url", ["", "data.csv", "ftp://example.org/a", "file:///etc/passwd"])
def test_another_scheme_is_refused_with_what_was_expected(url: str) -> None:
    with pytest.raises(IntakeError, match=r"attachments\[0\] \(a\): expected a data:, http:"):
        decoded(Item("a", url))


@pytest.mark.parametrize(
    ("first", "second"), [("a.txt", "A.TXT"), ("é.txt", "e\N{COMBINING ACUTE ACCENT}.txt")]
)
def test_names_that_some_systems_cannot_tell_apart_are_refused(first: str, second: str) -> None:
    with pytest.raises(IntakeError, match=r"attachments\[1\].name: .* attachments\[0\] too"):
        decoded(Item(first, "data:,"), Item(second, "data:,"))


def test_a_name_cannot_be_a_file_and_a_folder() -> None:
    with pytest.raises(IntakeError, match=r"attachments\[0\].name: .* folder"):
        decoded(Item("data/a.csv", "data:,"), Item("Data", "data:,"))


def test_names_are_composed() -> None:
    attachments = decoded(Item("e\N{COMBINING ACUTE ACCENT}.txt", "data:,"))

    assert attachments[0].name == "é.txt"


def test_a_name_that_had_to_be_repaired_is_kept_beside_the_one_it_became() -> None:
    (attachment,) = decoded(Item("data\\a.csv", "data:,"))

    assert (attachment.name, attachment.sent_as) == ("data/a.csv", "data\\a.csv")


def test_names_that_become_one_name_are_refused() -> None:
    with pytest.raises(IntakeError, match=r"attachments\[1\].name: data/a.csv is the name of"):
        decoded(Item("data/a.csv", "data:,"), Item("data\\A.csv".lower(), "data:,"))
