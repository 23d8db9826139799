"""Measuring the boundaries: the tables that the SQL of the expectation files reads.

Left in the connection, beside the schemas of the warehouse:
  as_of                as_of_date, last_landed_date (folder date of the newest accepted line)
  landed_lines         lines by file, source, type and outcome: the one pass over the lines
  previous_files       lines of each file as published last; empty where there is no comparison
  mart_rows            a row a mart: rows now and as published last, faults of the primary key
  mart_columns         a row a mart and column: filled cells now and before, leaks, least, greatest
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import duckdb

from mackerel_cs.check.comparison import Comparison
from mackerel_cs.engine import Engine
from mackerel_cs.errors import UserError
from mackerel_cs.publish import Model
from mackerel_cs.settings import Settings

# Wide enough for every real address, strict enough not to see one in "@channel" or "a@b".
ADDRESS = r"[^\s@<>]+@[^\s@<>]+\.[A-Za-z]{2,}"
# A table or a column that is not there.
NOT_THERE = (duckdb.CatalogException, duckdb.BinderException)
_NUMBERS = ("BIGINT", "INTEGER", "SMALLINT", "HUGEINT", "DOUBLE", "FLOAT")

_LANDED_LINES = """
create temp table landed_lines as
select
    file_path,
    received_date,
    event_source,
    event_type,
    outcome,
    count(*) as line_count,
    count(*) filter (
        event_id is null or event_source is null or event_type is null or received_at is null
    ) as unidentified_count
from landing.land_line_outcomes
group by all
"""
_AS_OF = """
create temp table as_of as
select
    (select as_of_date from intermediate.int_as_of) as as_of_date,
    (select max(received_date) from landed_lines where outcome = 'accepted') as last_landed_date
"""
_PREVIOUS_FILES = """
create temp table previous_files as
select
    file_path,
    cast(sum(line_count) as bigint) as line_count,
    cast(coalesce(sum(line_count) filter (outcome = 'accepted'), 0) as bigint) as accepted_count
from {previous}
group by file_path
"""
_NO_PREVIOUS_FILES = """
create temp table previous_files (file_path varchar, line_count bigint, accepted_count bigint)
"""
_MART_ROWS = """
create temp table mart_rows (
    mart varchar, is_built boolean, key_columns varchar, row_count bigint,
    repeated_key_count bigint, null_key_count bigint, previous_row_count bigint
)
"""
_MART_COLUMNS = """
create temp table mart_columns (
    mart varchar, column_name varchar, data_type varchar, filled_count bigint,
    address_count bigint, least_number double, greatest_date date, previous_filled_count bigint
)
"""


@contextmanager
def measured(
    settings: Settings, marts: Sequence[Model], comparison: Comparison
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which the warehouse lies read only, with the measures beside it."""
    with Engine.from_environment(settings).connect(":memory:") as connection:
        _attach(connection, settings, comparison)
        _measure_landing(connection, comparison)
        connection.execute(_MART_ROWS)
        connection.execute(_MART_COLUMNS)
        for mart in marts:
            _measure_mart(connection, mart, comparison)
        yield connection


def not_whole(error: duckdb.Error) -> UserError:
    """The user's error behind a table or column that is not there."""
    return UserError(
        f"The warehouse is not a whole build: {str(error).splitlines()[0]}",
        "Run `mackerel-cs build`: it builds what is missing.",
    )


def _attach(
    connection: duckdb.DuckDBPyConnection, settings: Settings, comparison: Comparison
) -> None:
    try:
        connection.execute(f"attach {_text(str(settings.warehouse))} as warehouse (read_only)")
        if comparison.is_possible:
            connection.execute(f"attach {_text(str(settings.marts))} as published (read_only)")
    except duckdb.Error as error:
        raise UserError(
            f"The warehouse or the published marts cannot be opened: {error}",
            "Wait until the build that holds it is done; without one, run `mackerel-cs build`.",
        ) from error
    connection.execute("use warehouse")


def _measure_landing(connection: duckdb.DuckDBPyConnection, comparison: Comparison) -> None:
    try:
        connection.execute(_LANDED_LINES)
        connection.execute(_AS_OF)
    except NOT_THERE as error:
        raise not_whole(error) from error
    previous = Model("observability", "fct_line_counts", (), "", {})
    if comparison.is_possible and _columns(connection, "published", previous):
        relation = f"published.{previous.relation}"
        connection.execute(_PREVIOUS_FILES.format(previous=relation))
    else:
        connection.execute(_NO_PREVIOUS_FILES)


