"""What a new text of a file would lose of the old one, judged by effect and named."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Final

from agent.drafting.edits.file_lines import fold
from agent.drafting.edits.placeholders import stands_in

NAMES_SHOWN: Final = 12
FEW_WORDS: Final = 4
"""A comment that does not say what it stands for may replace so many words, beside new code."""

_COMMENT: Final = re.compile(
    r"<!--(?P<html>.*?)-->|/\*(?P<block>.*?)\*/|(?:^|(?<=[\s;{}(),]))//(?P<line>[^\n]*)",
    re.DOTALL | re.MULTILINE,
)
_CODE: Final = re.compile(r"[(){}=;<>]")
_WORD: Final = re.compile(r"[^\W_]\w*")
_PARTS: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_FUNCTION: Final = re.compile(
    r"\bfunction\s*\*?\s*(?P<declared>[\w$]+)"
    r"|\b(?:const|let|var)\s+(?P<bound>[\w$]+)\s*=\s*(?:async\s*)?(?:function\b|\([^()]*\)\s*=>|[\w$]+\s*=>)"
    r"|\bclass\s+(?P<type>[\w$]+)\s*(?:extends\b[^{]*)?\{"
    r"|^(?:export\s+)?(?:const|let|var)\s+(?P<value>[\w$]+)\s*=",
    re.MULTILINE,
)
_STYLE: Final = re.compile(r"<style\b[^>]*>(.*?)(?:</style\s*>|\Z)", re.IGNORECASE | re.DOTALL)
_RULE: Final = re.compile(r"(?:^|[{};])\s*(?P<selector>[^{};@]+?)\s*(?=\{)")
_ID: Final = re.compile(r"<[^<>]*?\sid\s*=\s*[\"']?([\w:.-]+)", re.IGNORECASE)
_ELEMENT: Final = re.compile(
    r"<(header|nav|main|section|article|aside|footer|form|table|dialog|canvas|svg|script|style)\b",
    re.IGNORECASE,
)
_HEADING: Final = re.compile(r"^#{1,6} +(.+?)\s*#*$", re.MULTILINE)
_KEY: Final = re.compile(r'^\s*"([^"\n]+)"\s*:', re.MULTILINE)
_WHOLESALE: Final = re.compile(
    r"\b(?:rewrite|redesign|rebuild|redo|replace everything|from scratch|start over|start again|"
    r"simplif\w+|strip(?:ped)? down|a (?:completely |totally |whole )?new (?:app|page|design)|"
    r"neu schreiben|umschreiben)\b",
    re.IGNORECASE,
)
_REMOVAL: Final = re.compile(
    r"\b(?:remov\w+|delet\w+|drop\w*|without|no longer|get rid|gone|clear out|take (?:out|away)|"
    r"replac\w+|instead|merg\w+|unnecessary|unused|entfern\w+|lösch\w+|ohne)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Loss:
    """What a new text has lost of an old one. `path` decides how both are read."""

    path: str
    before: str
    after: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Functions, rules, ids, sections and the like that only the old text has."""
        left = Counter(_named(self.path, self.after))
        gone = []
        for name in _named(self.path, self.before):
            left[name] -= 1
            if left[name] < 0 and name not in gone:
                gone.append(name)
        return tuple(gone)

    @cached_property
    def share_kept(self) -> float:
        """The share of the old text's words that the new text has, 0 to 1."""
        total = self._old_words.total()
        return (self._old_words & self._new_words).total() / total if total else 1.0

    @property
    def size(self) -> float:
        """The new text's words, as a share of the old text's."""
        return self._new_words.total() / max(1, self._old_words.total())

    @property
    def words_lost(self) -> int:
        """How many words are gone."""
        return (self._old_words - self._new_words).total()

    @property
    def words_gained(self) -> int:
        """How many words are new."""
        return (self._new_words - self._old_words).total()

    @property
    def outweighs(self) -> bool:
        """Whether much more is gone than came instead, so that it was left out, not rewritten."""
        return self.words_lost > 2 * self.words_gained + 1

    @property
    def is_cut_off(self) -> bool:
        """Whether the new text begins or ends inside of the old one, and lacks what lies beyond."""
        old, new = self._old_content, _content_lines(self.after)
        return _is_cut_short(old, new) or _is_cut_short(old[::-1], new[::-1])

    @cached_property
    def new_comments(self) -> tuple[str, ...]:
        """The comments that the old text does not have, neither as comments nor as code."""
        known = {fold(words) for words in comments(self.before)}
        code = fold(self.before)
        new = (fold(words) for words in comments(self.after))
        return tuple(
            words
            for words in new
            if words and words not in known and not (_CODE.search(words) and words in code)
        )

    @property
    def stand_in(self) -> str:
        """The comment that stands for what is gone; empty if there is none."""
        for words in self.new_comments:
            if stands_in(words) and self.words_lost > self.words_gained:
                return words
        return next(self._local_stand_ins(), "")

    def described(self) -> str:
        """The names of what is gone, for a message."""
        shown = ", ".join(self.names[:NAMES_SHOWN])
        more = len(self.names) - NAMES_SHOWN
        if shown:
            return f"{shown} and {more} more" if more > 0 else shown
        return f"{self.words_lost} of {self._old_words.total()} words"

    def is_asked_for(self, brief: str) -> bool:
        """Whether a brief asks to rewrite the app, or to remove some of what is gone."""
        if _WHOLESALE.search(brief):
            return True
        if not _REMOVAL.search(brief):
            return False
        return not self.names or self.names_unasked(brief) != self.names

    def names_unasked(self, brief: str) -> tuple[str, ...]:
        """The names of what is gone that share no word with the brief."""
        if _WHOLESALE.search(brief):
            return ()
        spoken = {_stem(word) for word in _parts(brief)}
        return tuple(
            name for name in self.names if not spoken & {_stem(part) for part in _parts(name)}
        )

    @cached_property
    def _old_words(self) -> Counter[str]:
        return Counter(_WORD.findall(without_comments(self.before)))

    @cached_property
    def _new_words(self) -> Counter[str]:
        return Counter(_WORD.findall(without_comments(self.after)))

    def _local_stand_ins(self) -> Iterator[str]:
        """Comments between two old lines, where the old text had more between them."""
        new_comments = set(self.new_comments)
        lines = self.after.split("\n") if new_comments else []
        for index, line in enumerate(lines):
            here = [words for words in map(fold, comments(line)) if words in new_comments]
            if here and self._has_replaced(lines, index, any(map(stands_in, here))):
                yield here[0]

    def _has_replaced(self, lines: Sequence[str], index: int, is_worded: bool) -> bool:
        """Whether old lines are gone around a line, and little came instead beside it.

        A comment whose words do not say so must have replaced more than a few words, and what
        came below a blank line counts too.
        """
        above = (line for line in reversed(lines[:index]) if fold(line) in self._unique_lines)
        below = (line for line in lines[index + 1 :] if fold(line) in self._unique_lines)
        ends = [fold(line) if line else None for line in (next(above, ""), next(below, ""))]
        between = _between(self._old_content, *ends)
        gone = any(self._lost_lines[line] > 0 for line in between)
        came = [*self._new_beside(lines[:index][::-1]), *self._new_beside(lines[index + 1 :])]
        if not is_worded and not came:
            came = self._new_beside(lines[index + 2 :])
        lost, gained = _count(between) if gone else 0, _count(came)
        return lost > (0 if is_worded or not came else FEW_WORDS) and lost > 2 * gained

    def _new_beside(self, lines: Sequence[str]) -> list[str]:
        """The first lines, up to one that the old text has or that says nothing."""
        return [
            *takewhile(
                lambda line: _content_lines(line) and fold(line) not in self._old_lines, lines
            )
        ]

    @cached_property
    def _old_content(self) -> list[str]:
        return _content_lines(self.before)

    @cached_property
    def _old_lines(self) -> frozenset[str]:
        return frozenset(self._old_content)

    @cached_property
    def _unique_lines(self) -> frozenset[str]:
        """The old lines that show by themselves where they are."""
        return frozenset(line for line, times in Counter(self._old_content).items() if times == 1)

    @cached_property
    def _lost_lines(self) -> Counter[str]:
        return Counter(self._old_content) - Counter(_content_lines(self.after))


