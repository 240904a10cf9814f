"""An event loop whose child processes have a session of their own, and no secret."""

import asyncio
from collections.abc import Callable
from typing import Any

from agent.child_environment import passed_on

_READ_BY_DRIVER = ("PW_", "PLAYWRIGHT_", "NODE_", "DEBUG")


class DetachedLoop(asyncio.SelectorEventLoop):
    """A terminal sends Ctrl-C to a whole process group, also to the browser's driver.

    The driver ends when its standard input does, so it does not outlive this process. It talks to
    browsers that run foreign pages, and playwright gives it the whole environment of this process.
    """

    async def subprocess_exec(
        self, protocol_factory: Callable[[], Any], program: Any, *args: Any, **options: Any
    ) -> tuple[asyncio.SubprocessTransport, Any]:
        options["start_new_session"] = True
        options["env"] = passed_on(options.get("env") or {}, *_READ_BY_DRIVER)
        return await super().subprocess_exec(protocol_factory, program, *args, **options)
