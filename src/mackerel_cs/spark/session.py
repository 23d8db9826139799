"""The Spark session of a build: one for the whole process, with everything below one folder."""

import fcntl
import importlib.util
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from mackerel_cs.engine import Engine
from mackerel_cs.errors import UserError
from mackerel_cs.lock import LOCKED_EXIT_CODE
from mackerel_cs.settings import Settings

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

_INSTALL = "Install what Spark needs with `make install-spark`."
_UNTOUCHED = "What is published stays as it was."
_JAVA_VERSIONS = (8, 11, 17)
_JAR = "iceberg-spark-runtime-3.5_2.12-1.10.2.jar"
_MEMORY = "MACKEREL_CS_SPARK_MEMORY"
_MASTER = "MACKEREL_CS_SPARK_MASTER"
_JARS = "MACKEREL_CS_SPARK_JARS"
# Else Spark speaks on the console from its start until the session's own level holds.
_LOGGING = Path(__file__).with_name("log4j2.properties")


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


def start_session(settings: Settings) -> "SparkSession":
    """Start Spark; UserError when Java, Spark or the Iceberg jar is not there, or it is in use."""
    _require_java()
    if importlib.util.find_spec("pyspark") is None:
        raise UserError("The package pyspark is not installed.", f"{_INSTALL} {_UNTOUCHED}")
    from pyspark.sql import SparkSession  # noqa: PLC0415

    # Else Spark warns that it took another address than the machine's name leads to.
    os.environ.setdefault("SPARK_LOCAL_IP", "127.0.0.1")
    if SparkSession.getActiveSession() is None:
        _require_free(SparkFolder.of(settings).metastore)
    builder = SparkSession.builder.appName("mackerel-cs").enableHiveSupport()
    for name, value in _configuration(settings).items():
        builder = builder.config(name, value)
    session = builder.getOrCreate()
    try:
        session.sql("show databases").collect()
    except Exception as error:
        session.stop()
        raise UserError(
            f"Spark cannot open its metastore {SparkFolder.of(settings).metastore}: "
            f"{str(error).splitlines()[0]}",
            f"Move {SparkFolder.of(settings).folder} away or delete it: a build makes everything "
            f"anew from the raw log. {_UNTOUCHED}",
        ) from error
    return session


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
                f"Wait for it, or end that Java process, and build again. {_UNTOUCHED}",
                exit_code=LOCKED_EXIT_CODE,
            ) from None


def _configuration(settings: Settings) -> dict[str, str]:
    place = SparkFolder.of(settings)
    threads = Engine.from_environment(settings).threads
    catalog = "spark.sql.catalog.spark_catalog"
    return {
        "spark.master": os.environ.get(_MASTER) or f"local[{threads}]",
        "spark.driver.memory": os.environ.get(_MEMORY) or "4g",
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
        "spark.local.dir": str(place.temp),
        # Times are UTC, and days are cut by the macros alone.
        "spark.sql.session.timeZone": "UTC",
        "spark.driver.extraJavaOptions": (
            f"-Dlog4j2.configurationFile={_LOGGING.as_uri()} "
            f"-Duser.timezone=UTC -Dderby.system.home={place.folder} -Djava.io.tmpdir={place.temp}"
        ),
        # Adaptive execution joins partitions that came out small, but never splits a small number.
        "spark.sql.shuffle.partitions": str(2 * threads),
        "spark.sql.warehouse.dir": str(place.warehouse),
        "spark.hadoop.javax.jdo.option.ConnectionURL": (
            f"jdbc:derby:;databaseName={place.metastore};create=true"
        ),
        "spark.jars": os.environ.get(_JARS) or _iceberg_jar(),
        # Without the SQL extensions of Iceberg: with them a replaced view keeps its old text.
        catalog: "org.apache.iceberg.spark.SparkSessionCatalog",
        f"{catalog}.type": "hive",
        f"{catalog}.table-default.write.metadata.delete-after-commit.enabled": "true",
        f"{catalog}.table-default.write.metadata.previous-versions-max": "1",
        # One process writes; Derby could not lock for more.
        "spark.hadoop.iceberg.engine.hive.lock-enabled": "false",
    }


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    wanted = "Install Java 17 (Debian: openjdk-17-jre-headless) and let JAVA_HOME or PATH name it."
    if java is None or (home and not Path(java).exists()):
        where = f"JAVA_HOME is {home}, but there is no bin/java" if home else "It is not on PATH"
        raise UserError(f"Spark needs Java. {where}.", f"{wanted} {_UNTOUCHED}")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    if found is None or int(found[1]) not in _JAVA_VERSIONS:
        version = found[1] if found else "of an unknown version"
        raise UserError(
            f"{java} is Java {version}: Spark 3.5 runs on Java 8, 11 and 17.",
            f"{wanted} {_UNTOUCHED}",
        )


def _iceberg_jar() -> str:
    if importlib.util.find_spec("snowpark_connect_deps_iceberg") is None:
        raise UserError(
            "The Iceberg jar is not installed.",
            f"{_INSTALL} Or let {_JARS} name an iceberg-spark-runtime-3.5_2.12 jar. {_UNTOUCHED}",
        )
    import snowpark_connect_deps_iceberg  # noqa: PLC0415

    return str(snowpark_connect_deps_iceberg.get_jar_path(_JAR))
