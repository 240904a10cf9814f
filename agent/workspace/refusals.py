"""Turns what git printed about a forge into an error: does it pass by itself, and what to do?

The words are git's own (LC_ALL=C, `http.c`, `remote-curl.c`, `send-pack.c`) and curl's; each forge
adds its own with its Transport.
"""

import re
from dataclasses import dataclass

from agent.errors import ForgeBusy, ForgeError, Unpublishable
from agent.ports import Transport

_PASSING = re.compile(
    r"returned error: (408|5\d\d)"
    r"|HTTP (408|5\d\d)"
    r"|Could not resolve|Failed to connect|Couldn't connect|Connection (reset|refused|timed out)"
    r"|Recv failure|Send failure|Empty reply|Operation (too slow|timed out)|transfer closed"
    r"|unexpected disconnect|hung up unexpectedly|early EOF|RPC failed|Timeout was reached"
    r"|did not complete in|was ended by signal|Could not read from remote repository"
    r"|cannot lock ref|failed to update ref|transaction failed"
    r"|Internal Server Error|unpack(er)? (failed|error)"
    # what git calls an answer that ends early
    r"|expected (a )?flush|unexpected flush|response end packet|bytes of (body|length header)"
    r"|bad line length|bad pack header|index-pack output|premature end",
    re.IGNORECASE,
)
# Who may not push is refused before the POST: a 403 to the POST itself is a secondary limit.
_LIMITED = re.compile(r"(returned error:|HTTP) 429|rate limit|RPC failed; HTTP 403", re.IGNORECASE)
_FOR_GOOD = re.compile(r"(returned error:|HTTP) 4(?!08)\d\d")
_LONGEST = 600
_LIMIT_SECONDS = 60.0  # where it does not say how long: "Rate limits for the REST API"


@dataclass(frozen=True, slots=True)
class Failure:
    """A git command that failed: `tried` is such as "push to", `output` what git printed.

    `retry_after` is how many seconds the forge asked to be left alone, if it did.
    """

    tried: str
    git_url: str
    output: str
    retry_after: float | None = None


def refusal(failure: Failure, transport: Transport) -> ForgeError:
    """The error that a failure comes to."""
    output, retry_after = failure.output, failure.retry_after
    message = f"git could not {failure.tried} {failure.git_url}: {output[:_LONGEST]}"
    advice = next((todo for words, todo in transport.advice.items() if words in output), "")
    if not advice and any(words in output for words in transport.never):
        return Unpublishable(f"{message}; change the brief so that this content is not asked for")
    if retry_after is None and _LIMITED.search(output):
        retry_after = _LIMIT_SECONDS
    if retry_after is not None:
        return ForgeBusy(f"{message}; asked to wait {retry_after:.0f} s").after(retry_after)
    if advice:
        return ForgeError(f"{message}; {advice}")
    if _FOR_GOOD.search(output):  # what follows from it sounds like a broken connection
        return ForgeError(message)
    return ForgeBusy(message) if _PASSING.search(output) else ForgeError(message)
