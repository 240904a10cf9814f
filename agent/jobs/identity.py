"""What a job is called: the same for the same task, round and nonce, whoever asks and when."""

import hashlib
import json

APPLICATION = "galley"
QUEUE = "jobs"
WORKFLOW = "produce"

# A job that was begun by an older release is carried on by a newer one; without a fixed version
# any edit of the source would strand it. Steps that are added later go behind `DBOS.patch`.
VERSION = "1"


def job_id(task: str, round_: int, nonce: str) -> str:
    """Readable, safe in a URL and a file name, and telling nothing of the nonce."""
    identity = json.dumps([task, round_, nonce]).encode()
    return f"{task}.{round_}.{hashlib.sha256(identity).hexdigest()[:16]}"


def partition(task: str) -> str:
    """Jobs of one partition run one after another: folders don't tell the case of names."""
    return task.lower()
