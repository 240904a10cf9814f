"""Documents that are damaged or made to hurt: each ends as a file that was not read, in time."""

import io
import os
import random
import signal
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import docx
import pytest
from docx.oxml.ns import qn

from agent.deadline import Deadline
from agent.errors import Cancelled, DeadlinePassed
from agent.intake.document_process import with_documents
from agent.intake.shapes import shapes_of
from agent.values import Attachment
from tests.intake import samples

pytestmark = pytest.mark.slow

SOUND = {
    "a.docx": samples.word(),
    "a.pptx": samples.presentation(),
    "a.xlsx": samples.workbook({"S": [["a", "b"], [1, "x"], [2.5, None]]}),
    "a.pdf": samples.pdf("Hello harbour", "Second page"),
    "a.parquet": samples.parquet(3, ["a", "b"]),
    "a.heic": samples.heic(),
    "a.tiff": samples.tiff(20, 20),
    "a.xml": b"<?xml version='1.0'?><r><i n='1'>x</i><i n='2'>y</i></r>",
    "a.ipynb": samples.notebook({"cell_type": "code", "source": ["1"], "outputs": []}),
    "a.json": b'{"a": [{"b": 1.5}, {"b": 2}], "c": "\\u00e9"}',
    "a.csv": b'a;b\n1,5;"x"\n2,5;y\n',
    "a.srt": b"1\n00:00:01,000 --> 00:00:02,000\nhi\n",
    "a.mp3": samples.mp3(1),
    "a.wav": samples.wav(1),
    "a.png": samples.png(3, 3),
    "a.svg": b"<svg xmlns='http://www.w3.org/2000/svg' width='1'/>",
}


def damaged(content: bytes, seed: int) -> bytes:
    """Cut short, with bits flipped, with bytes repeated or left out."""
    chance = random.Random(seed)
    changed = bytearray(content)
    kind = seed % 4
    if kind == 0:
        return bytes(changed[: chance.randrange(len(changed))])
    for _ in range(chance.randint(1, 12)):
        place = chance.randrange(len(changed))
        if kind == 1:
            changed[place] ^= 1 << chance.randrange(8)
        elif kind == 2:
            changed[place:place] = changed[place : place + chance.randint(1, 40)]
        else:
            del changed[place : place + chance.randint(1, 8)]
            changed += b"\0"
    return bytes(changed)


