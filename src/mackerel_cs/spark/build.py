"""`mackerel-cs build-spark`: the same models on Spark, from the same raw log."""

import json
import os
import re
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow.parquet as pq

from mackerel_cs import raw_log
from mackerel_cs.build import check_and_publish, print_published, require_present
from mackerel_cs.build_options import FullRefresh, Vars
from mackerel_cs.console import Advance, progress, stage
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.dbt_run import failed_nodes, red_build, told_errors
from mackerel_cs.erase.finish import finishing
from mackerel_cs.errors import UserError
from mackerel_cs.failed_rows import Ask, Rows
from mackerel_cs.fingerprint import guards_fingerprint, project_fingerprint
from mackerel_cs.lock import exclusive
from mackerel_cs.publish import require_green
from mackerel_cs.settings import Settings
from mackerel_cs.spark.requirements import UNTOUCHED
from mackerel_cs.spark.session import SparkFolder, first_line, start_session
from mackerel_cs.spark.tables import content_of, forget_history
from mackerel_cs.spark.views import write_views
from mackerel_cs.variables import dbt_vars
from mackerel_cs.warehouse import WAREHOUSE_FORMAT

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from pyspark.sql import SparkSession

# Spark finds the compression by the name, and its zstd needs libraries that pip does not bring.
_READ_SUFFIXES = (
    ".parquet",
    *(f".{name}{end}" for name in ("jsonl", "ndjson", "json") for end in ("", ".gz")),
)
# Whatever else is in a name has a meaning in a pattern of paths, or is escaped in what Spark says.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./=-]+")
# The one view the checks read. Its SQL holds nothing of an engine's own.
_VIEWS = ("land_line_outcomes",)
# What Iceberg says of a file that a table lists and that is not there.
_FILE_GONE = "org.apache.iceberg.exceptions.NotFoundException"
# dbt speaks on the console only where something is wrong: the log file has it all.
_QUIET = ("--log-level", "none", "--log-level-file", "info")


def build_spark(
    variables: Vars = None,
    full_refresh: FullRefresh = False,
) -> None:
    """Build, test, check and publish the marts, computed by Spark.

    Its tables lie below $MACKEREL_CS_DATA/spark; published are the same files as by
    `mackerel-cs build`. Takes in what is new since its last good build, as that does on DuckDB. Red
    publishes nothing (exit code 1). Java 17 and `make install-spark` are needed.

    Examples:

      mackerel-cs build-spark

      mackerel-cs build-spark --full-refresh
    """
    started = time.monotonic()
    settings = Settings.from_environment().built_by("spark")
    given = dbt_vars(variables, None, None)
    require_present(given)
    project = DbtProject.find()
    with (
        exclusive(settings.data),
        exclusive(project.target),
        finishing(settings, project) as is_erasing,
        exclusive(SparkFolder.of(settings).folder),
    ):
        options = ["--exclude-resource-type", "unit_test"]
        if full_refresh or is_erasing:
            options.append("--full-refresh")
        if given:
            options += ["--vars", json.dumps(given)]
        build_models(project, settings, options)
        require_green(project.last_run(), settings)
        # What it holds of memory and scratch files is done with.
        start_session(settings).stop()
        published = check_and_publish(project, settings)
    print_published(project, settings, published, started)


def build_models(project: DbtProject, settings: Settings, options: Sequence[str] = ()) -> None:
    """Run `dbt build` on Spark in this process; UserError when it is red."""
    views = settings.built_by("spark").warehouse
    for path in (project.target / "run_results.json", views):
        path.unlink(missing_ok=True)
    with stage("building and testing on Spark"), _following() as hear:
        result = run_dbt(project, settings, [*_QUIET, "build", *options], [hear])
    if not result.success:
        failed = failed_nodes(project, asking(settings)) or told_errors([str(result.exception)])
        is_gone = any(_FILE_GONE in told for told in failed)
        way_out = f"Files of Spark's tables are gone. {SparkFolder.of(settings).way_out}"
        raise red_build(project, failed, way_out if is_gone else UNTOUCHED)
    session = start_session(settings)
    tables = _tables(session, project)
    with stage("removing what earlier builds left"):
        forget_history(session, tables)
    with stage("showing the tables to DuckDB"):
        contents = {name: content_of(session, name) for name in tables}
        write_views(views, contents, _view_queries(project))


