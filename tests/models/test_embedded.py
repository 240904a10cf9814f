"""The embedded model's ways, with the real llama.cpp on a model small enough to load in 50 ms."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from agent.deadline import Deadline
from agent.errors import Cancelled, ConfigurationError, DeadlinePassed, ModelError
from agent.models.embedded import Embedded, engine_problem
from agent.ports import Message, Prompt
from tests.models.tiny_gguf import (
    NEVER_ENDS,
    SAYS_A_RANDOM_LETTER,
    SAYS_PRINTED,
    write_tiny_gguf,
)

pytestmark = pytest.mark.skipif(engine_problem() is not None, reason=str(engine_problem()))


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_gguf(tmp_path_factory.mktemp("tiny") / "tiny.gguf")


@pytest.fixture(scope="module")
def model(tiny: Path) -> Iterator[Embedded]:
    """Its process goes on from one test to the next."""
    model = Embedded(tiny, "tiny", context=256)
    yield model
    model.close()


@pytest.fixture
def fresh(model: Embedded) -> Iterator[Embedded]:
    """The model without a process, for tests that look at one or end it."""
    model.close()
    yield model
    model.close()


def asking(text: str, max_tokens: int | None = 100, seed: int | None = None) -> Prompt:
    temperature = None if seed is None else 1.0
    return Prompt((Message("user", text),), temperature, seed, max_tokens)


def soon() -> Deadline:
    return Deadline.within(20)


def ignore(piece: str) -> None:
    pass


def pid_of(model: Embedded) -> int:
    """The child's process id, which a crash has to be made with."""
    children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    found = {int(pid) for path in children for pid in path.read_text().split()}
    (pid,) = (pid for pid in found if b"llama_child" in _command(pid))
    return pid


def _command(pid: int) -> bytes:
    return Path(f"/proc/{pid}/cmdline").read_bytes()


