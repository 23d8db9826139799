"""Measuring the boundaries: the tables that the SQL of the expectation files reads.

Left in the connection, beside the schemas of the warehouse:
  as_of                as_of_date, last_landed_date (folder date of the newest accepted line)
  landed_lines         lines by file, source, type and outcome: the one pass over the lines
  previous_files       lines of each file as published last; empty where there is no comparison
  mart_rows            a row a mart: rows now and as published last, faults of the primary key
  mart_columns         a row a mart and column: filled cells now and before, leaks, least, greatest
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from mackerel_cs.check.comparison import Comparison
from mackerel_cs.check.measures import keep_measures, known_measures
from mackerel_cs.engine import Engine
from mackerel_cs.errors import UserError
from mackerel_cs.publish import Model
from mackerel_cs.publish.scope import recomputed_rows
from mackerel_cs.publish.sql import quoted, text
from mackerel_cs.settings import Settings

# Wide enough for every real address, strict enough not to see one in "@channel" or "a@b".
ADDRESS = r"[^\s@<>]+@[^\s@<>]+\.[A-Za-z]{2,}"
# A table or a column that is not there.
NOT_THERE = (duckdb.CatalogException, duckdb.BinderException)
Cells = tuple[int | None, int | None, Any, Any]
NO_CELLS: Cells = (None, None, None, None)
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
{files}
group by all
"""
_TOUCHED_FILES = "select file_path from landing.land_touched_files"
_KNOWN_LANDED_LINES = f"""
insert into landed_lines
from known_landed_lines where file_path not in ({_TOUCHED_FILES})
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


@dataclass(frozen=True)
class _Rows:
    """Measures of rows of a mart: how many, faults of the key (null without one), and by column:
    filled cells, cells with a mail address, least number, greatest date.
    """

    count: int
    repeated_keys: int | None
    null_keys: int | None
    cells: dict[str, Cells]


@contextmanager
def measured(
    settings: Settings, marts: Sequence[Model], comparison: Comparison, base: Path | None
) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection in which the warehouse lies read only, with the measures beside it.

    `base` is the published build from which the warehouse differs only by what the last build
    recomputed: its measures are gone on from. Without one everything is measured.
    """
    with Engine.from_environment(settings).connect(":memory:") as connection:
        _attach(connection, settings, comparison)
        is_known = comparison.is_possible and known_measures(connection, base)
        _measure_landing(connection, comparison, is_known=is_known)
        connection.execute(_MART_ROWS)
        connection.execute(_MART_COLUMNS)
        for mart in marts:
            _measure_mart(connection, mart, comparison, is_known=is_known)
        keep_measures(connection, settings)
        yield connection


def not_whole(error: duckdb.Error) -> UserError:
    """The user's error behind a table or column that is not there."""
    return UserError(
        f"The warehouse is not a whole build: {str(error).splitlines()[0]}",
        "Run the build again: it builds what is missing.",
    )


def _attach(
    connection: duckdb.DuckDBPyConnection, settings: Settings, comparison: Comparison
) -> None:
    try:
        connection.execute(f"attach {text(str(settings.warehouse))} as warehouse (read_only)")
        if comparison.is_possible:
            connection.execute(f"attach {text(str(settings.marts))} as published (read_only)")
    except duckdb.Error as error:
        raise UserError(
            f"The warehouse or the published marts cannot be opened: {error}",
            "Wait until the build that holds it is done; without one, run the build again.",
        ) from error
    connection.execute("use warehouse")


def _measure_landing(
    connection: duckdb.DuckDBPyConnection, comparison: Comparison, *, is_known: bool
) -> None:
    try:
        if is_known:
            connection.execute(_LANDED_LINES.format(files=f"where file_path in ({_TOUCHED_FILES})"))
            connection.execute(_KNOWN_LANDED_LINES)
        else:
            connection.execute(_LANDED_LINES.format(files=""))
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
    connection: duckdb.DuckDBPyConnection, mart: Model, comparison: Comparison, *, is_known: bool
) -> None:
    columns = _columns(connection, "warehouse", mart)
    before = _columns(connection, "published", mart) if comparison.is_possible else {}
    previous = None
    if is_known:
        previous = _known(connection, mart)
    elif before:
        previous = _filled(connection, mart, before)
    come = recomputed_rows(mart, mart.relation)
    gone = recomputed_rows(mart, f"published.{mart.relation}")
    now = None
    if columns and previous and is_known and come and gone:
        old, new = (_rows(connection, mart, columns, f"({rows})") for rows in (gone, come))
        now = _exchanged(previous, old, new)
    elif columns:
        now = _rows(connection, mart, columns, mart.relation)
    _tell(connection, mart, columns, now, previous)


