"""The proof of a draft: a verdict for every check and the faults that no check asked about."""

from collections.abc import Mapping, Sequence

from agent.deadline import Deadline
from agent.proofing.page import Browser
from agent.proofing.steps import SentenceTest
from agent.values import Attachment, Check, Proof


class Prover:
    """Proves drafts; without a browser only what the files themselves show is decided."""

    def __init__(self, browser: Browser | None) -> None:
        self._browser = browser

    def prove(
        self,
        files: Mapping[str, bytes],
        checks: Sequence[Check],
        tests: Mapping[str, SentenceTest],
        attachments: Sequence[Attachment],
        deadline: Deadline,
    ) -> Proof:
        """A verdict per check, in order. Raises Cancelled, DeadlinePassed."""
        raise NotImplementedError(len(files))
