"""The run: month by month, every organization day by day, then what is frequent, then the files."""

import os
from collections.abc import Callable
from pathlib import Path

import polars as pl

from mackerel_cs.errors import UserError
from mackerel_cs.simulate import daily, founding, incidents, operations, snapshots, truth
from mackerel_cs.simulate.catalogue import CODES
from mackerel_cs.simulate.delivery import Delivery
from mackerel_cs.simulate.moments import HOUR_MS, at, date_of, day_of, next_month, tokyo_day
from mackerel_cs.simulate.options import SimulationOptions, SimulationSummary
from mackerel_cs.simulate.organization import Organization
from mackerel_cs.simulate.world import Log, World

Progress = Callable[[int, int], None]


def run(
    options: SimulationOptions,
    raw: Path,
    truth_folder: Path,
    progress: Progress | None = None,
    *,
    append: bool = False,
) -> SimulationSummary:
    """Write the raw log below `raw` and the truth into `truth_folder`.

    `progress(done, total)` is called after each month. Existing files are never rewritten: a log
    that is not empty is refused unless `append` asks for further files beside it (the truth then
    is the latest run's).
    """
    _refuse_occupied(raw, append)
    for folder in (raw / "events", truth_folder):
        _make(folder)
    first, last = day_of(options.start), day_of(options.end)
    world = World(options.seed, first, last, options.difference_rate)
    organizations = [
        org
        for number in range(options.organizations)
        if (org := founding.create(world, number)) is not None
    ]
    ids = pl.Series(_ids_by_number(organizations, options.organizations))
    by_number = {org.index: org.id for org in organizations}
    delivery = Delivery(options, raw, world.opened, ids)
    hazards = truth.Growing(truth_folder / "hazards.parquet", truth.HAZARDS)
    disorders = truth.Growing(truth_folder / "disorders.parquet", truth.DISORDERS)
    blocks = months(options)
    for number, (start, stop) in enumerate(blocks):
        incidents.plan(world, start, number)
        _play(world, organizations, start, stop)
        hazards.add(truth.hazards(world.days, by_number, last))
        delivery.take(_events(world, organizations, start, stop))
        # Tokyo's day begins in the afternoon of UTC's day before: that date is not complete yet.
        delivery.write(stop - 1 if stop < last else last)
        disorders.add(truth.disorders(delivery.disorders))
        delivery.disorders.clear()
        world.log, world.days = Log(), []
        _forget(organizations, stop)
        if progress:
            progress(number + 1, len(blocks))
    hazards.close()
    disorders.close()
    for org in organizations:
        _conclude(world, org)
    truth.write(truth_folder, world, organizations)
    summary = delivery.finish()
    summary.organizations = len(organizations)
    return summary


def months(options: SimulationOptions) -> list[tuple[int, int]]:
    """First and end day of each block.

    Whole months are played and then cut, so that more days leave the earlier lines alone.
    """
    start, last = day_of(options.start), day_of(options.end)
    blocks = []
    while start < last:
        stop = day_of(next_month(date_of(start)))
        blocks.append((start, stop))
        start = stop
    return blocks


def _refuse_occupied(raw: Path, append: bool) -> None:
    events = raw / "events"
    if not append and events.is_dir() and any(path.is_file() for path in events.rglob("*")):
        raise UserError(
            f"The raw log below {raw} is not empty.",
            "Name another folder with --out, or add --append to write beside what is there.",
        )


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        is_writable = os.access(folder, os.W_OK)
    except OSError:
        is_writable = False
    if not is_writable:
        raise UserError(
            f"The folder {folder} cannot be written.",
            "Give rights to it, or name other folders with --out and --truth.",
        )


def _ids_by_number(organizations: list[Organization], count: int) -> list[str]:
    table = [""] * count
    for org in organizations:
        table[org.index] = org.id
    return table


def _play(world: World, organizations: list[Organization], start: int, stop: int) -> None:
    for org in organizations:
        if not org.is_alive or tokyo_day(org.created) >= stop:
            continue
        if start == world.first:
            org.play_until(world.opened)
            snapshots.plan_first(org)
        born = max(start, tokyo_day(org.created))
        if date_of(start).day == 1:
            snapshots.plan(org, start)
        for day in range(born, stop):
            if not org.is_alive:
                break
            if day == world.last:
                _conclude(world, org)
            operations.play(org, day)


def _conclude(world: World, org: Organization) -> None:
    """Keep how the organization stood after the last day asked for."""
    champion = org.champion.id if org.champion else None
    world.final.setdefault(org.index, (org.plan, org.end_reason, champion))


def _events(world: World, organizations: list[Organization], start: int, stop: int) -> pl.DataFrame:
    log, seed = world.log, world.seed
    block = daily.Block.of(start, stop, world.days, world.drift_days)
    told = pl.DataFrame(
        {
            "code": log.codes,
            "moment": log.moments,
            "organization": log.organizations,
            "key": log.keys,
            "data": log.data,
        },
        schema=daily.EVENT_COLUMNS,
    )
    living = [org for org in organizations if org.index in block.row_of]
    events = pl.concat(
        [
            told,
            daily.metering(seed, living, block),
            *daily.visits(seed, living, block),
            daily.tools(seed, living, block),
        ]
    )
    # What tells of a whole day comes soon after its end; of the last day too.
    is_summary = pl.col("code").is_in([CODES[kind] for kind in daily.SUMMARIES])
    end = pl.lit(at(world.last)) + pl.when(is_summary).then(HOUR_MS).otherwise(0)
    return events.filter(pl.col("moment") < end)


def _forget(organizations: list[Organization], day: int) -> None:
    """Drop what later days do not need, so that memory does not grow with days."""
    for org in organizations:
        org.gone.clear()
        org.former = [user for user in org.former if user.left >= at(day)]
        org.former_keys.clear()
        if not org.is_alive:
            for things in (org.hosts, org.users, org.keys, org.monitors, org.alerts):
                things.clear()
        for host in org.hosts:
            del host.versions[:-1]
