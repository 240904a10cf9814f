"""Where in a file a secret stands, and what kind it is of."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """Lines count from 1; `what` completes "the file holds …" without the secret."""

    line: int
    what: str


def line_at(content: bytes, offset: int) -> int:
    return content.count(b"\n", 0, offset) + 1
