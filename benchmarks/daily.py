"""What one more day costs: after three months, after two years, and against making all anew."""

import os
from collections.abc import Sequence
from pathlib import Path

from benchmarks.installation import Finished, Installation
from benchmarks.tables import Measurement
from mackerel_cs.errors import UserError

SHORT_DAYS = 90
LONG_DAYS = 730
# A day costs as much as its arrivals; one of them may be an odd one.
DAYS_MEASURED = 2
AIM_GROWTH = 1.2
AIM_SHARE = 0.03
AIM_NOTHING_NEW_SECONDS = 15


def measure(installation: Installation, organizations: int) -> list[Measurement]:
    """Build three months, some days more, two years anew, and some days more, in one place.

    Each figure is of whole `mackerel-cs build` runs: inspection, models, data tests, expectations
    and publication.
    """
    log = Installation(installation.folder / "log")
    simulated = log.mackerel_cs(
        "simulate",
        *("--organizations", str(organizations)),
        *("--days", str(LONG_DAYS + DAYS_MEASURED)),
    )
    if installation.settings.warehouse.exists():
        raise UserError(
            f"{installation.folder} is not empty: what is there would be measured too.",
            "Name a --folder that is, or none.",
        )
    folders = sorted(path for path in log.settings.events.iterdir() if path.is_dir())
    short = _day_after(installation, folders, SHORT_DAYS)
    deliver(installation, folders[:LONG_DAYS])
    anew = installation.mackerel_cs("build", "--full-refresh")
    long = _day_after(installation, folders, LONG_DAYS)
    nothing = installation.mackerel_cs("build")
    simulating = f"simulating {organizations:,} organizations"
    return [
        *_told(short, long, anew, nothing),
        Measurement(simulating, f"{simulated.seconds:.0f} s"),
    ]


def _told(short: float, long: float, anew: Finished, nothing: Finished) -> list[Measurement]:
    growth, share = long / short, long / anew.seconds
    return [
        Measurement(f"a day's run after {SHORT_DAYS} days", f"{short:.1f} s"),
        Measurement(f"a day's run after {LONG_DAYS} days", f"{long:.1f} s"),
        Measurement(
            "the latter against the former",
            f"{growth:.2f} times",
            f"<= {AIM_GROWTH} times",
            growth <= AIM_GROWTH,
        ),
        Measurement(f"everything anew after {LONG_DAYS} days", f"{anew.seconds:.0f} s"),
        Measurement(
            "a day's run against that", f"{share:.1%}", f"<= {AIM_SHARE:.0%}", share <= AIM_SHARE
        ),
        Measurement(
            "a run with nothing new",
            f"{nothing.seconds:.1f} s",
            f"< {AIM_NOTHING_NEW_SECONDS} s",
            nothing.seconds < AIM_NOTHING_NEW_SECONDS,
        ),
    ]


def _day_after(installation: Installation, folders: Sequence[Path], days: int) -> float:
    """Mean seconds of a run that takes in the next day, the log so far being built."""
    deliver(installation, folders[:days])
    installation.mackerel_cs("build")
    seconds = 0.0
    for number in range(days, days + DAYS_MEASURED):
        deliver(installation, folders[number : number + 1])
        seconds += installation.mackerel_cs("build").seconds
    return seconds / DAYS_MEASURED


def deliver(installation: Installation, folders: Sequence[Path]) -> None:
    """Lay the arrival folders into the raw log, without copying what is in them."""
    for folder in folders:
        target = installation.settings.events / folder.name
        target.mkdir(parents=True, exist_ok=True)
        for file in folder.iterdir():
            if not (target / file.name).exists():
                os.link(file, target / file.name)
