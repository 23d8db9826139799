"""The command line of the benchmarks: all of them, or one at a time."""

import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from benchmarks import alarms as warnings
from benchmarks import build as builds
from benchmarks import daily as days
from benchmarks import engines as both_engines
from benchmarks import incidents as own_incidents
from benchmarks import landing as landings
from benchmarks import machine
from benchmarks import overhead as overheads
from benchmarks import simulator as simulators
from benchmarks import stumbles as detection
from benchmarks.installation import installed
from benchmarks.matching import CauseScore
from benchmarks.tables import Measurement, measurements_table
from mackerel_cs.console import err, out, stage
from mackerel_cs.errors import UserError

DEFAULT_ORGANIZATIONS = 300
BIG_ORGANIZATIONS = 1650
# A million lines, the default sample with two, ten and fifty.
ENGINE_SIZES = (150, 300, 1500, 7000)
SEEDS = (7, 11, 23)
TURNS = 3

Organizations = Annotated[int, typer.Option(min=1, help="How many to simulate.")]
Folder = Annotated[
    Path | None,
    typer.Option(help="Work here and leave everything; default: a folder that is thrown away."),
]
Seeds = Annotated[
    list[int], typer.Option("--seed", min=0, help="World to build; give it several times.")
]
IsBuilt = Annotated[
    bool, typer.Option("--built", help="Score what was built in the folder before.")
]

