"""What the program says while it works: one line for a person, or one JSON object for a machine."""

import json
import logging
import sys
from datetime import UTC, datetime

_LONGEST = 2000


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
        if record.exc_info:
            told["traceback"] = self.formatException(record.exc_info)
        return json.dumps(told)


class StepLines(logging.Formatter):
    """A step as a line to read: `proof    6/6 passed  (1.2 s)`.

    `start` is written before each, for instance what empties a terminal's line.
    """

    def __init__(self, start: str = "") -> None:
        super().__init__()
        self._start = start

    def format(self, record: logging.LogRecord) -> str:
        message = _printable(record.getMessage())[:_LONGEST]
        step = getattr(record, "step", None)
        if step is None:
            text = f"{self._start}{record.levelname.lower()}: {message}"
        else:
            text = f"{self._start}{step:<8} {message}  ({record.seconds:.1f} s)"  # type: ignore[attr-defined]
        return f"{text}\n{self.formatException(record.exc_info)}" if record.exc_info else text


def _printable(text: str) -> str:
    """The text on one line, without what would move a terminal's cursor or colour it."""
    line = " ".join(text.split())
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in line)


def set_up(formatter: logging.Formatter) -> None:
    """Send records to stderr: ours from INFO, everybody else's from WARNING."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("galley").setLevel(logging.INFO)
