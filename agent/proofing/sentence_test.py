"""The language of sentence tests: what a model may write as the steps of a short browser test.

The steps are foreign data to validate. They are all that a model may write: never code that runs
outside the page.
"""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

MAX_STEPS = 12
MAX_SECONDS = 15.0

Selector = Annotated[str, Field(min_length=1, max_length=300)]
OptionalSelector = Annotated[str, Field(max_length=300)]
SitePath = Annotated[str, Field(max_length=1000)]
Value = Annotated[str, Field(max_length=5000, coerce_numbers_to_str=True)]
Seconds = Annotated[float, Field(gt=0, le=MAX_SECONDS)]
Comparison = Literal[
    "equals", "is_not", "contains", "contains_not", "matches",
    "at_least", "at_most", "about", "is_a",
    "changed", "unchanged", "changed_by", "ascending", "descending",
]  # fmt: skip
AGAINST_BEFORE = ("changed", "unchanged", "changed_by")
"""Comparisons with what a `remember` step saw."""

ElementAspect = Literal[
    "text", "value", "count", "attribute", "class", "style", "texts",
    "visible", "hidden", "checked", "unchecked", "enabled", "disabled",
]  # fmt: skip
PageAspect = Literal["title", "url", "storage"]
STATES = ("visible", "hidden", "checked", "unchecked", "enabled", "disabled")
"""Aspects that are so or not, and need no comparison."""


