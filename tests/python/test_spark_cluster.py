"""Spark on a cluster: a master and two workers, each a Java of its own, on this machine."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import duckdb
import pytest

import daily_project
from mackerel_cs.settings import Settings

pytest.importorskip("pyspark")
import pyspark

from spark_settings import quick_spark
from test_faults import DBT

LONG_TIMEOUT = 1800
WORKERS = 2
STARTED_WITHIN_SECONDS = 120
_DEPLOY = "org.apache.spark.deploy"
# What `mackerel-cs build-spark` does before it checks and publishes.
BUILD = """
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.settings import Settings
from mackerel_cs.spark.build import build_models

build_models(DbtProject.find(), Settings.from_environment().built_by("spark"))
"""


@contextmanager
def java(folder: Path, name: str, *words: str, until: str) -> Iterator[None]:
    """A part of a cluster, from when its log says `until`."""
    log = folder / f"{name}.log"
    spark = Path(pyspark.__file__).parent
    with log.open("w") as file:
        process = subprocess.Popen(
            [spark / "bin" / "spark-class", *words],
            env=os.environ | {"SPARK_HOME": str(spark), "SPARK_LOCAL_DIRS": str(folder / "local")},
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        deadline = time.monotonic() + STARTED_WITHIN_SECONDS
        while until not in log.read_text("utf-8"):
            assert process.poll() is None and time.monotonic() < deadline, log.read_text("utf-8")
            time.sleep(0.2)
        yield
    finally:
        process.terminate()
        process.wait()


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@pytest.fixture
def cluster(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of its master."""
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    here = ("--host", "127.0.0.1", "--webui-port", "0")
    port = free_port()
    address = f"spark://127.0.0.1:{port}"
    with ExitStack() as parts:
        words = (f"{_DEPLOY}.master.Master", *here, "--port", str(port))
        parts.enter_context(java(tmp_path, "master", *words, until="New state: ALIVE"))
        for number in range(WORKERS):
            words = (f"{_DEPLOY}.worker.Worker", *here, "--cores", "1", "--memory", "1g")
            words += ("--work-dir", str(tmp_path / f"work{number}"), address)
            registered = "Successfully registered with master"
            parts.enter_context(java(tmp_path, f"worker{number}", *words, until=registered))
        yield address


def executors_of(events: Path) -> set[str]:
    """Names of the executors that finished a task, as Spark's own log of the application says."""
    lines = (line for log in events.iterdir() for line in log.read_text("utf-8").splitlines())
    ended = (json.loads(line) for line in lines if '"SparkListenerTaskEnd"' in line)
    return {event["Task Info"]["Executor ID"] for event in ended}


def on_spark(settings: Settings, mart: str) -> list[tuple[object, ...]]:
    warehouse = settings.built_by("spark").warehouse
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        return connection.execute(f"select * from core.{mart} order by all").fetchall()


@pytest.mark.long
@pytest.mark.timeout(LONG_TIMEOUT)
def test_a_build_and_the_next_are_computed_by_the_workers(
    daily: Settings, tmp_path: Path, cluster: str
) -> None:
    events = tmp_path / "spark_events"
    events.mkdir()
    told = {"spark_eventLog_enabled": "true", "spark_eventLog_dir": events.as_uri()}
    variables = quick_spark(tmp_path / "conf", spark_executor_memory="512m", **told)
    variables |= {"MACKEREL_CS_SPARK_MASTER": cluster, "MACKEREL_CS_SPARK_MEMORY": "1g"}
    build = [sys.executable, "-c", BUILD]
    subprocess.run(build, env=os.environ | variables, check=True)
    assert executors_of(events) == {str(number) for number in range(WORKERS)}

    daily_project.deliver(daily, "2026-03-03", [("a", "2026-01-10", 3), ("c", "2026-02-20", 1)])
    subprocess.run(build, env=os.environ | variables, check=True)
    subprocess.run(DBT, check=True)
    for mart, rows in daily_project.marts(daily).items():
        assert on_spark(daily, mart) == rows
    assert daily_project.rows(daily, "select max(landing_number) from landing.land_files") == [(2,)]
