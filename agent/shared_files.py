"""The files that Galley writes and others may edit: what becomes of both when it writes again.

In README.md the part between two marks is Galley's, the rest is whoever wrote it. A LICENSE that
somebody put there stays. What hosts need, such as .nojekyll, is always Galley's.
"""

from collections.abc import Mapping

README, LICENSE = "README.md", "LICENSE"
NAMES = (README, LICENSE, ".nojekyll")
_BEGIN, _END = b"<!-- galley -->\n", b"<!-- /galley -->\n"


def merged(
    ours: Mapping[str, bytes], theirs: Mapping[str, bytes], last: Mapping[str, bytes]
) -> dict[str, bytes]:
    """The files to commit: `ours` as rendered now, with what others wrote kept.

    `theirs` are the files as they are, `last` those of Galley's last round.
    """
    files = dict(ours)
    if README in ours:
        files[README] = _readme(ours[README], theirs.get(README), last.get(README))
    if LICENSE in ours and LICENSE in theirs and theirs[LICENSE] != last.get(LICENSE):
        files[LICENSE] = theirs[LICENSE]
    return files


def edits(theirs: Mapping[str, bytes], last: Mapping[str, bytes]) -> tuple[str, ...]:
    """What others did since `last` to files that are written again, in words."""
    found = []
    readme, before = theirs.get(README, b""), last.get(README, b"")
    if _around(readme) != _around(before):
        found.append(f"{README}: what somebody wrote outside the marked part was kept")
    if _inside(readme) != _inside(before) and _BEGIN in readme:
        found.append(f"{README}: changes inside the marked part were written over")
    if theirs.get(LICENSE) != last.get(LICENSE) and LICENSE in theirs:
        found.append(f"{LICENSE}: somebody's own was kept")
    return tuple(found)


def _readme(ours: bytes, theirs: bytes | None, last: bytes | None) -> bytes:
    parts = _parts(ours)
    region = _BEGIN + (parts[1] if parts else ours) + _END
    if theirs is None or (theirs == last and _parts(theirs) is None):
        return region
    before, after = _around(theirs)
    return before + region + after


def _around(readme: bytes) -> tuple[bytes, bytes]:
    """What is before and after the marked part; all is before it where nothing is marked."""
    parts = _parts(readme)
    if parts:
        return parts[0], parts[2]
    gap = b"" if not readme or readme.endswith(b"\n\n") else b"\n"
    return (readme.rstrip(b"\n") + b"\n" + gap if readme else b""), b""


def _inside(readme: bytes) -> bytes:
    parts = _parts(readme)
    return parts[1] if parts else b""


def _parts(readme: bytes) -> tuple[bytes, bytes, bytes] | None:
    """Before, inside and after the marks. The last end counts: a check may quote one."""
    begin, end = readme.find(_BEGIN), readme.rfind(_END)
    if begin < 0 or end < begin:
        return None
    start = begin + len(_BEGIN)
    return readme[:begin], readme[start:end], readme[end + len(_END) :]
