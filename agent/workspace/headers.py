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

_RETRY_AFTER = re.compile(r"<= Recv header: retry-after:\s*(.+?)\s*$", re.IGNORECASE | re.MULTILINE)


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
        """Seconds by the last `Retry-After` (RFC 9110, 10.2.3); None where there was none."""
        found = _RETRY_AFTER.findall(self._file.read_text(errors="replace"))
        if not found:
            return None
        if found[-1].isdecimal():
            return float(found[-1])
        try:
            return max(0.0, parsedate_to_datetime(found[-1]).timestamp() - time.time())
        except ValueError:
            return None


@contextmanager
def answer_headers() -> Iterator[AnswerHeaders]:
    """A private file that is gone afterwards."""
    with tempfile.NamedTemporaryFile(prefix="galley-git-") as file:
        yield AnswerHeaders(Path(file.name))
