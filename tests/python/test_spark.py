"""The same models on Spark: every table equals DuckDB's, after a first build and a daily one."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from conftest import REPOSITORY, cli, environment
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.errors import UserError
from mackerel_cs.publish import publish_build
from mackerel_cs.settings import Settings
from mackerel_cs.simulate.options import FORMATS
from published_files import as_readers_see

# Days that arrive with the second build.
LATER_DAYS = 3


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A small log with every disorder, built by both engines in two steps."""
    pytest.importorskip("pyspark")
    from spark_settings import start_small_session  # noqa: PLC0415

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
    from mackerel_cs.spark.build import build_models  # noqa: PLC0415
    from spark_settings import WITHOUT_TESTS  # noqa: PLC0415

    os.environ |= environment(folder)
    subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--quiet", "build", *WITHOUT_TESTS],
        cwd=REPOSITORY,
        check=True,
    )
    build_models(DbtProject(REPOSITORY, folder / "target_spark"), settings, WITHOUT_TESTS)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_every_table_equals_duckdb(built: Settings) -> None:
    from mackerel_cs.spark.compare import built_relations, compare  # noqa: PLC0415

    relations = built_relations(DbtProject(REPOSITORY))
    found = list(compare(built, relations))
    assert len(found) == len(relations)
    assert not [one for one in found if not one.is_equal]


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_the_second_build_went_on_from_the_first(built: Settings) -> None:
    from mackerel_cs.spark.session import start_session  # noqa: PLC0415

    session = start_session(built)
    rows = session.sql("select distinct landing_number from landing.land_lines").collect()
    assert sorted(row[0] for row in rows) == [1, 2]
    rows = session.sql("select count(*) from operations.good_builds").collect()
    assert [row[0] for row in rows] == [2]


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_readers_see_no_difference(built: Settings) -> None:
    folder = built.data.parent
    ours, theirs = (
        publish_build(DbtProject(REPOSITORY, folder / target).last_run(), built).folder
        for target in ("target", "target_spark")
    )
    assert as_readers_see(ours) == as_readers_see(theirs)


def test_without_java_it_says_what_to_install(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from mackerel_cs.spark.session import start_session  # noqa: PLC0415

    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UserError, match="Spark needs Java\\. JAVA_HOME is"):
        start_session(settings)
    monkeypatch.delenv("JAVA_HOME")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UserError, match="It is not on PATH"):
        start_session(settings)


@pytest.mark.parametrize("told", ['openjdk version "25.0.1" 2025-10-21', "no Java at all"])
def test_another_java_is_named(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, told: str
) -> None:
    from mackerel_cs.spark.session import start_session  # noqa: PLC0415

    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho '{told}' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UserError, match="runs on Java 8, 11 and 17"):
        start_session(settings)


def test_an_odd_folder_is_refused(settings: Settings) -> None:
    from mackerel_cs.spark.build import run_dbt  # noqa: PLC0415

    odd = Settings(settings.raw, settings.data / "a b")
    with pytest.raises(UserError, match="characters in its path"):
        run_dbt(DbtProject(REPOSITORY), odd, ["parse"])
