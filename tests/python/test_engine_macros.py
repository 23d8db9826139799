"""Every engine macro gives the same rows on DuckDB and on Spark."""

from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from compiled_project import CompiledProject
from engine_cases import BUILT_WITH, CASES, RELATIONS, dispatched
from mackerel_cs.settings import Settings

pytest.importorskip("pyspark")


@pytest.mark.parametrize("name", sorted(dispatched()))
def test_each_macro_has_both_spellings_and_a_case(name: str) -> None:
    text = dispatched()[name]
    assert f"macro duckdb__{name}(" in text
    assert f"macro spark__{name}(" in text
    assert (name in CASES) != (name in BUILT_WITH)


def test_engines_agree(settings: Settings, tmp_path: Path) -> None:
    from mackerel_cs.spark.session import start_session  # noqa: PLC0415

    spark = start_session(settings)
    connection = duckdb.connect(config={"threads": 1})
    connection.execute("set timezone = 'UTC'")
    for name, rows in RELATIONS.items():
        pq.write_table(rows, tmp_path / f"{name}.parquet")
        columns = ", ".join(
            f"cast({field.name} as timestamp) as {field.name}"
            if "timestamp" in str(field.type)
            else field.name
            for field in rows.schema
        )
        connection.execute(
            f"create view {name} as select {columns} from read_parquet('{tmp_path}/{name}.parquet')"
        )
        spark.read.parquet(f"{tmp_path}/{name}.parquet").createOrReplaceTempView(f"read_{name}")
        spark.sql(f"create or replace temporary view {name} as select {columns} from read_{name}")
    different = {}
    duckdb_sql, spark_sql = (
        CompiledProject(tmp_path / target, target).rendered([*CASES.values()])
        for target in ("duckdb", "spark")
    )
    for name, ours, theirs in zip(CASES, duckdb_sql, spark_sql, strict=True):
        wanted = sorted(connection.execute(ours).fetchall(), key=repr)
        found = sorted((tuple(row) for row in spark.sql(theirs).collect()), key=repr)
        if wanted != found:
            different[name] = [row for row in zip(wanted, found, strict=False) if row[0] != row[1]]
    assert not different
