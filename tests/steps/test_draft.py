from collections.abc import Callable
from dataclasses import replace
from itertools import takewhile
from pathlib import Path

import pytest

from agent.deadline import Deadline
from agent.drafting.large_model import LargeModelWriter
from agent.drafting.model_profiles import Format
from agent.errors import Cancelled, DeadlinePassed, GalleyError, ModelError
from agent.loaded_job import LoadedJob
from agent.looks import Hint
from agent.models.scripted import Scripted
from agent.pipeline import Tried
from agent.ports import Listener, Model, Prompt
from agent.steps.draft import Drafting
from agent.steps.stop import Stopping
from agent.values import (
    Answer,
    Decision,
    Draft,
    Outcome,
    Proof,
    ProvedDraft,
    RefusedDraft,
    Verdict,
)
from tests.orders import Shop, js

PAGE = "<!doctype html>\n<title>Shop</title>\n<p id='total'>0</p>\n</html>\n"
CHECKS = ["js: document.title === 'Shop'"]
CSV = [{"name": "data.csv", "url": "data:text/csv,item%2Cprice%0Aapple%2C3%0A"}]


def whole(page: str = PAGE, path: str = "index.html") -> str:
    return f"Summary: Sells things.\n\n{path}\n```\n{page}```\n"


def change(old: str, new: str) -> str:
    hunk = f"--- a/index.html\n+++ b/index.html\n@@\n-{old}\n+{new}\n"
    return f"Summary: Counts.\n\n```diff\n{hunk}```\n"


class Heard:
    """A model that tells what it was asked and leaves the answer to another."""

    def __init__(self, model: Model) -> None:
        self.name = model.name
        self.prompts: list[Prompt] = []
        self._model = model

    def answer(self, prompt: Prompt, deadline: Deadline, listen: Listener) -> Answer:
        self.prompts.append(prompt)
        return self._model.answer(prompt, deadline, listen)

    @property
    def last(self) -> str:
        return self.prompts[-1].messages[-1].text


class Failing:
    """A model that gives so many answers and then this error."""

    name = "failing"

    def __init__(self, model: Model, answers: int, error: GalleyError) -> None:
        self._model = model
        self._left = answers
        self._error = error

    def answer(self, prompt: Prompt, deadline: Deadline, listen: Listener) -> Answer:
        self._left -= 1
        if self._left < 0:
            raise self._error
        return self._model.answer(prompt, deadline, listen)


Write = Callable[..., Heard]


@pytest.fixture
def says(tmp_path: Path) -> Write:
    """A model that gives these answers, in loaded."""

    def scripted(*answers: str) -> Heard:
        folder = tmp_path / "answers"
        folder.mkdir()
        for number, text in enumerate(answers, 1):
            (folder / f"{number}.md").write_text(text)
        return Heard(Scripted(folder))

    return scripted


def drafting(model: Model, revises_by: Format = "diff", allow_workflows: bool = False) -> Drafting:
    writer = LargeModelWriter(model, revises_by, max_repairs=3)
    return Drafting(
        writer, "Ann", allow_workflows, lambda job: lambda piece: None, lambda *_: False
    )


def decided(loaded: LoadedJob, tried: Tried, max_repairs: int = 3) -> Decision:
    writer = LargeModelWriter(Scripted(Path("nowhere")), "diff", max_repairs)
    return Stopping(writer).stop(loaded, tried)


def drafted(made: Draft | RefusedDraft) -> Draft:
    assert isinstance(made, Draft), made
    return made


def refused(made: Draft | RefusedDraft) -> RefusedDraft:
    assert isinstance(made, RefusedDraft), made
    return made


def proved(draft: Draft, *outcomes: Outcome) -> ProvedDraft:
    verdicts = (Verdict(js("document.title === 'Shop'"), o, "it is 'x'") for o in outcomes)
    return ProvedDraft(draft, Proof(tuple(verdicts), console=("ReferenceError: x",)))


def files(loaded: LoadedJob, draft: Draft) -> dict[str, bytes]:
    return loaded.repository.files(draft.commit)


def test_the_first_draft_is_the_answer_with_attachments_and_scaffolds(
    shop: Shop, says: Write
) -> None:
    loaded = shop.loaded(attachments=CSV)

    made = drafted(drafting(says(whole())).draft(loaded, ()))

    assert (made.number, made.summary) == (1, "Sells things.")
    found = files(loaded, made)
    assert sorted(found) == [".nojekyll", "LICENSE", "README.md", "data.csv", "index.html"]
    assert found["data.csv"] == b"item,price\napple,3\n"
    assert found["index.html"].decode() == PAGE


