"""`mackerel-cs simulate`: the simulator at the command line."""

from datetime import datetime, time
from pathlib import Path
from typing import Annotated

import typer

from mackerel_cs import console
from mackerel_cs.settings import Settings
from mackerel_cs.simulate.options import FORMATS, HIGHEST_RATE, SimulationOptions, SimulationSummary
from mackerel_cs.simulate.run import months, run

DEFAULTS = SimulationOptions()
FIRST_DAY = datetime.combine(DEFAULTS.start, time())


def _rate(of: str) -> object:
    return typer.Option(min=0, max=HIGHEST_RATE, help=f"Share of the {of}.")


def simulate(  # noqa: PLR0913  Typer takes one parameter an option
    *,
    organizations: Annotated[
        int, typer.Option(min=1, help="How many; who signs up after the last day does not appear.")
    ] = DEFAULTS.organizations,
    start: Annotated[
        datetime,
        typer.Option(
            formats=["%Y-%m-%d"], help="First day, in Tokyo.", show_default=str(DEFAULTS.start)
        ),
    ] = FIRST_DAY,
    days: Annotated[int, typer.Option(min=1, help="How many days.")] = DEFAULTS.days,
    seed: Annotated[int, typer.Option(min=0, help="Another seed, another world.")] = DEFAULTS.seed,
    format_: Annotated[
        str, typer.Option("--format", help=f"One of {', '.join(FORMATS)}.")
    ] = DEFAULTS.format,
    out: Annotated[
        Path | None, typer.Option(help="The raw log [default: $MACKEREL_CS_RAW].")
    ] = None,
    truth: Annotated[
        Path | None, typer.Option(help="Hidden truth [default: $MACKEREL_CS_DATA/truth].")
    ] = None,
    late_rate: Annotated[
        float, _rate("lines that come a day to 150 days late")
    ] = DEFAULTS.late_rate,
    duplicate_rate: Annotated[float, _rate("lines that come twice")] = DEFAULTS.duplicate_rate,
    broken_rate: Annotated[float, _rate("lines that come garbled as well")] = DEFAULTS.broken_rate,
    out_of_order_rate: Annotated[
        float, _rate("lines out of place in their file")
    ] = DEFAULTS.out_of_order_rate,
    difference_rate: Annotated[
        float, _rate("snapshot objects that contradict the events")
    ] = DEFAULTS.difference_rate,
    append: Annotated[
        bool, typer.Option("--append", help="Write further files into a log that is not empty.")
    ] = False,
) -> None:
    """Write the raw log of a believable Mackerel, and the truth behind it beside it.

    The same options give the same bytes on any machine. Existing files are never rewritten.

    \b
    Examples:
      mackerel-cs simulate
      mackerel-cs simulate --organizations 30 --days 120 --out raw --truth truth
      mackerel-cs simulate --format parquet --late-rate 0.05 --broken-rate 0
    """
    settings = Settings.from_environment()
    options = SimulationOptions(
        organizations=organizations,
        start=start.date(),
        days=days,
        seed=seed,
        format=format_,
        late_rate=late_rate,
        duplicate_rate=duplicate_rate,
        broken_rate=broken_rate,
        out_of_order_rate=out_of_order_rate,
        difference_rate=difference_rate,
    )
    raw = out or settings.raw
    with console.progress("simulating", len(months(options))) as advance:
        summary = run(
            options, raw, truth or settings.truth, lambda _done, _all: advance(), append=append
        )
    console.err.print(_told(summary, raw))


def _told(summary: SimulationSummary, raw: Path) -> str:
    disorders = ", ".join(f"{count:,} {name}" for name, count in summary.disorders.items())
    return (
        f"{summary.lines:,} lines of {summary.organizations} organizations in {summary.files} files"
        f" ({summary.bytes / 1e6:.1f} MB) below {raw}, {summary.first_date} to {summary.last_date};"
        f" {disorders or 'no disorder'}."
    )
