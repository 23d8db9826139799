"""Spark's tables as DuckDB sees them: a file of views over their Parquet files.

Checks and publication read it as they read the warehouse of a build on DuckDB: it has the same
names and types. It holds no rows, and is right until the next build begins.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import duckdb
import pyarrow as pa

from mackerel_cs.publish.sql import quoted, text

# The files of a table, or its columns where it has no rows.
Content: TypeAlias = list[str] | pa.Schema

_WITH_A_ZONE = "TIMESTAMP WITH TIME ZONE"


def write_views(file: Path, tables: Mapping[str, Content], views: Mapping[str, str]) -> None:
    """Write the file: the tables by their names (`schema.name`), then views by their SQL."""
    scratch = file.with_suffix(".new")
    for left in file.parent.glob(f"{scratch.name}*"):
        left.unlink()
    with duckdb.connect(str(scratch)) as connection:
        connection.execute("begin")
        for name, content in tables.items():
            _add_table(connection, name, content)
        for name, query in views.items():
            connection.execute(f"create view {_relation(connection, name)} as {query}")
        connection.execute("commit")
    scratch.replace(file)


def _add_table(connection: duckdb.DuckDBPyConnection, name: str, content: Content) -> None:
    if isinstance(content, pa.Schema):
        connection.register("empty", content.empty_table())
        kind, source = "table", "empty"
    else:
        # What a folder's name says of a partition stands in the files too, and typed.
        files = ", ".join(map(text, content))
        kind, source = "view", f"read_parquet([{files}], hive_partitioning = false)"
    columns = connection.execute(f"describe from {source}").fetchall()
    listed = ", ".join(_column(column, type_) for column, type_, *_ in columns)
    relation = _relation(connection, name)
    connection.execute(f"create {kind} {relation} as select {listed} from {source}")


def _column(name: str, kind: str) -> str:
    """A column; Spark's times are moments, ours are UTC without a zone."""
    if kind == _WITH_A_ZONE:
        return f"timezone('UTC', {quoted(name)}) as {quoted(name)}"
    return quoted(name)


def _relation(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    schema, table = map(quoted, name.split("."))
    connection.execute(f"create schema if not exists {schema}")
    return f"{schema}.{table}"
