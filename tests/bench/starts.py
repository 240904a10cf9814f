"""What a command takes to start, against a Python that does nothing."""

from collections.abc import Iterator
from pathlib import Path
from statistics import median

from tests.bench.processes import environment, serving, spent_by
from tests.bench.rows import Row, row

_COMMANDS = (["--help"], ["history"], ["jobs"])


def measure(folder: Path, settings: dict[str, str], rounds: int) -> Iterator[Row]:
    variables = environment(folder, settings)
    nothing = [spent_by(["-c", "pass"], variables) for _ in range(4 * rounds)]
    floor = median(nothing), "`python -c pass`"
    with serving(variables):  # compiles the modules and makes the journal that `jobs` reads
        pass
    spent_by(["-m", "agent", "--help"], variables)
    for command in _COMMANDS:
        name = f"`galley {' '.join(command)}`"
        yield row(
            name,
            [spent_by(["-m", "agent", *command], variables) for _ in range(rounds)],
            "CPU-s",
            floor,
        )
    cpu, mib = [], []
    for _ in range(rounds):
        with serving(variables) as server:
            cpu.append(server.cpu)
            mib.append(server.mib)
    yield row("`galley serve` until `/health`", cpu, "CPU-s", floor)
    yield row("`galley serve` until `/health`, memory", mib, "MiB")