def test_what_was_asked_and_said_is_evidence(shop: Shop, says: Write) -> None:
    loaded = shop.loaded(brief="Sell flowers.", checks=["js: 1 + 1"])

    drafting(says(whole())).draft(loaded, ())

    kept = loaded.repository.evidence(1)
    assert b"Sell flowers." in kept["attempts/1/prompt.md"]
    assert b"1 + 1" in kept["attempts/1/prompt.md"]
    assert kept["attempts/1/answer.md"].decode() == whole()
    assert b'"model": "scripted:' in kept["attempts/1/usage.json"]


def test_an_draft_that_was_made_is_not_made_again(shop: Shop, says: Write) -> None:
    loaded = shop.loaded(checks=CHECKS)
    model = says(whole())
    first = drafting(model).draft(loaded, ())

    again = drafting(model).draft(loaded, ())

    assert again == first
    assert len(model.prompts) == 1


def test_a_failing_proof_goes_back_with_what_was_seen(shop: Shop, says: Write) -> None:
    loaded = shop.loaded(checks=CHECKS)
    model = says(whole(), change("<p id='total'>0</p>", "<p id='total'>1</p>"))
    stage = drafting(model)
    first = drafted(stage.draft(loaded, ()))

    second = drafted(stage.draft(loaded, (proved(first, Outcome.FAILED),)))

    assert b"<p id='total'>1</p>" in files(loaded, second)["index.html"]
    assert "it is 'x'" in model.last
    assert "ReferenceError: x" in model.last
    assert PAGE in model.last


def test_a_repair_begins_with_the_words_that_a_provider_may_have_kept(
    shop: Shop, says: Write
) -> None:
    loaded = shop.loaded(brief="Sell flowers.", checks=CHECKS, attachments=CSV)
    model = says(whole(), change("<p id='total'>0</p>", "<p id='total'>1</p>"))
    stage = drafting(model)
    first = drafted(stage.draft(loaded, ()))

    stage.draft(loaded, (proved(first, Outcome.FAILED),))

    systems, users = zip(*(prompt.messages for prompt in model.prompts), strict=True)
    assert systems[0] == systems[1]
    (kept,) = {user.text[: user.stable] for user in users}
    assert "Sell flowers." in kept
    assert "apple" in kept


def test_a_repair_goes_on_from_the_best_attempt(shop: Shop, says: Write) -> None:
    loaded = shop.loaded(checks=CHECKS)
    worse = PAGE.replace("Shop", "Worse")
    model = says(whole(), whole(worse), change("<title>Shop</title>", "<title>Best</title>"))
    stage = drafting(model, revises_by="whole")
    first = proved(drafted(stage.draft(loaded, ())), Outcome.PASSED, Outcome.FAILED)
    second = proved(drafted(stage.draft(loaded, (first,))), Outcome.FAILED, Outcome.FAILED)

    third = drafted(stage.draft(loaded, (first, second)))

    assert "Worse" not in model.last
    assert b"<title>Best</title>" in files(loaded, third)["index.html"]


def test_a_clean_proof_ends_it(shop: Shop, says: Write) -> None:
    loaded = shop.loaded(checks=CHECKS)
    first = drafted(drafting(says(whole())).draft(loaded, ()))

    assert decided(loaded, (proved(first, Outcome.PASSED),)).stops
    assert not decided(loaded, (proved(first, Outcome.FAILED),)).stops


def test_an_answer_that_cannot_be_used_is_answered_with_its_reason(shop: Shop, says: Write) -> None:
    loaded = shop.loaded(checks=CHECKS)
    model = says("I would rather not.", whole())

    made = drafted(drafting(model).draft(loaded, ()))

    assert made.number == 1
    assert [len(prompt.messages) for prompt in model.prompts] == [2, 4]
    answer = loaded.repository.evidence(1)["attempts/1/answer.md"]
    assert b"I would rather not." in answer
    assert b"Sells things." in answer


def test_three_useless_answers_are_an_attempt_that_came_to_nothing(shop: Shop, says: Write) -> None:
    loaded = shop.loaded(checks=CHECKS)
    model = says(*["no"] * 3, whole())
    stage = drafting(model)

    nothing = refused(stage.draft(loaded, ()))
    made = drafted(stage.draft(loaded, (nothing,)))

    assert (nothing.number, made.number) == (1, 2)
    kept = loaded.repository.evidence(1)
    assert kept["attempts/1/refused.txt"].decode().strip() == nothing.reason
    assert loaded.repository.draft(1, 1) is None


