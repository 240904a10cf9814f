"""Reads back what a repository's README says: subjects of commits have room for less."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from agent.inert_text import with_references

_SUMMARY = re.compile(r"^## Summary\n\n(?P<words>\S[^\n]*)$", re.M)
_OF_ROUND = re.compile(r"^Round (?P<number>\d+): (?P<words>[^\n]+)$", re.M)
_EXPLANATION = re.compile(r"<!-- explanation -->\n(?P<words>.*?)\n<!-- /explanation -->", re.S)


@dataclass(frozen=True, slots=True)
class FormerReadme:
    """The summaries of rounds by their number, and the model's explanation of the code."""

    summaries: Mapping[int, str] = field(default_factory=dict)
    explanation: str = ""

    @classmethod
    def read(cls, content: bytes | None) -> "FormerReadme":
        """What can be read of a README; one that others wrote has nothing of it."""
        text = with_references((content or b"").decode(errors="replace"))
        summaries = {int(found["number"]): found["words"] for found in _OF_ROUND.finditer(text)}
        if first := _SUMMARY.search(text):
            summaries[1] = first["words"]
        explained = _EXPLANATION.search(text)
        return cls(summaries, explained["words"] if explained else "")

    def summary(self, number: int, subject: str) -> str:
        """The whole summary of a round whose commit's subject may be cut short."""
        whole = self.summaries.get(number, "")
        return whole if whole.startswith(subject.rstrip("…").rstrip()) else subject
