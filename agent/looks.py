"""What is known of a draft's looks: hints that were measured, and a review by a model that sees."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Hint:
    """Something that looks wrong: on which page, at which window width in CSS pixels, and by which
    rule. Without a page, it is about the draft as a whole."""

    text: str
    page: str = ""
    width: int = 0
    rule: str = ""

    def __str__(self) -> str:
        return f"{self.page} at {self.width} px: {self.text}" if self.page else self.text


@dataclass(frozen=True, slots=True)
class Review:
    """What a model that saw the pictures of a draft objects to; `is_made`: a model was asked."""

    number: int
    objections: tuple[str, ...] = ()
    is_made: bool = False
