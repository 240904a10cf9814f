"""What a job is called: the same for the same task, round and nonce, whoever asks and when."""

import hashlib
import json

QUEUE = "jobs"


def job_id(task: str, round_: int, nonce: str) -> str:
    """Readable, safe in a URL and a file name, and telling nothing of the nonce."""
    identity = json.dumps([task, round_, nonce]).encode()
    return f"{task}.{round_}.{hashlib.sha256(identity).hexdigest()[:16]}"
