"""The model that needs no key: a small open one, run by llama.cpp in a child process."""

import contextlib
import importlib.util
import os
import platform
import queue
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from agent.deadline import Deadline
from agent.errors import ConfigurationError, ModelError
from agent.models.llama_process import Call, End, Engine, EngineFailure, LlamaProcess
from agent.ports import Listener, Prompt
from agent.usage import Usage
from agent.values import Answer

QWEN_NAME = "qwen2.5-coder-1.5b-instruct"
_POLL_SECONDS = 0.2
_MAX_TOKENS = 4096  # a page takes 300 to 1500; what is longer is a loop
_BYTES_PER_TOKEN = 2.5  # fewer than in any prompt seen: 3 to 4


class Embedded:
    """Several answers may be asked for at once, from as many threads.

    `slots` of them are written together, at about twice the speed of one after the other; more
    wait. The child process starts with the first, stays warm, and is started anew after a crash.
    A beginning shared with an earlier prompt is not read again; that may change the rounding, so
    whoever wants a seeded answer to be the same to the byte says `reuse=False`.
    """

    def __init__(
        self,
        path: Path,
        name: str = QWEN_NAME,
        *,
        context: int = 16_384,
        slots: int = 4,
        reuse: bool = True,
    ) -> None:
        """`path` is a GGUF file. Raises ConfigurationError where the engine cannot run."""
        self.name = name
        if problem := engine_problem():
            raise ConfigurationError(
                f"the embedded model is not available here: {problem}. Set a key for a hosted"
                " model instead (OPENAI_API_KEY, GEMINI_API_KEY or AIPIPE_AKI_KEY), or"
                " OPENAI_BASE_URL and MODEL for a server of your own. MODEL_PATH does not help."
            )
        self._engine = Engine(str(path), context, slots, _processors(), reuse)
        self._budget = _TokenBudget(context)
        self._process: LlamaProcess | None = None
        self._starting = threading.Lock()

    def answer(self, prompt: Prompt, deadline: Deadline, listen: Listener) -> Answer:
        """Images are left out: this model does not see. It costs nothing but time."""
        request = _request(prompt)
        with self._budget.taken(_size(request), deadline):
            started = time.monotonic()
            process = self._running()
            call = process.ask(request)
            try:
                text, end = self._hear(call, deadline, listen)
            finally:
                process.drop(call)
            seconds = time.monotonic() - started
        if end.reason != "stop":
            raise ModelError(
                f"{self.name}: the answer was cut off after {end.completion_tokens} tokens"
                f" ({end.reason}); the prompt had {end.prompt_tokens}, the context has"
                f" {self._engine.context}"
            )
        usage = Usage(end.prompt_tokens, end.completion_tokens, 0.0, seconds)
        return Answer(text, self.name, usage)

    def close(self) -> None:
        """End the child process, and whatever it is writing."""
        with self._starting:
            if self._process:
                self._process.close()

    def _hear(self, call: Call, deadline: Deadline, listen: Listener) -> tuple[str, End]:
        pieces: list[str] = []
        while True:
            deadline.check()
            try:
                event = call.events.get(timeout=_POLL_SECONDS)
            except queue.Empty:
                continue
            if isinstance(event, End):
                return "".join(pieces), event
            if isinstance(event, EngineFailure):
                raise ModelError(f"{self.name}: {event.message}")
            pieces.append(event.text)
            listen(event.text)

    def _running(self) -> LlamaProcess:
        with self._starting:
            if self._process is None or not self._process.is_running:
                self._process = LlamaProcess(self._engine)
            return self._process


def engine_problem(
    system: str = sys.platform,
    machine: str = platform.machine(),
    cpuinfo: Path = Path("/proc/cpuinfo"),
    library: str = "xllamacpp",
) -> str | None:
    """Why llama.cpp cannot run here, if so. The prebuilt library is for Linux and uses AVX2."""
    if (system, machine) != ("linux", "x86_64"):
        return f"it needs x86-64 Linux, and this is {machine} {system}"
    if " avx2 " not in cpuinfo.read_text():
        return "it needs a processor with AVX2"
    if importlib.util.find_spec(library) is None:
        return f"the library {library} is not installed"
    return None


def _processors() -> int:
    """How many this process may use: more threads than that, and llama.cpp crawls."""
    allowed = len(os.sched_getaffinity(0))
    with contextlib.suppress(FileNotFoundError):
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text().split()
        if quota != "max":
            return max(1, min(allowed, int(quota) // int(period)))
    return allowed


class _TokenBudget:
    """The context's tokens, shared by the answers that run at once.

    If they outgrew it together, llama.cpp would fail all of them.
    """

    def __init__(self, tokens: int) -> None:
        self._all = self._free = tokens
        self._changed = threading.Condition()

    @contextlib.contextmanager
    def taken(self, tokens: int, deadline: Deadline) -> Iterator[None]:
        """Wait until there is room. What needs more than there is gets all of it, alone."""
        share = min(tokens, self._all)
        with self._changed:
            while self._free < share:
                deadline.check()
                self._changed.wait(_POLL_SECONDS)
            self._free -= share
        try:
            yield
        finally:
            with self._changed:
                self._free += share
                self._changed.notify_all()


def _request(prompt: Prompt) -> dict[str, Any]:
    """The OpenAI form of the prompt. Without a temperature the likeliest token is taken: these
    models write worse code the more they gamble."""
    request: dict[str, Any] = {
        "messages": [{"role": turn.role, "content": turn.text} for turn in prompt.messages],
        "temperature": prompt.temperature or 0.0,
        "max_tokens": prompt.max_tokens or _MAX_TOKENS,
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    if prompt.seed is not None:
        request["seed"] = prompt.seed
    return request


def _size(request: dict[str, Any]) -> int:
    """Tokens the request may come to take, from above."""
    spoken = sum(len(turn["content"].encode()) for turn in request["messages"])
    return int(spoken / _BYTES_PER_TOKEN) + int(request["max_tokens"])
