"""The program of the child process that reads documents: limits first, then one after another.

On standard input: a line of JSON, `[[reader, size], …]`, then the files' bytes one after another.
On standard output: a line of JSON for each file that was read. A reader that stumbles over a
damaged file ends the process; the parent takes the last line of the traceback as the reason.
"""

import base64
import importlib
import json
import math
import resource
import sys
import time
from dataclasses import asdict
from typing import Final

CPU_SECONDS: Final = 45
MEMORY_BYTES: Final = 200 * 1024 * 1024
OUTPUT_BYTES: Final = 128 * 1024 * 1024


def main() -> None:
    _limit(resource.RLIMIT_DATA, MEMORY_BYTES)
    _limit(resource.RLIMIT_FSIZE, OUTPUT_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    for reader, size in json.loads(sys.stdin.buffer.readline()):
        _limit(resource.RLIMIT_CPU, math.ceil(time.process_time()) + CPU_SECONDS)
        print(_answer(reader, sys.stdin.buffer.read(size)), flush=True)  # noqa: T201 - the answer


def _limit(kind: int, amount: int) -> None:
    """Lowers a soft limit; what the system does not know or allows less of stays as it is."""
    _, hard = resource.getrlimit(kind)
    wanted = amount if hard == resource.RLIM_INFINITY else min(amount, hard)
    resource.setrlimit(kind, (wanted, hard))


def _answer(reader: str, content: bytes) -> str:
    from agent.intake.unreadable import Unreadable

    try:
        document = importlib.import_module(f"agent.intake.readers.{reader}").read(content)
    except Unreadable as reason:
        return json.dumps({"fault": str(reason)})
    pictures = {
        ending: base64.b64encode(picture).decode() for ending, picture in document.pictures.items()
    }
    return json.dumps({**asdict(document), "pictures": pictures})


if __name__ == "__main__":
    main()