class _StrictStep(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Goto(_StrictStep):
    """Open a page of the site: a path such as `about.html`, a query, or both."""

    do: Literal["goto"]
    path: SitePath = ""
    query: str = Field(default="", max_length=2000)

    @property
    def address(self) -> str:
        """Relative to the site's folder."""
        return self.path + self.query

    @model_validator(mode="after")
    def _stays_on_the_site(self) -> "Goto":
        _require_own_path(self.path)
        if self.query and not self.query.startswith(("?", "#")):
            raise ValueError("a query begins with ? (or is a #fragment)")
        return self


class Reload(_StrictStep):
    """Load the page again where it is: a second visit with the storage of the first."""

    do: Literal["reload"]


class Back(_StrictStep):
    """Go back in the history, as the browser's own button does."""

    do: Literal["back"]


class Resize(_StrictStep):
    """Make the window that large, in CSS pixels."""

    do: Literal["resize"]
    width: int = Field(ge=200, le=4000)
    height: int = Field(default=800, ge=200, le=4000)


class Fill(_StrictStep):
    """Type a value into an input or a text area."""

    do: Literal["fill"]
    selector: Selector
    value: Value


class Click(_StrictStep):
    """Click an element."""

    do: Literal["click"]
    selector: Selector


class Hover(_StrictStep):
    """Move the mouse over an element."""

    do: Literal["hover"]
    selector: Selector


class Tick(_StrictStep):
    """Tick a checkbox or a radio button, or take the tick away."""

    do: Literal["check"]
    selector: Selector
    checked: bool = True


class Select(_StrictStep):
    """Choose an option of a select element by its value or label."""

    do: Literal["select"]
    selector: Selector
    value: Value


class Press(_StrictStep):
    """Press a key, such as Enter, on an element or, without a selector, wherever the focus is."""

    do: Literal["press"]
    selector: OptionalSelector = ""
    key: str = Field(min_length=1, max_length=40)


class Upload(_StrictStep):
    """Choose a file of the site, such as an attachment, in a file input."""

    do: Literal["upload"]
    selector: Selector
    file: str = Field(min_length=1, max_length=1000)

    @model_validator(mode="after")
    def _is_of_the_site(self) -> "Upload":
        _require_own_path(self.file)
        return self


class Wait(_StrictStep):
    """Wait until an element is visible."""

    do: Literal["wait"]
    selector: Selector
    seconds: Seconds = 5.0


class Evaluate(_StrictStep):
    """An expression that must become true."""

    do: Literal["evaluate"]
    expression: str = Field(min_length=1, max_length=2000)
    seconds: Seconds = 5.0


class _Observed(_StrictStep):
    """Something that can be read of the page; `name` is a style's property or a stored key."""

    what: ElementAspect | PageAspect
    selector: OptionalSelector = ""
    attribute: str = Field(default="", max_length=100)
    name: str = Field(default="", max_length=200)

    @property
    def is_of_the_page(self) -> bool:
        """Whether it is read of the page and not of an element."""
        return self.what in ("title", "url", "storage")

    @property
    def subject(self) -> str:
        """What is read, in words."""
        if self.what == "storage":
            return f"the stored `{self.name}`"
        detail = self.attribute or self.name
        aspect = f"the {self.what}{f' {detail}' if detail else ''}"
        return aspect if self.is_of_the_page else f"{aspect} of `{self.selector}`"

    @model_validator(mode="after")
    def _names_what_is_read(self) -> "_Observed":
        if not self.is_of_the_page and not self.selector:
            raise ValueError(f"expecting {self.what} needs a selector")
        if self.what == "attribute" and not self.attribute:
            raise ValueError("expecting an attribute needs its name in `attribute`")
        if self.what in ("style", "storage") and not self.name:
            raise ValueError(f"expecting {self.what} needs its `name`")
        return self


class Remember(_Observed):
    """Read something now, to compare it after the steps that should change it."""

    do: Literal["remember"]


class Comparing(BaseModel):
    """How a reading is compared: with one value, or for lists with several.

    `about` allows for a difference of `tolerance`. `is_a` takes a type of JSON.
    """

    comparison: Comparison = "equals"
    value: Value = ""
    values: tuple[Value, ...] = Field(default=(), max_length=50)
    tolerance: float = Field(default=0.01, ge=0)
    seconds: Seconds = 5.0

    @property
    def wanted(self) -> tuple[str, ...]:
        """Every value that is compared with."""
        return self.values or (self.value,)

    @property
    def wants_nothing(self) -> bool:
        """Whether it is compared with the empty text."""
        return not any(self.wanted) and self.comparison not in _NEEDS_NO_VALUES


class Expect(_Observed, Comparing):
    """Something of an element or of the page, compared with a value."""

    do: Literal["expect"]

    @property
    def wants_nothing(self) -> bool:
        return super().wants_nothing and self.what not in STATES

    @model_validator(mode="after")
    def _compares_well(self) -> "Expect":
        is_number = self.value.isdigit() or self.comparison in AGAINST_BEFORE
        if self.what == "count" and not is_number:
            raise ValueError("expecting a count needs a whole number in `value`")
        if self.what == "texts" and not (self.values or self.comparison in _NEEDS_NO_VALUES):
            raise ValueError("expecting texts needs the list in `values`")
        return self


_NEEDS_NO_VALUES = (*AGAINST_BEFORE, "ascending", "descending")


class FetchFile(_StrictStep, Comparing):
    """A file of the site as the host serves it, or a value at a place inside it.

    `at` leads into JSON and CSV: `rates.EUR`, `0.name`, `length`; the rows of CSV count from 0
    below the header.
    """

    do: Literal["fetch"]
    file: str = Field(min_length=1, max_length=1000)
    what: Literal["status", "type", "text", "json", "csv"]
    at: str = Field(default="", max_length=300)

    @property
    def subject(self) -> str:
        """What is read, in words."""
        place = f" at `{self.at}`" if self.at else ""
        return f"the {self.what} of `{self.file}`{place}"

    @model_validator(mode="after")
    def _is_of_the_site(self) -> "FetchFile":
        _require_own_path(self.file)
        if self.comparison in AGAINST_BEFORE:
            raise ValueError("a file does not change while a page is used")
        return self


ActingStep = Goto | Reload | Back | Resize | Fill | Click | Hover | Tick | Select | Press | Upload
ExpectingStep = Wait | Expect | Evaluate | FetchFile
Step = Annotated[ActingStep | ExpectingStep | Remember, Field(discriminator="do")]


class SentenceTest(BaseModel):
    """A sentence as a browser test; it proves something only by its expectations."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    steps: tuple[Step, ...] = Field(min_length=1, max_length=MAX_STEPS)

    @model_validator(mode="after")
    def _expects_something(self) -> "SentenceTest":
        if not any(isinstance(step, Expect | Evaluate | FetchFile) for step in self.steps):
            raise ValueError("a test needs at least one expect, fetch or evaluate step")
        for number, step in enumerate(self.steps):
            if isinstance(step, Expect) and step.comparison in AGAINST_BEFORE:
                self._require_before(number, step)
        return self

    def _require_before(self, number: int, step: Expect) -> None:
        """What should change is seen before and after something that is done."""
        for earlier in range(number - 1, -1, -1):
            seen = self.steps[earlier]
            if isinstance(seen, Remember) and seen.subject == step.subject:
                between = self.steps[earlier:number]
                if any(isinstance(each, ActingStep) for each in between):
                    return
        raise ValueError(
            f"{step.comparison} needs a remember step of {step.subject} before it acts"
        )


def reason_it_cannot_fail(test: SentenceTest) -> str:
    """Why no page could fail the test; empty where one can."""
    expecting = [step for step in test.steps if isinstance(step, ExpectingStep)]
    acts = [number for number, step in enumerate(test.steps) if isinstance(step, ActingStep)]
    last = max((n for n, step in enumerate(test.steps) if isinstance(step, ExpectingStep)))
    if acts and last < acts[-1]:
        return "it expects nothing after the last thing that it does"
    if all(_holds_always(step) for step in expecting):
        return "what it expects holds on every page"
    return ""


def _holds_always(step: ExpectingStep) -> bool:
    if isinstance(step, Evaluate):
        return step.expression.strip() in ("true", "1", "!0", "!!1")
    if isinstance(step, Wait):
        return step.selector in ("html", "body", "*")
    if isinstance(step, Expect) and step.what in STATES:
        return step.what == "visible" and step.selector in ("html", "body", "*")
    has_no_limit = step.comparison == "at_least" and step.value in ("0", "")
    is_any_text = step.comparison in ("contains", "matches") and not any(step.wanted)
    return has_no_limit or is_any_text or (step.comparison == "matches" and step.value == ".*")


def _require_own_path(path: str) -> None:
    if ":" in path.split("/")[0] or path.startswith("/") or ".." in path.split("/"):
        raise ValueError("a path of the site is relative, such as about.html or data/list.json")
