"""What a forge's HTTP said to git that git does not pass on: how long to leave it alone.

`GIT_TRACE_CURL` (git(1)) writes the headers of every answer to a file, credentials left out.
"""

import re
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from agent.retry_after import asked_pause

_HEADER = re.compile(r"<= Recv header: ([\w-]+):\s*(.+?)\s*$", re.MULTILINE)


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
        return asked_pause({name.lower(): value for name, value in heard})


@contextmanager
def answer_headers() -> Iterator[AnswerHeaders]:
    """A private file that is gone afterwards."""
    with tempfile.NamedTemporaryFile(prefix="galley-git-") as file:
        yield AnswerHeaders(Path(file.name))