def test_a_restart_does_not_ask_again_for_what_was_refused(shop: Shop, says: Write) -> None:
    loaded = shop.loaded(checks=CHECKS)
    model = says(*["no"] * 3, whole())
    first = drafting(model).draft(loaded, ())

    assert drafting(model).draft(loaded, ()) == first
    assert len(model.prompts) == 3


def test_a_model_that_never_says_anything_useful_ends_with_the_last_reason(
    shop: Shop, says: Write
) -> None:
    loaded = shop.loaded(checks=CHECKS)
    stage = drafting(says(*["no"] * 6))
    first = refused(stage.draft(loaded, ()))
    second = refused(stage.draft(loaded, (first,)))

    decision = decided(loaded, (first, second), max_repairs=1)

    assert decision == Decision(True, f"2 attempts were made: {second.reason}")
    assert loaded.repository.head is None


@pytest.mark.parametrize("again", [f"{whole()}\nExplanation: Another.\n", "It is fine as it is."])
def test_a_repair_that_changes_nothing_is_the_last(shop: Shop, says: Write, again: str) -> None:
    loaded = shop.loaded(checks=CHECKS)
    model = says(f"{whole()}\nExplanation: One way.\n", again)
    stage = drafting(model, revises_by="whole")
    first = proved(drafted(stage.draft(loaded, ())), Outcome.FAILED)
    second = refused(stage.draft(loaded, (first,)))

    reason = "the repair came out as draft 1 again"
    assert decided(loaded, (first, second)) == Decision(True, reason)
    assert len(model.prompts) == 2


def test_an_earlier_draft_with_other_words_is_the_same_draft(shop: Shop, says: Write) -> None:
    loaded = shop.loaded(checks=CHECKS)
    better = whole(PAGE.replace("Shop", "Better"))
    model = says(whole(), better, f"{whole()}\nExplanation: Another.\n")
    stage = drafting(model, revises_by="whole")
    first = proved(drafted(stage.draft(loaded, ())), Outcome.FAILED, Outcome.FAILED)
    second = proved(drafted(stage.draft(loaded, (first,))), Outcome.PASSED, Outcome.FAILED)
    third = refused(stage.draft(loaded, (first, second)))

    reason = "the repair came out as draft 1 again"
    assert decided(loaded, (first, second, third)) == Decision(True, reason)


def test_a_repair_that_only_claims_is_proved_again(shop: Shop, says: Write) -> None:
    loaded = shop.loaded(checks=CHECKS)
    stage = drafting(says(whole(), "Test 1.1 is wrong: the brief does not ask for it."))
    first = proved(drafted(stage.draft(loaded, ())), Outcome.FAILED)

    second = drafted(stage.draft(loaded, (first,)))

    assert files(loaded, second)["index.html"] == PAGE.encode()


def test_a_retry_of_what_came_to_nothing_asks_again(shop: Shop, says: Write) -> None:
    loaded = shop.loaded(checks=CHECKS)
    stage = drafting(says(*["no"] * 6, whole()))
    first = refused(stage.draft(loaded, ()))
    second = refused(stage.draft(loaded, (first,)))
    assert decided(loaded, (first, second)).stops

    more_time = Deadline(loaded.deadlines.whole.at + 60)
    retried = replace(loaded, deadlines=replace(loaded.deadlines, whole=more_time))
    assert not decided(retried, (first, second)).stops
    made = drafted(stage.draft(retried, (first, second)))

    assert made.number == 3
    assert "attempts/1/refused.txt" in loaded.repository.evidence(1)


def test_a_model_that_never_says_anything_useful_is_soon_given_up(shop: Shop, says: Write) -> None:
    loaded = shop.loaded(checks=CHECKS)
    stage = drafting(says(*["no"] * 6))
    first = refused(stage.draft(loaded, ()))
    second = refused(stage.draft(loaded, (first,)))

    decision = decided(loaded, (first, second))

    assert decision.reason.startswith("2 attempts came to nothing: ")


@pytest.mark.parametrize(
    ("check", "is_seen"),
    [("getComputedStyle(document.body).color === 'red'", True), ("document.title === 'x'", False)],
)
def test_a_picture_goes_with_a_repair_of_the_looks_only(
    shop: Shop, says: Write, check: str, is_seen: bool
) -> None:
    loaded = shop.loaded(checks=[f"js: {check}"])
    model = says(whole(), whole(PAGE.replace("Shop", "Better")))
    stage = drafting(model, revises_by="whole")
    first = drafted(stage.draft(loaded, ()))
    loaded.repository.record_evidence(1, {"attempts/1/screenshot.png": b"\x89PNG"})
    verdict = Verdict(js(check), Outcome.FAILED, "is false")

    stage.draft(loaded, (ProvedDraft(first, Proof((verdict,))),))

    assert [image.content for image in model.prompts[-1].messages[-1].images] == (
        [b"\x89PNG"] if is_seen else []
    )


