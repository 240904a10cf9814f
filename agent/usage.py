"""What calls of models took."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """What a model call took: tokens, US dollars (None: the price is not known), seconds."""

    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    seconds: float


@dataclass(frozen=True, slots=True)
class ModelUsage:
    """One call of a model."""

    model: str
    usage: Usage
