"""DuckDB's rows with Spark's types."""

import duckdb


def with_moments(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    """A query for a relation, with times as moments: DuckDB's are UTC and do not say so."""
    columns = connection.execute(f"describe {relation}").fetchall()
    told = (
        f'timezone(\'UTC\', "{name}") as "{name}"' if kind == "TIMESTAMP" else f'"{name}"'
        for name, kind, *_ in columns
    )
    return f"select {', '.join(told)} from {relation}"
