"""Packs the loose objects of a clone, between rounds: each round leaves some thirty of them.

Nothing is lost by packing: neither what a ref holds, such as evidence and kept files, nor the rest.
"""

import logging
from pathlib import Path

from git import GitCommandError, Repo

from agent.workspace.git_objects import printed
from agent.workspace.transport import exchange

_MANY_OBJECTS = 64
_LARGE_BYTES = 200_000_000
_INTO_ONE = ("-a", "-k")
_log = logging.getLogger("galley.workspace")


def pack(repo: Repo) -> None:
    """Pack where there is enough to pack. A failure is for the log: the next round tries again."""
    objects = Path(repo.git_dir, "objects")
    if sum(1 for _ in objects.glob("[0-9a-f][0-9a-f]/*")) < _MANY_OBJECTS:
        return
    # All packs become one, with -k also of what no ref holds; large ones would take too long.
    is_large = sum(path.stat().st_size for path in objects.glob("pack/*.pack")) > _LARGE_BYTES
    try:
        exchange(repo, "repack", *([] if is_large else _INTO_ONE), "-d", "-l", "-q", "--threads=1")
    except GitCommandError as error:
        _log.warning("%s was not packed: %s", Path(repo.working_dir).name, printed(error))
