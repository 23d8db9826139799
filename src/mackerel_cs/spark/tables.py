"""The Iceberg tables of a Spark warehouse, by Iceberg's own interface: no Spark job is needed."""

import time
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from mackerel_cs.spark.views import Content

if TYPE_CHECKING:
    from pyspark.sql import SparkSession


def data_files(session: "SparkSession", table: str) -> list[str]:
    """Paths of the Parquet files that together are the table (`schema.name`) as it is now."""
    paths = []
    tasks = _loaded(session, table).newScan().planFiles()
    try:
        iterator = tasks.iterator()
        while iterator.hasNext():
            task = iterator.next()
            if task.deletes():
                raise AssertionError(f"{table} is changed by merging on read, not on writing")
            paths.append(str(task.file().location()).removeprefix("file:"))
    finally:
        tasks.close()
    return paths


def content_of(session: "SparkSession", table: str) -> Content:
    """The files of the table (`schema.name`) as it is now; where it has no rows, its columns."""
    from pyspark.sql.pandas.types import to_arrow_schema  # noqa: PLC0415

    return data_files(session, table) or to_arrow_schema(session.table(table).schema)


def forget_history(session: "SparkSession", tables: Iterable[str]) -> None:
    """Delete the files of all states of the tables (`schema.name`) but the present one.

    A table replaced or changed keeps its earlier files: a warehouse would grow with every build.
    The procedures for it need Iceberg's SQL extensions; its own interface does not.
    """
    now = int(time.time() * 1000)
    for table in tables:
        expiry = _loaded(session, table).expireSnapshots()
        expiry.expireOlderThan(now).retainLast(1).commit()


def _loaded(session: "SparkSession", table: str) -> Any:
    jvm: Any = session._jvm
    return jvm.org.apache.iceberg.spark.Spark3Util.loadIcebergTable(
        session._jsparkSession, f"spark_catalog.{table}"
    )
