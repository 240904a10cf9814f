"""The fault switchboard: which of the next calls go wrong, and how.

    github.faults.next("POST /user/repos", unavailable(), times=2)
    github.faults.next("git-receive-pack pack", lost())
    github.faults.next("page GET *", reset(), times=None)
    github.faults.next("git-receive-pack refs", stall(), about="todo")

Patterns are matched against `Call.name`. Several faults for one call are used up in the order in
which they were set.
"""

import threading
import time
from dataclasses import dataclass, field, replace

from .calls import Call
from .wire import Delivery, Response, json_response, text_response

DOCUMENTATION = "https://docs.github.com/rest"


@dataclass(frozen=True)
class Fault:
    """What happens to a call instead of, or after, its work.

    Without an `answer` the work is done and its own answer is taken; `delivery`, `hold` (seconds)
    and `half_json` then say what becomes of the answer.
    """

    name: str
    answer: Response | None = None
    delivery: Delivery = Delivery.WHOLE
    hold: float = 0.0
    half_json: bool = False

    def spoil(self, response: Response) -> Response:
        """The answer as the fault lets it through."""
        body = response.body[: len(response.body) // 2] if self.half_json else response.body
        return replace(
            response,
            headers=dict(response.headers),
            body=body,
            delivery=self.delivery,
            hold=self.hold,
        )


def unauthorized() -> Fault:
    """401: the token is not known (any more)."""
    headers = {"WWW-Authenticate": 'Basic realm="GitHub"'}
    return _refusal("unauthorized", 401, "Bad credentials", headers)


def forbidden(permission: str = "administration=write") -> Fault:
    """403: the fine-grained token lacks the permission."""
    headers = {"X-Accepted-GitHub-Permissions": permission}
    return _refusal("forbidden", 403, "Resource not accessible by personal access token", headers)


def secondary_limit(retry_after: int | None = 60) -> Fault:
    """403: too much in too short a time; `retry_after` in seconds, or not said."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    message = (
        "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."
    )
    return _refusal("secondary limit", 403, message, headers)


def primary_limit(reset_in: float) -> Fault:
    """403: the hour's calls are used up; they come back in `reset_in` seconds."""
    headers = {
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": str(int(time.time() + reset_in)),
    }
    return _refusal("primary limit", 403, "API rate limit exceeded for user ID 1.", headers)


def too_many(retry_after: int = 1) -> Fault:
    """429 with `Retry-After` in seconds."""
    return _refusal("too many", 429, "Too many requests.", {"Retry-After": str(retry_after)})


def not_found() -> Fault:
    """404: nothing there, or nothing that this token may see."""
    return _refusal("not found", 404, "Not Found")


def conflict(message: str = "Conflict") -> Fault:
    """409 with GitHub's words for it."""
    return _refusal("conflict", 409, message)


def unprocessable(message: str = "Validation Failed") -> Fault:
    """422 with GitHub's words for it."""
    return _refusal("unprocessable", 422, message)


def unavailable(status: int = 503) -> Fault:
    """500, 502 or 503 as the edge sends them, a page of HTML instead of JSON."""
    page = b"<!DOCTYPE html><title>Unicorn! &middot; GitHub</title>"
    headers = {"Content-Type": "text/html; charset=utf-8"}
    return Fault(f"unavailable {status}", Response(status, headers, page))


def redirect(location: str, status: int = 302) -> Fault:
    """A redirection to another address."""
    return Fault(f"redirect to {location}", text_response(status, "", {"Location": location}))


def reset() -> Fault:
    """The connection is reset; nothing was done."""
    return Fault("reset", Response(0), delivery=Delivery.RESET)


def lost() -> Fault:
    """The work is done and the connection ends without a byte of the answer."""
    return Fault("lost", delivery=Delivery.HANG_UP)


def cut_off() -> Fault:
    """The work is done and the connection ends in the middle of the answer's body."""
    return Fault("cut off", delivery=Delivery.CUT_OFF)


def half_json() -> Fault:
    """The work is done; the answer is sound HTTP around JSON that stops half-way."""
    return Fault("half JSON", half_json=True)


def slow(seconds: float) -> Fault:
    """The work is done at once and its answer comes after `seconds`."""
    return Fault("slow", hold=seconds)


def stall(seconds: float = 3600.0) -> Fault:
    """Nothing is done, nothing is answered, and the connection ends after `seconds`."""
    return Fault("stall", Response(0), delivery=Delivery.HANG_UP, hold=seconds)


def _refusal(name: str, status: int, message: str, headers: dict[str, str] | None = None) -> Fault:
    body = {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)}
    return Fault(name, json_response(status, body, headers))


@dataclass
class _Order:
    """A fault for the calls of one pattern; `left` counts down, None is for good."""

    pattern: str
    fault: Fault
    left: int | None
    about: str


@dataclass
class Switchboard:
    """The faults that are still to come."""

    _orders: list[_Order] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, pattern: str, fault: Fault, times: int | None = 1, about: str = "") -> None:
        """Let the next `times` calls of this pattern go wrong; None: until `clear`.

        With `about` only those whose address or body has these words: other tasks go on.
        """
        with self._lock:
            self._orders.append(_Order(pattern, fault, times, about))

    def clear(self) -> None:
        """Forget every fault that is still to come."""
        with self._lock:
            self._orders.clear()

    def take(self, call: Call) -> Fault | None:
        """The fault for this call, if there is one, used up by one."""
        with self._lock:
            for order in self._orders:
                if call.matches(order.pattern) and call.is_about(order.about):
                    self._use_up(order)
                    return order.fault
        return None

    def _use_up(self, order: _Order) -> None:
        if order.left is None:
            return
        order.left -= 1
        if not order.left:
            self._orders.remove(order)
