"""Checks, and requests for drafts, as the small-model tests need them."""

from collections.abc import Mapping

from agent.deadline import Deadline
from agent.ports import DraftRequest, EarlierDraft
from agent.values import (
    Attachment,
    Brief,
    Check,
    CheckKind,
    Draft,
    Outcome,
    Proof,
    ProvedDraft,
    Round,
    Verdict,
)

BRIEF = 'A page titled "Tip" with a number input #bill that starts at 80; #tip shows the tip.'
_SHA = "0123456789" * 4


def js(text: str, round_: int = 1) -> Check:
    return Check(CheckKind.JS, text, round_)


def sentence(text: str, round_: int = 1) -> Check:
    return Check(CheckKind.SENTENCE, text, round_)


CHECK = js("document.querySelector('#tip').textContent === '12.00'")


def earlier_draft(number: int, page: str, *verdicts: Verdict) -> EarlierDraft:
    """A draft with these verdicts, or with a failed check."""
    proof = Proof(verdicts or (failed(CHECK),))
    proved = ProvedDraft(Draft(number, _SHA, _SHA, "Tips", "scripted"), proof)
    return EarlierDraft(proved, {"index.html": page.encode()})


def passed(check: Check) -> Verdict:
    return Verdict(check, Outcome.PASSED, "is true")


def failed(check: Check) -> Verdict:
    return Verdict(check, Outcome.FAILED, "is false")


def draft_request(
    brief: str = BRIEF,
    checks: tuple[Check, ...] = (CHECK,),
    page: str = "",
    earlier: tuple[Round, ...] = (),
    attachments: tuple[Attachment, ...] = (),
) -> DraftRequest:
    """The first attempt of a round; `page` is what the round before left."""
    files = {each.name: each.content for each in attachments}
    return DraftRequest(
        brief=Brief("tip", len(earlier) + 1, brief, "n", checks, attachments),
        earlier=earlier,
        attachments=attachments,
        base={"index.html": page.encode(), **files} if page else files,
        number=1,
        tried=(),
        deadline=Deadline.within(60),
        listen=ignore,
        permit=permit_all,
    )


def permit_all(before: Mapping[str, bytes], after: Mapping[str, bytes]) -> dict[str, bytes]:
    return dict(after)


def ignore(piece: str) -> None:
    pass
