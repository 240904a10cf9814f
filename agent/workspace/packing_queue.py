"""Packs the clones of finished jobs in the background, one at a time: nobody waits for it."""

import logging
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Self

from agent.deadline import ending_at
from agent.errors import WorkspaceError
from agent.workspace import Workspace

_LONGEST_SECONDS = 20.0
_log = logging.getLogger("galley.workspace")


class PackingQueue:
    """The queue; leaving the block waits for the clone that is being packed."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="packing")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._thread.shutdown(cancel_futures=True)

    def add(self, name: str) -> None:
        self._thread.submit(self._pack, name)

    def _pack(self, name: str) -> None:
        try:
            with (
                ending_at(time.time() + _LONGEST_SECONDS),
                self._workspace.repository(name) as repository,
            ):
                repository.pack()
        except WorkspaceError as error:  # the next job meets it, and says so
            _log.warning("%s was not packed: %s", name, error)
