"""Answers of a model by the digest of their prompt, in a folder that anybody can complete.

An answer is `<digest>.answer.md`. A prompt without one is written to `<digest>.prompt.md`, with its
pictures beside it: whoever answers it has seen that prompt alone, puts the answer beside it, and
runs the bench again until no prompt is left.
"""

import base64
import json
from hashlib import sha256
from pathlib import Path
from typing import Any

from tests.openai_server import Asked, Reply, Says, refusal

_DIGEST = 24
_CHARS_PER_TOKEN = 4
_PICTURE = "data:image/png;base64,"


class RecordedAnswers:
    """A reply for `tests.openai_server`; `missing` are the digests that nobody has answered."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.missing: set[str] = set()
        folder.mkdir(parents=True, exist_ok=True)

    def __call__(self, asked: Asked) -> Reply:
        messages = asked.body["messages"]
        digest = digest_of(messages)
        path = self._folder / f"{digest}.answer.md"
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            return Says(
                text,
                prompt_tokens=len(asked.text) // _CHARS_PER_TOKEN,
                completion_tokens=len(text) // _CHARS_PER_TOKEN,
            )
        self.missing.add(digest)
        self._ask(digest, messages)
        return refusal(400, f"no answer is recorded for the prompt {digest}")

    def _ask(self, digest: str, messages: list[dict[str, Any]]) -> None:
        """Leave the prompt and its pictures for whoever answers it."""
        turns = []
        for message in messages:
            words, pictures = _parts(message["content"])
            turns.append(f"# {message['role']}\n\n{words}\n")
            for number, picture in enumerate(pictures, 1):
                (self._folder / f"{digest}.{number}.png").write_bytes(picture)
        path = self._folder / f"{digest}.prompt.md"
        path.write_text("\n".join(turns), encoding="utf-8")


def digest_of(messages: list[dict[str, Any]]) -> str:
    """The same for the same words; pictures count by their number, as no two are drawn alike."""
    seen = [
        (message["role"], words, len(pictures))
        for message in messages
        for words, pictures in [_parts(message["content"])]
    ]
    return sha256(json.dumps(seen).encode()).hexdigest()[:_DIGEST]


def _parts(content: Any) -> tuple[str, list[bytes]]:
    """The words and the pictures of a message."""
    if isinstance(content, str):
        return content, []
    words = "\n".join(part["text"] for part in content if part["type"] == "text")
    urls = [part["image_url"]["url"] for part in content if part["type"] == "image_url"]
    pictures = [base64.b64decode(url[len(_PICTURE) :]) for url in urls if url.startswith(_PICTURE)]
    return words, pictures
