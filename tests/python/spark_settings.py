"""Spark for tests: started once for the process, and tuned for logs of some thousand lines."""

import os
import subprocess
import sys
from pathlib import Path

from pyspark.sql import SparkSession

from conftest import REPOSITORY, environment
from mackerel_cs.settings import Settings
from mackerel_cs.spark.session import start_session

# Models and seeds, without what judges them.
WITHOUT_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")

# A quick compiler of Java is enough; what it makes of so many queries needs some room.
_QUICK_JAVA = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m"
_QUICK = {
    "spark.sql.codegen.wholeStage": "false",
    "spark.sql.codegen.factoryMode": "NO_CODEGEN",
    "spark.sql.adaptive.enabled": "false",
}


def start_small_session(settings: Settings) -> SparkSession:
    """Leave out what pays for itself with millions of rows and costs minutes with a thousand."""
    os.environ["JAVA_TOOL_OPTIONS"] = _QUICK_JAVA
    session = start_session(settings)
    for name, value in _QUICK.items():
        session.conf.set(name, value)
    session.conf.set("spark.sql.shuffle.partitions", "1")
    return session


def dbt_build(folder: Path) -> None:
    """The models on DuckDB, beside Spark's and without publication."""
    subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--quiet", "build", *WITHOUT_TESTS],
        cwd=REPOSITORY,
        env=os.environ | environment(folder),
        check=True,
    )


def quick_spark(folder: Path, **more: str) -> dict[str, str]:
    """Variables with which the command line starts such a Spark, in Spark's own file of settings.

    `more` are further settings, with _ for the points in their names.
    """
    folder.mkdir(exist_ok=True)
    settings = _QUICK | {name.replace("_", "."): value for name, value in more.items()}
    lines = (f"{name} {value}\n" for name, value in settings.items())
    (folder / "spark-defaults.conf").write_text("".join(lines), encoding="utf-8")
    return {"SPARK_CONF_DIR": str(folder), "JAVA_TOOL_OPTIONS": _QUICK_JAVA}
