"""What `make build` costs once installed: time by stage, and memory of all its processes."""

import re

import duckdb

from benchmarks.installation import Finished, Installation
from benchmarks.landing import memory_limit
from benchmarks.machine import GB
from benchmarks.tables import Measurement
from mackerel_cs.errors import UserError

AIM_SECONDS = 120
AIM_GB = 3
BIG_LINES = 10_000_000
BIG_AIM_GB = 8

_STAGE = re.compile(r"^(?P<name>[a-z ]+): (?P<seconds>[\d.]+) s$", re.MULTILINE)


def measure_default(installation: Installation, organizations: int) -> list[Measurement]:
    """Simulate, build, check and publish the default sample in an empty place."""
    simulated, built = _simulate_and_build(installation, organizations)
    seconds = simulated.seconds + built.seconds
    memory = max(simulated.peak_bytes, built.peak_bytes) / GB
    name = f"`make build`, {line_count(installation):,} lines"
    return [
        Measurement(
            f"{name}: in all", f"{seconds:.0f} s", f"<= {AIM_SECONDS} s", seconds <= AIM_SECONDS
        ),
        Measurement(f"{name}: simulating", f"{simulated.seconds:.1f} s"),
        *(
            Measurement(f"{name}: {stage}", f"{taken:.1f} s")
            for stage, taken in stages(built.output).items()
        ),
        Measurement(
            f"{name}: peak memory of all processes",
            f"{memory:.1f} GB",
            f"<= {AIM_GB} GB",
            memory <= AIM_GB,
        ),
    ]


def measure_big(installation: Installation, organizations: int) -> list[Measurement]:
    """Build ten million lines; UserError when so many organizations make fewer."""
    simulated, built = _simulate_and_build(installation, organizations)
    lines = line_count(installation)
    if lines < BIG_LINES:
        raise UserError(
            f"{organizations} organizations made {lines:,} lines; the aim speaks of {BIG_LINES:,}.",
            "Give more with --organizations, and an empty --folder.",
        )
    memory = built.peak_bytes / GB
    name = f"{lines:,} lines (MACKEREL_CS_MEMORY_LIMIT={memory_limit()})"
    return [
        Measurement(
            f"{name}: peak memory of the build",
            f"{memory:.1f} GB",
            f"<= {BIG_AIM_GB} GB",
            memory <= BIG_AIM_GB,
        ),
        Measurement(f"{name}: build", f"{built.seconds:.0f} s"),
        Measurement(f"{name}: simulating", f"{simulated.seconds:.0f} s"),
    ]


def stages(output: str) -> dict[str, float]:
    """Seconds by stage, in order, as `mackerel-cs build` says them on standard error."""
    return {found["name"]: float(found["seconds"]) for found in _STAGE.finditer(output)}


def _simulate_and_build(
    installation: Installation, organizations: int
) -> tuple[Finished, Finished]:
    simulated = installation.simulate(organizations)
    if simulated is None or installation.settings.warehouse.exists():
        raise UserError(
            f"{installation.folder} is not empty: a build there would not be a first one.",
            "Name a --folder that is, or none.",
        )
    return simulated, installation.mackerel_cs("build")


def line_count(installation: Installation) -> int:
    """Lines of the raw log, as what was published says, whichever engine built it."""
    with duckdb.connect(str(installation.settings.marts), read_only=True) as connection:
        row = connection.execute(
            "select sum(line_count) from observability.fct_line_counts"
        ).fetchone()
    return int(row[0]) if row else 0
