"""Whether a page host serves a revision: decided by the bytes that it answers."""

import time
from collections.abc import Callable
from urllib.parse import quote

from agent.deadline import Deadline
from agent.ports import Served
from agent.revisions import ENTRY
from agent.values import Revision
from agent.workspace.repository import Repository

FetchPage = Callable[[str, Deadline], Served]
"""A plain GET of a public page."""


def served_instead(
    fetch: FetchPage, repository: Repository, revision: Revision, page: tuple[str, Deadline]
) -> str:
    """What is served at the page's URL instead of the revision; empty once it is the revision."""
    pages_url, deadline = page
    committed = repository.read(revision.commit, revision.witness)
    # A cache would answer with the old bytes, and keep for minutes what it saw a moment ago.
    fresh = f"?revision={revision.commit[:12]}&seen={time.time_ns()}"
    witness = fetch(f"{pages_url}{quote(revision.witness)}{fresh}", deadline)
    if witness.status != 200:
        return f"{revision.witness} answers {witness.status}"
    if witness.content != committed:
        return f"{revision.witness} is not yet the committed one"
    if repository.read(revision.commit, ENTRY) is None:
        return ""
    root = fetch(pages_url + fresh, deadline)
    return "" if root.status == 200 else f"the page answers {root.status}"
