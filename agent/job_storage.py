"""Opens what keeps the jobs and their requests, by the settings, without what runs them."""

from agent.inbox import FolderInbox, TableInbox
from agent.jobs import JobDatabase
from agent.ports import Inbox
from agent.settings import Settings


def journal_of(settings: Settings) -> JobDatabase:
    return JobDatabase(settings.workspace, settings.database_url.get_secret_value())


def inbox_of(settings: Settings) -> Inbox:
    """Where requests wait: beside the journal, so that whoever reads one reaches the other."""
    url = settings.database_url.get_secret_value()
    return TableInbox(url) if url else FolderInbox(settings.workspace.resolve() / "inbox")
