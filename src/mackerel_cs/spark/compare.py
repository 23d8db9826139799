"""`mackerel-cs compare-engines`: every table of the DuckDB warehouse held against Spark's."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from mackerel_cs.console import err, out, stage
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.engine import Engine
from mackerel_cs.errors import UserError
from mackerel_cs.lock import exclusive
from mackerel_cs.settings import Settings
from mackerel_cs.spark.session import SparkFolder, start_session
from mackerel_cs.spark.tables import data_files
from mackerel_cs.warehouse import require_usable

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Sums of doubles depend on the order of the rows; this is what may come of it.
DOUBLE_TOLERANCE = 1e-9
# How a raw file is read is a matter of the engine.
_OF_THE_ENGINE = {"landing.land_files": frozenset({"read_path", "read_route"})}
# In which build a file came: another one where one engine built in other steps than the other.
_OF_DELIVERIES = frozenset({"landing_number", "first_landing_number"})
_SHOWN = 3


@dataclass(frozen=True)
class Relation:
    """A model or seed."""

    schema: str
    name: str
    is_view: bool
    depends_on_deliveries: bool

    def __str__(self) -> str:
        """As SQL names it."""
        return f"{self.schema}.{self.name}"


@dataclass(frozen=True)
class Comparison:
    """A relation on both engines: rows, and how many stand on one side only, with some of them."""

    relation: Relation
    duckdb_rows: int
    spark_rows: int
    only_duckdb: int
    only_spark: int
    examples: list[dict[str, Any]]

    @property
    def is_equal(self) -> bool:
        """Whether every row stands on both sides."""
        return not (self.only_duckdb or self.only_spark)


def compare_engines() -> None:
    """Compare every model and seed between the DuckDB and the Spark warehouse, row by row.

    Everything must be equal; doubles may differ by a billionth part. Exit code 1 where something
    differs. Both warehouses must have been built from the same raw log, best in the same steps:
    else the numbers of landings, and what depends on them, are left out.

    Examples:

      mackerel-cs build && mackerel-cs build-spark && mackerel-cs compare-engines
    """
    settings = Settings.from_environment()
    relations = built_relations(DbtProject.find())
    with exclusive(SparkFolder.of(settings).folder), stage("comparing DuckDB and Spark"):
        found = list(compare(settings, relations))
    print_comparisons(found)
    if different := [str(one.relation) for one in found if not one.is_equal]:
        raise UserError(
            f"{len(different)} of {len(found)} tables differ: {', '.join(different)}.",
            "The rows above stand on one side only. If both engines were built from the same raw "
            "log, this is a defect of an engine macro. What is published stays as it was.",
            exit_code=1,
        )


def built_relations(project: DbtProject) -> list[Relation]:
    """What a build makes, as the last dbt run's manifest says."""
    nodes = project.last_run().manifest["nodes"].values()
    return sorted(
        (
            Relation(
                node["schema"],
                node["alias"],
                node["config"]["materialized"] == "view",
                bool(node["config"]["meta"].get("depends_on_deliveries")),
            )
            for node in nodes
            if node["resource_type"] in ("model", "seed")
        ),
        key=str,
    )


def compare(settings: Settings, relations: list[Relation]) -> Iterator[Comparison]:
    """Compare each relation; UserError when one of the warehouses is not there."""
    require_usable(settings, is_read_only=True)
    if not settings.warehouse.exists():
        raise UserError("There is no DuckDB warehouse.", "Build it: `mackerel-cs build`.")
    session = start_session(settings)
    folder = SparkFolder.of(settings).folder / "compared"
    engine = Engine.from_environment(settings)
    with engine.connect(settings.warehouse, read_only=True) as connection:
        left_out: frozenset[str] = frozenset()
        for relation in sorted(relations, key=lambda one: one.name != "land_files"):
            if left_out and relation.depends_on_deliveries:
                continue
            files = _files_of_spark(session, relation, folder)
            found = compare_rows(connection, relation, files, left_out)
            if relation.name == "land_files" and not found.is_equal:
                err.print("built in other steps: numbers of landings are not compared")
                left_out = _OF_DELIVERIES
                found = compare_rows(connection, relation, files, left_out)
            yield found
    shutil.rmtree(folder, ignore_errors=True)


def compare_rows(
    connection: duckdb.DuckDBPyConnection,
    relation: Relation,
    files: list[str],
    left_out: frozenset[str] = frozenset(),
) -> Comparison:
    """Compare a relation of the connection with its rows as Spark wrote them into Parquet files."""
    rows = f"read_parquet({files!r})" if files else f"(from {relation} limit 0)"
    connection.execute(f"create or replace temporary view of_spark as from {rows}")
    return _compared(connection, relation, _columns(connection, relation, left_out))


