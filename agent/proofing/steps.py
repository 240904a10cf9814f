"""The language of sentence tests: the steps of a short browser test, as foreign data to validate.

It is what a model may write and all that it may write: never code that we run outside the page.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

MAX_STEPS = 12
MAX_SECONDS = 15.0

Selector = Annotated[str, Field(min_length=1, max_length=300)]
Seconds = Annotated[float, Field(gt=0, le=MAX_SECONDS)]
Comparison = Literal["equals", "contains", "matches", "at_least", "at_most", "is_not"]


class _Step(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Goto(_Step):
    """Open the page again, with a query such as `?url=https://example.com/a.png`."""

    do: Literal["goto"]
    query: str = Field(default="", max_length=2000)

    @model_validator(mode="after")
    def _is_a_query(self) -> "Goto":
        if self.query and not self.query.startswith(("?", "#")):
            raise ValueError("a query begins with ? (or is a #fragment)")
        return self


class Fill(_Step):
    """Type a value into an input or a text area."""

    do: Literal["fill"]
    selector: Selector
    value: str = Field(max_length=5000)


class Click(_Step):
    """Click an element."""

    do: Literal["click"]
    selector: Selector


class Select(_Step):
    """Choose an option of a select element by its value or label."""

    do: Literal["select"]
    selector: Selector
    value: str


class Press(_Step):
    """Press a key, such as Enter, on an element."""

    do: Literal["press"]
    selector: Selector
    key: str = Field(min_length=1, max_length=40)


class Wait(_Step):
    """Wait until an element is visible."""

    do: Literal["wait"]
    selector: Selector
    seconds: Seconds = 5.0


class Evaluate(_Step):
    """An expression that must become true."""

    do: Literal["evaluate"]
    expression: str = Field(min_length=1, max_length=2000)
    seconds: Seconds = 5.0


class Expect(_Step):
    """Something of an element, or the page's title, compared with a value."""

    do: Literal["expect"]
    what: Literal["text", "value", "count", "visible", "hidden", "attribute", "title"]
    selector: str = Field(default="", max_length=300)
    attribute: str = Field(default="", max_length=100)
    comparison: Comparison = "equals"
    value: str = Field(default="", max_length=5000, coerce_numbers_to_str=True)
    seconds: Seconds = 5.0

    @model_validator(mode="after")
    def _is_complete(self) -> "Expect":
        if self.what != "title" and not self.selector:
            raise ValueError(f"expecting {self.what} needs a selector")
        if self.what == "attribute" and not self.attribute:
            raise ValueError("expecting an attribute needs its name in `attribute`")
        if self.what == "count" and not self.value.isdigit():
            raise ValueError("expecting a count needs a whole number in `value`")
        return self


Step = Annotated[
    Goto | Fill | Click | Select | Press | Wait | Evaluate | Expect,
    Field(discriminator="do"),
]


class SentenceTest(BaseModel):
    """A sentence as a browser test; it proves something only by its expectations."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    steps: tuple[Step, ...] = Field(min_length=1, max_length=MAX_STEPS)

    @model_validator(mode="after")
    def _expects_something(self) -> "SentenceTest":
        if not any(isinstance(step, Expect | Evaluate) for step in self.steps):
            raise ValueError("a test needs at least one expect or evaluate step")
        return self
