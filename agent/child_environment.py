"""Chooses which variables of the program's environment a child process gets: none with a secret."""

import re
from collections.abc import Mapping

_SYSTEM = (
    r"PATH|HOME|TMPDIR|TEMP|TMP|TZ|TERM|USER|LOGNAME|LANG|LANGUAGE|SHELL|SYSTEMROOT"
    r"|(?:LC|LD|DYLD|SSL_CERT|XDG)_\w+|(?:https?|all|no|ftp)_proxy"
)


def passed_on(environment: Mapping[str, str], *beginnings: str) -> dict[str, str]:
    """What systems, loaders and proxies need, and names that begin as the child's own do."""
    own = "".join(rf"|{beginning}\w*" for beginning in beginnings)
    wanted = re.compile(_SYSTEM + own, re.IGNORECASE)
    return {name: value for name, value in environment.items() if wanted.fullmatch(name)}
