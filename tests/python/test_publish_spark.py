"""Publishing what Spark built: a reader sees no difference to a build on DuckDB."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from conftest import cli, environment
from daily_marts import DailyMarts, build_in
from mackerel_cs.errors import UserError
from mackerel_cs.plan import Plan
from mackerel_cs.publish import builds, published_models, require_green
from mackerel_cs.publish import command as publishing
from mackerel_cs.publish.manifest import Warehouse, base_of
from mackerel_cs.settings import Settings
from mackerel_cs.spark import build as building
from mackerel_cs.spark.views import Content, write_views
from published_files import as_readers_see
from spark_types import with_moments

# Marts and seeds, and what publication and checks read besides.
READ = """
select schema_name || '.' || table_name from duckdb_tables()
where schema_name in ('core', 'customer_success', 'observability')
    or table_name like 'land_%' or table_name like 'int_touched_%'
    or table_name in ('int_as_of', 'good_builds')
"""


@pytest.fixture(scope="module")
def spark_installation(built_project: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `build-spark` would leave of the same log before it publishes, made without Spark.

    The same rows in another order, in several files a table, with Spark's types.
    """
    folder = tmp_path_factory.mktemp("of_spark")
    settings = Settings(folder / "raw", folder / "data").built_by("spark")
    settings.warehouse.parent.mkdir(parents=True)
    built = built_project.data.parent
    shutil.copytree(built / "target", folder / "target")
    path = folder / "target" / "manifest.json"
    manifest = json.loads(path.read_text("utf-8"))
    manifest["metadata"]["adapter_type"] = "spark"
    path.write_text(json.dumps(manifest), encoding="utf-8")
    outcomes = manifest["nodes"]["model.mackerel_cs.land_line_outcomes"]["compiled_code"]
    with duckdb.connect(str(built_project.warehouse), read_only=True) as warehouse:
        tables = {
            name: as_spark_writes(warehouse, name, folder / "tables" / name)
            for (name,) in warehouse.execute(READ).fetchall()
        }
    views = {"landing.land_line_outcomes": outcomes.replace('"warehouse".', "")}
    write_views(settings.warehouse, tables, views)
    return folder


def as_spark_writes(connection: duckdb.DuckDBPyConnection, name: str, folder: Path) -> Content:
    """Lay the rows of a table down as Parquet files with Spark's types."""
    rows = f"{with_moments(connection, name)} as mart"
    if not connection.execute(f"select count(*) from {name}").fetchall()[0][0]:
        return connection.execute(f"{rows} limit 0").to_arrow_table().schema
    folder.mkdir(parents=True)
    files = [f"{folder}/{part}.parquet" for part in range(2)]
    for part, file in enumerate(files):
        connection.execute(
            f"copy ({rows} where hash(mart) % 2 = {part} order by hash(mart)) to '{file}'"
        )
    return files


def test_a_reader_sees_what_duckdb_publishes(
    spark_installation: Path, built_project: Settings
) -> None:
    done = cli(spark_installation, "publish")
    assert "0 red" in done.stdout
    published = spark_installation / "data" / "published"
    assert as_readers_see(published) == as_readers_see(built_project.published)
    expected = json.loads((built_project.published / "manifest.json").read_text("utf-8"))
    found = json.loads((published / "manifest.json").read_text("utf-8"))
    assert expected["engine"] == "duckdb"
    assert found == expected | {"engine": "spark"}


def test_times_are_the_same_whatever_the_zone_of_who_reads(tmp_path: Path) -> None:
    moment = "timestamptz '2026-03-31 15:00:00+00'"
    duckdb.execute(
        f"copy (select {moment} as made_at, 1.5::decimal(18, 2) as rate) "
        f"to '{tmp_path}/it''s.parquet'"
    )
    empty = duckdb.sql(f"select {moment} as made_at, ['a'] as names limit 0").to_arrow_table()
    file = tmp_path / "tables.duckdb"
    tables: dict[str, Content] = {"a.full": [f"{tmp_path}/it's.parquet"], "b.empty": empty.schema}
    write_views(file, tables, {"a.seen": "select made_at from a.full"})
    with duckdb.connect() as connection:
        connection.execute("set timezone = 'Asia/Tokyo'")
        connection.execute(f"attach '{file}' as warehouse (read_only)")
        rows = connection.execute(
            "select made_at::varchar, typeof(made_at), typeof(rate) from warehouse.a.full"
        ).fetchall()
        assert rows == [("2026-03-31 15:00:00", "TIMESTAMP", "DECIMAL(18,2)")]
        kinds = connection.execute("describe warehouse.b.empty").fetchall()
        assert [kind for _, kind, *_ in kinds] == ["TIMESTAMP", "VARCHAR[]"]
        assert connection.execute("select count(*) from warehouse.a.seen").fetchall() == [(1,)]


@pytest.fixture
def daily(tmp_path: Path) -> DailyMarts:
    daily = DailyMarts(tmp_path)
    daily.build()
    return daily


