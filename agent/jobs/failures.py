"""How jobs and their journal fail, beside the failures of the steps themselves."""

from dbos import error as dbos_errors

from agent.errors import GalleyError


class Conflict(GalleyError):
    """The same task, round and nonce came before, with another body."""


class UnknownJob(GalleyError):
    """The journal has no such job."""


class NotPossible(GalleyError):
    """The job is in no state for that: it runs, or it is done."""


class Unavailable(GalleyError):
    """The journal or the disk does not take anything now; the same may work later."""


class Abandoned(BaseException):
    """This process lets go of a job, which the journal keeps where it is.

    No Exception, so that neither a stage nor the journal takes it for the job's failure.
    """


_ENDINGS = (
    GalleyError,
    dbos_errors.DBOSAwaitedWorkflowCancelledError,
    dbos_errors.DBOSAwaitedWorkflowMaxRecoveryAttemptsExceeded,
)


def is_expected(error: BaseException) -> bool:
    """Whether an error is a job's own failure, of which its step has told already."""
    return isinstance(error, _ENDINGS)
