"""What the program says while it works: one line for a person, or one JSON object for a machine."""

import json
import logging
import sys
import time
from collections import defaultdict, deque
from collections.abc import Callable
from datetime import UTC, datetime

from agent import request_id
from agent.inert_text import visible
from agent.url_display import with_shown_urls

_LONGEST = 2000
_OWN = "galley"


class JsonLines(logging.Formatter):
    """A record as one line of JSON; foreign text is escaped and cut (B4 in SECURITY.md)."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage()[:_LONGEST],
        }
        told |= {
            key: getattr(record, key) for key in ("job", "step", "seconds") if hasattr(record, key)
        }
        if identity := request_id.current():
            told["request_id"] = identity
        if record.exc_info:
            told["traceback"] = _traceback(self, record)
        return json.dumps(told)


class TextLines(logging.Formatter):
    """A record as one line of text with its time: what a server says, for people to read."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(" ", "seconds")
        names = (str(getattr(record, name)) for name in ("job", "step") if hasattr(record, name))
        message = _printable(record.getMessage())[:_LONGEST]
        seconds = f"  ({record.seconds:.1f} s)" if hasattr(record, "seconds") else ""
        identity = request_id.current()
        asked = f"  [{identity}]" if identity else ""
        text = " ".join([at, record.levelname.lower(), *names, message]) + seconds + asked
        return f"{text}\n{_traceback(self, record)}" if record.exc_info else text


class StepLines(logging.Formatter):
    """A step as a line to read: `prove    5/6 passed  (1.2 s)`, and its details below it.

    A detail that the same step had the last time is not repeated.
    """

    def __init__(self) -> None:
        super().__init__()
        self._details: dict[str, tuple[str, ...]] = {}

    def format(self, record: logging.LogRecord) -> str:
        message = _printable(record.getMessage())[:_LONGEST]
        step = getattr(record, "step", None)
        if step is None:
            lines = [f"{record.levelname.lower()}: {message}"]
        else:
            lines = [f"{step:<8} {message}  ({record.seconds:.1f} s)"]  # type: ignore[attr-defined]
            lines += [f"  {detail}" for detail in self._new(step, getattr(record, "details", ()))]
        return "\n".join([*lines, *([_traceback(self, record)] if record.exc_info else [])])

    def _new(self, step: str, details: tuple[str, ...]) -> list[str]:
        told = self._details.get(step, ())
        self._details[step] = details
        return [_aligned(detail) for detail in details if detail not in told]


def _aligned(detail: str) -> str:
    word, _, rest = _printable(detail)[:_LONGEST].partition(" ")
    return f"{word:<8} {rest}"


def _printable(text: str) -> str:
    """The text on one line, without what would move a terminal's cursor or colour it."""
    return visible(" ".join(text.split()))


def _traceback(formatter: logging.Formatter, record: logging.LogRecord) -> str:
    """The traceback, whose messages may quote anybody, without what a terminal acts on."""
    return visible(
        record.exc_text or formatter.formatException(record.exc_info or (None, None, None))
    )


class WithoutSecrets(logging.Filter):
    """Takes secrets, and what URLs have of them, out of what is logged."""

    def __init__(self, redact: Callable[[str], str]) -> None:
        super().__init__()
        self._redact = redact

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = self._clean(record.getMessage()), ()
        if record.exc_info:
            record.exc_text = self._clean(logging.Formatter().formatException(record.exc_info))
        if details := getattr(record, "details", ()):
            record.details = tuple(map(self._clean, details))
        return True

    def _clean(self, text: str) -> str:
        return with_shown_urls(self._redact(text))


class Rarely(logging.Filter):
    """Lets through only so many records of a place in the program within a time.

    Strangers can have a library complain as often as they like.
    """

    def __init__(self, most: int = 5, seconds: float = 60.0) -> None:
        super().__init__()
        self._seconds = seconds
        self._passed: dict[tuple[str, int], deque[float]] = defaultdict(lambda: deque(maxlen=most))

    def filter(self, record: logging.LogRecord) -> bool:
        passed = self._passed[record.pathname, record.lineno]
        now = time.monotonic()
        if len(passed) == passed.maxlen and now - passed[0] < self._seconds:
            return False
        passed.append(now)
        return True


def debug() -> None:
    """Let through, from now on, what Galley's own code says for the search of an error."""
    logging.getLogger(_OWN).setLevel(logging.DEBUG)


def is_debugging() -> bool:
    return logging.getLogger(_OWN).isEnabledFor(logging.DEBUG)


def set_up(formatter: logging.Formatter) -> None:
    """Send records to stderr: ours from INFO, everybody else's from WARNING."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    if not is_debugging():
        logging.getLogger(_OWN).setLevel(logging.INFO)
    for name in ("asyncio", "uvicorn.error"):
        logging.getLogger(name).addFilter(Rarely())


def hide_secrets(redact: Callable[[str], str]) -> None:
    """From now on nothing that is logged has what `redact` takes out."""
    for handler in logging.getLogger().handlers:
        handler.addFilter(WithoutSecrets(redact))
