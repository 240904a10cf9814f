"""Sentences that want the MIT licence: the full text, in `LICENSE` at the root."""

import re

from agent.proofing.finding import Finding, failed, passed
from agent.proofing.rules.repository import Repository, Rule

# What may surround the two words that count. "not", or any other word, makes it another sentence.
_FILLING = re.compile(
    r"a|an|at|be|committed|complete|contains?|exists|file|full|has|have|in|includes?|is|its?|must"
    r"|of|present|project|repo|repository|root|should|text|that|the|there|to|top|level|top-level"
    r"|under|uses|valid|with"
)
_PASSAGES = (
    "copyright (c)",
    "permission is hereby granted, free of charge, to any person obtaining a copy",
    "the above copyright notice and this permission notice shall be included",
    'the software is provided "as is", without warranty of any kind',
)


def read(clause: str) -> Rule | None:
    """`Repo has MIT license`, `LICENSE is the full MIT text` and their like."""
    words = {word.strip("`'\"()") for word in clause.lower().split()}
    words = {word.removesuffix("'s").replace("licence", "license") for word in words if word}
    told = {word for word in words if not _FILLING.fullmatch(word)}
    return _is_mit if told in ({"mit", "license"}, {"mit-license"}) else None


def _is_mit(repository: Repository) -> Finding:
    text = repository.text("LICENSE")
    if text is None:
        return failed("there is no LICENSE at the root")
    flat = " ".join(text.lower().split()).replace("“", '"').replace("”", '"')
    missing = [passage for passage in _PASSAGES if passage not in flat]
    if missing:
        return failed(f"LICENSE is not the full MIT text: {missing[0]!r} is missing")
    return passed("LICENSE is the full MIT text")
