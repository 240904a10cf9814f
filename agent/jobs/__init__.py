"""Jobs: briefs that were accepted, each carried through the line once, durably."""

import logging
import time
from threading import Lock

from agent.intake.request import Request
from agent.jobs.crew import Crew
from agent.jobs.failures import Conflict, NotPossible, Unavailable, UnknownJob
from agent.jobs.identity import job_id
from agent.jobs.journal import Journal
from agent.jobs.leases import Leases
from agent.jobs.ledger import Ledger
from agent.jobs.records import JobRecord, State, StepRecord
from agent.jobs.room import Room
from agent.jobs.running import Running
from agent.jobs.seats import Seat, take
from agent.jobs.turns import Turns
from agent.jobs.watch import Watch
from agent.pipeline import Line
from agent.ports import Inbox
from agent.values import Job

__all__ = [
    "Conflict",
    "JobRecord",
    "Jobs",
    "Journal",
    "NotPossible",
    "State",
    "StepRecord",
    "Unavailable",
    "UnknownJob",
    "job_id",
]

_LISTED = 200
_ENTRANCES = 64
_STEP_SECONDS = 20.0
_CUT_SHORT_SECONDS = 8.0
_log = logging.getLogger("galley.jobs")


class Jobs:
    """Accepts, runs and tells of jobs; rounds of one task run in order, tasks side by side."""

    def __init__(self, journal: Journal, inbox: Inbox, seconds: float) -> None:
        self._journal = journal
        self._inbox = inbox
        self._seconds = seconds
        self._ledger = Ledger(journal)
        self._running = Running()
        self._entrances = [Lock() for _ in range(_ENTRANCES)]
        self._leases = Leases(journal.url) if journal.is_shared else None
        self._crew: Crew | None = None
        self._watch: Watch | None = None
        self._seat: Seat | None = None
        self._is_stopped = False

    def sit(self) -> None:
        """Have the workspace to this process, before it is touched. Raises ConfigurationError."""
        if self._leases:  # they are in the database, which may have to be made
            self._journal.create()
        self._seat = take(self._journal, self._leases)
        if not self._leases:
            self._journal.create()

    def start(self, line: Line, concurrency: int, keep_days: float) -> None:
        """Go on with what was in flight, then with what is queued. Raises ConfigurationError."""
        if self._seat is None:
            self.sit()
        assert self._seat
        seat = self._seat
        self._crew = Crew(self._journal, self._running, Turns(self._leases))
        room = Room(self._ledger, concurrency, is_shared=self._journal.is_shared)
        room.make(waiting=0)
        self._crew.start(seat.executor, line, self._current_deadline)
        self._watch = Watch(
            self._ledger,
            self._running,
            seat.executor,
            self._leases,
            keep_days,
            self.prune,
            room.make,
        )
        self._watch.start()

    def accept_only(self) -> None:
        """Be ready to accept and to tell; workers elsewhere do the work."""
        self._journal.create()

    def wind_down(self) -> None:
        """Begin no further step, and let those in hand end, within bounds; once."""
        if self._running.is_stopping:
            return
        if not self._running.stop(_STEP_SECONDS, _CUT_SHORT_SECONDS):
            _log.warning("a step did not end in time and will be done again by the next process")

    def stop(self) -> None:
        """Wind down, once, and leave what is not finished to the next process or another one."""
        if self._is_stopped:
            return
        self._is_stopped = True
        self.wind_down()
        if self._watch:
            self._watch.stop()
        if self._crew:
            self._crew.stop()
        if self._crew and self._leases and self._seat:
            self._hand_over(self._seat.executor)
        if self._leases:
            self._leases.close()
        self._ledger.close()
        self._journal.close()
        if self._seat:
            self._seat.leave()

    def submit(self, request: Request) -> Job:
        """Accept a request: when this returns, its job survives a crash.

        The same request again is the same job; one that failed is tried again. Raises Conflict,
        or Unavailable when nothing can be stored now.
        """
        identity = job_id(request.task, request.round, request.nonce)
        with self._entrances[hash(identity) % _ENTRANCES]:  # the same one at once is stored once
            return self._admit(identity, request)

    def _admit(self, identity: str, request: Request) -> Job:
        now = time.time()
        if not self._keep(identity, request.record()):
            self._compare(identity, request)
            if found := self._ledger.find(identity):
                return self._again(found)
        job = Job(identity, request.task, request.round, now, now + self._seconds)
        self._ledger.add(job)
        return job

    def reach(self) -> None:
        """Raises Unavailable when the journal cannot be reached."""
        self._ledger.reach()

    def find(self, identity: str) -> JobRecord | None:
        return self._ledger.find(identity)

    def newest(self, limit: int = _LISTED, before: int = 0) -> list[JobRecord]:
        """Jobs from the newest on, `before` of them left out."""
        return self._ledger.newest(limit, before)

    def are_final(self, identities: list[str]) -> set[str]:
        """Which of these jobs have come to an end."""
        return self._ledger.are_final(identities)

    def steps(self, identity: str) -> list[StepRecord]:
        """The steps of a job in order; the last may be in hand, if this process does it."""
        steps = self._ledger.steps(identity)
        in_hand = self._running.step_in_hand(identity)
        if in_hand:
            steps.append(StepRecord(in_hand[0], in_hand[1], None, "", False))
        return steps

    def cancel(self, identity: str) -> None:
        """End a job: the step in hand notices soon. Raises UnknownJob, NotPossible."""
        in_hand = self._running.step_in_hand(identity)
        self._ledger.cancel(identity, in_hand[0] if in_hand else "")
        self._running.cancel(identity)

    def retry(self, identity: str) -> None:
        """Go on from the step that failed, with the whole time anew. Raises as `cancel` does."""
        self._ledger.retry(identity, self._seconds)

    def is_cancelled(self, identity: str) -> bool:
        """Whether the step in hand of a job is to end now."""
        return self._running.is_cancelled(identity)

    @property
    def is_stopping(self) -> bool:
        """Whether this process ends: what the next one simply does again is not worth finishing."""
        return self._running.is_stopping

    def deadline(self, job: Job) -> float:
        """Until when a running job is worked on: a retry has more time than was accepted."""
        return self._running.deadline(job.id) or job.deadline

    def prune(self, before: float) -> None:
        """Forget jobs that ended before a moment (epoch), and requests that became none."""
        for identity in self._ledger.forget(before):
            self._inbox.drop(identity)
        for identity in self._ledger.missing(self._inbox.kept_before(before)):
            self._inbox.drop(identity)

    def _keep(self, identity: str, record: bytes) -> bool:
        try:
            return self._inbox.put(identity, record)
        except OSError as error:
            raise Unavailable(f"the request cannot be stored: {error.strerror}") from None

    def _compare(self, identity: str, request: Request) -> None:
        kept = self._inbox.get(identity)
        if kept is not None and kept != request.record():
            raise Conflict(
                f"{identity}: task, round and nonce are those of an earlier request whose body "
                "was another; send a new nonce for a new order"
            )

    def _again(self, found: JobRecord) -> Job:
        """A job that was sent again: of many senders at once, one has it retried."""
        if found.state is State.FAILED:
            try:
                self.retry(found.job.id)
            except NotPossible:
                _log.info("retried already", extra={"job": found.job.id})
        return found.job

    def _current_deadline(self, job: Job) -> float:
        found = self._ledger.find(job.id)
        return found.job.deadline if found else job.deadline

    def _hand_over(self, executor: str) -> None:
        """Have other workers go on at once with what this one had begun."""
        try:
            jobs = self._ledger.pending().get(executor, [])
            if jobs:
                self._ledger.resume(jobs)
        except Unavailable as error:
            _log.warning("others take over later: %s", error)