def with_damaged_part(office: bytes, seed: int) -> bytes:
    """A sound archive whose XML parts are damaged: the archive's own checks find nothing."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(office)) as old, zipfile.ZipFile(target, "w") as new:
        for index, name in enumerate(old.namelist()):
            part = old.read(name)
            is_hurt = name.endswith((".xml", ".rels")) and (index + seed) % 3 == 0
            new.writestr(name, damaged(part, seed + index) if is_hurt else part)
    return target.getvalue()


@pytest.mark.parametrize("name", SOUND)
def test_a_damaged_file_of_any_kind_is_described_and_never_a_bug(name: str) -> None:
    files = [Attachment(name, "", damaged(SOUND[name], seed)) for seed in range(12)]

    shapes = shapes_of(with_documents(files, Deadline.within(120)), 40_000)

    assert all(shape.facts for shape in shapes)


@pytest.mark.parametrize("name", ["a.docx", "a.pptx", "a.xlsx"])
def test_an_office_file_with_damaged_parts_is_described_and_never_a_bug(name: str) -> None:
    files = [Attachment(name, "", with_damaged_part(SOUND[name], seed)) for seed in range(12)]

    shapes = shapes_of(with_documents(files, Deadline.within(120)), 40_000)

    faults = [fact for shape in shapes for fact in shape.facts if fact.startswith("damaged: ")]
    assert faults


def test_a_damaged_document_does_not_spoil_the_others() -> None:
    sent = [
        Attachment("bad.docx", "", with_damaged_part(SOUND["a.docx"], 0)),
        Attachment("good.pdf", "", SOUND["a.pdf"]),
    ]

    bad, good = with_documents(sent, Deadline.within(60))

    assert bad.document is not None
    assert bad.document.fault
    assert good.document is not None
    assert good.document.text == "Hello harbour\n\nSecond page\n"


def wide_table(attribute: str, value: str) -> bytes:
    """A Word file of a few kilobytes whose cells claim to span a million others."""
    document = docx.Document()
    table = document.add_table(rows=40, cols=1)
    for row in table.rows:
        properties = row._tr.tc_lst[0].get_or_add_tcPr()
        span = properties.makeelement(qn(f"w:{attribute}"), {qn("w:val"): value})
        properties.append(span)
    target = io.BytesIO()
    document.save(target)
    return target.getvalue()


def repeating_pdf() -> bytes:
    """A page that names the same stream of content a thousand times."""
    stream = "BT /F1 9 Tf " + "(harbour) Tj " * 2_000 + "ET"
    content = samples.pdf(stream[:1]).replace(
        b"/Contents 5 0 R", b"/Contents [" + b"5 0 R " * 1_000 + b"]"
    )
    start = content.index(b"5 0 obj")
    return (
        content[:start]
        + (
            f"5 0 obj\n<< /Length {len(stream)} >>\nstream\n{stream}\nendstream\nendobj\n"
            "trailer\n<< /Size 6 /Root 1 0 R >>\n%%EOF\n"
        ).encode()
    )


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("span.docx", lambda: wide_table("gridSpan", "1000000")),
        ("merge.docx", lambda: wide_table("vMerge", "continue")),
        ("repeat.pdf", repeating_pdf),
    ],
)
def test_a_document_that_grows_without_end_is_given_up(
    name: str, make: Callable[[], bytes]
) -> None:
    (read,) = with_documents([Attachment(name, "", make())], Deadline.within(100))

    (shape,) = shapes_of([read], 4_000)
    assert shape.size <= 4_000


def test_memory_that_a_document_asks_for_is_limited() -> None:
    deep = b"<r>" + b"<i a='1' b='2'><c>text</c></i>" * 1_000_000 + b"</r>"

    (read,) = with_documents([Attachment("a.xml", "", deep)], Deadline.within(100))

    assert read.document is not None
    assert "MiB of memory" in read.document.fault


def slow() -> Attachment:
    return Attachment("slow.xml", "", b"<r>" + b"<i><c>text</c></i>" * 500_000 + b"</r>")


def children() -> set[int]:
    """The processes that this one started and that still run."""
    found = set()
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            status = (folder / "stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if status[0] != "Z" and int(status[1]) == os.getpid():
            found.add(int(folder.name))
    return found


def test_a_job_out_of_time_ends_the_reading() -> None:
    before, began = children(), time.monotonic()

    with pytest.raises(DeadlinePassed):
        with_documents([slow()], Deadline.within(0.3))

    assert time.monotonic() - began < 5
    assert children() <= before


def test_a_cancelled_job_ends_the_reading() -> None:
    before, asked = children(), iter([False, False, True])

    with pytest.raises(Cancelled):
        with_documents([slow()], Deadline(time.time() + 60, lambda: next(asked, True)))

    assert children() <= before


def test_the_child_has_no_environment_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "canary-7f3a")
    seen: list[bytes] = []

    def look() -> bool:
        for child in children():
            process = Path(f"/proc/{child}")
            with suppress(OSError):
                if b"readers.child" in (process / "cmdline").read_bytes():
                    seen.append((process / "environ").read_bytes())
        return bool(seen)

    with pytest.raises(Cancelled):
        with_documents([slow()], Deadline(time.time() + 30, look))

    assert b"PYTHONPATH" in seen[-1]
    assert b"canary-7f3a" not in seen[-1]


def test_a_child_that_dies_is_a_file_that_was_not_read() -> None:
    def kill() -> bool:
        for child in children():
            command = Path(f"/proc/{child}/cmdline").read_bytes()
            if b"readers.child" in command:
                os.kill(child, signal.SIGSEGV)
        return False

    (read,) = with_documents([slow()], Deadline(time.time() + 30, kill))

    assert read.document is not None
    assert "it is damaged or not what it seems" in read.document.fault
