"""The id of the HTTP request that is worked on: in each log line, in the answer, with its job."""

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_SANE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_current: ContextVar[str] = ContextVar("request_id", default="")


def chosen(sent: str) -> str:
    """The id that a caller sent, or a new one where that is empty, too long or oddly written."""
    return sent if _SANE.fullmatch(sent) else secrets.token_hex(8)


def current() -> str:
    """The id of the request that this thread or task works for; empty where there is none."""
    return _current.get()


def begin(identity: str) -> None:
    """Set the id for the rest of the task: also for what is logged once its work has failed."""
    _current.set(identity)


@contextmanager
def working_for(identity: str) -> Iterator[None]:
    """The id is current for as long as the block lasts."""
    token = _current.set(identity)
    try:
        yield
    finally:
        _current.reset(token)
