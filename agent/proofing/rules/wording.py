"""What a clause says and what it is about: the named words of a pattern, and the files judged."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from agent.proofing.finding import Finding, failed, passed
from agent.values import Attachment

_MASK = re.compile(r"«(\d+)»")
_ITEM = re.compile(r",? (?:and|or|nor) |, ?", re.IGNORECASE)
_LISTED = {"files": "present", "texts": "text", "topics": "topic", "keys": "key"}
_NUMERALS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_ARTICLES = re.compile(r"(?:(?:an?|the) )?(?:file )?(?:(?:named|called) )?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Files:
    """The files of a draft and the attachments of its brief."""

    contents: Mapping[str, bytes]
    attachments: Sequence[Attachment] = ()

    def text(self, path: str) -> str | None:
        """The file as text; None where it is not UTF-8 or not there."""
        try:
            return self.contents[path].decode("utf-8-sig")
        except (KeyError, UnicodeDecodeError):
            return None


@dataclass(frozen=True, slots=True)
class Wording:
    """The groups of a pattern that matched, and the quoted texts that their masks stand for."""

    groups: Mapping[str, str]
    literals: tuple[str, ...]

    @classmethod
    def each(cls, groups: Mapping[str, str], literals: tuple[str, ...]) -> tuple["Wording", ...]:
        """One wording for each file, text, topic or key that the clause lists.

        None for a choice, such as `a.txt or b.txt`, unless the clause denies both.
        """
        listed = next((name for name in _LISTED if name in groups), None)
        whole = cls(groups, literals)
        if listed is None:
            return (whole,)
        if not whole.is_denied and re.search(r"\b(?:or|nor)\b", groups[listed], re.IGNORECASE):
            return ()
        shared = {name: value for name, value in groups.items() if name != listed}
        return tuple(
            cls({**shared, _LISTED[listed]: _without_articles(item)}, literals)
            for item in _ITEM.split(groups[listed])
        )

    @property
    def is_denied(self) -> bool:
        """Whether the clause says the contrary; two denials cancel each other."""
        return sum(name.startswith("no") for name in self.groups) % 2 == 1

    def names_files(self, name: str) -> bool:
        """Whether what stands in the place of a file's name looks like one."""
        places = [self.text(group) for group in ("file", "original", "present")]
        return all(re.fullmatch(name, place) for place in places if place)

    def has(self, group: str) -> bool:
        return group in self.groups

    def text(self, group: str) -> str:
        """The group's text without its quotes; empty where the clause has none."""
        return self._unmasked(self.groups.get(group, ""))

    def is_quoted(self, group: str) -> bool:
        return bool(_MASK.fullmatch(self.groups.get(group, "")))

    def _unmasked(self, text: str) -> str:
        return _MASK.sub(lambda mask: self.literals[int(mask[1])], text)

    def bounds(self) -> tuple[int, int | None]:
        """The least and the most that a count may be; None where there is no most."""
        for group, value in self.groups.items():
            match group:
                case "zero":
                    return 0, 0
                case "low":
                    return _number(value), _number(self.groups["high"])
                case "below":
                    return 0, _number(value) - 1
                case "most" | "same_or_less":
                    return 0, _number(value)
                case "least" | "same_or_more":
                    return _number(value), None
                case "above":
                    return _number(value) + 1, None
                case "same":
                    return _number(value), _number(value)
        raise AssertionError("a pattern that bounds a count has a BOUND")


Accepts = Callable[[Wording], bool]
"""Whether a claim can be made in these words: a picture has no words, a text no columns."""

Claim = Callable[[Files, Wording], Finding]
"""Whether the files are as the wording says, its denial left aside. Where the wording has a group
`file`, that file exists."""


def _number(word: str) -> int:
    is_numeral = word.lower() in _NUMERALS
    return _NUMERALS.index(word.lower()) if is_numeral else int(word.replace(",", ""))


def _without_articles(item: str) -> str:
    return _ARTICLES.sub("", item, count=1).removesuffix(" file")


def fails_either_way(wording: Wording, observed: str) -> Finding:
    """The finding where neither a claim nor its denial holds, such as of a broken file."""
    return (passed if wording.is_denied else failed)(observed)


def is_within(wording: Wording, count: int, observed: str) -> Finding:
    """Whether a count keeps the bounds of the wording."""
    least, most = wording.bounds()
    is_so = least <= count and (most is None or count <= most)
    return (passed if is_so else failed)(observed)


def with_suffix(*suffixes: str) -> Accepts:
    """Accepts files with one of the extensions."""
    return lambda wording: suffix_of(wording.text("file")) in suffixes


def suffix_of(path: str) -> str:
    return PurePosixPath(path).suffix.lower()
