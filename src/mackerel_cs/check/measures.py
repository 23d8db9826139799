"""What a check measured, kept for the next one.

Beside each published build lie the measures it was judged by. A daily build leaves nearly all rows
as they were: the check after it takes what they measured then, less the rows the build recomputed
as they were, plus those rows as they are.
"""

from pathlib import Path

import duckdb

from mackerel_cs.check.outcome import MEASURES
from mackerel_cs.publish.sql import text
from mackerel_cs.settings import Settings

TABLES = ("landed_lines", "mart_rows", "mart_columns")


def keep_measures(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Write the connection's measures where `hand_over_measures` looks."""
    folder = settings.expectations / MEASURES
    folder.mkdir(parents=True, exist_ok=True)
    for table in TABLES:
        connection.execute(f"copy {table} to {text(str(folder / table))} (format parquet)")


def known_measures(connection: duckdb.DuckDBPyConnection, published: Path | None) -> bool:
    """Make them the tables `known_<table>`; false where the build has none that can be read."""
    if published is None:
        return False
    try:
        for table in TABLES:
            file = text(str(published / MEASURES / table))
            connection.execute(f"create temp table known_{table} as from read_parquet({file})")
    except duckdb.Error:
        return False
    return True
