"""The child process that runs llama.cpp, seen from outside: calls go in, events come out."""

import contextlib
import itertools
import json
import queue
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import IO, Any

from agent.errors import ModelError

_CHILD = Path(__file__).with_name("llama_child.py")
_STDERR_TAIL = 600
_PIPE_BYTES = 1 << 20  # prompts find room even while the model is being loaded


@dataclass(frozen=True, slots=True)
class Engine:
    """How the model is run; `context` is in tokens, shared by the answers that run at once."""

    path: str
    context: int
    slots: int
    threads: int
    reuse: bool


@dataclass(frozen=True, slots=True)
class Piece:
    text: str


@dataclass(frozen=True, slots=True)
class End:
    """`reason` is OpenAI's finish_reason."""

    reason: str
    prompt_tokens: int
    completion_tokens: int


@dataclass(frozen=True, slots=True)
class EngineFailure:
    message: str


Event = Piece | End | EngineFailure


@dataclass(slots=True, eq=False)
class Call:
    """One request on its way; the last of its events is an End or a EngineFailure."""

    number: int
    events: queue.SimpleQueue[Event] = field(default_factory=queue.SimpleQueue)
    has_spoken: bool = False


class LlamaProcess:
    """Started by the constructor, which does not wait for the model to be loaded."""

    def __init__(self, engine: Engine) -> None:
        self._numbers = itertools.count(1)
        self._calls: dict[int, Call] = {}
        self._lock = threading.Lock()
        self._log = tempfile.TemporaryFile()  # noqa: SIM115 - open as long as the process lives
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(_CHILD), json.dumps(asdict(engine))],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            pipesize=_PIPE_BYTES,
            env={},  # it needs nothing of ours, least of all the keys
            start_new_session=True,  # Ctrl-C is for us; our end is the end of its stdin
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def is_running(self) -> bool:
        return self._process.poll() is None

    def ask(self, request: Mapping[str, Any]) -> Call:
        """Put a chat completion to the model. Raises ModelError if the process is gone."""
        call = Call(next(self._numbers))
        with self._lock:
            self._calls[call.number] = call
            self._send({"id": call.number, "ask": request})
        return call

    def drop(self, call: Call) -> None:
        """Nobody waits for this one any more.

        An answer being written stops at its next token. Reading the prompt cannot be stopped from
        within, so the process is ended for it, unless it works for others too.
        """
        with self._lock:
            if self._calls.pop(call.number, None) is None:
                return
            if call.has_spoken or self._calls:
                with contextlib.suppress(ModelError):  # it has ended already: just as well
                    self._send({"id": call.number, "stop": True})
            else:
                self._end()

    def close(self) -> None:
        self._end()
        self._reader.join()

    def _end(self) -> None:
        """At once; after this `is_running` is false."""
        self._process.kill()
        self._process.wait()

    def _send(self, order: Mapping[str, Any]) -> None:
        try:
            _input(self._process).write(json.dumps(order) + "\n")
            _input(self._process).flush()
        except (
            BrokenPipeError,
            ValueError,
        ) as error:  # ValueError: closed by the reader
            raise ModelError("the embedded model's process has ended") from error

    def _read(self) -> None:
        assert self._process.stdout is not None
        failure = None
        with self._process.stdout as lines:
            for line in lines:
                event = json.loads(line)
                if "id" in event:
                    self._deliver(event)
                else:
                    failure = EngineFailure(
                        f"the embedded model could not be loaded: {event['failure']}"
                    )
        self._process.wait()
        with self._lock:
            _input(self._process).close()
            for call in self._calls.values():
                call.events.put(failure or EngineFailure(self._epitaph()))
            self._calls.clear()
            self._log.close()

    def _deliver(self, event: Mapping[str, Any]) -> None:
        with self._lock:
            call = self._calls.get(event["id"])
            if call is None:
                return  # dropped
            if "piece" in event:
                call.has_spoken = True
                call.events.put(Piece(event["piece"]))
                return
            del self._calls[call.number]
        call.events.put(_last(event))

    def _epitaph(self) -> str:
        status = self._process.returncode
        how = signal.Signals(-status).name if status < 0 else f"status {status}"
        if status == -signal.SIGKILL:
            how += " (was memory short? it takes about 2.3 GB)"
        self._log.seek(max(0, self._log.seek(0, 2) - _STDERR_TAIL))
        said = self._log.read().decode(errors="replace").strip()
        return f"the embedded model's process ended with {how}" + (f": {said}" if said else "")


def _last(event: Mapping[str, Any]) -> Event:
    if "failure" in event:
        return EngineFailure(event["failure"])
    return End(event["end"], event["prompt_tokens"], event["completion_tokens"])


def _input(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdin is not None
    return process.stdin
