"""The parts of an answer in which a model thinks aloud, told from the answer itself.

Thoughts hold drafts that look like the answer. They are taken out here for every model; the record
of what was said keeps them.
"""

import re
from typing import Final

_NAMES: Final = (
    r"(?:seed:)?(?:think(?:ing)?|thoughts?|reason(?:ing)?|reflection|scratchpad|analysis)"
)
_PAIRS: Final = (
    (rf"<(?:antml:)?{_NAMES}\b[^<>\n]*>", rf"</(?:antml:)?{_NAMES}\s*>"),
    (r"<details\s[^<>\n]*\breasoning\b[^<>\n]*>", r"</details\s*>"),
    (r"<details>\s*<summary>[^<]*(?:think|thought|reason)[^<]*</summary>", r"</details\s*>"),
    (r"\[THINK\]", r"\[/THINK\]"),
    (r"◁think▷", r"◁/think▷"),
    (r"<\|begin_of_thought\|>", r"<\|end_of_thought\|>"),
    (r"<\|(?:START_)?(?:THINKING|think)\|>", r"<\|(?:END_THINKING|/think|end_think)\|>"),
    (r"<unused94>thought", r"<unused95>"),
)
"""What opens and what closes thoughts, at the start of a line, for the families of models."""

_OPENINGS: Final = re.compile(
    "|".join(f"(?P<pair{n}>{opening})" for n, (opening, _) in enumerate(_PAIRS)), re.IGNORECASE
)
_CLOSINGS: Final = tuple(re.compile(rf"{closing}[ \t]*\n?", re.IGNORECASE) for _, closing in _PAIRS)
_LONE: Final = "|".join(closing for _, closing in _PAIRS if "details" not in closing)
_LONE_CLOSING: Final = re.compile(
    rf"(?:^|(?<=[.!?:…)])[ \t]*)(?:{_LONE})[ \t]*(?:\n|\Z)",
    re.IGNORECASE | re.MULTILINE,
)
_HARMONY: Final = re.compile(
    r"(?:<\|start\|>\w*)?<\|channel\|>\s*(?P<name>\w+)[^<]*<\|message\|>"
    r"|<\|channel>\s*(?P<short>\w+)[ \t]*\n?"
)
_HARMONY_END: Final = re.compile(
    r"<\|(?:end|return|call)\|>|<channel\|>|(?=<\|start\|>|<\|channel)"
)
_BARE_HARMONY: Final = re.compile(r"\Aanalysis(?=[A-Z\s]).*?assistant\s*final", re.DOTALL)
_FENCE: Final = re.compile(r"^[ \t]*(`{3,}|~{3,})", re.MULTILINE)


def without_thoughts(answer: str) -> str:
    """The answer without its thoughts; empty if they never end."""
    if "<|channel" in answer:
        answer = _final_channel(answer)
    answer = _BARE_HARMONY.sub("", answer)
    answer = _without_pairs(answer)
    lone = list(_LONE_CLOSING.finditer(answer))
    return answer[lone[-1].end() :] if lone else answer


def _final_channel(answer: str) -> str:
    """What an answer in channels says outside of the channels that it thinks in."""
    kept = []
    position = 0
    while opening := _HARMONY.search(answer, position):
        kept.append(answer[position : opening.start()])
        closing = _HARMONY_END.search(answer, opening.end())
        end = closing.start() if closing else len(answer)
        if (opening["name"] or opening["short"]).lower() == "final":
            kept.append(answer[opening.end() : end])
        position = closing.end() if closing else end
    return "".join([*kept, answer[position:]]).removesuffix("<|return|>")


def _without_pairs(answer: str) -> str:
    """The answer without thoughts that have an opening, which stands outside of code."""
    kept = []
    position = 0
    while opening := _next_opening(answer, position):
        kept.append(answer[position : opening.start()])
        number = int(str(opening.lastgroup).removeprefix("pair"))
        closing = _CLOSINGS[number].search(answer, opening.end())
        if closing is None:
            return "".join(kept)
        position = closing.end()
    return "".join([*kept, answer[position:]])


def _next_opening(answer: str, start: int) -> re.Match[str] | None:
    """The next opening at the start of a line that is not inside a fence."""
    for opening in _OPENINGS.finditer(answer, start):
        line = answer.rfind("\n", 0, opening.start()) + 1
        if answer[line : opening.start()].strip() or _is_in_fence(answer[start : opening.start()]):
            continue
        return opening
    return None


def _is_in_fence(text: str) -> bool:
    return len(_FENCE.findall(text)) % 2 == 1
