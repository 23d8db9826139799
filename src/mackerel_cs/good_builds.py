"""The record of good builds in the warehouse (macros/incremental/build_record.sql writes it)."""

from dataclasses import asdict, dataclass, fields
from datetime import date, datetime

import duckdb

from mackerel_cs.warehouse import is_recorded

# In place of a fingerprint while no build may go on from the warehouse, or only a backfill may.
SUPERSEDED = "superseded"
BACKFILLING = "backfilling"


@dataclass(frozen=True)
class GoodBuild:
    """A row of `operations.good_builds`: a whole build without a red test."""

    build_number: int
    landing_number: int
    as_of_date: date
    log_start_date: date
    known_at: datetime
    ledger_hash: str
    build_fingerprint: str
    project_fingerprint: str
    engine_version: str
    given_vars: str
    guards_fingerprint: str

    def as_json(self) -> dict[str, int | str]:
        """As the manifest of a publication holds it."""
        return {
            name: value if isinstance(value, int) else str(value)
            for name, value in asdict(self).items()
        }


def last_good_build(connection: duckdb.DuckDBPyConnection) -> GoodBuild | None:
    """The last one; none in a warehouse that never saw one."""
    if not is_recorded(connection, "good_builds"):
        return None
    names = ", ".join(field.name for field in fields(GoodBuild))
    row = connection.execute(
        f"select {names} from operations.good_builds order by build_number desc limit 1"
    ).fetchone()
    return GoodBuild(*row) if row else None