def _count(lines: Sequence[str]) -> int:
    return sum(len(_WORD.findall(line)) for line in lines)


def _between(lines: Sequence[str], first: str | None, last: str | None) -> Sequence[str]:
    """The lines between the two that are `first` and `last`; None is an end of the text."""
    start = lines.index(first) + 1 if first else 0
    return lines[start : lines.index(last) if last else len(lines)]


def comments(text: str) -> list[str]:
    """The words of each comment in a text of HTML, CSS or JavaScript."""
    return [(m["html"] or m["block"] or m["line"] or "").strip() for m in _COMMENT.finditer(text)]


def without_comments(text: str) -> str:
    """The text with a space for each comment."""
    return _COMMENT.sub(" ", text)


def _named(path: str, text: str) -> list[str]:
    """Whatever in a text has a name that others may rely on, as a message names it."""
    code = without_comments(text)
    suffix = path.lower().rpartition(".")[2]
    if suffix in ("md", "markdown"):
        return [f"“{heading}”" for heading in _HEADING.findall(text)]
    if suffix == "json":
        return [f'"{key}"' for key in _KEY.findall(text)]
    if suffix in ("css", "scss", "less"):
        return _rules(code)
    names = [
        f"{name}()" if found["value"] is None else name
        for found in _FUNCTION.finditer(code)
        if (name := found[found.lastgroup or 0])
    ]
    if suffix in ("html", "htm", "svg", "xml"):
        names += [f"#{name}" for name in _ID.findall(code)]
        names += [f"<{tag.lower()}>" for tag in _ELEMENT.findall(code)]
        names += [rule for style in _STYLE.findall(code) for rule in _rules(style)]
    return names


def _rules(style: str) -> list[str]:
    return [" ".join(found["selector"].split()) for found in _RULE.finditer(style)]


def _content_lines(text: str) -> list[str]:
    """The lines that say something: no brackets alone, no comments."""
    lines = (fold(line) for line in without_comments(text).split("\n"))
    return [line for line in lines if _WORD.search(line)]


def _is_cut_short(old: Sequence[str], new: Sequence[str]) -> bool:
    """Whether the unique old lines behind the last one that new lines have are gone.

    New lines at the end may be what came instead, if there is as much of them.
    """
    times = Counter(old)
    came = [*takewhile(lambda line: line not in times, reversed(new))]
    if len(came) == len(new):
        return False
    last = new[-1 - len(came)]
    behind = old[len(old) - old[::-1].index(last) :]
    unique = [line for line in behind if times[line] == 1]
    return bool(unique) and not set(unique) & set(new) and _count(unique) > _count(came)


def _parts(text: str) -> list[str]:
    return [part.lower() for part in _PARTS.findall(text)]


def _stem(word: str) -> str:
    return word.rstrip("s") if len(word) > 3 else word
