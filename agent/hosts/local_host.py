"""The local host: this server itself serves the pages (see `agent/web/local_pages.py`)."""

from urllib.parse import quote

from agent.values import Publication, Remote, Revision


class LocalHost:
    """Speaks the Host port; `base_url` is the server's, without a slash at its end."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url

    def request(self, remote: Remote, revision: Revision) -> str:
        """Nothing to ask for: what is pushed is served."""
        return f"{self._base_url}/pages/{quote(remote.repo)}/"

    def look(self, remote: Remote, revision: Revision) -> str:
        return "served from the local forge"

    def announce(self, remote: Remote, publication: Publication, proof: str) -> None:
        """Nobody else reads on this machine: the evidence has it all."""
