"""Fetches a published page as a visitor would: a plain GET, no caches, no cookies."""

import requests

from agent.deadline import Deadline
from agent.errors import HostBusy
from agent.ports import Served
from agent.retry_after import retry_after

_SECONDS = 20.0


def fetch_page(url: str, deadline: Deadline) -> Served:
    """What the page host answers; status 0 stands for no answer, which is not yet a failure.

    Raises HostBusy where it asks to be left alone for a while.
    """
    try:
        with requests.Session() as session:
            session.trust_env = False
            seconds = max(1.0, min(_SECONDS, deadline.remaining))
            answer = session.get(url, timeout=seconds, headers={"Cache-Control": "no-cache"})
    except requests.RequestException:
        return Served(0, b"")
    pause = 0.0 if answer.ok else retry_after(answer.headers) or 0.0
    if pause:
        message = f"{url} answered {answer.status_code} and asked to wait {pause:.0f} s"
        raise HostBusy(message).after(pause)
    return Served(answer.status_code, answer.content)