def base(daily: DailyMarts) -> Path | None:
    """The published build that the next publication goes on from."""
    settings = daily.settings.built_by(daily.last_run.engine)
    models = published_models(daily.last_run.manifest)
    published = builds.Builds(settings.published).current()
    return base_of(Warehouse.read(settings), daily.last_run, models, published)


def test_a_publication_goes_on_from_one_of_its_own_engine_only(daily: DailyMarts) -> None:
    """The two records of builds are the same here, so that nothing else tells the engines apart."""
    daily.publish()
    daily.build()
    assert base(daily) is not None
    daily.say_engine("spark")
    assert base(daily) is None
    of_spark = daily.publish()
    assert build_in(of_spark) == daily.number
    daily.build()
    assert base(daily) == of_spark
    daily.say_engine("duckdb")
    assert base(daily) is None
    assert build_in(daily.publish()) == daily.number


def test_a_rollback_goes_back_across_engines(daily: DailyMarts) -> None:
    published = daily.settings.published
    daily.publish()
    daily.build()
    daily.say_engine("spark")
    daily.publish()
    assert build_in(published) == 2
    publishing.roll_back(daily.settings)
    assert build_in(published) == 1
    assert json.loads((published / "manifest.json").read_text())["engine"] == "duckdb"
    daily.build()
    daily.publish()
    assert build_in(published) == 3
    assert json.loads((published / "manifest.json").read_text())["engine"] == "spark"


def test_what_spark_published_is_no_publication_of_duckdbs_build(daily: DailyMarts) -> None:
    daily.say_engine("spark")
    daily.publish()
    record = json.loads((daily.settings.published / "manifest.json").read_text())["good_build"]
    last: Any = SimpleNamespace(as_json=lambda: record)
    plan = Plan(last, None, None, is_judged=True)
    assert not plan.is_published(daily.settings)
    daily.say_engine("duckdb")
    daily.publish()
    assert plan.is_published(daily.settings)


def test_duckdbs_build_does_not_publish_by_what_spark_ran(daily: DailyMarts) -> None:
    daily.say_engine("spark")
    with pytest.raises(UserError, match="a whole `dbt build` on duckdb"):
        require_green(daily.last_run, daily.settings)


@pytest.fixture
def published(daily: DailyMarts, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """What people read; nothing of it has changed at the end of the test."""
    folder = daily.settings.data.parent
    for name, value in environment(folder).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("DBT_TARGET_PATH", str(folder / "project" / "target"))
    daily.say_engine("spark")
    folder = daily.publish()
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    monkeypatch.setattr(building, "start_session", lambda _: SimpleNamespace(stop=lambda: None))
    yield folder
    assert builds.Builds(daily.settings.published).current() == folder
    assert before == {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_red_build_leaves_what_is_published(
    daily: DailyMarts, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    red = SimpleNamespace(success=False, exception="a test failed")
    monkeypatch.setattr(building, "run_dbt", lambda *_: red)
    with pytest.raises(UserError, match="a test failed") as error:
        building.build_spark()
    assert error.value.exit_code == 1
    # Spark's tables are no whole build now: nothing shows them to a later `publish`.
    settings = daily.settings.built_by("spark")
    with pytest.raises(UserError, match="no warehouse") as error:
        require_green(daily.last_run, settings)
    assert "build-spark" in error.value.remedy


def test_red_checks_leave_what_is_published(
    daily: DailyMarts, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def check(*_: object) -> None:
        raise UserError("The checks are red", "", exit_code=1)

    monkeypatch.setattr(building, "build_models", lambda *_: None)
    monkeypatch.setattr(building, "require_green", lambda *_: None)
    monkeypatch.setattr(building, "check_and_publish", check)
    with pytest.raises(UserError, match="checks are red"):
        building.build_spark()


def test_an_open_erasure_has_everything_made_anew_before_it_is_proven(
    daily: DailyMarts, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[object] = []

    @contextmanager
    def finishing(*_: object) -> Iterator[bool]:
        yield True
        done.append("proven")

    def build_models(*words: Any) -> None:
        done.extend(words[-1])

    monkeypatch.setattr(building, "finishing", finishing)
    monkeypatch.setattr(building, "build_models", build_models)
    monkeypatch.setattr(building, "require_green", lambda *_: None)
    monkeypatch.setattr(building, "check_and_publish", lambda *_: done.append("published"))
    monkeypatch.setattr(building, "print_published", lambda *_: None)
    building.build_spark()
    assert done[-3:] == ["--full-refresh", "published", "proven"]


@pytest.mark.parametrize("variable", ["as_of_date: 2026-03-31", "known_at: 2026-03-31T15:00:00Z"])
def test_the_past_is_not_published(settings: Settings, variable: str) -> None:
    with pytest.raises(UserError, match="neither as_of_date nor known_at"):
        building.build_spark(variables=f"{{{variable}}}")
    assert not settings.data.exists()
