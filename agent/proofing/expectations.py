"""What the expecting steps of a sentence test read of a page or file, and when they hold."""

import csv
import io
import json
import re
from typing import Any

from agent.browsing import Ending
from agent.ports import BrowserPage
from agent.proofing.sentence_test import Comparing, Expect, FetchFile, Remember
from agent.proofing.site import BASE

Reading = str | int | float | bool | tuple[str, ...] | None
"""A text, a number, whether a state is so, or the texts of a list.

None where the element or the file is not there or cannot be read.
"""

READ_SECONDS = 5.0

_READ_PAGE = """(() => {
  const {what, selector, attribute, name} = %s;
  if (what === "title") return document.title;
  if (what === "url") return location.href.slice(%s.length);
  if (what === "storage") return localStorage.getItem(name) ?? sessionStorage.getItem(name);
  const all = document.querySelectorAll(selector), first = all[0];
  if (what === "count") return all.length;
  if (what === "texts") return JSON.stringify([...all].map(each => each.textContent));
  const shown = !!first && first.getClientRects().length > 0
    && getComputedStyle(first).visibility !== "hidden";
  if (what === "hidden") return !shown;
  if (!first) return null;
  switch (what) {
    case "visible": return shown;
    case "checked": return first.matches(":checked");
    case "unchecked": return !first.matches(":checked");
    case "enabled": return !first.matches(":disabled");
    case "disabled": return first.matches(":disabled");
    case "value": return first.value === undefined ? null : String(first.value);
    case "attribute": return first.getAttribute(attribute);
    case "class": return [...first.classList].join(" ");
    case "style": return getComputedStyle(first).getPropertyValue(name);
    default: return first.textContent;
  }
})()"""
_READ_FILE = """fetch(%s, {cache: "no-store"}).then(async answer => JSON.stringify(
  [answer.status, answer.headers.get("content-type"), await answer.text()]))"""
_NUMBER = re.compile(r"[-+−]?\d[\d,]*(?:\.\d+)?(?:[eE][-+]?\d+)?")


async def reading(page: BrowserPage, step: Expect | Remember | FetchFile) -> Reading:
    """What is there now."""
    if isinstance(step, FetchFile):
        return await _file_reading(page, step)
    wanted = step.model_dump(include={"what", "selector", "attribute", "name"})
    seen = await page.evaluate(_READ_PAGE % (json.dumps(wanted), json.dumps(BASE)), READ_SECONDS)
    if seen.ending is not Ending.VALUE or seen.value is None:
        return None
    if step.what == "texts":
        return tuple(flat(text) for text in json.loads(str(seen.value)))
    return flat(seen.value) if isinstance(seen.value, str) else seen.value


async def _file_reading(page: BrowserPage, step: FetchFile) -> Reading:
    seen = await page.evaluate(_READ_FILE % json.dumps(BASE + step.file), READ_SECONDS)
    if not isinstance(seen.value, str):
        return None
    status, media_type, text = json.loads(seen.value)
    if step.what == "status":
        return int(status)
    if status != 200:
        return None
    if step.what == "type":
        return str(media_type).partition(";")[0]
    return flat(text) if step.what == "text" else _data_reading(step, text)


def _data_reading(step: FetchFile, text: str) -> Reading:
    """The value at the step's place; the name of its type where a type is expected."""
    try:
        rows = csv.DictReader(io.StringIO(text))
        data = json.loads(text) if step.what == "json" else list(rows)
        value = _at(data, step.at)
    except (ValueError, LookupError, TypeError, csv.Error, RecursionError):
        return None
    if step.comparison == "is_a":
        return _type_of(value)
    return value if type(value) in (str, int, float) else json.dumps(value)


def _at(value: Any, place: str) -> Any:
    for part in filter(None, place.split(".")):
        if part == "length":
            value = len(value)
        else:
            value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def _type_of(value: Any) -> str:
    names = {bool: "boolean", int: "integer", float: "float", str: "string", list: "array",
             dict: "object", type(None): "null"}  # fmt: skip
    return names[type(value)]


async def holds(page: BrowserPage, step: Comparing, seen: Reading) -> bool:
    """Whether the reading is what the step wants; white space does not matter."""
    if seen is None:
        return False
    if isinstance(seen, bool):
        return seen
    match step.comparison:
        case "equals":
            return _is_same(step, seen)
        case "is_not":
            return not _is_same(step, seen)
        case "contains":
            return all(_is_in(step, value, seen) for value in step.wanted)
        case "contains_not":
            return not any(_is_in(step, value, seen) for value in step.wanted)
        case "matches":
            return await _matches(page, step.value, _shown(seen))
        case "is_a":
            return seen == step.value or (step.value == "number" and seen in ("integer", "float"))
        case "ascending" | "descending":
            return _is_sorted(seen, step.comparison == "descending")
        case "at_least" | "at_most" | "about":
            return _is_near(step, seen)
        case "changed" | "unchanged" | "changed_by":
            return False  # nothing was remembered


def _is_same(step: Comparing, seen: Reading) -> bool:
    if isinstance(seen, tuple):
        return seen == tuple(map(flat, step.values))
    if isinstance(seen, str):
        return seen == flat(step.value)
    return seen == number_in(step.value)


def _is_in(step: Comparing, value: str, seen: Reading) -> bool:
    """In the text, in one of the texts of a list, or among the classes of an element."""
    if isinstance(step, Expect) and step.what == "class":
        return value in str(seen).split()
    texts = seen if isinstance(seen, tuple) else (str(seen),)
    return any(flat(value) in text for text in texts)


async def _matches(page: BrowserPage, pattern: str, text: str) -> bool:
    """In the page and not in Python, whose regular expressions cannot be broken off."""
    matching = f"new RegExp({json.dumps(pattern)}).test({json.dumps(text)})"
    return (await page.evaluate(matching, 1.0)).is_truthy


def _is_sorted(seen: Reading, is_descending: bool) -> bool:
    """By number where all texts have one, else by letters; one item alone has no order."""
    if not isinstance(seen, tuple) or len(set(seen)) < 2:
        return False
    numbers = [number_in(text) for text in seen]
    keys: list[Any] = [text.casefold() for text in seen] if None in numbers else numbers
    return keys == sorted(keys, reverse=is_descending)


def _is_near(step: Comparing, seen: Reading) -> bool:
    number, bound = number_in(_shown(seen)), number_in(step.value)
    if number is None or bound is None:
        return False
    if step.comparison == "about":
        return abs(number - bound) <= step.tolerance
    return number >= bound if step.comparison == "at_least" else number <= bound


def number_in(text: str) -> float | None:
    """The number in a text such as `$1,234.50`; None where there is none, or more than one."""
    found = _NUMBER.findall(text)
    return float(found[0].replace(",", "").replace("−", "-")) if len(found) == 1 else None


def _shown(seen: Reading) -> str:
    return "\n".join(seen) if isinstance(seen, tuple) else str(seen)


def flat(text: str) -> str:
    """White space as a reader sees it."""
    return " ".join(text.split())
