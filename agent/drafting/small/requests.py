"""What a small model is asked for each kind of move."""

from agent import scaffold
from agent.drafting.small.assembly import written
from agent.drafting.small.case import Case
from agent.drafting.small.change import Change
from agent.drafting.small.examples import example_for
from agent.drafting.small.mending import inline_script
from agent.drafting.small.skeleton import Skeleton
from agent.ports import Message


def for_page(case: Case) -> tuple[Message, ...]:
    """The plain request."""
    text = scaffold.prompt("small/page", brief=case.request.brief, shapes=case.material.shapes)
    return Message("system", scaffold.prompt("small/system")), Message("user", text)


def for_script(case: Case, with_example: bool) -> tuple[Message, ...]:
    """The functions of the skeleton; what all such requests share comes first, to be read once."""
    messages = [Message("system", scaffold.prompt("small/script_system"))]
    if with_example:
        example = example_for(case.skeleton)
        messages.append(Message("user", _stubs(example.brief, example.skeleton)))
        messages.append(Message("assistant", scaffold.fenced(example.answer, "js")))
    messages.append(Message("user", _stubs(case.request.brief.text, case.skeleton)))
    return tuple(messages)


def for_change(case: Case, page: str, change: Change) -> tuple[Message, ...]:
    """The functions of a skeleton's page again, with one change."""
    text = scaffold.prompt(
        "small/change",
        brief=case.request.brief.text,
        body=_body(case.skeleton),
        files=case.skeleton.files,
        written=written(inline_script(page)),
        change=change,
    )
    return Message("system", scaffold.prompt("small/script_system")), Message("user", text)


def for_rewrite(case: Case, page: str, change: Change | None) -> tuple[Message, ...]:
    """A whole page again, with what this round asks for."""
    text = scaffold.prompt(
        "small/rewrite",
        brief=case.request.brief,
        page=page.strip(),
        shapes=case.material.shapes,
        change=change,
    )
    return Message("system", scaffold.prompt("small/system")), Message("user", text)


def _stubs(brief: str, skeleton: Skeleton) -> str:
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
