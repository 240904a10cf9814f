"""The guarded way out: HTTP to URLs that a request names, and never to the inside of a network."""

from agent.outbound.client import Fetched, Outbound
from agent.outbound.outbound_error import OutboundError
from agent.url_display import shown_url

__all__ = ["Fetched", "Outbound", "OutboundError", "shown_url"]
