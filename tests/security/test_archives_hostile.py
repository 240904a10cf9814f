"""Archives, markup and tables inside attachments that grow without end."""

import io
import time
import tracemalloc
import zipfile

import pytest

from agent.intake.readers import workbook
from agent.intake.shapes import shapes_of
from agent.intake.unreadable import Unreadable
from tests.intake import samples
from tests.intake.sent import attached

MIB = 1024 * 1024


def with_part(office: bytes, part: str, content: bytes) -> bytes:
    """An office file with one of its parts replaced."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(office)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, content if name == part else old.read(name))
    return target.getvalue()


def understated(archive: bytes, size: int) -> bytes:
    """The archive with each part's unpacked size said to be small."""
    changed = bytearray(archive)
    place = changed.find(b"PK\x01\x02")
    while place >= 0:
        changed[place + 24 : place + 28] = size.to_bytes(4, "little")
        place = changed.find(b"PK\x01\x02", place + 4)
    return bytes(changed)


SHEET = samples.workbook({"S": [["a"], [1]]})


@pytest.fixture(scope="module")
def bomb() -> bytes:
    """A workbook of some hundred kilobytes with a sheet of 120 MiB."""
    return with_part(SHEET, "xl/worksheets/sheet1.xml", bytes(120 * MIB))


def seen_within(seconds: float, name: str, content: bytes) -> None:
    began = time.process_time()
    (shape,) = shapes_of([attached(name, content)], 4_000)

    assert time.process_time() - began < seconds
    assert shape.size <= 4_000


def peak_of_reading(content: bytes) -> int:
    """Bytes of memory at most while a workbook is refused."""
    tracemalloc.start()
    with pytest.raises((Unreadable, zipfile.BadZipFile)):
        workbook.read(content)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("name", ["bomb.xlsx", "bomb.docx", "bomb.zip"])
def test_an_archive_that_unpacks_without_end_is_not_unpacked(bomb: bytes, name: str) -> None:
    assert len(bomb) < MIB
    seen_within(5, name, bomb)


def test_an_archive_that_states_too_much_is_refused_with_the_limit(bomb: bytes) -> None:
    with pytest.raises(Unreadable, match="unpacks to 12.*and at most 104,857,600 are read"):
        workbook.read(bomb)

    assert peak_of_reading(bomb) < 20 * MIB


def test_an_archive_that_lies_about_its_sizes_is_read_no_further_than_it_says(bomb: bytes) -> None:
    assert peak_of_reading(understated(bomb, 1000)) < 20 * MIB


def test_entities_that_multiply_are_not_expanded() -> None:
    entities = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    bomb = f'<!DOCTYPE x [<!ENTITY e0 "ha">{entities}]><worksheet>&e9;</worksheet>'

    content = with_part(SHEET, "xl/worksheets/sheet1.xml", bomb.encode())

    seen_within(10, "a.xlsx", content)


@pytest.mark.slow
def test_one_cell_in_the_last_corner_does_not_make_a_sheet_of_billions() -> None:
    sheet = (
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<dimension ref="A1:XFD1048576"/><sheetData><row r="1048576">'
        '<c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
    )

    content = with_part(SHEET, "xl/worksheets/sheet1.xml", sheet.encode())

    seen_within(10, "a.xlsx", content)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "content"),
    [
        pytest.param("deep.json", b"[" * 200_000, id="deep JSON"),
        pytest.param("digits.json", b"9" * 10_000, id="a long number"),
        pytest.param("exponent.csv", b"n\n1e999999999\n", id="a large exponent"),
        pytest.param("quote.csv", b'a\n"' + b"x" * MIB, id="an open quote"),
        pytest.param("wide.csv", b"," * MIB, id="a million columns"),
        pytest.param("L.csv", b"," * 100_000 + b"\n" + b"1\n" * 100_000, id="wide and long"),
        pytest.param(
            "keys.json",
            b"[" + b",".join(b'{"%d":1}' % key for key in range(50_000)) + b"]",
            id="a key of its own in each object",
        ),
        pytest.param("a.svg", b"<svg" * 300_000, id="SVG that only begins"),
        pytest.param("a.pdf", b"%PDF-1.7\n" + b"1 0 obj<<" * 50_000, id="PDF that only begins"),
        pytest.param("a.mp3", b"ID3\x04\0\0\x7f\x7f\x7f\x7f" + bytes(1000), id="a large ID3 tag"),
        pytest.param("a.png", b"\x89PNG\r\n\x1a\n", id="a PNG that only begins"),
    ],
)
def test_a_file_made_to_hurt_is_told_within_bounds(name: str, content: bytes) -> None:
    seen_within(10, name, content)
