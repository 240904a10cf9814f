"""An event loop whose child processes have a session of their own: Ctrl-C is not for them."""

import asyncio
from collections.abc import Callable
from typing import Any


class DetachedLoop(asyncio.SelectorEventLoop):
    """A terminal sends Ctrl-C to a whole process group, also to the browser's driver.

    The driver ends when its standard input does, so it does not outlive this process.
    """

    async def subprocess_exec(
        self, protocol_factory: Callable[[], Any], program: Any, *args: Any, **options: Any
    ) -> tuple[asyncio.SubprocessTransport, Any]:
        options["start_new_session"] = True
        return await super().subprocess_exec(protocol_factory, program, *args, **options)
