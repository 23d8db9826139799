"""The record of backfills in the warehouse: which window was asked for, how far it has come.

While one is unfinished no build goes on from the warehouse, because part of it is made by another
version of the project: only the same backfill does.
"""

from dataclasses import dataclass
from datetime import date

import duckdb

from mackerel_cs.errors import UserError
from mackerel_cs.good_builds import BACKFILLING
from mackerel_cs.settings import Settings

_CREATE = """
create table if not exists operations.backfills (
    backfill_number bigint primary key,
    from_date date not null,
    to_date date not null,
    models varchar not null,
    project_fingerprint varchar not null,
    done_to_date date,
    is_done boolean not null
)
"""
_LAST = """
select backfill_number, from_date, to_date, models, project_fingerprint, done_to_date
from operations.backfills
order by backfill_number desc
limit 1
"""
_BEGIN = """
insert into operations.backfills
select coalesce(max(backfill_number), 0) + 1, ?, ?, ?, ?, null, false from operations.backfills
"""
# A good build of its own: what it was made by is true of it only after the last step.
_RECORD = """
insert into operations.good_builds by name
select * replace (
    build_number + 1 as build_number,
    ? as build_fingerprint,
    ? as project_fingerprint,
    ? as guards_fingerprint
)
from operations.good_builds
order by build_number desc
limit 1
"""


@dataclass(frozen=True)
class Window:
    """What is to be computed again: business dates, both included, and models (none: all)."""

    from_date: date
    to_date: date
    models: tuple[str, ...]

    def __str__(self) -> str:
        """For messages."""
        told = f"{self.from_date} to {self.to_date}"
        return f"{told}, {', '.join(self.models)}" if self.models else told

    def covers(self, other: "Window") -> bool:
        """Whether nothing of the other is left out."""
        has_models = not self.models or (bool(other.models) and set(other.models) <= {*self.models})
        return has_models and self.from_date <= other.from_date and self.to_date >= other.to_date


@dataclass(frozen=True)
class Backfill:
    """A row of the record; `done_to_date` is the last date of the steps that are done."""

    number: int
    window: Window
    project_fingerprint: str
    done_to_date: date | None


def begin_or_resume(
    settings: Settings, window: Window, project: str, *, is_unfinished: bool
) -> Backfill:
    """The record of this backfill: the unfinished one if it is the same, else a new one.

    UserError when another is unfinished whose window this one would leave half-made.
    """
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(_CREATE)
        unfinished = _last(connection) if is_unfinished else None
        if unfinished and unfinished.window == window and unfinished.project_fingerprint == project:
            return unfinished
        if unfinished and not window.covers(unfinished.window):
            raise UserError(
                f"Another backfill ({unfinished.window}) was not finished: its dates would stay "
                "half-made.",
                "Finish it by the same command, give this one a window and models that cover it, "
                "or make everything anew with `mackerel-cs build`. What is published stays as it "
                "was.",
            )
        connection.execute("begin")
        models = ",".join(window.models)
        connection.execute(_BEGIN, [window.from_date, window.to_date, models, project])
        connection.execute(f"update operations.good_builds set build_fingerprint = '{BACKFILLING}'")
        connection.execute("commit")
        begun = _last(connection)
    if begun is None:
        raise AssertionError("the row was just written")
    return begun


def record_step(settings: Settings, backfill: Backfill, to_date: date) -> None:
    """Remember that the backfill has come as far as this date."""
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(
            "update operations.backfills set done_to_date = ? where backfill_number = ?",
            [to_date, backfill.number],
        )


def record_end(
    settings: Settings, backfill: Backfill, build_fingerprint: str, guards_fingerprint: str
) -> None:
    """Record the good build that the backfill has made: from here on builds go on again."""
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("begin")
        connection.execute(
            _RECORD, [build_fingerprint, backfill.project_fingerprint, guards_fingerprint]
        )
        connection.execute(
            "update operations.backfills set is_done = true where backfill_number = ?",
            [backfill.number],
        )
        connection.execute("commit")


def _last(connection: duckdb.DuckDBPyConnection) -> Backfill | None:
    row = connection.execute(_LAST).fetchone()
    if row is None:
        return None
    number, from_date, to_date, models, project, done_to_date = row
    window = Window(from_date, to_date, tuple(filter(None, models.split(","))))
    return Backfill(number, window, project, done_to_date)
