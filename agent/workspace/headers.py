"""What a forge's HTTP said to git that git does not pass on: how long to leave it alone.

`GIT_TRACE_CURL` (git(1)) writes the headers of every answer to a file, credentials left out.
"""

import re
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from email.utils import parsedate_to_datetime
from pathlib import Path

_HEADER = re.compile(r"<= Recv header: ([\w-]+):\s*(.+?)\s*$", re.MULTILINE)
_LEAST_SECONDS = 1.0


class AnswerHeaders:
    """The headers of one git command's answers, for as long as the block lasts."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def environment(self) -> Mapping[str, str]:
        """For the git command that is to be listened to."""
        return {
            "GIT_TRACE_CURL": str(self._file),
            "GIT_TRACE_CURL_NO_DATA": "1",
            "GIT_TRACE_REDACT": "1",
        }

    @property
    def retry_after(self) -> float | None:
        """Seconds by the last `Retry-After` (RFC 9110, 10.2.3), else to the reset of a limit that
        is used up; None where neither was told."""
        heard = _HEADER.findall(self._file.read_text(errors="replace"))
        last = {name.lower(): value for name, value in heard}
        seconds = _seconds(last.get("retry-after", ""))
        reset = last.get("x-ratelimit-reset", "")
        if seconds is None and last.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
            seconds = float(reset) + 1 - time.time()  # it is told in whole seconds
        return None if seconds is None else max(_LEAST_SECONDS, seconds)


def _seconds(stated: str) -> float | None:
    if stated.isdecimal():
        return float(stated)
    try:
        return parsedate_to_datetime(stated).timestamp() - time.time()
    except ValueError:
        return None


@contextmanager
def answer_headers() -> Iterator[AnswerHeaders]:
    """A private file that is gone afterwards."""
    with tempfile.NamedTemporaryFile(prefix="galley-git-") as file:
        yield AnswerHeaders(Path(file.name))
