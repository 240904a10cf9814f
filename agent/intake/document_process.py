"""Runs the child process that reads documents, and takes no more from it than it may use.

The readers are large libraries in front of files from strangers. So they run apart: without the
environment, with limits on CPU time, memory and output, and killed when the job is out of time or
cancelled. One child reads all documents of a job; only after one that ended it is another started.
"""

import base64
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Final

from agent.deadline import Deadline
from agent.documents import Document, Sheet
from agent.intake.file_kinds import FileKind, recognise
from agent.intake.readers.child import CPU_SECONDS, MEMORY_BYTES, OUTPUT_BYTES
from agent.values import Attachment

READERS: Final[Mapping[FileKind, str]] = {
    FileKind.XLSX: "workbook",
    FileKind.PDF: "pdf",
    FileKind.DOCX: "word",
    FileKind.PPTX: "slides",
    FileKind.PARQUET: "parquet",
    FileKind.XML: "xml_outline",
    FileKind.UNSHOWN_PICTURE: "pictures",
}
_ROOT: Final = Path(__file__).parent.parent.parent
_WALL_SECONDS: Final = 120.0
_POLL_SECONDS: Final = 0.05
_LONGEST_REASON: Final = 200


def with_documents(attachments: Sequence[Attachment], deadline: Deadline) -> tuple[Attachment, ...]:
    """The attachments, those in a format that needs a library with what they hold.

    Damaged files have a document that says so. Raises Cancelled and DeadlinePassed.
    """
    orders = [
        _ReadOrder(index, READERS[kind], attachment.content)
        for index, attachment in enumerate(attachments)
        if (kind := recognise(attachment).kind) in READERS
    ]
    found = list(attachments)
    for index, document in _read(orders, deadline).items():
        found[index] = replace(found[index], document=document)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class _ReadOrder:
    """A file to be read, by the index of its attachment."""

    index: int
    reader: str
    content: bytes


def _read(orders: Sequence[_ReadOrder], deadline: Deadline) -> dict[int, Document]:
    """Starts a child for all orders, and another for those behind one that ended the first."""
    found: dict[int, Document] = {}
    end = deadline.sooner(_WALL_SECONDS)
    waiting = list(orders)
    while waiting:
        documents, reason = _run(waiting, end, deadline)
        missing = len(waiting) - len(documents)
        documents += [Document(fault=reason)] * (min(missing, 1) if end.remaining else missing)
        found |= {
            order.index: document for order, document in zip(waiting, documents, strict=False)
        }
        waiting = waiting[len(documents) :]
    return found


def _run(
    orders: Sequence[_ReadOrder], end: Deadline, deadline: Deadline
) -> tuple[list[Document], str]:
    """The documents that one child read, and why it ended where those are not all."""
    with (
        tempfile.TemporaryFile() as source,
        tempfile.TemporaryFile() as target,
        tempfile.TemporaryFile() as complaints,
    ):
        source.write(json.dumps([(o.reader, len(o.content)) for o in orders]).encode() + b"\n")
        source.writelines(order.content for order in orders)
        source.seek(0)
        status = _finished(_started(source, target, complaints), end, deadline)
        target.seek(0)
        lines = target.read().splitlines(keepends=True)
        documents = [_document(json.loads(line)) for line in lines if line.endswith(b"\n")]
        return documents, _reason(status, complaints)


def _started(
    source: IO[bytes], target: IO[bytes], complaints: IO[bytes]
) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-P", "-m", "agent.intake.readers.child"],
        stdin=source,
        stdout=target,
        stderr=complaints,
        env={"PYTHONPATH": str(_ROOT), "OMP_NUM_THREADS": "1"},  # no secret is in it
        cwd="/",
        start_new_session=True,
    )


def _finished(process: subprocess.Popen[bytes], end: Deadline, deadline: Deadline) -> int | None:
    """The exit status; None where the child was killed because it took too long."""
    try:
        while end.remaining:
            deadline.check()
            try:
                return process.wait(timeout=_POLL_SECONDS)
            except subprocess.TimeoutExpired:
                continue
        deadline.check()
        return None
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _reason(status: int | None, complaints: IO[bytes]) -> str:
    if status is None:
        return f"the documents together took more than {_WALL_SECONDS:.0f} seconds to read"
    if status == -signal.SIGXCPU:
        return f"it takes more than {CPU_SECONDS} seconds of computing to read"
    if status == -signal.SIGXFSZ:
        return f"it expands to more than {OUTPUT_BYTES // 2**20} MiB"
    complaints.seek(0)
    lines = complaints.read().decode("utf-8", "replace").strip().splitlines()
    last = lines[-1] if lines else f"its reader ended with status {status}"
    if "MemoryError" in last:
        return f"it takes more than {MEMORY_BYTES // 2**20} MiB of memory to read"
    return f"it is damaged or not what it seems ({last[:_LONGEST_REASON]})"


def _document(fields: Mapping[str, Any]) -> Document:
    if fields.get("fault"):
        return Document(fault=fields["fault"])
    return Document(
        tuple(fields["facts"]),
        fields["text"],
        tuple(Sheet(**sheet) for sheet in fields["sheets"]),
        {ending: base64.b64decode(text) for ending, text in fields["pictures"].items()},
        fields["is_whole"],
    )
