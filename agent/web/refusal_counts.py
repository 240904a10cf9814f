"""Counts what this process refuses, by reason."""

from collections import Counter
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from agent.web.problems import REASON
from agent.web.refusal_reasons import RefusalReason

_FIRST_REFUSAL = 400


@dataclass(frozen=True)
class RefusalCounts:
    """How often each reason was given since the process began. Lives in one event loop."""

    counted: Counter[str] = field(default_factory=Counter)

    def around(self, app: ASGIApp) -> ASGIApp:
        """The application with its refusals counted, pages for people included."""

        async def counting(scope: Scope, receive: Receive, send: Send) -> None:
            async def send_and_count(message: Message) -> None:
                if message["type"] == "http.response.start":
                    self._count(message["status"], scope.get(REASON, ""))
                await send(message)

            await app(scope, receive, send_and_count)

        return counting

    def _count(self, status: int, stated: str) -> None:
        if status >= _FIRST_REFUSAL:
            self.counted[stated or RefusalReason.of_status(status).slug] += 1
