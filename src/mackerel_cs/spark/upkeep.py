"""What earlier builds left in the tables of a Spark warehouse."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def forget_history(session: "SparkSession", tables: Iterable[str]) -> None:
    """Delete the files of all states of the Iceberg tables (`schema.name`) but the present one.

    A table replaced or changed keeps its earlier files: a warehouse would grow with every build.
    The procedures for it need Iceberg's SQL extensions; its own interface does not.
    """
    jvm: Any = session._jvm
    iceberg = jvm.org.apache.iceberg.spark.Spark3Util
    now = int(time.time() * 1000)
    for table in tables:
        found = iceberg.loadIcebergTable(session._jsparkSession, f"spark_catalog.{table}")
        found.expireSnapshots().expireOlderThan(now).retainLast(1).commit()
