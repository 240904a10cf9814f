"""What became of a revision at each of the mirror hosts."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MirrorCopy:
    """A mirror host: the page that it was seen to serve, or why there is none."""

    host: str
    pages_url: str
    failure: str = ""

    def __str__(self) -> str:
        return f"{self.host}: {self.failure or self.pages_url}"


@dataclass(frozen=True, slots=True)
class Mirrored:
    """The copies of a revision, in the order of the settings."""

    copies: tuple[MirrorCopy, ...] = ()

    def __str__(self) -> str:
        return "; ".join(map(str, self.copies)) or "no mirror hosts"


NO_MIRRORS = Mirrored()