def run_dbt(
    project: DbtProject,
    settings: Settings,
    words: Sequence[str],
    callbacks: Sequence[Callable[[Any], None]] = (),
) -> "dbtRunnerResult":
    """Run dbt on Spark in this process, whose one session it uses."""
    from dbt.cli.main import dbtRunner  # noqa: PLC0415

    place = SparkFolder.of(settings)
    _require_plain(place.folder)
    _require_usable(start_session(settings), place)
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
    }
    folders = ["--project-dir", str(project.folder), "--profiles-dir", str(project.folder)]
    folders += ["--target-path", str(project.target), "--log-path", str(project.log.parent)]
    return dbtRunner(callbacks=list(callbacks)).invoke([*words, *folders, "--target", "spark"])


def asking(settings: Settings) -> Ask:
    """Questions to the tables a build on Spark has left."""

    def in_utc(value: Any) -> Any:
        # Spark hands times over in the zone of this machine.
        return value.astimezone(UTC).replace(tzinfo=None) if isinstance(value, datetime) else value

    def ask(query: str) -> Rows:
        rows = start_session(settings).sql(query).collect()
        return [{name: in_utc(value) for name, value in row.asDict().items()} for row in rows]

    return ask


@contextmanager
def _following() -> Iterator[Callable[[Any], None]]:
    """A bar that moves with what dbt says; from its first word on it knows how much there is."""
    with ExitStack() as stack:
        advances: list[Advance] = []

        def hear(event: Any) -> None:
            if event.info.name == "LogStartLine" and not advances:
                advances.append(stack.enter_context(progress("dbt build", event.data.total)))
            elif event.info.name == "NodeFinished" and advances:
                advances[0]()

        yield hear


def _tables(session: "SparkSession", project: DbtProject) -> list[str]:
    """What the last run built as Iceberg tables, and what is kept of builds."""
    nodes = project.last_run().manifest["nodes"].values()
    built = [node for node in nodes if node["resource_type"] in ("model", "seed")]
    kept = session.sql("show tables in operations").collect()
    return [
        *(f"{n['schema']}.{n['alias']}" for n in built if n["config"]["materialized"] != "view"),
        *(f"operations.{table.tableName}" for table in kept if not table.isTemporary),
    ]


def _view_queries(project: DbtProject) -> dict[str, str]:
    """The SQL of the views DuckDB is shown, by name."""
    nodes = project.last_run().manifest["nodes"].values()
    return {
        f"{node['schema']}.{node['alias']}": node["compiled_code"]
        for node in nodes
        if node["resource_type"] == "model" and node["name"] in _VIEWS
    }


def _require_usable(session: "SparkSession", place: SparkFolder) -> None:
    """UserError when the tables are of another version of this project, or cannot be read."""
    from py4j.protocol import Py4JError  # noqa: PLC0415
    from pyspark.errors import PySparkException  # noqa: PLC0415

    if not session.catalog.tableExists("operations.good_builds"):
        return
    try:
        found = session.sql("select * from operations.warehouse_format").collect()
    except (Py4JError, PySparkException) as error:
        raise UserError(
            f"The tables in {place.warehouse} cannot be read: {first_line(error)}", place.way_out
        ) from error
    if [row[0] for row in found] != [str(WAREHOUSE_FORMAT)]:
        raise UserError(
            f"The tables in {place.warehouse} were made by another version of mackerel-cs.",
            place.way_out,
        )


def _require_plain(folder: Path) -> None:
    if not _PLAIN_PATH.fullmatch(str(folder)):
        raise UserError(
            f"The folder {folder} has characters in its path that Spark would not find again: it "
            "takes letters, digits and _ . / = - only.",
            "Point MACKEREL_CS_DATA at another folder. What is published stays as it was.",
        )


def _reads(path: Path) -> bool:
    return path.name.endswith(_READ_SUFFIXES) and bool(_PLAIN_PATH.fullmatch(str(path.absolute())))
