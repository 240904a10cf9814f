from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from agent.deadline import Deadline
from agent.drafting.asking import Asking
from agent.drafting.author import Author
from agent.drafting.traits import Format
from agent.errors import Cancelled, DeadlinePassed, GalleyError, ModelError
from agent.models.scripted import Scripted
from agent.ports import Listener, Model, Prompt
from agent.values import Answer, Attempt, Enough, Order, Outcome, Proof, Trial, Verdict
from tests.orders import Shop, js

PAGE = "<!doctype html>\n<title>Shop</title>\n<p id='total'>0</p>\n</html>\n"
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
    """A model that gives these answers, in order."""

    def scripted(*answers: str) -> Heard:
        folder = tmp_path / "answers"
        folder.mkdir()
        for number, text in enumerate(answers, 1):
            (folder / f"{number}.md").write_text(text)
        return Heard(Scripted(folder))

    return scripted


def author(
    shop: Shop,
    model: Model,
    revises_by: Format = "diff",
    max_repairs: int = 3,
    seconds: float = 60,
    allow_workflows: bool = False,
) -> Author:
    return Author(
        writer=Asking(model, revises_by, max_repairs),
        desk=shop.desk,
        holder="Ann",
        allow_workflows=allow_workflows,
        deadlines=lambda job: Deadline.within(seconds),
        listen=lambda job: lambda piece: None,
    )


def attempted(made: Attempt | Enough | None) -> Attempt:
    assert isinstance(made, Attempt), made
    return made


def proved(attempt: Attempt, *outcomes: Outcome) -> Trial:
    verdicts = (Verdict(js("document.title === 'Shop'"), o, "it is 'x'") for o in outcomes)
    return Trial(attempt, Proof(tuple(verdicts), console=("ReferenceError: x",)))


def files(shop: Shop, order: Order, attempt: Attempt) -> dict[str, bytes]:
    return shop.desk.repository(order).files(attempt.commit)


def test_the_first_attempt_is_the_answer_with_attachments_and_scaffolds(
    shop: Shop, says: Write
) -> None:
    order = shop.order(attachments=CSV)

    made = attempted(author(shop, says(whole())).draft(order, ()))

    assert (made.number, made.summary) == (1, "Sells things.")
    found = files(shop, order, made)
    assert sorted(found) == [".nojekyll", "LICENSE", "README.md", "data.csv", "index.html"]
    assert found["data.csv"] == b"item,price\napple,3\n"
    assert found["index.html"].decode() == PAGE


def test_what_was_asked_and_said_is_evidence(shop: Shop, says: Write) -> None:
    order = shop.order(brief="Sell flowers.", checks=["js: 1 + 1"])

    author(shop, says(whole())).draft(order, ())

    kept = shop.desk.repository(order).evidence(1)
    assert b"Sell flowers." in kept["attempts/1/prompt.md"]
    assert b"1 + 1" in kept["attempts/1/prompt.md"]
    assert kept["attempts/1/answer.md"].decode() == whole()
    assert b'"model": "scripted:' in kept["attempts/1/usage.json"]


def test_an_attempt_that_was_made_is_not_made_again(shop: Shop, says: Write) -> None:
    order = shop.order()
    model = says(whole())
    first = author(shop, model).draft(order, ())

    again = author(shop, model).draft(order, ())

    assert again == first
    assert len(model.prompts) == 1


def test_a_failing_proof_goes_back_with_what_was_seen(shop: Shop, says: Write) -> None:
    order = shop.order()
    model = says(whole(), change("<p id='total'>0</p>", "<p id='total'>1</p>"))
    stage = author(shop, model)
    first = attempted(stage.draft(order, ()))

    second = attempted(stage.draft(order, (proved(first, Outcome.FAILED),)))

    assert b"<p id='total'>1</p>" in files(shop, order, second)["index.html"]
    assert "it is 'x'" in model.last
    assert "ReferenceError: x" in model.last
    assert PAGE in model.last


def test_a_repair_goes_on_from_the_best_attempt(shop: Shop, says: Write) -> None:
    order = shop.order()
    worse = PAGE.replace("Shop", "Worse")
    model = says(whole(), whole(worse), change("<title>Shop</title>", "<title>Best</title>"))
    stage = author(shop, model, revises_by="whole")
    first = proved(attempted(stage.draft(order, ())), Outcome.PASSED, Outcome.FAILED)
    second = proved(attempted(stage.draft(order, (first,))), Outcome.FAILED, Outcome.FAILED)

    third = attempted(stage.draft(order, (first, second)))

    assert "Worse" not in model.last
    assert b"<title>Best</title>" in files(shop, order, third)["index.html"]


def test_a_clean_proof_ends_it(shop: Shop, says: Write) -> None:
    order = shop.order()
    stage = author(shop, says(whole()))
    first = attempted(stage.draft(order, ()))

    assert isinstance(stage.draft(order, (proved(first, Outcome.PASSED),)), Enough)


