"""Counts the cues of SubRip and WebVTT subtitles and says when they are shown."""

import re
from typing import Final

_CUE: Final = re.compile(
    r"^[ \t]*(?P<begin>(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})[ \t]*-->[ \t]*"
    r"(?P<end>(?:\d+:)?\d{1,2}:\d{2}[.,]\d{1,3})",
    re.MULTILINE,
)


def subtitle_facts(text: str) -> tuple[str, ...]:
    """The number of cues, the first and the last moment, and whether browsers read the format."""
    cues = [(match["begin"], match["end"]) for match in _CUE.finditer(text)]
    if not cues:
        return ("no cues were found in it",)
    facts = [f"{len(cues):,} cues, the first at {cues[0][0]}, the last until {cues[-1][1]}"]
    if not text.startswith("WEBVTT"):
        facts.append(
            "browsers do not read SubRip in a <track>: it needs WebVTT, with the line WEBVTT first "
            "and a point instead of the comma in times"
        )
    return tuple(facts)


def as_webvtt(text: str) -> str:
    """SubRip as WebVTT: the head line, and points in the times of the cues."""
    cues = _CUE.sub(lambda match: match[0].replace(",", "."), text.lstrip("\ufeff"))
    return cues if cues.startswith("WEBVTT") else f"WEBVTT\n\n{cues}"
