"""Spark for tests: started once for the process, and tuned for logs of some thousand lines."""

import os

from pyspark.sql import SparkSession

from mackerel_cs.settings import Settings
from mackerel_cs.spark.session import start_session

# Models and seeds, without what judges them.
WITHOUT_TESTS = ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


def start_small_session(settings: Settings) -> SparkSession:
    """Leave out what pays for itself with millions of rows and costs minutes with a thousand."""
    # A quick compiler of Java is enough; what it makes of so many queries needs some room.
    os.environ["JAVA_TOOL_OPTIONS"] = "-XX:TieredStopAtLevel=1 -XX:ReservedCodeCacheSize=240m"
    session = start_session(settings)
    session.conf.set("spark.sql.codegen.wholeStage", "false")
    session.conf.set("spark.sql.codegen.factoryMode", "NO_CODEGEN")
    session.conf.set("spark.sql.adaptive.enabled", "false")
    session.conf.set("spark.sql.shuffle.partitions", "1")
    return session