def _tell(
    connection: duckdb.DuckDBPyConnection,
    mart: Model,
    columns: dict[str, str],
    now: _Rows | None,
    previous: _Rows | None,
) -> None:
    """Write the measures down; null what a mart that is not there cannot have."""
    name = f"{mart.schema}.{mart.name}"
    faults = (now.count, now.repeated_keys, now.null_keys) if now else (None, None, None)
    previous_count = previous.count if previous else None
    values = (name, bool(columns), ", ".join(mart.key), *faults, previous_count)
    _insert(connection, "mart_rows", values)
    cells, previous_cells = (rows.cells if rows else {} for rows in (now, previous))
    for column in [*columns, *(gone for gone in previous_cells if gone not in columns)]:
        measures = cells.get(column, NO_CELLS)
        previous_filled = previous_cells.get(column, NO_CELLS)[0]
        values = (name, column, columns.get(column), *measures, previous_filled)
        _insert(connection, "mart_columns", values)


def _columns(connection: duckdb.DuckDBPyConnection, database: str, mart: Model) -> dict[str, str]:
    """Types by column; nothing where the table does not exist."""
    rows = connection.execute(
        "select column_name, data_type from duckdb_columns() "
        "where database_name = ? and schema_name = ? and table_name = ? order by column_index",
        [database, mart.schema, mart.name],
    ).fetchall()
    return dict(rows)


def _rows(
    connection: duckdb.DuckDBPyConnection, mart: Model, columns: dict[str, str], relation: str
) -> _Rows:
    """The measures of the rows of `relation`, which has the mart's columns."""
    measures = [
        measure for name, kind in columns.items() for measure in _measures(quoted(name), kind)
    ]
    row_count, *cells = _one(connection, f"select count(*), {', '.join(measures)} from {relation}")
    width = len(NO_CELLS)
    by_column = {
        name: tuple(cells[width * number : width * (number + 1)])
        for number, name in enumerate(columns)
    }
    return _Rows(row_count, *_key_faults(connection, mart, columns, relation), by_column)


def _exchanged(known: _Rows, gone: _Rows, come: _Rows) -> _Rows:
    """What was known of a mart, when some of its rows give way to others.

    Keys and addresses are counted exactly. A least number may have gone with its row, and is a
    lower bound then; a greatest date an upper one.
    """

    def rest(before: int | None, less: int | None, more: int | None) -> int | None:
        return None if before is None else before - (less or 0) + (more or 0)

    def either(choose: Callable[[Any, Any], Any], one: Any, other: Any) -> Any:
        return choose(one, other) if one is not None and other is not None else one or other

    return _Rows(
        known.count - gone.count + come.count,
        rest(known.repeated_keys, gone.repeated_keys, come.repeated_keys),
        rest(known.null_keys, gone.null_keys, come.null_keys),
        {
            name: (
                rest(filled, gone.cells[name][0], come.cells[name][0]),
                rest(addresses, gone.cells[name][1], come.cells[name][1]),
                either(min, least, come.cells[name][2]),
                either(max, greatest, come.cells[name][3]),
            )
            for name, (filled, addresses, least, greatest) in known.cells.items()
        },
    )


def _known(connection: duckdb.DuckDBPyConnection, mart: Model) -> _Rows:
    """What the check of the published build measured."""
    name = [f"{mart.schema}.{mart.name}"]
    counts = connection.execute(
        "select row_count, repeated_key_count, null_key_count from known_mart_rows where mart = ?",
        name,
    ).fetchall()
    cells = connection.execute(
        "select column_name, filled_count, address_count, least_number, greatest_date "
        "from known_mart_columns where mart = ? and data_type is not null",
        name,
    ).fetchall()
    ((row_count, repeated_keys, null_keys),) = counts
    by_column = {column: tuple(measures) for column, *measures in cells}
    return _Rows(row_count, repeated_keys, null_keys, by_column)


def _measures(column: str, kind: str) -> tuple[str, str, str, str]:
    """Aggregates of one column; null where its type has no such thing."""
    # `contains` first: nearly no cell goes on to the slow pattern.
    address = f"contains({column}, '@') and regexp_matches({column}, {text(ADDRESS)})"
    return (
        f"count({column})",
        f"count(*) filter ({address})" if kind == "VARCHAR" else "null",
        f"min({column})" if kind in _NUMBERS or kind.startswith("DECIMAL") else "null",
        f"max({column})" if kind == "DATE" else "null",
    )


def _filled(connection: duckdb.DuckDBPyConnection, mart: Model, columns: dict[str, str]) -> _Rows:
    """Rows and filled cells by column, as published last."""
    counts = ", ".join(f"count({quoted(name)})" for name in columns)
    row_count, *filled = _one(
        connection, f"select count(*), {counts} from published.{mart.relation}"
    )
    return _Rows(
        row_count,
        None,
        None,
        {name: (count, *NO_CELLS[1:]) for name, count in zip(columns, filled, strict=True)},
    )


def _key_faults(
    connection: duckdb.DuckDBPyConnection, mart: Model, columns: dict[str, str], relation: str
) -> tuple[int | None, int | None]:
    """Keys that stand more than once, and rows without a whole key."""
    if not mart.key or not set(mart.key) <= columns.keys():
        return None, None
    key = ", ".join(map(quoted, mart.key))
    is_null = " or ".join(f"{quoted(name)} is null" for name in mart.key)
    repeated, null = _one(
        connection,
        f"select count(*) filter (row_count > 1), coalesce(sum(row_count) filter ({is_null}), 0) "
        f"from (select {key}, count(*) as row_count from {relation} group by {key})",
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
