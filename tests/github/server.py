"""The test GitHub as a whole: three ports, one state, and what tests may see and turn."""

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from .accounts import Accounts, Token
from .calls import Calls, Door
from .contract import contract
from .faults import Switchboard
from .git_host import GitHost, call_name
from .page_host import BASE_PATH as PAGES_PATH
from .page_host import PageHost
from .repositories import Repositories, Repository
from .rest import BASE_PATH, Rest
from .routes import ROUTES
from .state import Behaviour, Clock, RateLimit, State, Urls
from .wire import Delivery, Listener, Request, Response

LOGIN = "octocat"


class GitHub:
    """A running test GitHub, with one user (`octocat`) and that user's classic token.

    `api_url` and `url` are what GITHUB_API_URL and GITHUB_URL are set to. The API and git share a
    port as on GitHub Enterprise; pages have their own.
    """

    def __init__(self, folder: Path, port: int = 0, pages_port: int = 0) -> None:
        self._web = Listener(self._answer_web, self._report, port)
        self._page = Listener(self._answer_page, self._report, pages_port)
        self.api_url = self._web.url + BASE_PATH
        self.url = self._web.url
        self.pages_url = self._page.url + PAGES_PATH
        urls = Urls(self.api_url, self.url, self.pages_url)
        self.state = State(urls, Repositories(folder))
        self.calls = Calls()
        self.faults = Switchboard()
        self._rest = Rest(self.state, contract(), ROUTES)
        self._git = GitHost(self.state)
        self._pages = PageHost(self.state)
        self.accounts.add_user(LOGIN)
        self.token: Token = self.accounts.classic_token(LOGIN)

    @property
    def accounts(self) -> Accounts:
        """The users, organisations and tokens."""
        return self.state.accounts

    @property
    def behaviour(self) -> Behaviour:
        """How builds go, and the other things that differ between days."""
        return self.state.behaviour

    @property
    def clock(self) -> Clock:
        """The clock of builds and of the page cache, to be put forward."""
        return self.state.clock

    @property
    def rate(self) -> RateLimit:
        """The hour's calls."""
        return self.state.rate

    @property
    def repositories(self) -> Repositories:
        """The repositories, to look at; their `path` is a bare repository for the git command."""
        return self.state.repositories

    @property
    def violations(self) -> list[str]:
        """What broke GitHub's API description so far, and exceptions of the test server itself."""
        return self.state.violations

    def repository(self, full_name: str) -> Repository:
        """The repository `owner/name`; KeyError if there is none."""
        found = self.repositories.find(*full_name.split("/"))
        if found is None:
            raise KeyError(full_name)
        return found

    def start(self) -> None:
        """Begin to answer."""
        self._web.start()
        self._page.start()

    def stop(self) -> None:
        """End every connection and thread."""
        self._web.stop()
        self._page.stop()
        self.repositories.close()

    def _answer_web(self, request: Request) -> Response:
        if request.path.startswith(f"{BASE_PATH}/"):
            return self._answer_api(request)
        name = call_name(request)
        return self._through(Door.GIT, name, request, self._git.answer)

    def _answer_api(self, request: Request) -> Response:
        name = f"{request.method} {request.path.removeprefix(BASE_PATH)}"
        response = self._through(Door.API, name, request, self._rest.answer)
        return self._rest.with_headers(request, response)

    def _answer_page(self, request: Request) -> Response:
        name = f"page {request.method} {request.path.removeprefix(PAGES_PATH)}"
        return self._through(Door.PAGE, name, request, self._pages.answer)

    def _through(
        self, door: Door, name: str, request: Request, work: Callable[[Request], Response]
    ) -> Response:
        """Log the call and answer it by its work, by a fault, or by what a fault leaves of it."""
        call = self.calls.begin(door, name, request)
        fault = self.faults.take(call)
        response = fault.answer if fault and fault.answer else work(request)
        if fault is not None:
            call.fault = fault.name
            response = fault.spoil(response)
        reaches_client = response.delivery in {Delivery.WHOLE, Delivery.CUT_OFF}
        self.calls.end(call, response.status if reaches_client else None)
        return response

    def _report(self, words: str) -> None:
        self.violations.append(f"the test GitHub broke: {words}")


@contextmanager
def github(port: int = 0, pages_port: int = 0) -> Iterator[GitHub]:
    """A running GitHub on these ports (0: free ones), its repositories in a temporary folder."""
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="github-"))
        server = GitHub(Path(folder), port, pages_port)
        stack.callback(server.stop)
        server.start()
        yield server
