"""How long to wait before a step is done again that failed in a way that may pass."""

import time

from agent.errors import Passing

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 15.0


def pause_after(error: Passing, failures: int, deadline: float) -> float:
    """Seconds until the next try: what was asked for, else longer with each failure before.

    Raises the error at once where the next try would come after `deadline` (epoch).
    """
    growing = min(_LONGEST_PAUSE, _FIRST_PAUSE * 2**failures)
    seconds = growing if error.seconds is None else error.seconds
    left = max(0.0, deadline - time.time())
    if seconds < left:
        return seconds
    late = f"the next try is due in {seconds:.0f} s and the job ends in {left:.0f} s"
    raise type(error)(f"{error}; {late}")
