"""Decodes the files that come with a brief, under safe names and within limits."""

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from types import MappingProxyType
from typing import Final

from agent.deadline import Deadline
from agent.errors import IntakeError
from agent.intake.data_uris import BadDataUri, read_data_uri
from agent.outbound import Fetched, OutboundError, shown_url
from agent.paths import UnsafePath, clash, repaired_path
from agent.ports import SentFile
from agent.values import Attachment

MIB: Final = 1024 * 1024
NONE_KEPT: Final[Mapping[str, bytes]] = MappingProxyType({})

Fetch = Callable[[str, int, Deadline], Fetched]
"""Fetches a URL with at most so many bytes; raises OutboundError. `Outbound.get` is one."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What is taken at most, in bytes and in seconds for a link."""

    count: int = 50
    bytes_each: int = 10 * MIB
    bytes_total: int = 25 * MIB
    seconds_each: float = 30.0


def decode(
    items: Sequence[SentFile],
    limits: Limits,
    fetch: Fetch,
    deadline: Deadline,
    kept: Mapping[str, bytes] = NONE_KEPT,
) -> tuple[Attachment, ...]:
    """The attachments in the order sent, under safe names that differ.

    `kept` has the contents of links that were fetched before, by name: those are not asked again.
    Raises IntakeError, which names the item, the limit and what was expected.
    """
    if len(items) > limits.count:
        raise IntakeError(
            f"attachments: at most {limits.count} files are taken, and {len(items)} were sent"
        )
    names = _names(items)
    allowance = _Allowance(limits, fetch, deadline, kept)
    decoded = (
        allowance.decoded(f"attachments[{index}] ({name})", name, item.url.strip())
        for index, (name, item) in enumerate(zip(names, items, strict=True))
    )
    return tuple(
        replace(attachment, sent_as=_sent_as(item.name, attachment.name))
        for attachment, item in zip(decoded, items, strict=True)
    )


def _sent_as(sent: str, name: str) -> str:
    """The name in the request; empty where it is the same but for its Unicode form."""
    return "" if unicodedata.normalize("NFC", sent) == name else sent


def _names(items: Sequence[SentFile]) -> list[str]:
    names = [_name(index, item.name) for index, item in enumerate(items)]
    if same := clash(names):
        first, second = names.index(same[0]), len(names) - 1 - names[::-1].index(same[1])
        raise IntakeError(
            f"attachments[{second}].name: {same[1]} is the name of attachments[{first}] too; "
            "expected names that differ in more than the case of their letters, also where a name "
            "has to be repaired"
        )
    folded = {name.casefold() for name in names}
    for index, name in enumerate(names):
        if any(str(folder) in folded for folder in PurePosixPath(name.casefold()).parents):
            raise IntakeError(
                f"attachments[{index}].name: {name} would be in a folder that has the name of "
                "another attachment"
            )
    return names


def _name(index: int, name: str) -> str:
    try:
        return repaired_path(name)
    except UnsafePath as unsafe:
        raise IntakeError(f"attachments[{index}].name: {unsafe}") from unsafe


class _Allowance:
    """Decodes one item after another within one limit of bytes for all."""

    def __init__(
        self, limits: Limits, fetch: Fetch, deadline: Deadline, kept: Mapping[str, bytes]
    ) -> None:
        self._limits = limits
        self._fetch = fetch
        self._deadline = deadline
        self._kept = kept
        self._left = limits.bytes_total

    def decoded(self, place: str, name: str, url: str) -> Attachment:
        cap = min(self._limits.bytes_each, self._left)
        try:
            media_type, content = self._content(name, url, cap)
        except (BadDataUri, OutboundError) as failure:
            self._deadline.check()
            raise IntakeError(f"{place}: {failure}{self._shared(cap)}") from failure
        self._left -= len(content)
        return Attachment(name, media_type, content)

    def _content(self, name: str, url: str, cap: int) -> tuple[str, bytes]:
        """The stated media type and the bytes."""
        scheme = url[:8].partition(":")[0].lower()
        if scheme == "data":
            held = read_data_uri(url, cap)
            return held.media_type, held.content
        if scheme not in ("http", "https"):
            raise BadDataUri("expected a data:, http: or https: URL")
        if name in self._kept:
            return "", self._kept[name]
        fetched = self._fetch(url, cap, self._deadline.sooner(self._limits.seconds_each))
        if fetched.status != 200:
            raise OutboundError(
                f"GET {shown_url(fetched.url)}: expected status 200, got {fetched.status}"
            )
        return fetched.media_type, fetched.content

    def _shared(self, cap: int) -> str:
        """What to add to a refusal where the limit is the one for all together."""
        if cap == self._limits.bytes_each:
            return ""
        return f"; all attachments together may have {self._limits.bytes_total:,} bytes"
