"""What had landed by a moment: the lines of the warehouse, cut, in a warehouse of their own.

The log is not read again: the warehouse holds every line as it came. A sound line is known from its
received time on, and from the date of the folder it lies in; of a line nobody believes only the
folder's date counts. A moment is taken to the second, and holds the whole of it.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

import duckdb

from mackerel_cs.errors import UserError
from mackerel_cs.settings import Settings

# Models that are taken over from the warehouse instead of being built.
TAKEN_OVER = ("land_files", "land_lines")

_LAST_LANDING = """
select max_by(landing_number, build_number)
from landed.operations.good_builds
having max_by(build_fingerprint, build_number) != 'superseded'
"""
# A build that did not end well may have landed lines: they are landed anew by the next one.
_SOUND_LINES = """
create temp table sound_lines as
select
    received_at,
    -- The folder is the later of the two where a delivery lay about before it was put there.
    greatest(cast(received_at as date), received_date) as arrived_date
from landed.landing.land_lines
where landing_number <= $landing_number and parse_problem is null
"""
_EVERYTHING = """
select date_trunc('second', greatest(max(received_at), cast(max(arrived_date) as timestamp)))
from sound_lines
"""
_FIRST_ARRIVAL_AFTER = """
select min(arrived_date)
from sound_lines
where received_at >= timezone('UTC', timezone($zone, cast($day as timestamp)))
"""
_KNOWN_DATES = """
select
    cast(timezone($zone, timezone('UTC', min(received_at))) as date),
    cast(timezone($zone, timezone('UTC', max(received_at))) as date)
from sound_lines
where received_at < $end_at and arrived_date < $end_at
"""
_KNOWN_LINES = """
create table landing.land_lines as
select *
from landed.landing.land_lines
where
    landing_number <= $landing_number
    and case
        when parse_problem is null
            then received_at < $end_at and coalesce(received_date < $end_at, true)
        else coalesce(received_date < $end_at, false)
    end
"""
_KNOWN_FILES = """
create table landing.land_files as
with known as (
    select file_path, count(*) as known_count
    from landing.land_lines
    group by file_path
)

select files.* replace (coalesce(known.known_count, 0) as line_count)
from landed.landing.land_files as files
left join known on files.file_path = known.file_path
where
    files.landing_number <= $landing_number
    and (known.file_path is not null or (files.line_count = 0 and files.received_date < $end_at))
order by files.file_path
"""


@dataclass(frozen=True)
class Landed:
    """The landed lines of the last good build, and the warehouse that takes a part of them over.

    `zone` is the business zone: it says when a date is over.
    """

    connection: duckdb.DuckDBPyConnection
    landing_number: int
    zone: str

    def everything(self) -> datetime:
        """The moment by which all had arrived; UserError when no sound line has landed."""
        (moment,) = self._row(_EVERYTHING)
        if moment is None:
            raise UserError(
                "No sound line has landed: there is no day to look back to.",
                "Look at landing.land_quarantined_lines for the reasons.",
            )
        found: datetime = moment
        return found

    def first_complete(self, as_of: date) -> datetime:
        """The end of the first folder by which something had arrived after the date was over.

        What the first build had that held the whole date. Everything, where the date is not over.
        """
        day = as_of + timedelta(days=1)
        (arrived_date,) = self._row(_FIRST_ARRIVAL_AFTER, zone=self.zone, day=day)
        if arrived_date is None:
            return self.everything()
        return datetime.combine(arrived_date, time(23, 59, 59))

    def require_date(self, as_of: date, known_at: datetime) -> None:
        """UserError when the log, as it was known, does not hold the date."""
        first, last = self._row(_KNOWN_DATES, zone=self.zone, end_at=_end(known_at))
        if first is None:
            raise UserError(
                f"Nothing had arrived by {stated(known_at)}.",
                "Give a later time with --known-at, or leave it out. The marts people read stay as "
                "they are.",
            )
        if not first <= as_of <= last:
            raise UserError(
                f"The log, as known at {stated(known_at)}, goes from {first} to {last}: {as_of} is "
                "not in it.",
                "Give a date in it with --as-of, or a later time with --known-at. The marts people "
                "read stay as they are.",
            )

    def take_over(self, known_at: datetime) -> None:
        """Copy what was known into the new warehouse."""
        cut = {"landing_number": self.landing_number, "end_at": _end(known_at)}
        self.connection.execute("create schema landing")
        self.connection.execute(_KNOWN_LINES, cut)
        self.connection.execute(_KNOWN_FILES, cut)

    def _row(self, query: str, **values: Any) -> tuple[Any, ...]:
        return self.connection.execute(query, values or None).fetchall()[0]


@contextmanager
def landed(settings: Settings, work: Settings, zone: str) -> Iterator[Landed]:
    """Open the warehouse for reading, beside a new one in the work folder."""
    limits: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": os.environ.get("MACKEREL_CS_MEMORY_LIMIT", "2GB"),
        "threads": int(os.environ.get("MACKEREL_CS_THREADS", "2")),
        "temp_directory": str(work.data / "tmp"),
    }
    with duckdb.connect(str(work.warehouse), config=limits) as connection:
        connection.execute("set timezone = 'UTC'")
        warehouse = str(settings.warehouse).replace("'", "''")
        connection.execute(f"attach '{warehouse}' as landed (read_only)")
        number = _last_landing(connection)
        connection.execute(_SOUND_LINES, {"landing_number": number})
        yield Landed(connection, number, zone)


def stated(moment: datetime) -> str:
    """A moment as the var `known_at` states it."""
    return f"{moment:%Y-%m-%dT%H:%M:%SZ}"


def _end(known_at: datetime) -> datetime:
    """The first moment that is not known any more."""
    return known_at + timedelta(seconds=1)


def _last_landing(connection: duckdb.DuckDBPyConnection) -> int:
    try:
        found = connection.execute(_LAST_LANDING).fetchall()
    except duckdb.CatalogException:
        found = []  # a warehouse of before builds were recorded
    if not found:
        raise UserError(
            "The warehouse holds no finished build to look back from.",
            "Run `mackerel-cs build` and look back then. The marts people read stay as they are.",
        )
    return int(found[0][0])
