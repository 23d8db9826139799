"""Whole builds on both engines: every table is equal after a first build and after a daily one."""

import os
import shutil
from pathlib import Path

import pytest

from conftest import REPOSITORY, cli, environment
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.publish import publish_build
from mackerel_cs.settings import Settings
from mackerel_cs.simulate.options import FORMATS
from published_files import as_readers_see

pytest.importorskip("pyspark")
from mackerel_cs.spark.build import build_models, run_dbt
from mackerel_cs.spark.compare import built_relations, compare
from mackerel_cs.spark.session import start_session
from spark_settings import WITHOUT_TESTS, dbt_build, start_small_session

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]
# Days that arrive with the second build.
LATER_DAYS = 3


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small log with every disorder, built by both engines in two steps."""
    folder = tmp_path_factory.mktemp("engines")
    settings = Settings(folder / "raw", folder / "data")
    simulate_in_every_format(folder, settings)
    days = sorted(settings.events.iterdir())
    later = folder / "later"
    later.mkdir()
    start_small_session(settings)
    for day in days[-LATER_DAYS:]:
        shutil.move(day, later / day.name)
    build(folder, settings)
    for day in sorted(later.iterdir()):
        shutil.move(day, settings.events / day.name)
    build(folder, settings)
    return settings


def simulate_in_every_format(folder: Path, settings: Settings) -> None:
    """The same log in each format, of which every day keeps one."""
    settings.events.mkdir(parents=True)
    words = ("simulate", "--organizations", "6", "--days", "40", "--format")
    for number, one in enumerate(FORMATS):
        cli(folder / one, *words, one)
        for day in sorted((folder / one / "raw" / "events").iterdir())[number :: len(FORMATS)]:
            shutil.move(day, settings.events / day.name)


def build(folder: Path, settings: Settings) -> None:
    """Build on DuckDB, then on Spark."""
    os.environ |= environment(folder)
    dbt_build(folder)
    build_models(DbtProject(REPOSITORY, folder / "target_spark"), settings, WITHOUT_TESTS)


def test_every_table_equals_duckdb(built: Settings) -> None:
    relations = built_relations(DbtProject(REPOSITORY))
    found = list(compare(built, relations))
    assert len(found) == len(relations)
    assert not [one for one in found if not one.is_equal]


def test_the_second_build_went_on_from_the_first(built: Settings) -> None:
    session = start_session(built)
    rows = session.sql("select distinct landing_number from landing.land_lines").collect()
    assert sorted(row[0] for row in rows) == [1, 2]
    rows = session.sql("select count(*) from operations.good_builds").collect()
    assert [row[0] for row in rows] == [2]


def test_readers_see_no_difference(built: Settings) -> None:
    folder = built.data.parent
    ours, theirs = (
        publish_build(DbtProject(REPOSITORY, folder / target).last_run(), built).folder
        for target in ("target", "target_spark")
    )
    assert as_readers_see(ours) == as_readers_see(theirs)


def test_unit_tests_hold_on_spark(built: Settings) -> None:
    project = DbtProject(REPOSITORY, built.data.parent / "target_unit_tests")
    words = ["--quiet", "--log-level", "none", "test", "--select", "test_type:unit"]
    result = run_dbt(project, built, words)
    assert len(result.result) > len(list((REPOSITORY / "models").glob("*/*")))
    assert not [one.node.name for one in result.result if one.status != "pass"]
