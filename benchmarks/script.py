"""`python -m benchmarks.script FILE`: the SQL of a build as one bare DuckDB script.

What the script cannot do without stands before it: the list of raw files, and the settings of
the profile. One statement runs after the other, where dbt has two threads.
"""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow as pa

from mackerel_cs import raw_log
from mackerel_cs.engine import Engine
from mackerel_cs.settings import Settings
from mackerel_cs.warehouse import WAREHOUSE_FORMAT

_VARIABLES: dict[str, str | int] = {
    "project_fingerprint": "the same",
    "guards_fingerprint": "the same",
    "warehouse_format": WAREHOUSE_FORMAT,
}


@contextmanager
def as_dbt_connects(
    connection: duckdb.DuckDBPyConnection, files: pa.Table
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor with what dbt's plugin sets; what it has not committed goes with it."""
    with connection.cursor() as cursor:
        cursor.execute("set timezone = 'UTC'")
        for name, value in _VARIABLES.items():
            cursor.execute(f"set variable {name} = {value!r}")
        cursor.register("warehouse_raw_files_df", files)
        yield cursor


def main(file: str) -> None:
    """Run it in a new warehouse, where the environment says."""
    settings = Settings.from_environment()
    settings.warehouse.parent.mkdir(parents=True, exist_ok=True)
    files = raw_log.inspect(settings)
    with Engine.from_environment(settings).connect(settings.warehouse) as connection:
        for statements in json.loads(Path(file).read_text(encoding="utf-8")):
            with as_dbt_connects(connection, files) as cursor:
                for sql in statements:
                    cursor.execute(sql)


if __name__ == "__main__":
    main(*sys.argv[1:])
