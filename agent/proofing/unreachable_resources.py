"""Decides which failures may come from what could not be reached from here, and not from the draft.

A library that is out of reach here is probably there for the evaluator. So a failed check is asked
once more on a page where stand-ins answer instead. Where what the check reads is the same in both,
and no library was handed any of it, the failure is the draft's own.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass

from agent.browsing import UnreachedRequest
from agent.ports import BrowserPage
from agent.proofing.assets import asset
from agent.proofing.stand_ins import globals_of, words_of

_DECORATION = ("stylesheet", "font", "image", "media", "manifest", "texttrack", "ping")
_MEASURES_LOOKS = re.compile(
    r"getComputedStyle|styleSheets|Rect\b|offset|client[WH]|natural|complete|duration|readyState"
)
_READS_FRAMES = re.compile(r"contentDocument|contentWindow|\bframes\b")
_SELECTS = re.compile(
    r"(querySelector(?:All)?|closest|matches|getElementById|getElementsBy\w+)"
    r"\(\s*(?:\"([^\"]*)\"|'([^']*)'|`([^`]*)`)"
)
_PREFIXES = {"getElementById": "#", "getElementsByClassName": "."}
_WHOLE_PAGE = re.compile(r"\bbody\b|documentElement|document\.evaluate|innerText")
_FOLLOWS_FROM_ABSENCE = re.compile(
    r"of (undefined|null)|is not a (function|constructor)|[Ff]ailed to (fetch|resolve|load)"
    r"|NetworkError|dynamically imported module|is not defined|is not iterable"
)
_COMMON_WORDS = frozenset({"https", "cdnjs", "jsdelivr", "unpkg", "cloudflare", "ajax", "libs"})
SUBJECT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class CheckSubject:
    """What a check read of the page, and whether an unreachable library may write it."""

    read: str = ""
    is_reached: bool = False
    is_driven: bool = False

    def depends(self, with_stand_ins: "CheckSubject") -> bool:
        """Whether the other run shows that what was read may come from elsewhere."""
        return self.read != with_stand_ins.read or with_stand_ins.is_reached or self.is_driven


NO_SUBJECT = CheckSubject()


async def subject_of(
    page: BrowserPage, text: str, missed: Sequence[UnreachedRequest]
) -> CheckSubject:
    """What the text reads of the page as it is now."""
    words = sorted(_library_words(missed))
    asking = f"({asset('check_subject.js')})({json.dumps(_selectors(text))}, {json.dumps(words)})"
    answer = await page.evaluate(asking, SUBJECT_SECONDS)
    if not isinstance(answer.value, str):
        return CheckSubject(read=answer.shown, is_driven=True)
    seen = json.loads(answer.value)
    read = [seen["read"], seen["title"] if "title" in text else ""]
    named = any(word in text.lower() for word in words)
    return CheckSubject(json.dumps(read), seen["isReached"], named or seen["isDriven"])


def may_matter(missed: Sequence[UnreachedRequest], text: str) -> list[UnreachedRequest]:
    """Those requests that could matter to a check that says this."""
    return [item for item in missed if _may_matter(item, text)]


def needs_stand_ins(missed: Sequence[UnreachedRequest]) -> bool:
    """Whether a run with stand-ins would tell more."""
    return any(_has_stand_in(item) for item in missed)


def excuse(missed: Sequence[UnreachedRequest], is_other: bool) -> str:
    """What could not be reached and may be the reason of a failure, or an empty text.

    `is_other`: with stand-ins, what was read is another. Looks and frames have no stand-ins.
    """
    missed = missed if is_other else [item for item in missed if not _has_stand_in(item)]
    urls = list(dict.fromkeys(item.url for item in missed))
    return f"{', '.join(urls[:3])} could not be reached from here" if urls else ""


def may_excuse_error(message: str) -> bool:
    """Whether an uncaught error is of a kind that follows from something that is not there."""
    return bool(_FOLLOWS_FROM_ABSENCE.search(message))


def _has_stand_in(item: UnreachedRequest) -> bool:
    return item.kind not in (*_DECORATION, "document")


def _may_matter(item: UnreachedRequest, text: str) -> bool:
    if item.kind in _DECORATION:
        return bool(_MEASURES_LOOKS.search(text))
    if item.kind == "document":
        return bool(_READS_FRAMES.search(text))
    return True


def _library_words(missed: Sequence[UnreachedRequest]) -> set[str]:
    """The names of libraries that work by themselves, so that no script has to mention them."""
    urls = [item.url for item in missed if item.kind == "script" and globals_of(item.url) is None]
    found = {word for url in urls for word in words_of(url) if len(word) > 4}
    return {word for word in found if word.isalpha()} - _COMMON_WORDS


def _selectors(text: str) -> list[str]:
    found = [_PREFIXES.get(call, "") + "".join(quoted) for call, *quoted in _SELECTS.findall(text)]
    return [*found, *(["body"] if _WHOLE_PAGE.search(text) else [])]
