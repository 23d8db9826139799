"""The Spark session of a build: one for the whole process, with everything below one folder."""

import fcntl
import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mackerel_cs.engine import Engine
from mackerel_cs.errors import UserError
from mackerel_cs.lock import LOCKED_EXIT_CODE
from mackerel_cs.settings import Settings
from mackerel_cs.spark.requirements import (
    MASTER,
    MEMORY,
    UNTOUCHED,
    jars,
    memory,
    require_java,
    require_packages,
)

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

# Else Spark speaks on the console from its start until the session's own level holds.
_LOGGING = Path(__file__).with_name("log4j2.properties")
# What comes of Java's own words: the message behind this line says what was wrong.
_CALLED = "An error occurred while calling"


@dataclass(frozen=True)
class SparkFolder:
    """Where a Spark build on one machine writes: `$MACKEREL_CS_DATA/spark`."""

    folder: Path

    @classmethod
    def of(cls, settings: Settings) -> "SparkFolder":
        """The folder of an installation, made if it is not there."""
        folder = (settings.data / "spark").absolute()
        folder.mkdir(parents=True, exist_ok=True)
        return cls(folder)

    @property
    def warehouse(self) -> Path:
        """The tables."""
        return self.folder / "warehouse"

    @property
    def metastore(self) -> Path:
        """Which tables there are: a Derby database."""
        return self.folder / "metastore"

    @property
    def temp(self) -> Path:
        """What does not fit into memory."""
        return self.folder / "tmp"

    @property
    def raw_files(self) -> Path:
        """The table of raw files, as a folder of Parquet."""
        return self.folder / "raw_files"

    @property
    def way_out(self) -> str:
        """What a user does when what lies in it cannot be used."""
        return (
            f"Move {self.folder} away or delete it: a build makes everything anew from the raw "
            f"log. {UNTOUCHED}"
        )


def start_session(settings: Settings) -> "SparkSession":
    """Start Spark; UserError when what it needs is not there, or its tables are in use."""
    require_java()
    require_packages()
    from py4j.protocol import Py4JError  # noqa: PLC0415
    from pyspark.errors import PySparkException  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415

    place = SparkFolder.of(settings)
    configuration = _configuration(settings)
    builder = SparkSession.builder.appName("mackerel-cs").enableHiveSupport()
    for name, value in configuration.items():
        builder = builder.config(name, value)
    if SparkSession.getActiveSession() is None:
        _make_ready(place, configuration["spark.master"])
    try:
        session = builder.getOrCreate()
    except (Py4JError, PySparkException) as error:
        raise UserError(
            f"Spark did not start: {first_line(error)}",
            f"{MASTER} is {configuration['spark.master']}, {MEMORY} is {memory()}: look whether "
            f"they can be meant. What Java said of it stands above. {UNTOUCHED}",
        ) from error
    try:
        session.sql("show databases").collect()
    except (Py4JError, PySparkException) as error:
        session.stop()
        raise UserError(
            f"Spark cannot open its metastore {place.metastore}: {first_line(error)}",
            place.way_out,
        ) from error
    return session


def _make_ready(place: SparkFolder, master: str) -> None:
    """Leave nothing that a killed build left; UserError where another one is at work."""
    _require_free(place.metastore)
    if place.metastore.exists() and not place.warehouse.exists():
        raise UserError(
            f"The tables in {place.warehouse} are gone, but their metastore is there.",
            place.way_out,
        )
    # Before there is a metastore, so that a build killed in between has not lost its tables.
    place.warehouse.mkdir(exist_ok=True)
    shutil.rmtree(place.temp, ignore_errors=True)
    place.temp.mkdir(exist_ok=True)
    if master.startswith("local"):
        # Else Spark warns that it took another address than the machine's name leads to.
        os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")


def _require_free(metastore: Path) -> None:
    """UserError while a process has it open: Derby locks this file, and drops it with the process.

    Spark itself would only say that something could not be made.
    """
    lock = metastore / "dbex.lck"
    if not lock.exists():
        return
    with lock.open("r+b") as file:
        try:
            fcntl.lockf(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise UserError(
                f"Another process has the metastore {metastore} open: a Spark build that is still "
                "at work, or the Java of one that was killed.",
                f"Wait for it, or end that Java process, and build again. {UNTOUCHED}",
                exit_code=LOCKED_EXIT_CODE,
            ) from None


def _configuration(settings: Settings) -> dict[str, str]:
    place = SparkFolder.of(settings)
    threads = Engine.from_environment(settings).threads
    catalog = "spark.sql.catalog.spark_catalog"
    return {
        "spark.master": os.environ.get(MASTER) or f"local[{threads}]",
        "spark.driver.memory": memory(),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(place.temp),
        # Times are UTC, and days are cut by the macros alone.
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.extraJavaOptions": (
            f"-Dlog4j2.configurationFile={_LOGGING.as_uri()} "
            f"-Duser.timezone=UTC -Dderby.system.home={place.folder} -Djava.io.tmpdir={place.temp}"
        ),
        "spark.executor.extraJavaOptions": "-Duser.timezone=UTC",
        # Adaptive execution joins partitions that came out small, but never splits a small number.
        "spark.sql.shuffle.partitions": str(2 * threads),
        "spark.sql.warehouse.dir": str(place.warehouse),
        "spark.hadoop.javax.jdo.option.ConnectionURL": (
            f"jdbc:derby:;databaseName={place.metastore};create=true"
        ),
        "spark.jars": jars(),
        # Without the SQL extensions of Iceberg: with them a replaced view keeps its old text.
        catalog: "org.apache.iceberg.spark.SparkSessionCatalog",
        f"{catalog}.type": "hive",
        f"{catalog}.table-default.write.metadata.delete-after-commit.enabled": "true",
        f"{catalog}.table-default.write.metadata.previous-versions-max": "1",
        # One process writes; Derby could not lock for more.
        "spark.hadoop.iceberg.engine.hive.lock-enabled": "false",
    }


def first_line(error: Exception) -> str:
    """The first line of what Spark or its Java said was wrong."""
    lines = [line for line in str(error).splitlines() if not line.startswith(_CALLED)]
    return lines[0].removeprefix(": ") if lines else type(error).__name__
