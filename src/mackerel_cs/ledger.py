"""The ledger of landed files, held against the raw log.

What the last good build had landed is binding: the raw log is append-only. What an unfinished build
landed is not; its files are landed again.
"""

from dataclasses import dataclass

import duckdb
import pyarrow as pa

from mackerel_cs.errors import UserError
from mackerel_cs.good_builds import GoodBuild

_NAMED_IN_MESSAGE = 5
_AS_IT_IS = (
    "take the raw log as it is now: `mackerel-cs build --full-refresh`. What is published stays as "
    "it was."
)
_LOST = """
select landed.file_path
from {ledger} as landed
anti join files using (file_path, size_bytes, content_sha256)
order by landed.file_path
"""
_UNFINISHED = "(select * from landing.land_files where landing_number > {landing_number})"
# A pause in the log may be long; a folder farther away than this is the work of a wrong clock.
_FARTHEST_DAYS = 366
_FAR_AWAY = f"""
select files.file_path
from files
anti join operations.remembered_land_files using (file_path)
cross join (
    select min(received_date) as first_date, max(received_date) as last_date
    from operations.remembered_land_files
) as landed
where
    files.received_date > landed.last_date + {_FARTHEST_DAYS}
    or files.received_date < landed.first_date - {_FARTHEST_DAYS}
order by files.file_path
"""
_NEW = """
select count(*), coalesce(sum(files.line_count), 0)
from files
anti join operations.remembered_land_files using (file_path)
"""


@dataclass(frozen=True)
class Ledger:
    """How the raw log differs from what was landed.

    `lost`: files of the last good build that have changed or gone; `lost_arrivals`: the same of an
    unfinished build after it; `far_away`: new files in folders of dates a year off the log;
    `unfinished_count`: files an unfinished build landed.
    """

    lost: tuple[str, ...]
    lost_arrivals: tuple[str, ...]
    far_away: tuple[str, ...]
    unfinished_count: int
    new_file_count: int
    new_line_count: int

    @property
    def is_raw_log(self) -> bool:
        """Whether the warehouse holds exactly the files of the raw log."""
        return not (self.lost or self.unfinished_count or self.new_file_count)

    def require_append_only(self) -> None:
        """UserError when a landed file has changed or vanished, or a clock has jumped."""
        if self.lost:
            raise UserError(
                f"{len(self.lost)} raw file(s) that had been landed have changed or gone: "
                + _named(self.lost),
                f"Put them back as they were, or {_AS_IT_IS}",
            )
        if self.far_away:
            raise UserError(
                f"{len(self.far_away)} new raw file(s) lie in folders of dates more than "
                f"{_FARTHEST_DAYS} days away from the rest of the log: {_named(self.far_away)}",
                "The clock of what wrote them has probably jumped: move them to the folder of the "
                f"date they arrived. If the dates are right, {_AS_IT_IS}",
            )


def compare_ledger(
    connection: duckdb.DuckDBPyConnection, files: pa.Table, last: GoodBuild
) -> Ledger:
    """Hold the raw files (`raw_log.inspect`) against the warehouse of the last good build."""
    connection.register("files", files)
    unfinished = _UNFINISHED.format(landing_number=last.landing_number)
    (unfinished_count,) = _one(connection, f"select count(*) from {unfinished} as unfinished")
    new_file_count, new_line_count = _one(connection, _NEW)
    return Ledger(
        lost=_lost(connection, "operations.remembered_land_files"),
        lost_arrivals=_lost(connection, unfinished),
        far_away=_paths(connection, _FAR_AWAY),
        unfinished_count=unfinished_count,
        new_file_count=new_file_count,
        new_line_count=int(new_line_count),
    )


def _named(paths: tuple[str, ...]) -> str:
    more = len(paths) - _NAMED_IN_MESSAGE
    return ", ".join(paths[:_NAMED_IN_MESSAGE]) + (f" and {more} more" if more > 0 else "")


def _lost(connection: duckdb.DuckDBPyConnection, ledger: str) -> tuple[str, ...]:
    return _paths(connection, _LOST.format(ledger=ledger))


def _paths(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[str, ...]:
    return tuple(path for (path,) in connection.execute(query).fetchall())


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[int, ...]:
    row: tuple[int, ...] | None = connection.execute(query).fetchone()
    if row is None:
        raise AssertionError("an aggregate without group by has always one row")
    return row
