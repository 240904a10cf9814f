"""Attachments as a request sends them."""

from dataclasses import dataclass

from agent.deadline import Deadline
from agent.outbound import Fetched


@dataclass(frozen=True)
class Item:
    name: str
    url: str


def no_fetch(url: str, cap_bytes: int, deadline: Deadline) -> Fetched:
    raise AssertionError(f"{url} was fetched")
