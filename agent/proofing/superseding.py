"""Decides which checks of earlier rounds a later round has overridden: the newest round wins.

What cannot be told from the checks (`contradictions`), a model may claim, with the sentence of the
new brief that says so.
"""

from collections.abc import Sequence
from dataclasses import replace

from agent.proofing.contradictions import contradict
from agent.values import Check, Outcome, Verdict

_FEWEST_WORDS = 3


def with_superseded(
    verdicts: Sequence[Verdict], claimed: Sequence[Check], asked: Sequence[Verdict]
) -> tuple[Verdict, ...]:
    """The verdicts, with those of overridden checks said to be so.

    A failed check of an earlier round is overridden by a later one of `asked` that contradicts it
    and passed, or by a claim that was accepted (`is_grounded`).
    """
    return tuple(_judged(verdict, claimed, asked) for verdict in verdicts)


def _judged(verdict: Verdict, claimed: Sequence[Check], asked: Sequence[Verdict]) -> Verdict:
    if verdict.outcome is not Outcome.FAILED:
        return verdict
    for later in asked:
        is_later = later.check.round > verdict.check.round and later.outcome is Outcome.PASSED
        if is_later and contradict(verdict.check, later.check):
            reason = f"round {later.check.round} asks for something else: {later.check.text}"
            return replace(verdict, outcome=Outcome.SUPERSEDED, observed=reason)
    if verdict.check in claimed:
        reason = "the brief of this round overrides it, as the model showed"
        return replace(verdict, outcome=Outcome.SUPERSEDED, observed=reason)
    return verdict


def is_grounded(sentence: str, brief: str) -> bool:
    """Whether a claim quotes the brief: its own words, and enough of them to say something."""
    return len(sentence.split()) >= _FEWEST_WORDS and is_quoted(sentence, brief)


def is_quoted(words: str, brief: str) -> bool:
    """Whether the brief says just these words; white space and case do not matter."""
    quoted = " ".join(words.split()).strip(" .\"'“”").casefold()
    return bool(quoted) and quoted in " ".join(brief.split()).casefold()
