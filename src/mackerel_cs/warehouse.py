"""The build's own DuckDB file, before a build needs it."""

import duckdb

from mackerel_cs.errors import UserError
from mackerel_cs.lock import LOCKED_EXIT_CODE
from mackerel_cs.settings import Settings


def require_usable(settings: Settings, *, is_read_only: bool = False) -> None:
    """UserError when the warehouse is there but cannot be opened: in use, or not DuckDB's."""
    path = settings.warehouse
    if not path.exists():
        return
    try:
        duckdb.connect(str(path), read_only=is_read_only).close()
    except duckdb.IOException as error:
        if "lock" in str(error):
            raise UserError(
                f"Another program has the warehouse {path} open: {_first_line(error)}",
                f"Close it there and start again. To look at results, open {settings.marts}: "
                "readers of that file never stand in a build's way.",
                exit_code=LOCKED_EXIT_CODE,
            ) from error
        raise UserError(
            f"The warehouse {path} cannot be opened: {_first_line(error)}",
            "Check its rights. If it is broken or of another DuckDB version, delete it: a build "
            "makes it anew from the raw log, and what is published stays readable meanwhile.",
        ) from error


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
