"""What the documentation must say of the settings; `python -m tests.docs` writes it."""

import re
from pathlib import Path

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from agent.settings import Settings

HOME = Path(__file__).parent.parent
README = HOME / "README.md"
EXAMPLE = HOME / ".env.example"
REFERENCE = HOME / "docs" / "settings.md"

_TABLE = re.compile(r"(?<=<!-- settings -->\n).*?(?=<!-- /settings -->)", re.DOTALL)
_ROW = re.compile(r"^\| `([A-Z_]+)` \|.*\| (`[^`|]+`) \|$", re.MULTILINE)


def table() -> str:
    """The README's table of settings."""
    rows = [
        f"| `{name.upper()}` | {_default(field)} | {field.description} |"
        for name, field in Settings.model_fields.items()
    ]
    return "\n".join(["| Setting | Default | Meaning |", "|---|---|---|", *rows]) + "\n"


def example() -> str:
    """The whole of `.env.example`."""
    blocks = [
        f"# {field.description}\n#{name.upper()}={_value(field)}\n"
        for name, field in Settings.model_fields.items()
    ]
    return "# Copy to .env and uncomment what you set.\n\n" + "\n".join(blocks)


def reference() -> str:
    """The whole of `docs/settings.md`: groups and examples as they are there, the rest anew."""
    fields = {name.upper(): field for name, field in Settings.model_fields.items()}

    def row(found: re.Match[str]) -> str:
        field = fields[found[1]]
        return f"| `{found[1]}` | {_default(field)} | {field.description} | {found[2]} |"

    return _ROW.sub(row, REFERENCE.read_text())


def examples() -> list[tuple[str, str]]:
    """The settings of `docs/settings.md` in its order, each with its example."""
    return [(found[1], found[2].strip("`")) for found in _ROW.finditer(REFERENCE.read_text())]


def table_in_readme() -> str:
    found = _TABLE.search(README.read_text())
    return found[0] if found else ""


def _value(field: FieldInfo) -> str:
    default = field.default
    if default is None or isinstance(default, SecretStr):
        return ""
    if isinstance(default, bool):
        return str(default).lower()
    return ",".join(default) if isinstance(default, tuple) else f"{default}"


def _default(field: FieldInfo) -> str:
    value = _value(field)
    return f"`{value}`" if value else ""


if __name__ == "__main__":
    README.write_text(_TABLE.sub(lambda _: table(), README.read_text()))
    EXAMPLE.write_text(example())
    REFERENCE.write_text(reference())
