"""Where accepted requests wait, whole, until their job is forgotten.

The journal remembers where a job is; what was asked, attachments and all, is kept here: in a folder
for one machine, in a table beside the journal for many.
"""

from agent.inbox.folder import FolderInbox
from agent.inbox.table import TableInbox

__all__ = ["FolderInbox", "TableInbox"]
