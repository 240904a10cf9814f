"""The process that holds llama.cpp: requests come as JSON lines on stdin, events go to stdout.

    in    {"id": 1, "ask": {…a chat completion…}}        {"id": 1, "stop": true}
    out   {"id": 1, "piece": "<h1>"} …
          {"id": 1, "end": "stop", "prompt_tokens": 60, "completion_tokens": 300}
          {"id": 1, "failure": "…"}                      {"failure": "…"}: no model, so no answers

Run by its path, so that nothing of Galley is loaded here. The end of stdin ends the process, so
it never outlives the one that started it, however that died.
"""

import json
import os
import shutil
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any, TextIO

Json = dict[str, Any]


class RequestRunner:
    """Takes requests to the engine, each in a thread of its own, and writes down what it says."""

    def __init__(self, server: Any, events: "EventStream") -> None:
        self._server = server
        self._events = events
        self._stopped: set[int] = set()

    def take(self, order: Json) -> None:
        if "ask" in order:
            threading.Thread(target=self._serve, args=(order["id"], order["ask"])).start()
        else:
            self._stopped.add(order["id"])

    def _serve(self, call: int, ask: Json) -> None:
        def hear(chunk: Json) -> bool:
            """True tells the engine to stop."""
            self._events.add_chunk(call, chunk)
            return call in self._stopped

        try:
            self._server.handle_chat_completions(ask, hear)
        except (
            RuntimeError,
            ValueError,
        ) as error:  # what the bindings raise for C++ exceptions
            self._events.write({"id": call, "failure": str(error)})


class EventStream:
    """The event stream; several threads write to it, a line at a time."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._turn = threading.Lock()
        self._reasons: dict[int, str] = {}

    def add_chunk(self, call: int, chunk: Json) -> None:
        """One chunk of OpenAI's stream. The reason it ended comes before the counts."""
        if "error" in chunk:
            self.write({"id": call, "failure": chunk["error"]["message"]})
            return
        for choice in chunk["choices"]:
            if choice["finish_reason"]:
                self._reasons[call] = choice["finish_reason"]
            if piece := choice["delta"].get("content"):
                self.write({"id": call, "piece": piece})
        if usage := chunk.get("usage"):
            counts = {name: usage[name] for name in ("prompt_tokens", "completion_tokens")}
            self.write({"id": call, "end": self._reasons.pop(call, "none"), **counts})

    def write(self, event: Json) -> None:
        with self._turn:
            self._stream.write(json.dumps(event) + "\n")
            self._stream.flush()


def load(engine: Json) -> Any:
    """A server for the model. It insists on listening: on a socket file that is gone at once."""
    import xllamacpp  # after OMP_WAIT_POLICY, and only here

    folder = Path(tempfile.mkdtemp(prefix="galley-llama-"))  # nobody else can enter it
    params = xllamacpp.CommonParams()
    params.model.path = engine["path"]
    params.n_ctx = engine["context"]
    params.n_parallel = engine["slots"]
    params.kv_unified = True  # one answer may use the whole context when it is alone
    params.cache_prompt = engine["reuse"]
    params.cache_ram_mib = 256 if engine["reuse"] else 0  # a slot's prompt, for other slots to use
    params.cpuparams.n_threads = params.cpuparams_batch.n_threads = engine["threads"]
    speculative = xllamacpp.common_speculative_type
    params.speculative.types = [speculative.COMMON_SPECULATIVE_TYPE_NGRAM_SIMPLE]
    params.hostnames = [str(folder / "unused.sock")]
    params.ui = params.endpoint_slots = False
    params.verbosity = 1  # errors
    try:
        return xllamacpp.Server(params)
    finally:
        shutil.rmtree(folder)


def main() -> None:
    events = EventStream(os.fdopen(os.dup(1), "w"))
    os.dup2(2, 1)  # what native code prints must not mix with the events
    os.environ["OMP_WAIT_POLICY"] = "passive"  # waiting threads sleep instead of spinning
    try:
        runner = RequestRunner(load(json.loads(sys.argv[1])), events)
    except (ImportError, RuntimeError) as error:
        events.write({"failure": str(error)})
        sys.exit(1)
    for line in sys.stdin:
        runner.take(json.loads(line))
    os._exit(0)  # without waiting for answers that nobody hears


if __name__ == "__main__":
    main()
