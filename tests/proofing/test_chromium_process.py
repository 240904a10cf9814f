import asyncio
from pathlib import Path

import pytest

from agent.proofing.chromium_process import find_executable, start

pytestmark = pytest.mark.browser

_AS_IN_A_CONTAINER = """#!/bin/sh
case " $* " in
*" --no-sandbox "*) exec {chromium} "$@" ;;
esac
echo "FATAL: No usable sandbox!" >&2
exit 1
"""


def test_a_browser_that_is_refused_its_sandbox_starts_without(tmp_path: Path) -> None:
    chromium = find_executable("", {})
    assert chromium
    confined = tmp_path / "chromium"
    confined.write_text(_AS_IN_A_CONTAINER.format(chromium=chromium))
    confined.chmod(0o755)

    async def version() -> str:
        process = await start(confined, has_sandbox=True)
        try:
            return process.browser.version
        finally:
            await process.end()

    assert asyncio.run(version())
