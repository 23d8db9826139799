"""What has to be there for Spark to start, and the variables that say how it does."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from mackerel_cs.errors import UserError

UNTOUCHED = "What is published stays as it was."
MASTER = "MACKEREL_CS_SPARK_MASTER"
MEMORY = "MACKEREL_CS_SPARK_MEMORY"
_JARS = "MACKEREL_CS_SPARK_JARS"
_INSTALL = "Install what Spark needs with `make install-spark`."
_JAVA_VERSIONS = (8, 11, 17)
_JAR_PACKAGE = "snowpark_connect_deps_iceberg"
_JAR = "iceberg-spark-runtime-3.5_2.12-1.10.2.jar"
_SIZE = re.compile(r"[1-9][0-9]{0,6}[gm]")
_URL = re.compile(r"[a-z0-9]+:")


def require_java() -> None:
    """UserError when there is no Java, or none Spark runs on."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    wanted = "Install Java 17 (Debian: openjdk-17-jre-headless) and let JAVA_HOME or PATH name it."
    if java is None or (home and not Path(java).exists()):
        where = f"JAVA_HOME is {home}, but there is no bin/java" if home else "It is not on PATH"
        raise UserError(f"Spark needs Java. {where}.", f"{wanted} {UNTOUCHED}")
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    found = re.search(r'version "(?:1\.)?(\d+)', told)
    if found is None or int(found[1]) not in _JAVA_VERSIONS:
        version = found[1] if found else "of an unknown version"
        raise UserError(
            f"{java} is Java {version}: Spark 3.5 runs on Java 8, 11 and 17.",
            f"{wanted} {UNTOUCHED}",
        )


def require_packages() -> None:
    """UserError when Spark's Python packages are not installed."""
    for package, module in (("pyspark", "pyspark"), ("dbt-spark", "dbt.include.spark")):
        if importlib.util.find_spec(module) is None:
            raise UserError(f"The package {package} is not installed.", f"{_INSTALL} {UNTOUCHED}")


def memory() -> str:
    """Memory of Spark's driver, such as `4g`. UserError for what Java would not take."""
    given = os.environ.get(MEMORY) or "4g"
    if _SIZE.fullmatch(given):
        return given
    raise UserError(
        f"{MEMORY} is {given!r}: that is no size Java takes.",
        f"Use a size such as 4g or 800m, or leave it unset for 4g. {UNTOUCHED}",
    )


def jars() -> str:
    """Where the Iceberg jar is. UserError when it is not there."""
    given = os.environ.get(_JARS)
    if not given:
        return _jar_of_package()
    for jar in given.split(","):
        if not _URL.match(jar) and not Path(jar).is_file():
            raise UserError(
                f"{_JARS} names {jar}, but there is no such file.",
                "Let it name an iceberg-spark-runtime-3.5_2.12 jar, or leave it unset for the one "
                f"`make install-spark` brings. {UNTOUCHED}",
            )
    return given


def _jar_of_package() -> str:
    if importlib.util.find_spec(_JAR_PACKAGE) is None:
        raise UserError(
            "The Iceberg jar is not installed.",
            f"{_INSTALL} Or let {_JARS} name an iceberg-spark-runtime-3.5_2.12 jar. {UNTOUCHED}",
        )
    return str(importlib.import_module(_JAR_PACKAGE).get_jar_path(_JAR))
