"""The environment of every git command: nothing of the user, the system or a clone runs in it.

Hooks, filters, attributes, templates, fsmonitor and foreign protocols are how a repository makes
git run things; each is off here. Sources: git-config(1), githooks(5),
gitattributes(5), git(1) "GIT_ALLOW_PROTOCOL".
"""

import os
from collections.abc import Mapping

_CONFIG = {
    "core.hooksPath": os.devnull,
    "core.fsmonitor": "false",
    "core.symlinks": "false",
    "core.attributesFile": os.devnull,
    "core.excludesFile": os.devnull,
    "core.protectNTFS": "true",
    "core.protectHFS": "true",
    "core.autocrlf": "false",
    "core.quotePath": "false",
    "init.templateDir": "",
    "init.defaultBranch": "main",
    "http.followRedirects": "false",
    "submodule.recurse": "false",
    "commit.gpgSign": "false",
    "tag.gpgSign": "false",
    "gc.auto": "0",
    "maintenance.auto": "false",
    "receive.denyNonFastForwards": "true",
}

# Beats every .gitattributes of the tree: bytes go in and out as they are (gitattributes(5)).
ATTRIBUTES = "* -text -filter !diff !merge -ident -working-tree-encoding -export-subst\n"

AUTHOR = "Galley"
AUTHOR_EMAIL = "galley@localhost"


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables for a git command; `extra` may add numbered GIT_CONFIG_* entries of its own.

    A transport's entries start at 0 as well, so they are renumbered behind ours.
    """
    given = dict(extra or {})
    config = {**_CONFIG, **_take_config(given)}
    numbered = {"GIT_CONFIG_COUNT": str(len(config))}
    for number, (key, value) in enumerate(config.items()):
        numbered |= {
            f"GIT_CONFIG_KEY_{number}": key,
            f"GIT_CONFIG_VALUE_{number}": value,
        }
    return {
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_ATTR_NOSYSTEM": "1",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_ALLOW_PROTOCOL": "",
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_AUTHOR_NAME": AUTHOR,
        "GIT_AUTHOR_EMAIL": AUTHOR_EMAIL,
        "GIT_COMMITTER_NAME": AUTHOR,
        "GIT_COMMITTER_EMAIL": AUTHOR_EMAIL,
        "LC_ALL": "C.UTF-8",
        **numbered,
        **given,
    }


def _take_config(given: dict[str, str]) -> dict[str, str]:
    """Removes numbered entries from `given` and returns them as key to value."""
    count = int(given.pop("GIT_CONFIG_COUNT", "0"))
    return {
        given.pop(f"GIT_CONFIG_KEY_{n}"): given.pop(f"GIT_CONFIG_VALUE_{n}") for n in range(count)
    }