def test_a_model_that_does_not_answer_at_all_is_a_failure(shop: Shop, says: Write) -> None:
    with pytest.raises(ModelError, match="no answer left"):
        drafting(says()).draft(shop.loaded(checks=CHECKS), ())


@pytest.mark.parametrize(
    "error", [ModelError("gone"), DeadlinePassed("the time for the job is used up")]
)
def test_a_repair_that_nobody_answers_leaves_the_draft_there_is(
    shop: Shop, says: Write, error: GalleyError
) -> None:
    loaded = shop.loaded(checks=CHECKS)
    stage = drafting(Failing(says(whole()), 1, error))
    first = drafted(stage.draft(loaded, ()))

    tried = proved(first, Outcome.FAILED)
    nothing = refused(stage.draft(loaded, (tried,)))

    assert nothing.is_final
    assert decided(loaded, (tried, nothing)) == Decision(True, str(error))


def test_a_cancelled_job_is_not_published_with_what_there_is(shop: Shop, says: Write) -> None:
    loaded = shop.loaded(checks=CHECKS)
    stage = drafting(Failing(says(whole()), 1, Cancelled("the job was cancelled")))
    first = drafted(stage.draft(loaded, ()))

    with pytest.raises(Cancelled):
        stage.draft(loaded, (proved(first, Outcome.FAILED),))


def test_a_later_round_shows_the_files_and_the_earlier_briefs(shop: Shop, says: Write) -> None:
    first = shop.loaded(brief="Sell flowers.")
    shop.done(first, {"index.html": PAGE.encode(), "logo.png": b"\x89PNG\x00"})
    loaded = shop.loaded(round_=2, brief="Count them.")
    model = says(change("<p id='total'>0</p>", "<p id='total'>7</p>"))

    made = drafted(drafting(model).draft(loaded, ()))

    assert PAGE in model.last
    assert "Sell things." in model.last
    assert "Count them." in model.last
    assert "logo.png (in the repository, not shown)" in model.last
    found = files(loaded, made)
    assert found["logo.png"] == b"\x89PNG\x00"
    assert b"<p id='total'>7</p>" in found["index.html"]


def test_an_attachment_of_a_later_round_replaces_the_old_one(shop: Shop, says: Write) -> None:
    shop.done(shop.loaded(checks=CHECKS), {"index.html": PAGE.encode(), "data.csv": b"old"})
    loaded = shop.loaded(round_=2, attachments=CSV)

    made = drafted(drafting(says(whole(PAGE.replace("Shop", "New")))).draft(loaded, ()))

    assert files(loaded, made)["data.csv"] == b"item,price\napple,3\n"


def csv(content: str) -> list[dict[str, str]]:
    return [{"name": "data.csv", "url": f"data:text/csv,{content}"}]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [(["old", "old"], b"mended"), (["old", "new"], b"new"), (["old", "new", "old"], b"old")],
)
def test_what_main_has_of_an_attachment_stays_unless_other_bytes_are_sent(
    shop: Shop, says: Write, sent: list[str], kept: bytes
) -> None:
    for number, content in enumerate(sent[:-1], 1):
        earlier = shop.loaded(round_=number, attachments=csv(content))
        shop.done(earlier, {"index.html": PAGE.encode(), "data.csv": b"mended"})
    loaded = shop.loaded(round_=len(sent), attachments=csv(sent[-1]))

    made = drafted(drafting(says(whole(PAGE.replace("Shop", "New")))).draft(loaded, ()))

    assert files(loaded, made)["data.csv"] == kept


def test_a_repair_shows_a_changed_attachment_as_it_is_now(shop: Shop, says: Write) -> None:
    loaded = shop.loaded(checks=CHECKS, attachments=CSV)
    answer = whole() + "\ndata.csv\n```\nitem,price\npear,4\n```\n"
    model = says(answer, change("<p id='total'>0</p>", "<p id='total'>4</p>"))
    stage = drafting(model)
    first = drafted(stage.draft(loaded, ()))

    stage.draft(loaded, (proved(first, Outcome.FAILED),))

    assert "FILE data.csv (it came with a brief; this is how it is now)\nitem,price\npear,4" in (
        model.last
    )
    assert "byte for byte" not in model.last


