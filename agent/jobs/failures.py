"""How jobs and the job database fail, and which failures stay out of the log of dbos."""

import logging
import math

from dbos import error as dbos_errors

from agent.errors import GalleyError


class Conflict(GalleyError):
    """An earlier request had the same task, round and nonce, and another body."""


class UnknownJob(GalleyError):
    """The journal has no such job."""


class NotPossible(GalleyError):
    """The job's state does not allow the operation: it is running, or it is done."""


class Unavailable(GalleyError):
    """The job database or the disk cannot be used now; the same call may work later."""


class QueueTooLong(GalleyError):
    """A job that was put into the queue now would not be done in time.

    `retry_after` is the seconds after which it may be.
    """

    def __init__(self, queued: int, typical: float, retry_after: float) -> None:
        self.retry_after = max(1, math.ceil(retry_after))
        super().__init__(
            f"{queued} jobs wait and one takes about {max(1, typical):.0f} s, so this one would "
            f"not be done in time; send it again in {self.retry_after} s"
        )


class Abandoned(BaseException):
    """This process stops working on a job; the journal keeps the job's position.

    It is not an Exception, so neither a step nor dbos records it as the job's failure.
    """


_ENDINGS = (
    GalleyError,
    dbos_errors.DBOSAwaitedWorkflowCancelledError,
    dbos_errors.DBOSAwaitedWorkflowMaxRecoveryAttemptsExceeded,
)

# Messages of dbos about a job that was cancelled or taken over during a step, about an unreachable
# database, and about steps of an older version. The caller that meets these reports them.
_REPORTED_ELSEWHERE = (
    "is no longer owned by this execution",
    "was cancelled during execution",
    "Error connecting to the DBOS system database",
    "Database connection failed",
    "could not be deserialized for workflow",
    "Could not connect to postgres database",
)


class _ExpectedFailures(logging.Filter):
    """Drops records about expected failures, which the failing step has logged already."""

    def filter(self, record: logging.LogRecord) -> bool:
        if any(message in record.getMessage() for message in _REPORTED_ELSEWHERE):
            return False
        error = record.exc_info[1] if record.exc_info else None
        return not isinstance(error, _ENDINGS)


_filter = _ExpectedFailures()


def configure_dbos_log() -> None:
    """Send warnings and errors of dbos to Galley's log, without expected failures."""
    logger = logging.getLogger("dbos")
    logger.setLevel(logging.WARNING)
    logger.propagate = True
    for handler in list(logger.handlers):
        logger.removeHandler(handler)
    if _filter not in logger.filters:
        logger.addFilter(_filter)
