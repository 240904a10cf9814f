"""One git command that talks to a forge, with everything it starts, within a bounded time.

Where a forge's answer ends early, git's own processes wait for each other without end. GitPython's
`kill_after_timeout` finds them by `pgrep` or `ps`, which small machines lack; a session of their
own needs neither.
"""

import os
import signal
import subprocess

from git import GitCommandError, Repo

LONGEST_SECONDS = 120.0


def exchange(repo: Repo, *arguments: str) -> str:
    """What the command printed. Raises GitCommandError, also for one that took too long."""
    command = ["git", *arguments]
    process = repo.git.execute(command, as_process=True, start_new_session=True)
    try:
        printed, complaints = process.communicate(timeout=LONGEST_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()
        late = f"did not complete in {LONGEST_SECONDS:.0f} s"
        raise GitCommandError(command, -signal.SIGKILL, late) from None
    if process.returncode:
        raise GitCommandError(command, process.returncode, complaints)
    return str(printed.decode(errors="replace")).strip()
