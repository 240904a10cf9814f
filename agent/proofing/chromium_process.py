"""One running Chromium that cannot reach any network: started, and killed with all its children."""

import logging
import os
import shutil
import signal
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from agent import leftovers
from agent.errors import ConfigurationError, ProofingError
from agent.proofing.assets import asset

if TYPE_CHECKING:
    from playwright.async_api import Browser, CDPSession, Playwright

_log = logging.getLogger(__name__)

START_SECONDS = 30.0
HOW_TO_INSTALL = (
    "install Debian's package (apt-get install chromium), or let playwright fetch its own "
    "(python -m playwright install chromium), or name one in the settings"
)

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_OWN = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/*/Chromium.app/Contents/MacOS/Chromium",
)

# No name resolves and every connection, loopback and addresses too, goes to a proxy that does not
# exist. Without "<-loopback>" Chromium goes to loopback directly; WebRTC would ignore the proxy.
_NO_WAY_OUT = (
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--proxy-server=http://nowhere.invalid:9",
    "--proxy-bypass-list=<-loopback>",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--dns-prefetch-disable",
)
_NO_SANDBOX = "Chromium sandboxing failed"
_FRUGAL = ("--disable-gpu", "--disable-quic", "--js-flags=--max-old-space-size=512")


def find_executable(setting: str, environ: Mapping[str, str]) -> Path | None:
    """The named Chromium, else one on the PATH, else one that playwright fetched; or None.

    Raises ConfigurationError when one is named and it is not there.
    """
    search_path = environ.get("PATH", os.defpath)
    if setting:
        named = shutil.which(setting, path=search_path)
        if named is None:
            raise ConfigurationError(f"there is no browser at {setting}; {HOW_TO_INSTALL}")
        return Path(named)
    found = (shutil.which(name, path=search_path) for name in _NAMES)
    installed = next((Path(path) for path in found if path), None)
    return installed or _fetched_by_playwright(environ)


def _fetched_by_playwright(environ: Mapping[str, str]) -> Path | None:
    home = Path(environ.get("HOME", "/nonexistent"))
    caches = (home / ".cache/ms-playwright", home / "Library/Caches/ms-playwright")
    stated = environ.get("PLAYWRIGHT_BROWSERS_PATH")
    folders = (Path(stated),) if stated else caches
    found = (path for folder in folders for pattern in _OWN for path in folder.glob(pattern))
    return max(found, default=None)


@dataclass(frozen=True, slots=True)
class ChromiumProcess:
    """A started Chromium in a session and process group of its own, driven over a pipe."""

    playwright: "Playwright"
    browser: "Browser"
    session: "CDPSession"
    group: int
    home: Path
    hold: ExitStack

    @property
    def is_alive(self) -> bool:
        return self.browser.is_connected()

    async def processor_seconds(self) -> float:
        """Processor time that all pages of this browser used so far; a page that hangs counts."""
        answer = await self.session.send("SystemInfo.getProcessInfo")
        pages = (info for info in answer["processInfo"] if info["type"] == "renderer")
        return float(sum(info["cpuTime"] for info in pages))

    def kill(self) -> None:
        """End the browser and all its children at once; harmless when they are gone."""
        try:
            os.killpg(self.group, signal.SIGKILL)
        except ProcessLookupError:
            return

    async def end(self) -> None:
        """Kill it, stop its driver, and remove what it wrote."""
        self.kill()
        await self.playwright.stop()
        self.hold.close()


async def start(executable: Path, has_sandbox: bool | None = None) -> ChromiumProcess:
    """Raises ProofingError when Chromium does not come up.

    `has_sandbox` is by default whether this process is not root, with which Chromium refuses it.
    """
    from playwright.async_api import Error, async_playwright

    home = Path(tempfile.mkdtemp(prefix=leftovers.prefix_of(leftovers.CHROMIUM)))
    hold = ExitStack()
    hold.enter_context(leftovers.held(home))
    hold.callback(shutil.rmtree, home, ignore_errors=True)
    launcher = home / "launch"
    launcher.write_bytes(asset("launch.sh").encode())
    launcher.chmod(0o700)
    playwright = await async_playwright().start()
    wants_sandbox = os.geteuid() != 0 if has_sandbox is None else has_sandbox
    try:
        browser = await _launch(playwright, executable, home, wants_sandbox)
    except Error as error:
        await playwright.stop()
        hold.close()
        raise ProofingError(f"{executable} did not start: {error.message[:500]}") from error
    session = await browser.new_browser_cdp_session()
    group = int((home / "pid").read_text())
    return ChromiumProcess(playwright, browser, session, group, home, hold)


async def _launch(
    playwright: "Playwright", executable: Path, home: Path, has_sandbox: bool
) -> "Browser":
    """Without its sandbox where the system refuses it, as containers do: they are one themselves.

    Raises playwright's Error.
    """
    from playwright.async_api import Error

    try:
        return await playwright.chromium.launch(
            executable_path=home / "launch",
            env=_environment(executable, home),
            args=[*_NO_WAY_OUT, *_FRUGAL],
            ignore_default_args=["--disable-popup-blocking"],
            chromium_sandbox=has_sandbox,
            timeout=START_SECONDS * 1000,
        )
    except Error as error:
        if not has_sandbox or _NO_SANDBOX not in error.message:
            raise
    _log.warning("the system refuses Chromium its sandbox: it runs without")
    return await _launch(playwright, executable, home, has_sandbox=False)


def _environment(executable: Path, home: Path) -> dict[str, str | float | bool]:
    """All that Chromium is told: no key and no token is in reach of a page that escapes it."""
    return {
        "PATH": "/usr/local/bin:/usr/bin:/bin",
        "HOME": str(home),
        "TMPDIR": str(home),
        "GALLEY_CHROMIUM": str(executable),
        "GALLEY_PID_FILE": str(home / "pid"),
    }