def test_an_answer_that_cannot_be_used_is_answered_with_its_reason(shop: Shop, says: Write) -> None:
    order = shop.order()
    model = says("I would rather not.", whole())

    made = attempted(author(shop, model).draft(order, ()))

    assert made.number == 1
    assert [len(prompt.messages) for prompt in model.prompts] == [2, 4]
    answer = shop.desk.repository(order).evidence(1)["attempts/1/answer.md"]
    assert b"I would rather not." in answer
    assert b"Sells things." in answer


def test_three_useless_answers_are_an_attempt_that_came_to_nothing(shop: Shop, says: Write) -> None:
    order = shop.order()
    model = says(*["no"] * 3, whole())

    made = attempted(author(shop, model).draft(order, ()))

    assert made.number == 2
    kept = shop.desk.repository(order).evidence(1)
    assert kept["attempts/1/refused.txt"].strip()
    assert shop.desk.repository(order).attempt(1, 1) is None


def test_a_restart_does_not_ask_again_for_what_was_refused(shop: Shop, says: Write) -> None:
    order = shop.order()
    model = says(*["no"] * 3, whole())
    first = author(shop, model).draft(order, ())

    assert author(shop, model).draft(order, ()) == first
    assert len(model.prompts) == 4


def test_a_model_that_never_says_anything_useful_ends_with_the_last_reason(
    shop: Shop, says: Write
) -> None:
    order = shop.order()

    made = author(shop, says(*["no"] * 6), max_repairs=1).draft(order, ())

    assert isinstance(made, Enough)
    assert made.reason.startswith("2 attempts were made: ")
    assert shop.desk.repository(order).head is None


@pytest.mark.parametrize("again", [f"{whole()}\nExplanation: Another.\n", "It is fine as it is."])
def test_a_repair_that_changes_nothing_is_the_last(shop: Shop, says: Write, again: str) -> None:
    order = shop.order()
    model = says(f"{whole()}\nExplanation: One way.\n", again)
    stage = author(shop, model, revises_by="whole")
    first = proved(attempted(stage.draft(order, ())), Outcome.FAILED)
    second = proved(attempted(stage.draft(order, (first,))), Outcome.FAILED)

    made = stage.draft(order, (first, second))

    assert isinstance(made, Enough)
    assert made.reason == "the same draft came again"
    assert len(model.prompts) == 2


def test_an_earlier_attempt_with_other_words_is_the_same_draft(shop: Shop, says: Write) -> None:
    order = shop.order()
    better = whole(PAGE.replace("Shop", "Better"))
    model = says(whole(), better, f"{whole()}\nExplanation: Another.\n")
    stage = author(shop, model, revises_by="whole")
    first = proved(attempted(stage.draft(order, ())), Outcome.FAILED, Outcome.FAILED)
    second = proved(attempted(stage.draft(order, (first,))), Outcome.PASSED, Outcome.FAILED)
    third = proved(attempted(stage.draft(order, (first, second))), Outcome.FAILED, Outcome.FAILED)

    made = stage.draft(order, (first, second, third))

    assert isinstance(made, Enough)
    assert made.reason == "the same draft came again"


def test_a_retry_of_what_came_to_nothing_asks_again(shop: Shop, says: Write) -> None:
    order = shop.order()
    model = says(*["no"] * 6, whole())
    stage = replace(author(shop, model), deadlines=lambda job: Deadline(job.deadline))
    assert isinstance(stage.draft(order, ()), Enough)

    assert isinstance(stage.draft(order, ()), Enough)  # as after a crash, before it was recorded
    assert len(model.prompts) == 6
    later = replace(order, job=replace(order.job, deadline=order.job.deadline + 60))
    made = attempted(stage.draft(later, ()))

    assert made.number == 3
    assert len(model.prompts) == 7
    assert "attempts/1/refused.txt" in shop.desk.repository(order).evidence(1)


def test_a_model_that_never_says_anything_useful_is_soon_given_up(shop: Shop, says: Write) -> None:
    model = says(*["no"] * 12)

    made = author(shop, model, max_repairs=3).draft(shop.order(), ())

    assert isinstance(made, Enough)
    assert made.reason.startswith("2 attempts came to nothing: ")
    assert len(model.prompts) == 6


@pytest.mark.parametrize(
    ("check", "is_seen"),
    [("getComputedStyle(document.body).color === 'red'", True), ("document.title === 'x'", False)],
)
def test_a_picture_goes_with_a_repair_of_the_looks_only(
    shop: Shop, says: Write, check: str, is_seen: bool
) -> None:
    order = shop.order()
    model = says(whole(), whole(PAGE.replace("Shop", "Better")))
    stage = author(shop, model, revises_by="whole")
    first = attempted(stage.draft(order, ()))
    shop.desk.repository(order).record_evidence(1, {"attempts/1/screenshot.png": b"\x89PNG"})
    verdict = Verdict(js(check), Outcome.FAILED, "is false")

    stage.draft(order, (Trial(first, Proof((verdict,))),))

    assert [image.content for image in model.prompts[-1].messages[-1].images] == (
        [b"\x89PNG"] if is_seen else []
    )


