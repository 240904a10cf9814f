"""Attachments as a request sends them, and as the intake hands them on."""

from dataclasses import dataclass

from agent.deadline import Deadline
from agent.documents import Document
from agent.intake.document_process import with_documents
from agent.outbound import Fetched
from agent.values import Attachment


@dataclass(frozen=True)
class Item:
    name: str
    url: str


def no_fetch(url: str, cap_bytes: int, deadline: Deadline) -> Fetched:
    raise AssertionError(f"{url} was fetched")


def attached(name: str, content: bytes, media_type: str = "") -> Attachment:
    """An attachment with what the child process read in it, if it is a document."""
    (read,) = with_documents([Attachment(name, media_type, content)], Deadline.within(60))
    return read


def document(name: str, content: bytes) -> Document:
    """What the child process found in a document."""
    found = attached(name, content).document
    assert found is not None
    return found
