"""A prompt as the messages of a chat completion, with the parts marked that a provider may keep.

Most providers keep the beginning of a prompt by themselves; Anthropic's only where it is told to.
Sources: Anthropic, "Prompt caching"; OpenRouter, "Prompt caching".
"""

import base64
from typing import Any

from agent.ports import Image, Message, Prompt
from agent.scaffold import prompt as prompt_text

_MARKED = ("anthropic/", "openrouter/anthropic/")
_KEEP = {"cache_control": {"type": "ephemeral"}}


def messages_of(prompt: Prompt, model: str, *, sees: bool) -> list[dict[str, Any]]:
    """The messages for a model by its litellm name; one that does not see hears of the pictures."""
    marked = model.startswith(_MARKED)
    return [_message(message, marked, sees) for message in prompt.messages]


def continued(messages: list[dict[str, Any]], said: str) -> list[dict[str, Any]]:
    """The messages that ask for the rest of what was said before a cut."""
    return [
        *messages,
        {"role": "assistant", "content": said},
        {"role": "user", "content": prompt_text("go_on")},
    ]


def _message(message: Message, marked: bool, sees: bool) -> dict[str, Any]:
    text = message.text
    if message.images and not sees:
        text = f"{text}\n\n{prompt_text('unseen')}"
    pictures = [_picture(image) for image in message.images if sees]
    stable = len(text) if message.role == "system" else message.stable
    if marked and stable:
        parts = [_text(text[:stable]) | _KEEP, *map(_text, filter(None, (text[stable:],)))]
    elif pictures:
        parts = [_text(text)]
    else:
        return {"role": message.role, "content": text}
    return {"role": message.role, "content": [*parts, *pictures]}


def _text(text: str) -> dict[str, Any]:
    return {"type": "text", "text": text}


def _picture(image: Image) -> dict[str, Any]:
    data = base64.b64encode(image.content).decode()
    return {"type": "image_url", "image_url": {"url": f"data:{image.media_type};base64,{data}"}}
