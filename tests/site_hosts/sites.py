"""The public pages of the test hosts: one server for each, which may lag behind its files."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from tests.site_hosts.wire import Call, Reply, listening


@dataclass
class Site:
    """A public page; `stale` requests after a change are still answered with the old files."""

    url: str = ""
    files: Mapping[str, bytes] = field(default_factory=dict)
    stale: int = 0
    login: str = ""
    _old: Mapping[str, bytes] = field(default_factory=dict)

    def publish(self, files: Mapping[str, bytes], stale: int) -> None:
        self._old, self.files, self.stale = self.files, dict(files), stale

    def answer(self, call: Call) -> Reply:
        if self.login:
            return Reply(302, b"", {"Location": self.login})
        files = self._old if self.stale else self.files
        self.stale = max(0, self.stale - 1)
        path = call.path.removeprefix("/") or "index.html"
        return Reply(200, files[path]) if path in files else Reply(404)


@dataclass
class Sites:
    """Every page of a host."""

    _ending: ExitStack

    def open(self) -> Site:
        site = Site()
        site.url = self._ending.enter_context(listening(site.answer)).url
        return site


@contextmanager
def sites() -> Iterator[Sites]:
    with ExitStack() as ending:
        yield Sites(ending)
