"""How long servers ask their callers to wait, by the headers of an answer.

Dates are told by the server's own clock, so they are counted from what it says the time is.
Sources: RFC 9110, 6.6.1 and 10.2.3; GitHub, "Rate limits for the REST API".
"""

import re
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime

_LEAST_SECONDS = 1.0
_SECONDS = re.compile(r"[0-9]+(?:\.[0-9]+)?")  # models' providers send fractions


def retry_after(headers: Mapping[str, str]) -> float | None:
    """Seconds by `Retry-After`; None where it is missing or says nothing. Names are lower case,
    or the mapping does not care."""
    stated = headers.get("retry-after", "")
    if _SECONDS.fullmatch(stated):
        return float(stated)
    moment = _moment(stated)
    return None if moment is None else max(0.0, moment - time_of(headers))


def asked_pause(headers: Mapping[str, str]) -> float | None:
    """Seconds, at least 1, by `Retry-After`, else to the reset of a limit that is used up."""
    seconds = retry_after(headers)
    reset = headers.get("x-ratelimit-reset", "")
    if seconds is None and headers.get("x-ratelimit-remaining") == "0" and reset.isdecimal():
        seconds = float(reset) + 1 - time_of(headers)  # it is told in whole seconds
    return None if seconds is None else max(_LEAST_SECONDS, seconds)


def time_of(headers: Mapping[str, str]) -> float:
    """The time of day by the server's clock, or by ours where it does not say."""
    return _moment(headers.get("date", "")) or time.time()


def _moment(stated: str) -> float | None:
    """An HTTP date in seconds since the epoch; None for anything else."""
    try:
        return parsedate_to_datetime(stated).timestamp()
    except ValueError:
        return None
