"""People read while builds are published: no error, and never two builds at once."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from conftest import cli
from daily_marts import DailyMarts, number_in, rows
from mackerel_cs.settings import Settings

SHORT_PUBLICATIONS = 20
LONG_PUBLICATIONS = 200
# Of the whole project, while the readers read.
REAL_BUILDS = 3
# Readers are waited for once in so many publications, and what they hold stays for longer.
AT_ONCE = 5
KEPT_BUILDS = 2 * AT_ONCE

# Each reads until it is told to stop, and writes down how often it has.
FIXED_NAMES = """
import sys, pathlib, time
from daily_marts import number_in, opened
published, stop, told = map(pathlib.Path, sys.argv[1:])
rounds = last = 0
while not stop.exists():
    with opened(published) as marts:
        (number,) = marts.execute("select build_number from core.dim_build").fetchone()
        date = marts.execute("select as_of_date from core.dim_build").fetchone()[0]
        assert number >= last
        last = number
        said = {"good_build": {"build_number": number}, "as_of_date": str(date)}
        for _ in range(2):
            assert number_in(marts, said) == number
    rounds += 1
    told.write_text(str(rounds))
    time.sleep(0.05)  # leaves the cores to who publishes
"""
ONE_BUILD = """
import sys, pathlib, time
from daily_marts import build_in
published, stop, told = map(pathlib.Path, sys.argv[1:])
rounds = last = 0
while not stop.exists():
    build = (published / "current").resolve()
    number = build_in(build)
    assert number >= last
    last = number
    rounds += 1
    told.write_text(str(rounds))
    time.sleep(0.05)  # leaves the cores to who publishes
"""
# The real project: what the manifest says of every mart, and of the last date.
REAL_BUILD = """
import sys, pathlib, json, time
import duckdb
published, stop, told = map(pathlib.Path, sys.argv[1:])
rounds = 0
while not stop.exists():
    build = (published / "current").resolve()
    manifest = json.loads((build / "manifest.json").read_text("utf-8"))
    with duckdb.connect(str(build / "marts.duckdb"), read_only=True) as marts:
        for model in manifest["models"]:
            name = model["schema"] + "." + model["model"]
            parquet = f"'{build}/parquet/{model['schema']}/{model['model']}.parquet'"
            for relation in (name, parquet):
                (count,) = marts.execute(f"select count(*) from {relation}").fetchone()
                assert count == model["row_count"], relation
        (date,) = marts.execute(
            "select max(state_date) from customer_success.fct_organization_days").fetchone()
        assert str(date) == manifest["as_of_date"]
    rounds += 1
    told.write_text(str(rounds))
    time.sleep(0.05)
"""


class Readers:
    """Four processes that read, and how far they are."""

    def __init__(self, settings: Settings, folder: Path, codes: tuple[str, str]) -> None:
        self._stop = folder / "stop"
        self._told = [folder / f"reader_{number}" for number in range(4)]
        self._processes = [
            subprocess.Popen(
                [sys.executable, "-c", code, settings.published, self._stop, told],
                stderr=subprocess.PIPE,
                text=True,
                cwd=Path(__file__).parent,
            )
            for code, told in zip(codes * 2, self._told, strict=True)
        ]

    def rounds(self) -> list[int]:
        return [int(told.read_text() or 0) if told.exists() else 0 for told in self._told]

    def wait_for_a_round(self) -> None:
        """Until each has read once more."""
        before = self.rounds()
        while any(now <= old for now, old in zip(self.rounds(), before, strict=True)):
            assert all(process.poll() is None for process in self._processes), self.end()
            time.sleep(0.005)

    def end(self) -> list[str]:
        """Stop them; what each complained about."""
        self._stop.touch()
        return [process.communicate(timeout=60)[1] for process in self._processes]


@contextmanager
def reading(settings: Settings, folder: Path, codes: tuple[str, str]) -> Iterator[Readers]:
    readers = Readers(settings, folder, codes)
    try:
        yield readers
    finally:
        complaints = readers.end()
    assert complaints == [""] * len(complaints)


def publish_among_readers(folder: Path, publications: int) -> None:
    daily = DailyMarts(folder, kept_builds=KEPT_BUILDS)
    daily.build()
    daily.publish()
    with reading(daily.settings, folder, (FIXED_NAMES, ONE_BUILD)) as readers:
        readers.wait_for_a_round()
        for number in range(1, publications + 1):
            daily.build()
            daily.publish()
            if number % AT_ONCE == 0:
                readers.wait_for_a_round()


def test_readers_see_whole_builds_through_publications(tmp_path: Path) -> None:
    publish_among_readers(tmp_path, SHORT_PUBLICATIONS)


@pytest.mark.long
def test_readers_see_whole_builds_through_many_publications(tmp_path: Path) -> None:
    publish_among_readers(tmp_path, LONG_PUBLICATIONS)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_readers_see_whole_builds_of_the_real_project(
    built_project: Settings, tmp_path: Path
) -> None:
    settings = Settings(tmp_path / "raw", tmp_path / "data")
    days = sorted(built_project.events.iterdir())

    def deliver(some: list[Path]) -> None:
        for day in some:
            shutil.copytree(day, settings.events / day.name)

    deliver(days[:-REAL_BUILDS])
    cli(tmp_path, "build")
    with reading(settings, tmp_path, (REAL_BUILD, REAL_BUILD)) as readers:
        readers.wait_for_a_round()
        for day in days[-REAL_BUILDS:]:
            deliver([day])
            cli(tmp_path, "build")
            readers.wait_for_a_round()
    assert len(list((settings.published / "builds").iterdir())) == settings.kept_builds


def test_who_holds_an_old_build_keeps_it_when_it_is_removed(tmp_path: Path) -> None:
    daily = DailyMarts(tmp_path)
    daily.build()
    old = daily.publish()
    manifest = {"good_build": {"build_number": 1}, "as_of_date": "2026-01-29"}
    with (
        duckdb.connect(str(daily.settings.marts), read_only=True) as marts,
        pq.ParquetFile(old / "parquet" / "core" / "fct_host_days.parquet") as parquet,
    ):
        for _ in range(daily.settings.kept_builds):
            daily.build()
            daily.publish()
        assert not old.exists()
        assert number_in(marts, manifest) == 1
        found = rows(marts, "core.fct_host_days")
        assert sorted(tuple(row.values()) for row in parquet.read().to_pylist()) == sorted(found)


def test_one_connection_sees_one_build_before_it_has_read_anything(tmp_path: Path) -> None:
    daily = DailyMarts(tmp_path)
    daily.build()
    daily.publish()
    with duckdb.connect(str(daily.settings.marts), read_only=True) as marts:
        daily.build()
        daily.publish()
        assert marts.execute("select build_number from core.dim_build").fetchall() == [(1,)]
    with duckdb.connect(str(daily.settings.marts), read_only=True) as marts:
        assert marts.execute("select build_number from core.dim_build").fetchall() == [(2,)]
