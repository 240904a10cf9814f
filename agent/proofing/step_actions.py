"""Takes the acting steps of a sentence test on a page, and remembers what was there before."""

import json

from agent.browsing import ActionImpossible, PageAction
from agent.ports import BrowserPage
from agent.proofing.expectations import Reading, number_in
from agent.proofing.sentence_test import (
    AGAINST_BEFORE,
    ActingStep,
    Back,
    Expect,
    Fill,
    Goto,
    Press,
    Reload,
    Remember,
    Resize,
    Select,
    Tick,
    Upload,
)
from agent.proofing.site import BASE

# A file input takes no path from a script, but it takes a list of files.
_UPLOAD = """(async ({selector, url, file}) => {
  const input = document.querySelector(selector), answer = await fetch(url);
  if (!input || input.type !== "file") return "no file input is there";
  if (!answer.ok) return `the site has no file ${file}`;
  const chosen = new DataTransfer(), bytes = await answer.blob();
  chosen.items.add(new File([bytes], file.split("/").pop(), {type: bytes.type.split(";")[0]}));
  input.files = chosen.files;
  for (const kind of ["input", "change"]) input.dispatchEvent(new Event(kind, {bubbles: true}));
  return "";
})(%s)"""


async def take(page: BrowserPage, step: ActingStep, seconds: float) -> None:
    """Do what the step says. Raises ActionImpossible, and the page's errors."""
    match step:
        case Goto():
            await page.open(step.address)
        case Reload():
            here = await page.evaluate("location.href", seconds)
            await page.open(str(here.value).removeprefix(BASE))
        case Resize():
            await page.resize(step.width, step.height)
        case Upload():
            await _upload(page, step, seconds)
        case _:
            await page.act(action_of(step), seconds)


def action_of(step: ActingStep) -> PageAction:
    """The step as something that a person does to an element or to the browser."""
    selector = getattr(step, "selector", "")
    match step:
        case Back():
            return PageAction("back", "")
        case Press():
            return PageAction("press", selector, step.key)
        case Tick():
            return PageAction("check" if step.checked else "uncheck", selector)
        case Fill() | Select():
            return PageAction(step.do, selector, step.value)
        case _:
            return PageAction("hover" if step.do == "hover" else "click", selector)


def said_by(step: ActingStep) -> str:
    """What the test itself puts in, which the page may then show."""
    match step:
        case Goto():
            return step.address
        case Press():
            return step.key
        case Upload():
            return step.file
        case Fill() | Select():
            return step.value
        case _:
            return ""


async def _upload(page: BrowserPage, step: Upload, seconds: float) -> None:
    url = BASE + step.file
    given = json.dumps({"selector": step.selector, "url": url, "file": step.file})
    seen = await page.evaluate(_UPLOAD % given, seconds)
    if seen.value != "":
        raise ActionImpossible(f"upload {step.file}: {seen.value or seen.shown}")


class EarlierReadings:
    """What `remember` steps saw, to compare later readings with."""

    def __init__(self) -> None:
        self._seen: dict[str, Reading] = {}

    def keep(self, step: Remember, seen: Reading) -> None:
        self._seen[step.subject] = seen

    def resolved(self, step: Expect) -> Expect:
        """The step with the value that it is compared with, which may only be known now."""
        if step.comparison not in AGAINST_BEFORE or step.subject not in self._seen:
            return step
        before = self._seen[step.subject]
        if step.comparison == "changed_by":
            return _by_difference(step, before)
        comparison = "is_not" if step.comparison == "changed" else "equals"
        texts = before if isinstance(before, tuple) else ()
        value = "" if before is None or texts else str(before)
        return step.model_copy(update={"comparison": comparison, "value": value, "values": texts})


def _by_difference(step: Expect, before: Reading) -> Expect:
    start, difference = number_in(str(before)), number_in(step.value)
    if start is None or difference is None:
        return step  # not a number: nothing can have changed by a number
    return step.model_copy(update={"comparison": "about", "value": repr(start + difference)})
