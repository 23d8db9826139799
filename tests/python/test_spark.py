"""What `build-spark` says where it cannot work."""

import fcntl
import importlib.util
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from conftest import REPOSITORY, RunCli
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.errors import UserError
from mackerel_cs.settings import Settings
from mackerel_cs.spark.build import build_models, run_dbt
from mackerel_cs.spark.session import SparkFolder, start_session


def test_without_java_it_says_what_to_install(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
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
    java = tmp_path / "bin" / "java"
    java.parent.mkdir()
    java.write_text(f"#!/bin/sh\necho '{told}' >&2\n")
    java.chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(UserError, match="runs on Java 8, 11 and 17"):
        start_session(settings)


def test_an_odd_folder_is_refused(settings: Settings) -> None:
    odd = Settings(settings.raw, settings.data / "a b")
    with pytest.raises(UserError, match="characters in its path"):
        run_dbt(DbtProject(REPOSITORY), odd, ["parse"])


@pytest.mark.parametrize(
    ("module", "says"),
    [
        ("pyspark", "The package pyspark is not installed"),
        ("dbt.include.spark", "The package dbt-spark is not installed"),
        ("snowpark_connect_deps_iceberg", "The Iceberg jar is not installed"),
    ],
)
def test_a_package_that_is_not_installed_is_named(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, module: str, says: str
) -> None:
    pytest.importorskip("pyspark")
    find = importlib.util.find_spec
    monkeypatch.setattr(
        "importlib.util.find_spec", lambda name: None if name == module else find(name)
    )
    with pytest.raises(UserError, match=says) as error:
        start_session(settings)
    assert "make install-spark" in error.value.remedy


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("JARS", "hdfs:/a.jar,missing.jar", "MACKEREL_CS_SPARK_JARS names missing.jar, but"),
        ("MEMORY", "much", "MACKEREL_CS_SPARK_MEMORY is 'much': that is no size"),
        ("MEMORY", "0g", "that is no size"),
        # Java takes these two, or tries to.
        ("MEMORY", "100m", r"Spark did not start: .*System memory 104857600 must be at least"),
        ("MEMORY", "9999999g", "Spark did not start: .*Java gateway process exited"),
        ("MASTER", "nowhere", "Spark did not start: .*Java gateway process exited"),
    ],
)
def test_a_setting_spark_cannot_start_with_is_named(
    run_cli: RunCli, monkeypatch: pytest.MonkeyPatch, name: str, value: str, says: str
) -> None:
    pytest.importorskip("pyspark")
    monkeypatch.setenv(f"MACKEREL_CS_SPARK_{name}", value)
    refused = run_cli("build-spark", is_ok=False)
    assert refused.returncode == 2
    assert re.search(says, refused.stderr)
    assert f"MACKEREL_CS_SPARK_{name}" in refused.stderr
    assert "What is published stays as it was." in refused.stderr


def test_a_broken_metastore_says_the_way_out(settings: Settings, run_cli: RunCli) -> None:
    pytest.importorskip("pyspark")
    place = SparkFolder.of(settings)
    place.warehouse.mkdir()
    place.metastore.mkdir()
    (place.metastore / "service.properties").write_text("no properties of Derby")
    refused = run_cli("build-spark", is_ok=False)
    assert refused.returncode == 2
    assert f"error: Spark cannot open its metastore {place.metastore}: " in refused.stderr
    assert f"Move {place.folder} away or delete it" in refused.stderr
    assert "\tat " not in refused.stderr


def test_a_metastore_another_process_has_open_is_left_alone(
    settings: Settings, run_cli: RunCli
) -> None:
    pytest.importorskip("pyspark")
    metastore = SparkFolder.of(settings).metastore
    metastore.mkdir()
    with (metastore / "dbex.lck").open("w") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        refused = run_cli("build-spark", is_ok=False)
    assert refused.returncode == 3
    assert f"Another process has the metastore {metastore} open" in refused.stderr


def test_a_metastore_without_its_tables_says_the_way_out(
    settings: Settings, run_cli: RunCli
) -> None:
    place = SparkFolder.of(settings)
    place.metastore.mkdir()
    refused = run_cli("build-spark", is_ok=False)
    assert refused.returncode == 2
    assert "are gone, but their metastore is there" in refused.stderr
    assert f"Move {place.folder} away or delete it" in " ".join(refused.stderr.split())


def test_tables_whose_files_are_gone_say_the_way_out(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # As Spark says it through dbt when a folder of its tables was deleted.
    said = (
        "An error occurred while calling o59.sql.\n"
        ": org.apache.iceberg.exceptions.NotFoundException: Failed to open input stream for file\n"
        "\tat org.apache.iceberg.hadoop.HadoopInputFile.newStream(HadoopInputFile.java:185)"
    )
    red = SimpleNamespace(success=False, exception=said)
    monkeypatch.setattr("mackerel_cs.spark.build.run_dbt", lambda *_: red)
    with pytest.raises(UserError) as error:
        build_models(DbtProject(REPOSITORY, tmp_path / "target"), settings)
    assert error.value.problem.count("\n") == 1
    assert "Failed to open input stream" in error.value.problem
    assert f"Move {SparkFolder.of(settings).folder} away or delete it" in error.value.remedy
