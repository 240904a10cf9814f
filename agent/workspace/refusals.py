"""What git's complaints about a forge mean: which pass by themselves, and what to do about others.

The words are git's own (LC_ALL=C, `http.c`, `remote-curl.c`, `send-pack.c`) and curl's.
"""

import re

from agent.errors import ForgeBusy, ForgeError, Unpublishable

_PASSING = re.compile(
    r"returned error: (408|5\d\d)"
    r"|HTTP (408|5\d\d)"
    r"|Could not resolve|Failed to connect|Couldn't connect|Connection (reset|refused|timed out)"
    r"|Recv failure|Send failure|Empty reply|Operation (too slow|timed out)|transfer closed"
    r"|unexpected disconnect|hung up unexpectedly|early EOF|RPC failed|Timeout was reached"
    r"|did not complete in|Could not read from remote repository"
    r"|cannot lock ref|failed to update ref|transaction failed"
    r"|Internal Server Error|unpack(er)? (failed|error)"
    # what git calls an answer that ends early
    r"|expected (a )?flush|unexpected flush|response end packet|bytes of (body|length header)"
    r"|bad line length|bad pack header|index-pack output|premature end",
    re.IGNORECASE,
)
_LIMITED = re.compile(r"(returned error:|HTTP) 429|rate limit", re.IGNORECASE)
_FOR_GOOD = re.compile(r"(returned error:|HTTP) 4(?!08)\d\d")
_ADVICE = {
    "could not read Username": "the forge did not take GITHUB_TOKEN: set one that may push",
    "Authentication failed": "the forge did not take GITHUB_TOKEN: set one that may push",
    "returned error: 403": "give GITHUB_TOKEN the permission Contents: write (classic: repo)",
    "not found": "it is gone, or GITHUB_TOKEN may not see it",
    "without `workflow` scope": "give GITHUB_TOKEN the workflow scope (or Workflows: write)",
    "unable to update url base from redirection": "it moved: check GITHUB_URL",
}
_RULES_FORBID_IT = "GH013"
_LONGEST = 600
_LIMIT_SECONDS = 60.0  # where it does not say how long: "Rate limits for the REST API"


def refusal(tried: str, git_url: str, said: str, retry_after: float | None) -> ForgeError:
    """The error for what git said when it `tried` (such as "push to") a repository.

    `retry_after` is how many seconds the forge asked to be left alone, if it did.
    """
    told = f"git could not {tried} {git_url}: {said[:_LONGEST]}"
    if _RULES_FORBID_IT in said:
        return Unpublishable(f"{told}; change the brief so that this content is not asked for")
    if retry_after is None and _LIMITED.search(said):
        retry_after = _LIMIT_SECONDS
    if retry_after is not None:
        return ForgeBusy(f"{told}; asked to wait {retry_after:.0f} s").after(retry_after)
    advice = next((advice for words, advice in _ADVICE.items() if words in said), "")
    if advice:
        return ForgeError(f"{told}; {advice}")
    if _FOR_GOOD.search(said):  # the words for what follows from it sound like a broken connection
        return ForgeError(told)
    return ForgeBusy(told) if _PASSING.search(said) else ForgeError(told)