def _measure_mart(
    connection: duckdb.DuckDBPyConnection, mart: Model, comparison: Comparison
) -> None:
    name = f"{mart.schema}.{mart.name}"
    columns = _columns(connection, "warehouse", mart)
    before = _columns(connection, "published", mart) if comparison.is_possible else {}
    row_count, cells = _cells(connection, mart, columns)
    previous_row_count, previous = _filled(connection, mart, before)
    faults = _key_faults(connection, mart, columns)
    key = ", ".join(mart.key)
    values = (name, bool(columns), key, row_count, *faults, previous_row_count)
    _insert(connection, "mart_rows", values)
    for column in [*columns, *(gone for gone in before if gone not in columns)]:
        measures = cells.get(column, (None, None, None, None))
        values = (name, column, columns.get(column), *measures, previous.get(column))
        _insert(connection, "mart_columns", values)


def _columns(connection: duckdb.DuckDBPyConnection, database: str, mart: Model) -> dict[str, str]:
    """Types by column; nothing where the table does not exist."""
    rows = connection.execute(
        "select column_name, data_type from duckdb_columns() "
        "where database_name = ? and schema_name = ? and table_name = ? order by column_index",
        [database, mart.schema, mart.name],
    ).fetchall()
    return dict(rows)


def _cells(
    connection: duckdb.DuckDBPyConnection, mart: Model, columns: dict[str, str]
) -> tuple[int | None, dict[str, tuple[Any, ...]]]:
    """Rows, and by column: filled cells, cells with a mail address, least number, greatest date."""
    if not columns:
        return None, {}
    measures = [
        measure for name, kind in columns.items() for measure in _measures(_quoted(name), kind)
    ]
    row_count, *cells = _one(
        connection, f"select count(*), {', '.join(measures)} from {mart.relation}"
    )
    width = len(cells) // len(columns)
    return row_count, {
        name: tuple(cells[width * number : width * (number + 1)])
        for number, name in enumerate(columns)
    }


def _measures(column: str, kind: str) -> tuple[str, str, str, str]:
    """Aggregates of one column; null where its type has no such thing."""
    # `contains` first: nearly no cell goes on to the slow pattern.
    address = f"contains({column}, '@') and regexp_matches({column}, {_text(ADDRESS)})"
    return (
        f"count({column})",
        f"count(*) filter ({address})" if kind == "VARCHAR" else "null",
        f"min({column})" if kind in _NUMBERS or kind.startswith("DECIMAL") else "null",
        f"max({column})" if kind == "DATE" else "null",
    )


def _filled(
    connection: duckdb.DuckDBPyConnection, mart: Model, columns: dict[str, str]
) -> tuple[int | None, dict[str, int]]:
    """Rows and filled cells by column, as published last."""
    if not columns:
        return None, {}
    counts = ", ".join(f"count({_quoted(name)})" for name in columns)
    row_count, *filled = _one(
        connection, f"select count(*), {counts} from published.{mart.relation}"
    )
    return row_count, dict(zip(columns, filled, strict=True))


def _key_faults(
    connection: duckdb.DuckDBPyConnection, mart: Model, columns: dict[str, str]
) -> tuple[int | None, int | None]:
    """Keys that stand more than once, and rows without a whole key."""
    if not columns or not mart.key or not set(mart.key) <= columns.keys():
        return None, None
    key = ", ".join(map(_quoted, mart.key))
    is_null = " or ".join(f"{_quoted(name)} is null" for name in mart.key)
    repeated, null = _one(
        connection,
        f"select count(*) filter (row_count > 1), coalesce(sum(row_count) filter ({is_null}), 0) "
        f"from (select {key}, count(*) as row_count from {mart.relation} group by {key})",
    )
    return repeated, null


def _insert(connection: duckdb.DuckDBPyConnection, table: str, values: tuple[Any, ...]) -> None:
    marks = ", ".join("?" * len(values))
    connection.execute(f"insert into {table} values ({marks})", values)


def _one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[Any, ...]:
    row = connection.execute(query).fetchone()
    if row is None:
        raise AssertionError("an aggregate without group by has always one row")
    return row


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
