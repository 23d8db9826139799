"""The build's own DuckDB file, before a build needs it."""

import duckdb

from mackerel_cs.errors import UserError
from mackerel_cs.lock import LOCKED_EXIT_CODE
from mackerel_cs.settings import Settings

# Raise it when what lies in the schema `operations` is laid out otherwise than before.
WAREHOUSE_FORMAT = 2

# DuckDB's words. The bare word lock will not do: a broken file is told by the block.
_IN_USE = "Could not set lock"
_ANEW = (
    "move it away or delete it: a build makes it anew from the raw log, and what is published "
    "stays readable meanwhile."
)
_FORMAT = "select max(format_number) from operations.warehouse_format"
_IS_RECORDED = """
select count(*) from duckdb_tables()
where database_name = current_database() and schema_name = 'operations' and table_name = ?
"""


def require_usable(settings: Settings, *, is_read_only: bool = False) -> None:
    """UserError when the warehouse is there but cannot be worked with.

    It is in use (exit code 3), broken, of another DuckDB, or of another version of this project.
    """
    path = settings.warehouse
    if not path.exists():
        return
    try:
        with duckdb.connect(str(path), read_only=is_read_only) as connection:
            is_ours = _is_ours(connection)
    except duckdb.Error as error:
        if _IN_USE in str(error):
            raise UserError(
                f"Another program has the warehouse {path} open: {_first_line(error)}",
                f"Close it there and start again. To look at results, open {settings.marts}: "
                "readers of that file never stand in a build's way.",
                exit_code=LOCKED_EXIT_CODE,
            ) from error
        raise UserError(
            f"The warehouse {path} cannot be opened: {_first_line(error)}",
            f"Check its rights. If it is broken or of another DuckDB version, {_ANEW}",
        ) from error
    if not is_ours:
        raise UserError(
            f"The warehouse {path} was made by another version of mackerel-cs.",
            _ANEW[0].upper() + _ANEW[1:],
        )


def is_recorded(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether the schema `operations` has the table: a new warehouse has none."""
    found = connection.execute(_IS_RECORDED, [table]).fetchone()
    return found is not None and found[0] > 0


def _is_ours(connection: duckdb.DuckDBPyConnection) -> bool:
    if not is_recorded(connection, "good_builds"):
        return True
    if not is_recorded(connection, "warehouse_format"):
        return False
    return connection.execute(_FORMAT).fetchone() == (WAREHOUSE_FORMAT,)


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
