"""Builds the prompts for small models, and takes the page or script out of their answers."""

import re
from dataclasses import dataclass

from agent import scaffold
from agent.drafting.prompt_material import PromptMaterial
from agent.drafting.small.data_files import data_files_of
from agent.drafting.small.named_change import NamedChange
from agent.drafting.small.page_spec import PageSpec
from agent.drafting.small.script_parts import texts_of
from agent.drafting.small.skeleton import Skeleton
from agent.errors import DraftRefused
from agent.ports import DraftRequest, Message
from agent.values import Attachment

_EXAMPLES = "prompts/small/examples"
_EXAMPLE_WORDS = re.compile(
    r"\b(?:kennels?|dogs?|breeds?|boxers?|poodles?|rex|bella)\b", re.IGNORECASE
)
_FENCE = re.compile(r"^[ \t]*```[ \t]*(?:\w+)?[ \t]*\n(?P<body>.*?)(?:^[ \t]*```|\Z)", re.M | re.S)
_SCRIPT = re.compile(r"<script(?![^>]*\bsrc=)[^>]*>(?P<body>.*?)(?:</script\s*>|\Z)", re.I | re.S)
_DOCUMENT = re.compile(
    r"<!doctype html\b.*(?:</html\s*>|\Z)|<html\b.*(?:</html\s*>|\Z)", re.I | re.S
)


@dataclass(frozen=True, slots=True)
class WorkedExample:
    """A brief of another page, its skeleton, and the functions that make it work.

    Texts of an example come back in answers, so there is one for each kind of page, as small as
    possible.
    """

    brief: str
    skeleton: Skeleton
    functions: str

    @classmethod
    def like(cls, skeleton: Skeleton) -> "WorkedExample":
        """The example of the same kind: files and selects, files, buttons, or inputs alone."""
        kind = _kind(skeleton)
        brief = scaffold.text(f"{_EXAMPLES}/{kind}.brief.md").strip()
        table = scaffold.text(f"{_EXAMPLES}/dogs.csv").encode()
        files = (Attachment("dogs.csv", "text/csv", table),) if skeleton.files else ()
        shown = Skeleton(PageSpec.of([brief], (), ""), data_files_of(files))
        return cls(brief, shown, scaffold.text(f"{_EXAMPLES}/{kind}.js"))


def page_prompt(request: DraftRequest) -> tuple[Message, ...]:
    """Asks for a whole page from the brief alone."""
    shapes = PromptMaterial(request).shapes
    text = scaffold.prompt("small/page", brief=request.brief, shapes=shapes)
    return Message("system", scaffold.prompt("small/system")), Message("user", text)


def script_prompt(brief: str, skeleton: Skeleton, with_example: bool) -> tuple[Message, ...]:
    """Asks for the functions of the skeleton.

    What all such prompts share comes first, so that the engine reads it only once.
    """
    messages = [Message("system", scaffold.prompt("small/script_system"))]
    if with_example:
        example = WorkedExample.like(skeleton)
        messages.append(Message("user", _empty_functions(example.brief, example.skeleton)))
        messages.append(Message("assistant", scaffold.fenced(example.functions, "js")))
    messages.append(Message("user", _empty_functions(brief, skeleton)))
    return tuple(messages)


def change_prompt(
    brief: str, skeleton: Skeleton, functions: str, change: NamedChange
) -> tuple[Message, ...]:
    """Asks for the functions of a skeleton's page again, with one change."""
    text = scaffold.prompt(
        "small/change",
        brief=brief,
        body=_body(skeleton),
        files=skeleton.files,
        functions=functions,
        change=change,
    )
    return Message("system", scaffold.prompt("small/script_system")), Message("user", text)


def rewrite_prompt(
    request: DraftRequest, page: str, change: NamedChange | None
) -> tuple[Message, ...]:
    """Asks for a whole page again, with what the round asks for."""
    text = scaffold.prompt(
        "small/rewrite",
        brief=request.brief,
        page=page.strip(),
        shapes=PromptMaterial(request).shapes,
        change=change,
    )
    return Message("system", scaffold.prompt("small/system")), Message("user", text)


def script_in(answer: str) -> str:
    """The script of an answer, out of its fence, and out of a page if the answer is one."""
    text = _longest_block(answer)
    inline = [match["body"] for match in _SCRIPT.finditer(text)]
    return (max(inline, key=len) if inline else text).strip("\n")


def page_in(answer: str) -> str:
    """The page of an answer. Raises DraftRefused where there is none."""
    found = _DOCUMENT.search(_longest_block(answer))
    if not found:
        raise DraftRefused("the answer holds no page")
    return found[0].strip() + "\n"


def copied_text(script: str, skeleton: Skeleton, asked: str) -> str:
    """A text that the script shows and that is of a worked example or of a file's sample.

    Empty where there is none, or where it is in `asked`: the briefs and the checks.
    """
    shown = texts_of(script)
    samples = [file.sample.strip('"') for file in skeleton.files if file.kind == "text"]
    copied = [match[0] for match in _EXAMPLE_WORDS.finditer(shown)]
    copied += [sample for sample in samples if sample and sample in shown]
    return next((text for text in copied if text.casefold() not in asked.casefold()), "")


def _longest_block(answer: str) -> str:
    """The longest fenced block of an answer, or all of it."""
    return max((match["body"] for match in _FENCE.finditer(answer)), key=len, default=answer)


def _kind(skeleton: Skeleton) -> str:
    names = {stub.name for stub in skeleton.stubs}
    if skeleton.files:
        return "choices" if "prepare" in names else "files"
    return "clicks" if names - {"prepare", "update"} else "inputs"


def _empty_functions(brief: str, skeleton: Skeleton) -> str:
    constants = [each.text for each in skeleton.head if each.text.startswith("const")]
    return scaffold.prompt(
        "small/script",
        brief=brief,
        body=_body(skeleton),
        head="\n".join(constants),
        files=skeleton.files,
        stubs=skeleton.stubs,
    )


def _body(skeleton: Skeleton) -> str:
    """The page without its head and its script."""
    page = skeleton.page("")
    return page[page.index("<body>") : page.index("<script>")].strip()
