"""Every git process that GitPython starts: a session of its own, and an environment without keys.

A signal to the process group of the program, such as Ctrl-C or a container's stop, would end a git
in the middle of a step, and the step would fail for a reason that is not its own. The environment
of the program holds the keys of models' providers; git is given what git, curl and the loader of
libraries read. GitPython adds to its own environment and removes nothing, so the rest is emptied.
"""

import os
from typing import Any

from git import Git, Repo

from agent.child_environment import passed_on

_READ_BY_GIT = ("GIT_", "CURL_")


def git_version() -> tuple[int, ...]:
    """The version of the git on the PATH. Raises GitCommandNotFound."""
    return tuple(SeparateGit().version_info)


class SeparateGit(Git):
    """Git commands that no signal to our process group reaches."""

    def execute(self, *arguments: Any, **options: Any) -> Any:
        """Run one command as GitPython does."""
        emptied = dict.fromkeys(os.environ.keys() - passed_on(os.environ, *_READ_BY_GIT).keys(), "")
        options["env"] = emptied | dict(options.get("env") or {})
        return super().execute(*arguments, **options, start_new_session=True)


class SeparateRepo(Repo):
    """A repository whose commands are those of SeparateGit."""

    GitCommandWrapperType = SeparateGit
