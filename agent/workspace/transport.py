"""One git command that talks to a forge: its time, and what the forge's HTTP answered.

Where a forge's answer ends early, git's own processes wait for each other without end. GitPython's
`kill_after_timeout` finds them by `pgrep` or `ps`, which small machines lack; the session that each
command has to itself needs neither. What git does not pass on, how long the forge asks to be left
alone, is in the headers that `GIT_TRACE_CURL` (git(1)) writes to a file, credentials left out.
"""

import os
import re
import signal
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from git import GitCommandError, Repo

from agent import leftovers
from agent.deadline import within_job
from agent.retry_after import asked_pause

LONGEST_SECONDS = 120.0
_MOST_BYTES = 2 << 30
_BLOCK = 512
_LIMITED = 'ulimit -f "$0" && exec "$@"'
"""A server may send a pack without end; git limits only what it receives from a push."""
_HEADER = re.compile(r"<= Recv header: ([\w-]+):\s*(.+?)\s*$", re.MULTILINE)


def exchange(repo: Repo, *arguments: str, most_bytes: int = _MOST_BYTES) -> str:
    """What the command printed.

    Raises GitCommandError, also for one that took too long, or wrote a file above `most_bytes`.
    """
    command = ["git", *arguments]
    seconds = within_job(LONGEST_SECONDS)
    limited = ["/bin/sh", "-c", _LIMITED, str(most_bytes // _BLOCK), *command]
    process = repo.git.execute(limited, as_process=True)
    try:
        output, complaints = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        late = f"did not complete in {seconds:.0f} s"
        raise GitCommandError(command, -signal.SIGKILL, late) from None
    if process.returncode < 0:
        ended = f"was ended by signal {-process.returncode}"
        raise GitCommandError(command, process.returncode, ended)
    if process.returncode:
        raise GitCommandError(command, process.returncode, complaints)
    return str(output.decode(errors="replace")).strip()


class AnswerHeaders:
    """The headers of one git command's answers, for as long as the block lasts."""

    def __init__(self, file: Path) -> None:
        self._file = file

    @property
    def environment(self) -> Mapping[str, str]:
        """For the git command whose answers are wanted."""
        return {
            "GIT_TRACE_CURL": str(self._file),
            "GIT_TRACE_CURL_NO_DATA": "1",
            "GIT_TRACE_REDACT": "1",
        }

    @property
    def retry_after(self) -> float | None:
        """Seconds by the last `Retry-After` (RFC 9110, 10.2.3), else to the reset of a limit that
        is used up; None where the forge stated neither."""
        headers = _HEADER.findall(self._file.read_text(errors="replace"))
        return asked_pause({name.lower(): value for name, value in headers})


@contextmanager
def answer_headers() -> Iterator[AnswerHeaders]:
    """A private file that is gone afterwards."""
    prefix = leftovers.prefix_of(leftovers.GIT)
    with tempfile.NamedTemporaryFile(prefix=prefix) as file, leftovers.held(Path(file.name)):
        yield AnswerHeaders(Path(file.name))
