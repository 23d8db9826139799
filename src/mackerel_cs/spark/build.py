"""`mackerel-cs build-spark`: the same models on Spark, from the same raw log."""

import json
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import pyarrow.parquet as pq
import typer

from mackerel_cs import raw_log
from mackerel_cs.console import err, stage
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.errors import UserError
from mackerel_cs.fingerprint import guards_fingerprint, project_fingerprint
from mackerel_cs.lock import exclusive
from mackerel_cs.settings import Settings
from mackerel_cs.spark.session import SparkFolder, start_session
from mackerel_cs.variables import dbt_vars
from mackerel_cs.warehouse import WAREHOUSE_FORMAT

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult

# Spark finds the compression by the name, and its zstd needs libraries that pip does not bring.
_READ_SUFFIXES = (
    ".parquet",
    *(f".{name}{end}" for name in ("jsonl", "ndjson", "json") for end in ("", ".gz")),
)
# Whatever else is in a name has a meaning in a pattern of paths, or is escaped in what Spark says.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./=-]+")


def build_spark(
    variables: Annotated[
        str | None, typer.Option("--vars", help="Vars for dbt as YAML or JSON.")
    ] = None,
    full_refresh: Annotated[
        bool,
        typer.Option("--full-refresh", help="Make everything anew, of the raw log as it is now."),
    ] = False,
) -> None:
    """Build and test every model on Spark.

    Everything lies below $MACKEREL_CS_DATA/spark. Takes in what is new since its last good build,
    as `mackerel-cs build` does on DuckDB.

    Examples:

      mackerel-cs build-spark

      mackerel-cs build-spark --full-refresh
    """
    settings = Settings.from_environment()
    project = DbtProject.find()
    options = ["--exclude-resource-type", "unit_test"]
    if full_refresh:
        options.append("--full-refresh")
    if given := dbt_vars(variables, None, None):
        options += ["--vars", json.dumps(given)]
    with exclusive(SparkFolder.of(settings).folder), stage("building and testing on Spark"):
        build_models(project, settings, options)


def build_models(project: DbtProject, settings: Settings, options: Sequence[str] = ()) -> None:
    """Run `dbt build` on Spark in this process; UserError when it is red."""
    result = run_dbt(project, settings, ["build", *options])
    if not result.success:
        raise _failure(result)


def run_dbt(project: DbtProject, settings: Settings, words: Sequence[str]) -> "dbtRunnerResult":
    """Run dbt on Spark in this process, whose one session it uses."""
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    place = SparkFolder.of(settings)
    if not _PLAIN_PATH.fullmatch(str(place.folder)):
        raise UserError(
            f"The data folder {place.folder} has letters in its path that Spark would not find "
            "again: only A-Z a-z 0-9 _ . / = - are.",
            "Point MACKEREL_CS_DATA at another folder.",
        )
    start_session(settings)
    landing = raw_log.Landing(place.folder / "landing", _reads)
    files = raw_log.inspect(settings, landing)
    raw_log.require_readable(files)
    place.raw_files.mkdir(exist_ok=True)
    pq.write_table(files, place.raw_files / "files.parquet")
    os.environ |= {
        "MACKEREL_CS_BUILD_PROJECT_FINGERPRINT": project_fingerprint(project.folder),
        "MACKEREL_CS_BUILD_GUARDS_FINGERPRINT": guards_fingerprint(project.folder),
        "MACKEREL_CS_BUILD_WAREHOUSE_FORMAT": str(WAREHOUSE_FORMAT),
        "MACKEREL_CS_SPARK_LANDING": str(landing.folder),
        "MACKEREL_CS_SPARK_RAW_FILES": str(place.raw_files),
        "MACKEREL_CS_TARGET": "spark",
    }
    folders = ["--project-dir", str(project.folder), "--profiles-dir", str(project.folder)]
    return dbtRunner().invoke([*words, *folders, "--target", "spark"])


def _reads(path: Path) -> bool:
    return path.name.endswith(_READ_SUFFIXES) and bool(_PLAIN_PATH.fullmatch(str(path.absolute())))


def _failure(result: Any) -> UserError:
    if result.exception is not None:
        err.print(str(result.exception))
    return UserError(
        "The build on Spark is red.",
        "dbt has said above which models and tests failed. What is published stays as it was.",
        exit_code=1,
    )
