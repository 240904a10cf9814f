import os
import time
from pathlib import Path

from agent.inbox import FolderInbox

RECORD = b'{"email": "someone@example.com"}'


def test_half_a_request_that_a_crash_left_is_removed_in_time(tmp_path: Path) -> None:
    inbox = FolderInbox(tmp_path)
    assert inbox.put("shop.1.a", RECORD)
    left, young = tmp_path / ".new-left", tmp_path / ".new-young"
    for path in (left, young):
        path.write_bytes(RECORD[:9])
    for path in (left, tmp_path / "shop.1.a.json"):
        os.utime(path, (0, time.time() - 7200))

    again = FolderInbox(tmp_path)

    assert sorted(os.listdir(tmp_path)) == [".new-young", "shop.1.a.json"]
    assert again.get("shop.1.a") == RECORD