app = typer.Typer(
    name="python -m benchmarks",
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Run the command line; a user's error is two sentences and an exit code."""
    try:
        app()
    except UserError as error:
        err.print(f"error: {error.problem}\n       {error.remedy}")
        sys.exit(error.exit_code)


@app.callback(invoke_without_command=True)
def everything(context: typer.Context) -> None:
    """Measure speed, memory and detection; the tables go to standard output.

    \b
    Examples:
      python -m benchmarks
      python -m benchmarks landing --turns 5
      python -m benchmarks stumbles --seed 101 --seed 102
    """
    if context.invoked_subcommand is not None:
        return
    described = machine.described()
    measured: list[Measurement] = []
    try:
        for measure in (_simulator, _landing, _default_build, _overhead, _daily, _big):
            measured += measure()
    finally:
        # What was measured before something failed took its time too.
        _print_measurements(measured, described)
    scores = _stumbles(SEEDS)
    out.print()
    out.print(detection.table(scores))


@app.command()
def simulator(organizations: Organizations = DEFAULT_ORGANIZATIONS) -> None:
    """Lines a second of the simulator on one core."""
    _measured(lambda: _simulator(organizations))


@app.command()
def landing(
    organizations: Organizations = DEFAULT_ORGANIZATIONS,
    turns: Annotated[int, typer.Option(min=1, help="How often both are measured.")] = TURNS,
    folder: Folder = None,
) -> None:
    """Landing against a bare read of the same files; raw logs in the folder are used again."""
    _measured(lambda: _landing(organizations, turns, folder))


@app.command()
def build(organizations: Organizations = DEFAULT_ORGANIZATIONS, folder: Folder = None) -> None:
    """Time and memory of `make build` with the default sample, in an empty folder."""
    _measured(lambda: _default_build(organizations, folder))


@app.command()
def overhead(
    organizations: Organizations = DEFAULT_ORGANIZATIONS,
    turns: Annotated[int, typer.Option(min=1, help="How often both are measured.")] = 1,
    folder: Folder = None,
) -> None:
    """`dbt build` against its SQL as one bare script; raw logs in the folder are used again."""
    _measured(lambda: _overhead(organizations, turns, folder))


@app.command()
def big(organizations: Organizations = BIG_ORGANIZATIONS, folder: Folder = None) -> None:
    """Memory of a build of ten million lines, in an empty folder."""
    _measured(lambda: _big(organizations, folder))


@app.command()
def daily(organizations: Organizations = DEFAULT_ORGANIZATIONS, folder: Folder = None) -> None:
    """What one more day costs after three months and after two years, in an empty folder."""
    _measured(lambda: _daily(organizations, folder))


@app.command()
def engines(
    sizes: Annotated[
        list[int],
        typer.Option("--organizations", min=1, help="A log's size; give it several times."),
    ] = list(ENGINE_SIZES),  # noqa: B006  Typer copies it
    folder: Folder = None,
) -> None:
    """First builds on DuckDB and on Spark by size of the log; needs `make install-spark`.

    The largest log takes hours. With a folder, what it has measured already is not measured again.
    """
    described = machine.described()
    with installed(folder) as place:
        built = []
        for one in both_engines.measure(place.folder, sizes):
            err.print(f"{one.engine}, {one.line_count:,} lines: {one.seconds:.0f} s")
            built.append(one)
    _print_measurements(both_engines.measurements(built), described)
    if len(sizes) > 1:
        out.print()
        out.print(both_engines.sizing_table(built, machine.cores()))
    out.print()
    out.print(both_engines.models_table(built))


@app.command()
def stumbles(
    *,
    seeds: Seeds = list(SEEDS),  # noqa: B006  Typer copies it
    organizations: Organizations = DEFAULT_ORGANIZATIONS,
    folder: Folder = None,
    is_built: IsBuilt = False,
) -> None:
    """Recall and precision of stumbles by cause; raw logs in the folder are used again."""
    out.print(detection.table(_stumbles(seeds, organizations, folder, is_built=is_built)))


@app.command()
def incidents(
    *,
    seeds: Seeds = list(SEEDS),  # noqa: B006  Typer copies it
    organizations: Organizations = DEFAULT_ORGANIZATIONS,
    folder: Folder = None,
    is_built: IsBuilt = False,
) -> None:
    """Telemetry gaps and unknown fields the log shows; raw logs in the folder are used again."""
    with stage("incidents"):
        scores = own_incidents.measure(seeds, organizations, folder, is_built=is_built)
    out.print(own_incidents.table(scores))


@app.command()
def alarms(
    *,
    seeds: Seeds = list(SEEDS),  # noqa: B006  Typer copies it
    organizations: Organizations = DEFAULT_ORGANIZATIONS,
    folder: Folder = None,
    is_built: IsBuilt = False,
) -> None:
    """Alarms against planted departures: recall, precision, and whether they name the cause."""
    with stage("alarms"):
        scores = warnings.measure(seeds, organizations, folder, is_built=is_built)
    out.print(warnings.tables(scores))


def _simulator(organizations: int = DEFAULT_ORGANIZATIONS) -> list[Measurement]:
    with stage("simulator"):
        return simulators.measure(organizations)


def _landing(
    organizations: int = DEFAULT_ORGANIZATIONS, turns: int = TURNS, folder: Path | None = None
) -> list[Measurement]:
    with stage("landing"), installed(folder) as installation:
        return landings.measure(installation, organizations, turns)


def _default_build(
    organizations: int = DEFAULT_ORGANIZATIONS, folder: Path | None = None
) -> list[Measurement]:
    with stage("build"), installed(folder) as installation:
        return builds.measure_default(installation, organizations)


def _overhead(
    organizations: int = DEFAULT_ORGANIZATIONS, turns: int = 1, folder: Path | None = None
) -> list[Measurement]:
    with stage("dbt's own cost"), installed(folder) as installation:
        return overheads.measure(installation, organizations, turns)


def _daily(
    organizations: int = DEFAULT_ORGANIZATIONS, folder: Path | None = None
) -> list[Measurement]:
    with stage("daily builds"), installed(folder) as installation:
        return days.measure(installation, organizations)


def _big(organizations: int = BIG_ORGANIZATIONS, folder: Path | None = None) -> list[Measurement]:
    with stage("big build"), installed(folder) as installation:
        return builds.measure_big(installation, organizations)


def _stumbles(
    seeds: Sequence[int],
    organizations: int = DEFAULT_ORGANIZATIONS,
    folder: Path | None = None,
    *,
    is_built: bool = False,
) -> list[CauseScore]:
    with stage("stumbles"):
        return detection.measure(seeds, organizations, folder, is_built=is_built)


def _measured(measure: Callable[[], list[Measurement]]) -> None:
    described = machine.described()
    _print_measurements(measure(), described)


def _print_measurements(measured: list[Measurement], described: str) -> None:
    out.print(f"Measured on {described}.")
    out.print()
    out.print(measurements_table(measured))