def test_a_repair_hears_what_was_tried_and_what_was_not_decided(shop: Shop, says: Write) -> None:
    loaded = shop.loaded(checks=[*CHECKS, "It is nice"])
    model = says(whole(), change("<p id='total'>0</p>", "<p id='total'>1</p>"), "Fine.")
    stage = drafting(model)
    failed = proved(drafted(stage.draft(loaded, ())), Outcome.FAILED).proof.verdicts
    unproved = Verdict(loaded.checks[1], Outcome.UNPROVED, "no test was written")
    proof = Proof((*failed, unproved), hints=(Hint("an image has no alt"),))
    first = ProvedDraft(drafted(stage.draft(loaded, ())), proof)
    second = ProvedDraft(drafted(stage.draft(loaded, (first,))), proof)

    stage.draft(loaded, (first, second))

    assert "- Draft 1 (the one above): Sells things. 0/2 passed, 1 unproved; failed: 1.1" in (
        model.last
    )
    assert "- Draft 2: Counts. 0/2 passed, 1 unproved; failed: 1.1" in model.last
    assert "- Check 1.2: no test was written" in model.last
    assert "- an image has no alt" in model.last


@pytest.mark.parametrize(
    "path",
    ["../out.html", "/etc/cron.d/x", ".git/hooks/post-commit", ".GIT/config", "a/../../x"],
)
def test_a_path_that_leaves_the_repository_is_refused_and_nothing_is_written(
    shop: Shop, says: Write, path: str
) -> None:
    loaded = shop.loaded(checks=CHECKS)
    before = everything_under(shop.root)

    made = drafting(says(*[whole(path=path)] * 3)).draft(loaded, ())

    refused(made)
    assert loaded.repository.draft(1, 1) is None
    new = everything_under(shop.root) - before
    assert not [name for name in new if "/.git/" not in name and "/answers" not in name]
    assert not list((shop.root / "repos/shop/.git/hooks").glob("*"))


def everything_under(root: Path) -> set[str]:
    return {str(path) for path in root.rglob("*")}


def test_a_workflow_is_refused_with_the_settings_name(shop: Shop, says: Write) -> None:
    loaded = shop.loaded(checks=CHECKS)
    answer = whole("on: push\n", ".github/workflows/ci.yml")

    made = drafting(says(*[answer] * 3)).draft(loaded, ())

    assert "ALLOW_WORKFLOWS" in refused(made).reason


@pytest.mark.parametrize(
    ("brief", "is_made"),
    [("Sell things.", False), ("Sell things. Deploy by a GitHub Actions workflow.", True)],
)
def test_a_workflow_is_made_only_where_the_brief_asks_for_one(
    shop: Shop, says: Write, brief: str, is_made: bool
) -> None:
    loaded = shop.loaded(brief=brief)
    answer = whole("name: Deploy\non: push\njobs: {}\n", ".github/workflows/pages.yml")
    stage = drafting(says(*[whole() + answer] * 3), allow_workflows=True)

    made = stage.draft(loaded, ())

    assert isinstance(made, Draft) is is_made, made


def test_an_order_of_another_repository_is_not_mixed_up(shop: Shop, says: Write) -> None:
    one, two = shop.loaded("one"), shop.loaded("two")
    stage = drafting(says(whole(), whole(PAGE.replace("Shop", "Two"))))

    drafted(stage.draft(one, ()))
    made = drafted(stage.draft(two, ()))

    assert b"Two" in files(two, made)["index.html"]
    kept = one.repository.draft(1, 1)
    assert kept
    assert b"Two" not in files(one, kept)["index.html"]


def test_what_stays_the_same_comes_first_for_the_caches_of_providers(
    shop: Shop, says: Write
) -> None:
    shop.done(shop.loaded(brief="Sell flowers."), {"index.html": PAGE.encode()})
    loaded = shop.loaded(round_=2, brief="Count them.", checks=CHECKS)
    model = says(*(change(f"<p id='total'>{n}</p>", f"<p id='total'>{n + 7}</p>") for n in (0, 7)))
    stage = drafting(model)
    verdict = Verdict(loaded.checks[-1], Outcome.FAILED, "it is 'x'")
    first = ProvedDraft(drafted(stage.draft(loaded, ())), Proof((verdict,)))

    stage.draft(loaded, (first,))

    asked = [prompt.messages[-1].text for prompt in model.prompts]
    same = takewhile(lambda pair: pair[0] == pair[1], zip(*asked, strict=False))
    shared = "".join(letter for letter, _ in same)
    assert "Sell things." in shared
    assert "END BRIEF\n" in shared[shared.index("Count them.") :]
    assert CHECKS[0].removeprefix("js: ") in shared
