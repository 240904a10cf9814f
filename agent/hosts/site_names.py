"""The names that a repository's page may have on a host with naming rules of its own."""

import re
from collections.abc import Iterator

_FORBIDDEN = re.compile(r"[^A-Za-z0-9._-]+")
_REPEATED = re.compile(r"([-.])[-.]+")
_MOST = 20


def site_names(repo: str, longest: int) -> Iterator[str]:
    """The repository's own name as far as it fits, then with numbers; a name may belong to another
    site already. Lower case, no two dots or hyphens in a row, none at an end."""
    allowed = _REPEATED.sub(r"\1", _FORBIDDEN.sub("-", repo.lower()))
    stem = allowed.strip("-._") or "site"
    for number in range(1, _MOST + 1):
        ending = f"-{number}" if number > 1 else ""
        yield stem[: longest - len(ending)].rstrip("-._") + ending
