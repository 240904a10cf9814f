import json
from dataclasses import replace
from pathlib import Path

import pytest

from agent.budget import Budget
from agent.build import nobody_listens
from agent.deadline import Deadline
from agent.loaded_job import Deadlines, LoadedJob
from agent.looks import Hint, Review
from agent.models.scripted import Scripted
from agent.ranking import is_as_good
from agent.steps.choose import choose
from agent.steps.review import Reviewing
from agent.values import Draft, Outcome, Proof, ProvedDraft, Verdict
from tests.orders import Shop, js

PICTURES = {"attempts/1/screenshot.png": b"wide", "attempts/1/screenshot-phone.png": b"narrow"}
RIGHT = Proof((Verdict(js("true"), Outcome.PASSED, ""),))
WRONG = Proof((Verdict(js("true"), Outcome.FAILED, ""),))
UNPROVED = Proof((Verdict(js("true"), Outcome.UNPROVED, ""),))
BROKEN = Proof(RIGHT.verdicts, faults=("uncaught error: x",))
HINTED = Proof(RIGHT.verdicts, hints=(Hint("text is cut off"),))


def proved(proof: Proof = RIGHT, number: int = 1) -> ProvedDraft:
    return ProvedDraft(Draft(number, f"{number:040x}", f"{number:040x}", "summary", "model"), proof)


def reviewing(folder: Path, *answers: str, is_asked: bool = True) -> Reviewing:
    folder.mkdir()
    for number, answer in enumerate(answers, 1):
        (folder / f"{number}.md").write_text(f"when: You look at pictures\n{answer}")
    return Reviewing(Scripted(folder), is_asked, nobody_listens)


def loaded_with(shop: Shop, files: dict[str, bytes]) -> LoadedJob:
    loaded = shop.loaded()
    loaded.record({"attempts/1/proof.json": b'{"summary": "1/1 passed"}', **files})
    soon = Deadline.within(600)
    return replace(loaded, deadlines=Deadlines(soon, soon, soon))


def test_what_a_model_objects_to_is_on_record_and_asked_for_once(
    shop: Shop, tmp_path: Path
) -> None:
    loaded = loaded_with(shop, PICTURES)
    step = reviewing(tmp_path / "said", "- top: the title is cut off\n- nothing")

    reviews = [step.review(loaded, (proved(),)) for _ in range(2)]

    assert reviews == [Review(1, ("top: the title is cut off",), True)] * 2
    kept = loaded.repository.evidence(1)
    assert b"the title is cut off" in kept["attempts/1/proof.json"]
    assert b"the page on a phone" in kept["attempts/1/review-prompt.md"]
    assert kept["attempts/1/review-answer.md"].startswith(b"- top")


def test_a_model_that_objects_to_nothing_costs_no_further_draft(shop: Shop, tmp_path: Path) -> None:
    step = reviewing(tmp_path / "said", "NOTHING")

    review = step.review(loaded_with(shop, PICTURES), (proved(),))

    assert review == Review(1, (), True)


@pytest.mark.parametrize(
    ("proof", "pictures", "is_asked"),
    [
        (WRONG, PICTURES, True),
        (BROKEN, PICTURES, True),
        (RIGHT, {}, True),
        (RIGHT, PICTURES, False),
    ],
)
def test_no_model_is_asked_about_a_draft_with_other_troubles(
    shop: Shop, tmp_path: Path, proof: Proof, pictures: dict[str, bytes], is_asked: bool
) -> None:
    step = reviewing(tmp_path / "said", "- it is ugly", is_asked=is_asked)

    review = step.review(loaded_with(shop, pictures), (proved(proof),))

    assert review == Review(1)


def test_a_model_that_does_not_answer_leaves_the_draft_as_it_is(shop: Shop, tmp_path: Path) -> None:
    step = reviewing(tmp_path / "said")

    assert step.review(loaded_with(shop, PICTURES), (proved(),)) == Review(1)


@pytest.mark.parametrize(
    ("tokens", "review"),
    [
        (100, Review(1)),
        (200, Review(1, (), True)),
        (201, Review(1, ("it is cut off",), True)),
    ],
)
def test_what_a_budget_has_no_room_for_is_not_begun(
    shop: Shop, tmp_path: Path, tokens: int, review: Review
) -> None:
    call = {"prompt_tokens": 100, "completion_tokens": 0, "cost": None, "seconds": 1}
    used = json.dumps([{"model": "m", **call}])
    loaded = loaded_with(shop, {**PICTURES, "attempts/1/usage.json": used.encode()})
    said = tmp_path / "said"
    step = replace(reviewing(said, "- it is cut off"), budget=Budget(tokens=tokens))
    if tokens > 100:
        step.review(loaded, (proved(),))
        loaded.record({"attempts/1/review-usage.json": used.encode()})

    assert step.review(loaded, (proved(),)) == review


@pytest.mark.parametrize(
    ("before", "after", "is_kept"),
    [
        (RIGHT, RIGHT, True),
        (HINTED, RIGHT, True),
        (UNPROVED, RIGHT, True),
        (UNPROVED, UNPROVED, True),
        (RIGHT, WRONG, False),
        (RIGHT, UNPROVED, False),
        (RIGHT, BROKEN, False),
        (RIGHT, HINTED, False),
    ],
)
def test_a_polished_draft_is_kept_only_where_nothing_became_worse(
    shop: Shop, before: Proof, after: Proof, is_kept: bool
) -> None:
    loaded = shop.loaded()

    chosen = choose(loaded, proved(before), proved(after, 2))

    assert (chosen.draft.number == 2) is is_kept
    assert is_as_good(before, after) is is_kept
    record = loaded.evidence("attempts/2/polish.json")
    assert record
    assert json.loads(record) == {"of": 1, "kept": is_kept}
