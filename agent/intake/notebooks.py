"""Reads Jupyter notebooks: their cells and what the cells printed, as Markdown."""

from collections import Counter
from collections.abc import Iterator, Mapping

from agent.documents import Document
from agent.intake.json_syntax import parse_json
from agent.intake.unreadable import Unreadable


def read_notebook(text: str) -> Document:
    """Raises Unreadable."""
    data = parse_json(text).data
    cells = data.get("cells") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(cells, list):
        raise Unreadable("it has no list of cells, as notebooks have since version 4 of the format")
    found = [cell for cell in cells if isinstance(cell, dict)]
    counts = Counter(str(cell.get("cell_type", "unknown")) for cell in found)
    language = _language(data)
    facts = [", ".join(f"{count:,} {name} cells" for name, count in counts.items()) or "no cells"]
    facts.append(f"its language is {language}" if language else "its language is not stated")
    blocks = [block for cell in found for block in _blocks(cell, language)]
    return Document(tuple(facts), "\n\n".join(filter(None, blocks)) + "\n")


def _language(data: Mapping[str, object]) -> str:
    metadata = data.get("metadata")
    for key, name in (("language_info", "name"), ("kernelspec", "language")):
        part = metadata.get(key) if isinstance(metadata, dict) else None
        if isinstance(part, dict) and isinstance(part.get(name), str):
            return str(part[name])
    return ""


def _blocks(cell: Mapping[str, object], language: str) -> Iterator[str]:
    source = _joined(cell.get("source")).strip("\n")
    if cell.get("cell_type") != "code":
        yield source
        return
    yield f"```{language}\n{source}\n```"
    outputs = cell.get("outputs")
    for output in outputs if isinstance(outputs, list) else ():
        if isinstance(output, dict) and (text := _printed(output).strip("\n")):
            yield f"Output:\n\n```\n{text}\n```"


def _printed(output: Mapping[str, object]) -> str:
    """Text of a stream, a result or an error; pictures are named by their type."""
    data = output.get("data")
    if not isinstance(data, dict):
        error = f"{output.get('ename', '')}: {output.get('evalue', '')}"
        return _joined(output.get("text")) or (error if "ename" in output else "")
    pictures = [key for key in data if isinstance(key, str) and key.startswith("image/")]
    return _joined(data.get("text/plain")) or f"({', '.join(pictures)})" * bool(pictures)


def _joined(lines: object) -> str:
    """Notebooks keep a text as one string or as a list of lines."""
    if isinstance(lines, list):
        return "".join(line for line in lines if isinstance(line, str))
    return lines if isinstance(lines, str) else ""
