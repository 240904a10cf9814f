"""Looking at a published page the way a visitor would: a plain GET, no caches, no cookies."""

import requests

from agent.deadline import Deadline
from agent.ports import Served

_SECONDS = 20.0


def view(url: str, deadline: Deadline) -> Served:
    """What the page host answers; status 0 stands for no answer, which is not yet a failure."""
    try:
        with requests.Session() as session:
            session.trust_env = False
            seconds = max(1.0, min(_SECONDS, deadline.remaining))
            answer = session.get(url, timeout=seconds, headers={"Cache-Control": "no-cache"})
            return Served(answer.status_code, answer.content)
    except requests.RequestException:
        return Served(0, b"")
