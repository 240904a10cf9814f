"""A model that replays answers from a folder, for tests and demos.

The folder holds `1.md`, `2.md`, … and each is given once, in the order of its number. A file may
begin with a line `when: <text>`: it is then only given to a prompt that contains that text, and is
preferred there to the files without such a line. So a folder can serve rounds that run in different
processes: let the answer to round 2 name words of round 2's brief.

A question that a job can do without, such as the one for browser tests, is answered only by a file
that names the question itself, in words of its first message: `when: You write browser tests`.
"""

import re
import threading
import time
from pathlib import Path

from agent.deadline import Deadline
from agent.errors import ModelError
from agent.ports import Listener, Prompt
from agent.usage import Usage
from agent.values import Answer

_WHEN = re.compile(r"when:[ \t]*(\S[^\n]*)\n")


class Scripted:
    """Replays a folder; never chosen unless the settings name it (`MODEL=scripted:FOLDER`)."""

    def __init__(self, folder: Path) -> None:
        self.name = f"scripted:{folder}"
        self._folder = folder
        self._given: set[Path] = set()
        self._lock = threading.Lock()

    def answer(self, prompt: Prompt, deadline: Deadline, listen: Listener) -> Answer:
        """The next answer that fits. Raises ModelError when there is none left."""
        began = time.monotonic()
        asked = prompt.messages[:1] if prompt.is_optional else prompt.messages
        text = self._take("\n".join(each.text for each in asked), prompt.is_optional)
        for line in text.splitlines(keepends=True):
            deadline.check()
            listen(line)
        return Answer(text, self.name, Usage(0, 0, 0.0, time.monotonic() - began))

    def _take(self, asked: str, is_named: bool) -> str:
        with self._lock:
            left = [path for path in self._files() if path not in self._given]
            scripts = [(path, *_read(path)) for path in left]
            fitting = [script for script in scripts if script[1] and script[1] in asked]
            plain = [script for script in scripts if not script[1] and not is_named]
            for path, _, text in fitting + plain:
                self._given.add(path)
                return text
        raise ModelError(
            f"{self.name} has no answer left for this prompt ({len(self._given)} given, "
            f"{len(left)} kept for other prompts): add {len(self._files()) + 1}.md to the folder"
        )

    def _files(self) -> list[Path]:
        """The numbered files, by their number; a folder that is not there has none."""
        return sorted(
            (path for path in self._folder.glob("*.md") if path.stem.isdecimal()),
            key=lambda path: int(path.stem),
        )


def _read(path: Path) -> tuple[str, str]:
    """The text that a prompt must contain (empty: any will do), and the answer."""
    text = path.read_text(encoding="utf-8")
    found = _WHEN.match(text)
    return (found[1].strip(), text[found.end() :]) if found else ("", text)
