"""The truth files: what the log does not say, for tests and benchmarks only."""

import dataclasses
from collections.abc import Iterable
from datetime import date
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq

from mackerel_cs.simulate.delivery import Disorder
from mackerel_cs.simulate.moments import NEVER, date_of, tokyo_day
from mackerel_cs.simulate.organization import Organization
from mackerel_cs.simulate.world import OrganizationDay, World

HAZARDS = {
    "organization_id": pl.String,
    "state_date": pl.Date,
    "churn_hazard": pl.Float64,
    "hidden_state": pl.String,
}
DISORDERS = {
    "file": pl.String,
    "line_number": pl.Int64,
    "disorder": pl.String,
    "detail": pl.String,
}


class Growing:
    """A Parquet file that grows block by block."""

    def __init__(self, path: Path, schema: dict[str, type[pl.DataType]]) -> None:
        """Create the file; a row group is written for each block."""
        self.schema = schema
        empty = pl.DataFrame(schema=schema).to_arrow(compat_level=pl.CompatLevel.oldest())
        self._writer = pq.ParquetWriter(path, empty.schema, compression="zstd")

    def add(self, frame: pl.DataFrame) -> None:
        """Append rows."""
        if len(frame):
            self._writer.write_table(frame.to_arrow(compat_level=pl.CompatLevel.oldest()))

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()


def hazards(days: list[OrganizationDay], ids: dict[int, str], last: int) -> pl.DataFrame:
    """The block's organization-days before `last`."""
    kept = [one for one in days if one.day < last]
    return pl.DataFrame(
        {
            "organization_id": [ids[one.organization] for one in kept],
            "state_date": pl.Series([one.day for one in kept], dtype=pl.Int32).cast(pl.Date),
            "churn_hazard": [one.hazard for one in kept],
            "hidden_state": [one.state for one in kept],
        },
        schema=HAZARDS,
    )


def disorders(lines: list[Disorder]) -> pl.DataFrame:
    """The block's disorderly lines."""
    return pl.DataFrame(
        [dataclasses.astuple(line) for line in lines], schema=DISORDERS, orient="row"
    )


def write(folder: Path, world: World, organizations: list[Organization]) -> None:
    """Organizations, stalls, churns and causes, as far as they lie in the simulated days."""

    def day(ms: int | None) -> date | None:
        if ms is None or ms >= NEVER or tokyo_day(ms) >= world.last:
            return None
        return date_of(tokyo_day(ms))

    _save(
        folder / "organizations.parquet",
        "organization_id:s segment:s plan_at_end:s created_on:d ended_on:d end_reason:s"
        " champion_user_id:s is_touch_held_out:b",
        (
            (
                org.id,
                org.segment,
                world.final[org.index][0],
                day(org.created),
                day(org.ended),
                *world.final[org.index][1:],
                org.is_held_out,
            )
            for org in organizations
        ),
    )
    _save(
        folder / "stalls.parquet",
        "organization_id:s cause:s blocked_milestone:s started_on:d ended_on:d is_touched:b"
        " is_held_out:b",
        (
            (
                one.organization_id,
                one.cause,
                one.blocked_milestone,
                day(one.started),
                day(one.ended),
                day(one.touched) is not None,
                one.is_held_out,
            )
            for one in world.truth.stalls
            if day(one.started)
        ),
    )
    _save(
        folder / "churns.parquet",
        "organization_id:s requested_on:d ended_on:d cause:s",
        (
            (one.organization_id, day(one.requested), day(one.ended), one.cause)
            for one in world.truth.churns
            if day(one.requested)
        ),
    )
    _save(
        folder / "causes.parquet",
        "organization_id:s cause:s started_on:d ended_on:d detail:s",
        (
            (one.organization_id, one.cause, day(one.started), day(one.ended), one.detail)
            for one in world.truth.causes
            if day(one.started)
        ),
    )


def _save(path: Path, columns: str, rows: Iterable[tuple[object, ...]]) -> None:
    """Write rows; `columns` names each with its type's first letter."""
    types = {"s": pl.String, "d": pl.Date, "b": pl.Boolean}
    schema = {name: types[letter] for name, letter in (c.split(":") for c in columns.split())}
    frame = pl.DataFrame(list(rows), schema=schema, orient="row")
    pq.write_table(frame.to_arrow(compat_level=pl.CompatLevel.oldest()), path, compression="zstd")
