"""How long the fuzzers throw dice, and with which seeds.

FUZZ_SECONDS sets for how long each one does, 0.3 by default; `make fuzz` takes longer. FUZZ_SEED
repeats one run. Seeds that have found a fault are kept in `seeds.txt` and are always thrown first.
"""

import os
import random
import time
from collections.abc import Iterator
from pathlib import Path

_SEEDS = Path(__file__).with_name("seeds.txt")


def throws(fuzzer: str) -> Iterator[tuple[int, random.Random]]:
    """A seed and its dice, for each example, until the time is up; at least one beyond the kept."""
    for line in _SEEDS.read_text().splitlines():
        name, kept = line.split()
        if name == fuzzer:
            yield int(kept), random.Random(int(kept))
    seed = int(os.environ.get("FUZZ_SEED", time.time_ns()))
    end = time.monotonic() + float(os.environ.get("FUZZ_SECONDS", "0.3"))
    while True:
        yield seed, random.Random(seed)
        seed += 1
        if time.monotonic() > end:
            return


def damaged(content: bytes, dice: random.Random) -> bytes:
    """Cut short, with bits flipped, with bytes repeated, left out or replaced."""
    changed = bytearray(content)
    if dice.random() < 0.2:
        return bytes(changed[: dice.randrange(len(changed) + 1)])
    for _ in range(dice.randint(1, 12)):
        if not changed:
            break
        place, kind = dice.randrange(len(changed)), dice.randrange(4)
        if kind == 0:
            changed[place] ^= 1 << dice.randrange(8)
        elif kind == 1:
            changed[place:place] = changed[place : place + dice.randint(1, 40)]
        elif kind == 2:
            del changed[place : place + dice.randint(1, 8)]
        else:
            changed[place : place + 4] = dice.choice(_EDGES)
    return bytes(changed)


_EDGES = (b"\xff\xff\xff\xff", b"\0\0\0\0", b"\x7f\xff\xff\xff", b"9999", b"-1.0", b"\xed\xa0\x80")
