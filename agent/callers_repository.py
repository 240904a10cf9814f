"""The variables that would point every git command at the repository that a program starts in.

git prefers these variables to the folder that it is run in. They are what
`git rev-parse --local-env-vars` lists: set inside a hook, or by `git -c`.
"""

from collections.abc import MutableMapping

_VARIABLES = (
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_CONFIG",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
    "GIT_DIR",
    "GIT_GRAFT_FILE",
    "GIT_IMPLICIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_NO_REPLACE_OBJECTS",
    "GIT_OBJECT_DIRECTORY",
    "GIT_PREFIX",
    "GIT_REPLACE_REF_BASE",
    "GIT_SHALLOW_FILE",
    "GIT_WORK_TREE",
)


def leave_callers_repository(environment: MutableMapping[str, str]) -> None:
    """Drop these variables."""
    for name in _VARIABLES:
        environment.pop(name, None)
