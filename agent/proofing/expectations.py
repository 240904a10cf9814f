"""What an `expect` step reads of a page, and when it holds."""

import json

from agent.browsing import Ending
from agent.ports import BrowserPage
from agent.proofing.steps import Expect

Reading = str | int | bool | None
"""A text, a count, whether it is visible; None where the element is not there or cannot be read."""

_READ_ELEMENT = """(() => {
  const all = document.querySelectorAll(%(selector)s), first = all[0];
  const what = %(what)s;
  if (what === "count") return all.length;
  const style = first && getComputedStyle(first);
  const shown = !!first && first.getClientRects().length > 0 && style.visibility !== "hidden";
  if (what === "hidden") return !shown;
  if (!first) return null;
  if (what === "visible") return shown;
  if (what === "value") return first.value === undefined ? null : String(first.value);
  if (what === "attribute") return first.getAttribute(%(attribute)s);
  return first.textContent;
})()"""


async def reading(page: BrowserPage, step: Expect) -> Reading:
    """What is there now."""
    if step.what == "title":
        seen = await page.peek("document.title")
    else:
        words = {
            "selector": json.dumps(step.selector),
            "what": json.dumps(step.what),
            "attribute": json.dumps(step.attribute),
        }
        seen = await page.evaluate(_READ_ELEMENT % words, 5.0)
    if seen.ending is not Ending.VALUE or isinstance(seen.value, float):
        return None
    return flat(seen.value) if isinstance(seen.value, str) else seen.value


async def holds(page: BrowserPage, step: Expect, seen: Reading) -> bool:
    """Whether the reading is what the step wants; white space does not matter."""
    if seen is None:
        return False
    if isinstance(seen, bool):
        return seen
    match step.comparison:
        case "equals":
            return str(seen) == flat(step.value)
        case "is_not":
            return str(seen) != flat(step.value)
        case "contains":
            return flat(step.value) in str(seen)
        case "matches":
            return await _matches(page, step.value, str(seen))
        case "at_least" | "at_most":
            return _compares(step.comparison, seen, step.value)


async def _matches(page: BrowserPage, pattern: str, text: str) -> bool:
    """In the page and not in Python, whose regular expressions cannot be broken off."""
    matching = f"new RegExp({json.dumps(pattern)}).test({json.dumps(text)})"
    return (await page.evaluate(matching, 1.0)).is_truthy


def _compares(comparison: str, seen: str | int, wanted: str) -> bool:
    try:
        number, bound = float(str(seen).replace(",", "")), float(wanted)
    except ValueError:
        return False
    return number >= bound if comparison == "at_least" else number <= bound


def flat(text: str) -> str:
    """White space as a reader sees it."""
    return " ".join(text.split())
