"""Worked examples: a brief of another page with the functions that make it work, chosen by kind.

What an example holds beyond the brief comes back in answers, so there is one for each kind of
page, as small as it can be, and its skeleton is made by the code that makes the real one.
"""

from dataclasses import dataclass

from agent import scaffold
from agent.drafting.small.data import loaded
from agent.drafting.small.skeleton import Skeleton
from agent.drafting.small.wanted import Wanted
from agent.values import Attachment

_FOLDER = "prompts/small/examples"


@dataclass(frozen=True, slots=True)
class Example:
    """A request, its skeleton, and the answer to it."""

    brief: str
    skeleton: Skeleton
    answer: str


def example_for(skeleton: Skeleton) -> Example:
    """The example of the same kind: with files and selects, files, buttons, or inputs alone."""
    kind = _kind(skeleton)
    brief = scaffold.text(f"{_FOLDER}/{kind}.brief.md").strip()
    table = scaffold.text(f"{_FOLDER}/dogs.csv").encode()
    files = (Attachment("dogs.csv", "text/csv", table),) if skeleton.files else ()
    shown = Skeleton(Wanted.of([brief], (), ""), loaded(files))
    return Example(brief, shown, scaffold.text(f"{_FOLDER}/{kind}.js"))


def _kind(skeleton: Skeleton) -> str:
    names = {stub.name for stub in skeleton.stubs}
    if skeleton.files:
        return "choices" if "prepare" in names else "files"
    return "clicks" if names - {"prepare", "update"} else "inputs"
