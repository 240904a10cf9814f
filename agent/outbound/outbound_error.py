"""Why a URL was not asked, or gave nothing, in words that hold no secret of the URL."""

from agent.errors import StepFailed


class OutboundError(StepFailed):
    """A URL that a request named was refused, or did not answer as it must."""

    step = "fetch"
