"""Makes sure that an Office file, which is a zip archive, does not unpack without end."""

import io
import zipfile
from typing import Final

from agent.intake.unreadable import Unreadable

_MOST_PARTS: Final = 5_000
_MOST_BYTES: Final = 100 * 1024 * 1024
_PIECE: Final = 256 * 1024


def check_archive(content: bytes) -> None:
    """Raises Unreadable unless every part unpacks to what is stated, and all to no more than the
    limit.

    An archive can state less than it holds, and `zipfile` then still unpacks the whole part into
    memory where it is asked for the whole part. So each is unpacked once, piece by piece.
    """
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        _check_sizes(archive.infolist())
        for info in archive.infolist():
            with archive.open(info) as part:
                while part.read(_PIECE):
                    pass


def _check_sizes(infos: list[zipfile.ZipInfo]) -> None:
    if len(infos) > _MOST_PARTS:
        raise Unreadable(f"it has {len(infos):,} parts, and at most {_MOST_PARTS:,} are opened")
    unpacked = sum(info.file_size for info in infos)
    if unpacked > _MOST_BYTES:
        raise Unreadable(f"it unpacks to {unpacked:,} bytes, and at most {_MOST_BYTES:,} are read")
