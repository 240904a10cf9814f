"""What the readers of documents, such as workbooks and PDF files, found in a file."""

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of a workbook: its cells as a person sees them (CSV) and their values (JSON rows)."""

    title: str
    csv: str = field(repr=False)
    values: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Document:
    """What a file holds whose format needs a library to read it.

    `facts` were counted by code. `text` is None where there is no text to show. `pictures` are the
    same image in formats that browsers show, by file name ending. Where it is not whole, pages at
    its end are missing. Where `fault` says why the file could not be read, there is nothing else.
    """

    facts: tuple[str, ...] = ()
    text: str | None = field(default=None, repr=False)
    sheets: tuple[Sheet, ...] = ()
    pictures: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    is_whole: bool = True
    fault: str = ""
