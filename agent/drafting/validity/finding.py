"""One thing that is wrong with a file, before the file's path is known."""

from typing import NamedTuple


class Finding(NamedTuple):
    """`line` counts from 1; None where the whole file is meant."""

    line: int | None
    message: str
