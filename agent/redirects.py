"""Which redirects are followed, and how their targets are asked (RFC 9110, 15.4)."""

from dataclasses import dataclass

MOST_REDIRECTS = 3

_SAME_METHOD = (307, 308)
STATUSES = (301, 302, 303, *_SAME_METHOD)


@dataclass(frozen=True, slots=True)
class Redirect:
    """A redirect that was followed: its status, and how its target was asked."""

    status: int
    method: str
    url: str

    def __str__(self) -> str:
        return f"{self.status}, so {self.method} {self.url}"


def next_method(status: int, method: str) -> str:
    """How the target is asked: 307 and 308 keep the method, after the others clients send GET."""
    return method if status in _SAME_METHOD else "GET"