def _files_of_spark(session: "SparkSession", relation: Relation, folder: Path) -> list[str]:
    """Parquet files with Spark's rows: those of a table, or written anew of a view."""
    if not session.catalog.tableExists(str(relation)):
        raise UserError(
            f"The Spark warehouse has no {relation}.", "Build it: `mackerel-cs build-spark`."
        )
    if not relation.is_view:
        return data_files(session, str(relation))
    session.table(str(relation)).write.mode("overwrite").parquet(str(folder))
    return [f"{folder}/*.parquet"]


def _columns(
    connection: duckdb.DuckDBPyConnection, relation: Relation, left_out: frozenset[str]
) -> dict[str, str]:
    """Columns to compare with DuckDB's types; AssertionError where the names are not the same."""
    ours, theirs = (
        {name: kind for name, kind, *_ in connection.execute(f"describe {table}").fetchall()}
        for table in (relation, "of_spark")
    )
    if set(ours) != set(theirs):
        raise AssertionError(f"columns of {relation}: {set(ours) ^ set(theirs)}")
    left_out |= _OF_THE_ENGINE.get(str(relation), frozenset())
    return {name: kind for name, kind in ours.items() if name not in left_out}


def _compared(
    connection: duckdb.DuckDBPyConnection, relation: Relation, columns: dict[str, str]
) -> Comparison:
    only = {
        side: _differing(connection, relation, columns, side)
        for side in ("only_duckdb", "only_spark")
    }
    if any(only.values()) and "DOUBLE" in columns.values():
        _drop_close_rows(connection, columns)
        only = {side: _count(connection, side) for side in only}
    examples = [
        {"only in": side.removeprefix("only_")} | row
        for side, count in only.items()
        if count
        for row in connection.execute(f"from {side} limit {_SHOWN}").to_arrow_table().to_pylist()
    ]
    return Comparison(
        relation,
        _count(connection, str(relation)),
        _count(connection, "of_spark"),
        only["only_duckdb"],
        only["only_spark"],
        examples,
    )


def _differing(
    connection: duckdb.DuckDBPyConnection, relation: Relation, columns: dict[str, str], side: str
) -> int:
    """Make the table `side` of the rows that stand there only; return how many they are."""
    listed = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in columns.items())
    queries = [f"select {listed} from {table}" for table in (relation, "of_spark")]
    if side == "only_spark":
        queries.reverse()
    connection.execute(
        f"create or replace temporary table {side} as {' except all '.join(queries)}"
    )
    return _count(connection, side)


def _drop_close_rows(connection: duckdb.DuckDBPyConnection, columns: dict[str, str]) -> None:
    """Take out of both sides the rows whose doubles alone differ, and by no more than allowed."""
    doubles = [f'"{name}"' for name, kind in columns.items() if kind == "DOUBLE"]
    keys = [f'"{name}"' for name, kind in columns.items() if kind != "DOUBLE"]
    for side in ("only_duckdb", "only_spark"):
        connection.execute(
            f"create or replace temporary table {side} as select *, row_number() over "
            f"(partition by {', '.join(keys)} order by {', '.join(doubles)}) as place from {side}"
        )
    is_same = " and ".join(
        f"ours.{name} is not distinct from theirs.{name}" for name in [*keys, "place"]
    )
    is_close = " and ".join(
        f"(ours.{name} is not distinct from theirs.{name} or abs(ours.{name} - theirs.{name}) <= "
        f"{DOUBLE_TOLERANCE} * greatest(abs(ours.{name}), abs(theirs.{name})))"
        for name in doubles
    )
    connection.execute(
        "create or replace temporary table close as select ours.* from only_duckdb as ours "
        f"inner join only_spark as theirs on {is_same} and {is_close}"
    )
    for side in ("only_duckdb", "only_spark"):
        is_close_key = is_same.replace("theirs.", "close.").replace("ours.", f"{side}.")
        connection.execute(f"delete from {side} using close where {is_close_key}")
        connection.execute(f"alter table {side} drop column place")


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"select count(*) from {table}").fetchone()
    return int(row[0]) if row else 0


def print_comparisons(found: list[Comparison]) -> None:
    """A line for each relation, and rows of those that differ."""
    width = max(len(str(one.relation)) for one in found)
    out.print(f"{'table':{width}} {'duckdb rows':>12} {'spark rows':>12} {'differing':>10}")
    for one in found:
        out.print(
            f"{one.relation!s:{width}} {one.duckdb_rows:>12,} {one.spark_rows:>12,} "
            f"{max(one.only_duckdb, one.only_spark):>10,}"
        )
        for row in one.examples:
            out.print(f"    {row}")
