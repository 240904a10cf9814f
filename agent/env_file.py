"""Reads a `.env` file, and names the lines of it that cannot be read."""

from io import StringIO
from pathlib import Path

from dotenv import dotenv_values
from dotenv.parser import Original, parse_stream

from agent.errors import ConfigurationError


def read(path: Path) -> dict[str, str]:
    """The variables of the file by name. Raises ConfigurationError; no message quotes a line."""
    text = _text(path)
    wrong = [
        _line(binding.original)
        for binding in parse_stream(StringIO(text))
        if binding.error or (binding.key and binding.value is None)
    ]
    if wrong:
        raise ConfigurationError(
            "\n".join(f"{path}, line {line}: expected NAME=value" for line in wrong)
        )
    return {name: value or "" for name, value in dotenv_values(stream=StringIO(text)).items()}


def _line(original: Original) -> int:
    """The line of a statement: what is read as its beginning may be empty lines."""
    text = original.string
    return original.line + text[: len(text) - len(text.lstrip())].count("\n")


def _text(path: Path) -> str:
    """The text, without the mark that some editors of Windows begin a file with."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{path} cannot be read: {error.strerror}") from None
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ConfigurationError(
            f"{path}, line {line}: expected UTF-8 text; save the file as UTF-8"
        ) from None
