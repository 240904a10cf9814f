"""Why the server refuses a request: each reason with its status, its title and its name."""

from enum import Enum
from typing import Self


class RefusalReason(Enum):
    """The names stand in problem types (`/docs#conflict`) and in the metrics, so they stay."""

    INVALID = "invalid", 400, "The request is not understood"
    UNAUTHENTICATED = "unauthenticated", 401, "The secret is missing or wrong"
    FORBIDDEN = "forbidden", 403, "The secret or the form is wrong"
    NOT_FOUND = "not-found", 404, "There is nothing at this address"
    WRONG_METHOD = "wrong-method", 405, "The address does not take this method"
    TOO_SLOW = "too-slow", 408, "The body came too slowly"
    CONFLICT = "conflict", 409, "The job is not in a state for this"
    GONE = "gone", 410, "The job left the journal"
    TOO_LARGE = "too-large", 413, "The body is too large"
    WRONG_HOST = "wrong-host", 421, "The host name is not this server's"
    THROTTLED = "throttled", 429, "Too many wrong secrets"
    JOB_FAILED = "job-failed", 500, "A step of the job failed"
    BUG = "bug", 500, "A bug in Galley"
    STOPPING = "stopping", 503, "The server is stopping"
    QUEUE_FULL = "queue-full", 503, "Too many jobs wait"
    CROWDED = "crowded", 503, "Too many large bodies are on their way"
    UNAVAILABLE = "unavailable", 503, "The journal does not answer"
    OTHER = "other", 400, "The request cannot be answered"

    def __init__(self, slug: str, status: int, title: str) -> None:
        self.slug = slug
        self.status = status
        self.title = title

    @classmethod
    def of_status(cls, status: int) -> Self:
        """The reason that a status alone tells."""
        usual = {503: cls.UNAVAILABLE, 500: cls.BUG}
        found = (each for each in cls if each.status == status)
        return usual.get(status) or next(found, cls.OTHER)