def wait_until(claim: Callable[[], bool], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not claim():
        assert time.monotonic() < end, "it did not come true in time"
        threading.Event().wait(0.01)


def test_an_answer_is_heard_in_pieces_and_given_whole(model: Embedded) -> None:
    heard: list[str] = []

    answer = model.answer(asking(f"hello{SAYS_PRINTED}"), soon(), heard.append)

    assert (answer.text, heard) == ("printed", list("printed"))
    assert answer.model == "tiny"
    assert (answer.usage.prompt_tokens, answer.usage.completion_tokens) == (6, 8)
    assert answer.usage.cost == 0.0
    assert answer.usage.seconds > 0


def test_every_message_reaches_the_model(model: Embedded) -> None:
    turns = (Message("system", "be brief"), Message("user", SAYS_PRINTED))

    answer = model.answer(Prompt(turns), soon(), ignore)

    assert answer.usage.prompt_tokens == len("be brief") + 1


def test_the_same_seed_gives_the_same_answer_and_seeds_differ(model: Embedded) -> None:
    def letter(seed: int) -> str:
        return model.answer(asking(SAYS_A_RANDOM_LETTER, seed=seed), soon(), ignore).text

    letters = [letter(seed) for seed in range(10)]

    assert letters == [letter(seed) for seed in range(10)]
    assert len(set(letters)) > 2


def test_without_a_temperature_the_likeliest_answer_is_given(model: Embedded) -> None:
    prompt = Prompt((Message("user", SAYS_A_RANDOM_LETTER),))

    answers = {model.answer(prompt, soon(), ignore).text for _ in range(10)}

    assert len(answers) == 1


def test_an_answer_that_is_cut_off_is_no_answer(model: Embedded) -> None:
    with pytest.raises(ModelError, match=r"cut off after 30 tokens \(length\)"):
        model.answer(asking(NEVER_ENDS, max_tokens=30), soon(), ignore)


def test_an_answer_that_fills_the_context_is_no_answer(model: Embedded) -> None:
    with pytest.raises(ModelError, match=r"cut off .* the context has 256"):
        model.answer(asking(NEVER_ENDS, max_tokens=5000), soon(), ignore)


def test_a_prompt_longer_than_the_context_is_refused_with_both_sizes(model: Embedded) -> None:
    with pytest.raises(ModelError, match=r"5000 tokens.*256 tokens"):
        model.answer(asking("h" * 5000), soon(), ignore)


def test_a_model_that_is_stuck_is_given_up_at_the_deadline(fresh: Embedded) -> None:
    fresh.answer(asking(SAYS_PRINTED), soon(), ignore)
    stuck = pid_of(fresh)
    os.kill(stuck, signal.SIGSTOP)
    began = time.monotonic()

    with pytest.raises(DeadlinePassed):
        fresh.answer(asking(SAYS_PRINTED), Deadline.within(0.3), ignore)

    assert time.monotonic() - began < 10
    assert not Path(f"/proc/{stuck}").exists()
    assert fresh.answer(asking(SAYS_PRINTED), soon(), ignore).text == "printed"


def test_a_cancelled_job_hears_no_more(model: Embedded) -> None:
    heard: list[str] = []
    deadline = Deadline(time.time() + 20, is_cancelled=lambda: len(heard) >= 3)

    with pytest.raises(Cancelled):
        model.answer(asking(NEVER_ENDS, max_tokens=1000), deadline, heard.append)

    assert heard == ["x", "y", "z"]


@pytest.mark.usefixtures("fresh")
def test_what_the_listener_raises_ends_the_writing_and_keeps_the_process(tiny: Path) -> None:
    def complain(piece: str) -> None:
        raise LookupError(piece)

    with closing(Embedded(tiny, slots=1)) as model:
        model.answer(asking(SAYS_PRINTED), soon(), ignore)
        warm = pid_of(model)

        with pytest.raises(LookupError):  # 15,000 tokens would take a minute
            model.answer(asking(NEVER_ENDS, max_tokens=15_000), soon(), complain)

        assert model.answer(asking(SAYS_PRINTED), Deadline.within(3), ignore).text == "printed"
        assert pid_of(model) == warm


def test_a_crash_is_named_and_the_next_answer_starts_anew(fresh: Embedded) -> None:
    def message_of_a_crash() -> str:
        """On a busy machine the tiny model may have said everything before it is hit."""
        crashed: list[int] = []

        def crash(piece: str) -> None:
            if not crashed:
                crashed.append(pid_of(fresh))
                os.kill(crashed[0], signal.SIGSEGV)

        with pytest.raises(ModelError) as raised:
            fresh.answer(asking(NEVER_ENDS, max_tokens=1000), soon(), crash)
        return str(raised.value)

    assert any("ended with SIGSEGV" in message_of_a_crash() for _ in range(20))

    assert fresh.answer(asking(SAYS_PRINTED), soon(), ignore).text == "printed"


def test_several_answers_are_written_at_once(model: Embedded) -> None:
    together = threading.Barrier(3, timeout=10)
    texts: list[str] = []

    def meet(piece: str) -> None:
        if piece == "p":
            together.wait()

    def ask() -> None:
        texts.append(model.answer(asking(SAYS_PRINTED, 50), soon(), meet).text)

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert texts == ["printed"] * 3


def test_an_answer_waits_for_room_in_the_context(model: Embedded) -> None:
    """Together the two would outgrow the context, and llama.cpp would fail both."""
    failures: list[str] = []

    def fill() -> None:
        try:
            model.answer(asking(NEVER_ENDS, 200), soon(), ignore)
        except ModelError as error:
            failures.append(str(error))

    threads = [threading.Thread(target=fill) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert ["cut off after 200 tokens" in failure for failure in failures] == [True, True]


def test_waiting_for_room_ends_at_the_deadline(model: Embedded) -> None:
    began, release = threading.Event(), threading.Event()

    def hold(piece: str) -> None:
        began.set()
        assert release.wait(10)

    holding = threading.Thread(target=model.answer, args=(asking(SAYS_PRINTED, 1000), soon(), hold))
    holding.start()
    assert began.wait(10)

    with pytest.raises(DeadlinePassed):
        model.answer(asking(SAYS_PRINTED, 500), Deadline.within(0.3), ignore)

    release.set()
    holding.join()


def test_the_child_gets_no_secrets_and_opens_no_port(
    fresh: Embedded, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")

    fresh.answer(asking(SAYS_PRINTED), soon(), ignore)

    child = Path(f"/proc/{pid_of(fresh)}")
    assert b"sk-secret" not in (child / "environ").read_bytes()
    assert not sockets_of(child) & tcp_listeners()


def sockets_of(child: Path) -> set[str]:
    targets = (os.readlink(link) for link in (child / "fd").iterdir())
    return {target[8:-1] for target in targets if target.startswith("socket:")}


def tcp_listeners() -> set[str]:
    tables = (Path(f"/proc/net/{name}").read_text() for name in ("tcp", "tcp6"))
    rows = [row.split() for table in tables for row in table.splitlines()[1:]]
    return {row[9] for row in rows if row[3] == "0A"}


def test_close_ends_the_child(fresh: Embedded) -> None:
    fresh.answer(asking(SAYS_PRINTED), soon(), ignore)
    child = pid_of(fresh)

    fresh.close()

    assert not Path(f"/proc/{child}").exists()


_PARENT = """
import sys
from pathlib import Path
from agent.deadline import Deadline
from agent.models.embedded import Embedded
from agent.ports import Message, Prompt

def listen(piece):
    print(piece, flush=True)

prompt = Prompt((Message("user", "~"),), max_tokens=15_000)
Embedded(Path(sys.argv[1])).answer(prompt, Deadline.within(60), listen)
"""


def test_the_child_does_not_outlive_a_parent_that_was_killed(tiny: Path) -> None:
    command = [sys.executable, "-c", _PARENT, str(tiny)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"x\n"
        children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children").read_text().split()
        parent.kill()

    assert len(children) == 1
    wait_until(lambda: not is_alive(children[0]), seconds=3)


def is_alive(pid: str) -> bool:
    """Not so for a zombie that waits for whoever inherited it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_file_that_cannot_be_loaded_says_so(tmp_path: Path) -> None:
    broken = tmp_path / "broken.gguf"
    broken.write_bytes(b"GGUF and nothing more")
    model = Embedded(broken)

    with pytest.raises(ModelError, match="could not be loaded"):
        model.answer(asking("hello"), soon(), ignore)

    model.close()


@pytest.mark.parametrize(
    ("system", "machine", "flags", "library", "problem"),
    [
        ("linux", "aarch64", "avx2", "xllamacpp", "this is aarch64 linux"),
        ("darwin", "x86_64", "avx2", "xllamacpp", "this is x86_64 darwin"),
        ("linux", "x86_64", "sse4_2", "xllamacpp", "AVX2"),
        ("linux", "x86_64", "avx2", "no_such_library", "no_such_library is not installed"),
    ],
)
def test_a_machine_that_cannot_run_it_is_told_why(
    tmp_path: Path, system: str, machine: str, flags: str, library: str, problem: str
) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text(f"flags\t\t: fpu {flags} fma\n")

    assert problem in str(engine_problem(system, machine, cpuinfo, library))


def test_without_the_library_the_user_learns_what_to_set_instead(
    tiny: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "xllamacpp", None)  # Python's way of saying: not installed

    with pytest.raises(ConfigurationError, match=r"xllamacpp is not installed.*OPENAI_API_KEY"):
        Embedded(tiny)


def test_a_machine_that_can_run_it_has_no_problem(tmp_path: Path) -> None:
    cpuinfo = tmp_path / "cpuinfo"
    cpuinfo.write_text("flags\t\t: fpu avx2 fma\n")

    assert engine_problem("linux", "x86_64", cpuinfo, "json") is None
