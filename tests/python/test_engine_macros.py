"""Every engine macro gives the same rows on DuckDB and on Spark; DuckDB reads what Spark wrote."""

import time
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from compiled_project import CompiledProject
from engine_cases import BUILT_WITH, CASES, RELATIONS, dispatched
from mackerel_cs import dbt_run
from mackerel_cs.settings import Settings
from mackerel_cs.spark.views import write_views
from test_failed_rows import told

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


def test_duckdb_sees_tables_of_spark_as_they_are(settings: Settings) -> None:
    from mackerel_cs.spark.session import start_session  # noqa: PLC0415
    from mackerel_cs.spark.tables import content_of  # noqa: PLC0415

    kinds = {
        "made_at": ("timestamp", "TIMESTAMP"),
        "made_date": ("date", "DATE"),
        "rate": ("decimal(18, 2)", "DECIMAL(18,2)"),
        "share": ("double", "DOUBLE"),
        "is_made": ("boolean", "BOOLEAN"),
        "name": ("string", "VARCHAR"),
        "number": ("bigint", "BIGINT"),
    }
    columns = f"({', '.join(f'{name} {kind}' for name, (kind, _) in kinds.items())})"
    row = "timestamp '2026-03-31 15:00:00', date '2026-04-01', 1.5, 0.5, true, 'a', 1"
    session = start_session(settings)
    for statement in (
        "create schema if not exists shown",
        f"create or replace table shown.empty {columns} using iceberg",
        f"create or replace table shown.parted {columns} using iceberg partitioned by (made_date)",
        f"insert into shown.parted values ({row})",
        f"insert into shown.parted values ({row.replace('-04-01', '-04-02')})",
        "update shown.parted set number = 2 where made_date = date '2026-04-02'",
    ):
        session.sql(statement)
    tables = {name: content_of(session, name) for name in ("shown.empty", "shown.parted")}
    file = settings.built_by("spark").warehouse
    write_views(file, tables, {})
    with duckdb.connect(str(file), read_only=True) as connection:
        for name in tables:
            found = connection.execute(f"describe {name}").fetchall()
            assert [(column, kind) for column, kind, *_ in found] == [
                (column, kind) for column, (_, kind) in kinds.items()
            ]
        rows = connection.execute("select made_at::varchar, number from shown.parted order by 2")
        assert rows.fetchall() == [("2026-03-31 15:00:00", 1), ("2026-03-31 15:00:00", 2)]
        assert connection.execute("from shown.empty").fetchall() == []


def test_the_rows_of_a_red_test_are_shown_alike(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mackerel_cs.spark import build as on_spark  # noqa: PLC0415

    settings.data.mkdir()
    duckdb.connect(settings.warehouse).close()
    query = """
        select 'a' as word, 1 as number, timestamp '2026-01-01 01:02:03' as opened_at
        union all select null, 2, null
        union all select 'b', 3, timestamp '2026-01-01 00:00:00.25'
        union all select 'b', 3, timestamp '2026-01-01 00:00:00.25'
    """
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        shown = [told(query, asked=ask(settings)) for ask in (dbt_run.asking, on_spark.asking)]
    finally:
        monkeypatch.undo()
        time.tzset()
    for lines in shown:
        assert sorted(lines) == [
            "- word=a number=1 opened_at=2026-01-01 01:02:03",
            "- word=b number=3 opened_at=2026-01-01 00:00:00.250 (2 times)",
            "- word=null number=2 opened_at=null",
        ]
