"""Every model gives the same rows on Spark as on DuckDB: the short form of two whole builds.

dbt builds landing on Spark from the raw files. Each model after it is asked over what DuckDB made
of those it reads, so that one that differs is the one to look at. What a daily build asks, and
what tests and analyses ask, has to be understood. `test_spark.py` is the long form.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from compiled_project import Compiled, CompiledProject
from conftest import REPOSITORY, environment
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.errors import UserError
from mackerel_cs.settings import Settings

pytest.importorskip("pyspark")
from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

from mackerel_cs.spark.build import run_dbt
from mackerel_cs.spark.compare import Comparison, Relation, built_relations, compare, compare_rows
from mackerel_cs.warehouse import WAREHOUSE_FORMAT
from spark_settings import WITHOUT_TESTS, start_small_session
from spark_types import with_moments

LANDING = "models/landing"
# It attaches files of DuckDB.
ONLY_DUCKDB = {"call_list_then_and_now"}
THREADS = 2


class OverDuckDB:
    """Queries on Spark over the rows of a DuckDB warehouse."""

    def __init__(self, session: SparkSession, warehouse: Path, folder: Path) -> None:
        """Let Spark see every relation, as a view of its session over a file in the folder."""
        self._session, self._folder = session, folder
        self.connection = duckdb.connect(str(warehouse), read_only=True)
        self.connection.execute("set timezone = 'UTC'; set threads = 1")
        found = self.connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables"
        ).fetchall()
        names = [name for (name,) in found]
        self._named = re.compile(rf"\b({'|'.join(map(re.escape, names))})\b")
        for name in names:
            file = folder / f"{name}.parquet"
            self.connection.execute(f"copy ({with_moments(self.connection, name)}) to '{file}'")
            rows = session.read.schema(from_arrow_schema(pq.read_schema(file)))
            rows.parquet(str(file)).createOrReplaceTempView(_view(name))

    def understood(self, sql: str) -> DataFrame:
        """The query as Spark understands it; nothing runs yet."""
        return self._session.sql(self._named.sub(lambda found: _view(found[0]), sql))

    def compared(self, relation: Relation, sql: str) -> Comparison:
        """What Spark answers, held against the rows of the relation."""
        answer = self._folder / "answers" / relation.name
        self.understood(sql).write.mode("overwrite").parquet(str(answer))
        with self.connection.cursor() as cursor:
            return compare_rows(cursor, relation, [f"{answer}/*.parquet"])


def _view(relation: str) -> str:
    return relation.replace(".", "__")


@pytest.fixture(scope="module")
def engines(
    built_project: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Settings]:
    """The raw log and the warehouse that all tests share, and a place of Spark's own."""
    folder = tmp_path_factory.mktemp("engine_models")
    settings = Settings(built_project.raw, folder / "data")
    settings.data.mkdir()
    settings.warehouse.symlink_to(built_project.warehouse)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment(folder).items():
            patch.setenv(name, value)
        patch.setenv("MACKEREL_CS_RAW", str(settings.raw))
        yield settings


@pytest.fixture(scope="module")
def relations(built_project: Settings) -> dict[str, Relation]:
    built = DbtProject(REPOSITORY, built_project.data.parent / "target")
    return {one.name: one for one in built_relations(built)}


@pytest.fixture(scope="module")
def spark_project(tmp_path_factory: pytest.TempPathFactory) -> CompiledProject:
    project = CompiledProject(tmp_path_factory.mktemp("compiled"), "spark")
    project.drop_hooks()
    return project


@pytest.fixture(scope="module")
def first_build(spark_project: CompiledProject) -> list[Compiled]:
    return spark_project.first_build()


@pytest.fixture(scope="module")
def over_duckdb(engines: Settings, tmp_path_factory: pytest.TempPathFactory) -> OverDuckDB:
    session = start_small_session(engines)
    return OverDuckDB(session, engines.warehouse, tmp_path_factory.mktemp("rows"))


def test_landing_reads_the_same_from_the_raw_files(
    engines: Settings, relations: dict[str, Relation]
) -> None:
    start_small_session(engines)
    project = DbtProject(REPOSITORY, engines.data.parent / "target")
    words = ["--quiet", "--log-level", "none", "build", "--select", f"path:{LANDING}"]
    assert run_dbt(project, engines, [*words, *WITHOUT_TESTS]).success
    landing = [relation for relation in relations.values() if relation.schema == "landing"]
    found = list(compare(engines, landing))
    assert len(found) == len(landing) > 0
    assert not [one for one in found if not one.is_equal]


def test_tables_of_another_version_of_ours_are_refused(engines: Settings) -> None:
    session = start_small_session(engines)
    project = DbtProject(REPOSITORY, engines.data.parent / "target")
    change = "update operations.warehouse_format set format_number = '{}'"
    session.sql(change.format("other"))
    with pytest.raises(UserError, match="made by another version of mackerel-cs") as error:
        run_dbt(project, engines, ["parse"])
    session.sql(change.format(WAREHOUSE_FORMAT))
    assert "delete it" in error.value.remedy


def test_each_model_gives_the_same_rows(
    over_duckdb: OverDuckDB, first_build: list[Compiled], relations: dict[str, Relation]
) -> None:
    models = [
        node for node in first_build if node.kind == "model" and not node.path.startswith(LANDING)
    ]
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(
            pool.map(lambda node: over_duckdb.compared(relations[node.name], node.sql), models)
        )
    assert {one.relation.schema for one in found} >= {"staging", "intermediate", "core"}
    assert sum(one.spark_rows for one in found) > len(found)
    assert not [one for one in found if not one.is_equal]


def test_a_model_that_differs_is_noticed(
    over_duckdb: OverDuckDB, first_build: list[Compiled], relations: dict[str, Relation]
) -> None:
    (model,) = (node for node in first_build if node.name == "dim_organizations")
    found = over_duckdb.compared(relations[model.name], f"{model.sql} limit 3")
    assert (found.spark_rows, found.only_spark) == (3, 0)
    assert found.only_duckdb == found.duckdb_rows - 3 > 0


def test_what_daily_builds_tests_and_analyses_ask_is_understood(
    over_duckdb: OverDuckDB, first_build: list[Compiled], spark_project: CompiledProject
) -> None:
    run_before = {node.sql for node in first_build if node.kind == "model"}
    daily = [node for node in spark_project.daily_build() if node.sql not in run_before]
    assert {node.kind for node in daily} == {"model", "test", "analysis"}
    refused = []
    for node in daily:
        try:
            over_duckdb.understood(node.sql)
        except (AnalysisException, ParseException) as error:
            refused.append((node.name, str(error).splitlines()[0]))
    assert {name for name, _ in refused} == ONLY_DUCKDB, refused