def test_a_model_that_does_not_answer_at_all_is_a_failure(shop: Shop, says: Write) -> None:
    with pytest.raises(ModelError, match="no answer left"):
        author(shop, says()).draft(shop.order(), ())


@pytest.mark.parametrize(
    "error", [ModelError("gone"), DeadlinePassed("the time for the job is used up")]
)
def test_a_repair_that_nobody_answers_leaves_the_attempt_there_is(
    shop: Shop, says: Write, error: GalleyError
) -> None:
    order = shop.order()
    stage = author(shop, Failing(says(whole()), 1, error))
    first = attempted(stage.draft(order, ()))

    made = stage.draft(order, (proved(first, Outcome.FAILED),))

    assert isinstance(made, Enough)
    assert made.reason == str(error)


def test_a_cancelled_job_is_not_published_with_what_there_is(shop: Shop, says: Write) -> None:
    order = shop.order()
    stage = author(shop, Failing(says(whole()), 1, Cancelled("the job was cancelled")))
    first = attempted(stage.draft(order, ()))

    with pytest.raises(Cancelled):
        stage.draft(order, (proved(first, Outcome.FAILED),))


def test_a_later_round_shows_the_files_and_the_earlier_briefs(shop: Shop, says: Write) -> None:
    first = shop.order(brief="Sell flowers.")
    shop.done(first, {"index.html": PAGE.encode(), "logo.png": b"\x89PNG\x00"})
    order = shop.order(round_=2, brief="Count them.")
    model = says(change("<p id='total'>0</p>", "<p id='total'>7</p>"))

    made = attempted(author(shop, model).draft(order, ()))

    assert PAGE in model.last
    assert "Sell things." in model.last
    assert "Count them." in model.last
    assert "logo.png (in the repository, not shown)" in model.last
    found = files(shop, order, made)
    assert found["logo.png"] == b"\x89PNG\x00"
    assert b"<p id='total'>7</p>" in found["index.html"]


def test_an_attachment_of_a_later_round_replaces_the_old_one(shop: Shop, says: Write) -> None:
    shop.done(shop.order(), {"index.html": PAGE.encode(), "data.csv": b"old"})
    order = shop.order(round_=2, attachments=CSV)

    made = attempted(author(shop, says(whole(PAGE.replace(">0<", ">1<")))).draft(order, ()))

    assert files(shop, order, made)["data.csv"] == b"item,price\napple,3\n"


@pytest.mark.parametrize(
    "path",
    ["../out.html", "/etc/cron.d/x", ".git/hooks/post-commit", ".GIT/config", "a/../../x"],
)
def test_a_path_that_leaves_the_repository_is_refused_and_nothing_is_written(
    shop: Shop, says: Write, path: str
) -> None:
    order = shop.order()
    before = everything_under(shop.root)

    made = author(shop, says(*[whole(path=path)] * 3), max_repairs=0).draft(order, ())

    assert isinstance(made, Enough)
    assert shop.desk.repository(order).attempt(1, 1) is None
    new = everything_under(shop.root) - before
    assert not [name for name in new if "/.git/" not in name and "/answers" not in name]
    assert not list((shop.root / "repos/shop/.git/hooks").glob("*"))


def everything_under(root: Path) -> set[str]:
    return {str(path) for path in root.rglob("*")}


def test_a_workflow_is_refused_with_the_settings_name(shop: Shop, says: Write) -> None:
    order = shop.order()
    answer = whole("on: push\n", ".github/workflows/ci.yml")

    made = author(shop, says(*[answer] * 3), max_repairs=0).draft(order, ())

    assert isinstance(made, Enough)
    assert "ALLOW_WORKFLOWS" in made.reason


@pytest.mark.parametrize(
    ("brief", "is_made"),
    [("Sell things.", False), ("Sell things. Deploy by a GitHub Actions workflow.", True)],
)
def test_a_workflow_is_made_only_where_the_brief_asks_for_one(
    shop: Shop, says: Write, brief: str, is_made: bool
) -> None:
    order = shop.order(brief=brief)
    answer = whole("name: Deploy\non: push\njobs: {}\n", ".github/workflows/pages.yml")
    stage = author(shop, says(*[whole() + answer] * 3), max_repairs=0, allow_workflows=True)

    made = stage.draft(order, ())

    assert isinstance(made, Attempt) is is_made, made


def test_an_order_of_another_repository_is_not_mixed_up(shop: Shop, says: Write) -> None:
    one, two = shop.order("one"), shop.order("two")
    stage = author(shop, says(whole(), whole(PAGE.replace("Shop", "Two"))))

    attempted(stage.draft(one, ()))
    made = attempted(stage.draft(two, ()))

    assert b"Two" in files(shop, two, made)["index.html"]
    kept = shop.desk.repository(one).attempt(1, 1)
    assert kept
    assert b"Two" not in files(shop, one, kept)["index.html"]
