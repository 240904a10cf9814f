"""How models are best asked, by name: one row for a family; the first match wins."""

from dataclasses import dataclass
from fnmatch import fnmatch
from typing import Literal

Format = Literal["diff", "whole"]


@dataclass(frozen=True, slots=True)
class ModelProfile:
    """How to ask a model.

    `revises_by`: small models rewrite well and diff badly. `is_small`: is asked by way of
    skeletons and samples instead of one long request with repairs. `writes_tests`: its browser
    tests of sentences can be trusted; a wrong verifier is worse than none.
    `sees`: it takes pictures, and what it objects to in them is worth another draft.
    """

    revises_by: Format = "diff"
    is_small: bool = False
    writes_tests: bool = True
    sees: bool = True


_SMALL = ModelProfile(revises_by="whole", is_small=True, writes_tests=False, sees=False)

_TABLE: tuple[tuple[str, ModelProfile], ...] = (
    ("*qwen2.5-coder-0.5b*", _SMALL),
    ("*qwen2.5-coder-1.5b*", _SMALL),
    ("*qwen2.5-coder-3b*", _SMALL),
    ("*qwen2.5-coder-7b*", ModelProfile(revises_by="whole", writes_tests=False, sees=False)),
    ("*llama-3.2-?b*", _SMALL),
    ("*gemma-?-?b*", _SMALL),
    ("*coder*", ModelProfile(sees=False)),
    ("*deepseek*", ModelProfile(sees=False)),
    ("*gpt-3.5*", ModelProfile(sees=False)),
    ("*", ModelProfile()),
)


def profile_of(model: str) -> ModelProfile:
    return next(profile for pattern, profile in _TABLE if fnmatch(model.lower(), pattern))
