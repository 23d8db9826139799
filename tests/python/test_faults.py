"""Builds that die at any moment: the next one ends where an undisturbed one would have."""

import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from conftest import REPOSITORY, cli, environment
from daily_project import deliver, marts, rows
from mackerel_cs.settings import Settings

DBT = [sys.executable, "-c", "from dbt.cli.main import cli; cli()", "build", "--quiet"]
LATE_AND_NEW = [("a", "2026-01-10", 3), ("a", "2026-03-02", 5), ("c", "2026-02-20", 1)]
KILLS = 3
LONG_KILLS = 50
LONG_TIMEOUT = 3600
ROOM_KIB = 256


def small_dbt(room_kib: int | None = None) -> "subprocess.Popen[bytes]":
    """A plain `dbt build` of the project one stands in, in a group of its own.

    With `room_kib`, no file may grow beyond so many KiB: as on a disk that is full.
    """
    limit = ["bash", "-c", f'ulimit -f {room_kib}; exec "$@"', "limited"] if room_kib else []
    return subprocess.Popen(
        [*limit, *DBT], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, start_new_session=True
    )


def seconds_of(process: "subprocess.Popen[bytes]") -> float:
    started = time.monotonic()
    said, _ = process.communicate()
    assert process.returncode == 0, said.decode()
    return time.monotonic() - started


def killed_after(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    """End it and all its children as a power cut would; one that is done already is done."""
    try:
        process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def published_bytes(settings: Settings) -> bytes:
    return settings.marts.read_bytes()


def landed(settings: Settings) -> list[tuple[object, ...]]:
    return rows(
        settings, "select file_path, line_number, raw_text from landing.land_lines order by all"
    )


@pytest.fixture
def undisturbed(daily: Settings, tmp_path: Path) -> tuple[Settings, float]:
    """A copy in which the same files were taken in by one good build, and how long that took."""
    deliver(daily, "2026-03-03", LATE_AND_NEW)
    reference = tmp_path / "undisturbed"
    shutil.copytree(daily.data, reference / "data", symlinks=True)
    places = {"MACKEREL_CS_DATA": str(reference / "data"), "DBT_TARGET_PATH": "target_undisturbed"}
    with pytest.MonkeyPatch.context() as patch:
        for name, value in places.items():
            patch.setenv(name, value)
        seconds = seconds_of(small_dbt())
    return Settings(raw=daily.raw, data=reference / "data"), seconds


def test_a_build_killed_again_and_again_ends_where_an_undisturbed_one_does(
    daily: Settings, undisturbed: tuple[Settings, float]
) -> None:
    reference, seconds = undisturbed
    before = published_bytes(daily)
    moments = random.Random(20261122)
    for _ in range(KILLS):
        # The first third is Python's own start, in which nothing is written.
        killed_after(small_dbt(), seconds * moments.uniform(0.35, 1))
        assert published_bytes(daily) == before
    seconds_of(small_dbt())
    assert marts(daily) == marts(reference)
    assert landed(daily) == landed(reference)


def test_a_full_disk_leaves_no_trace(daily: Settings, undisturbed: tuple[Settings, float]) -> None:
    reference, _ = undisturbed
    before = published_bytes(daily)
    full = small_dbt(ROOM_KIB)
    full.communicate()
    assert full.returncode != 0
    assert published_bytes(daily) == before
    seconds_of(small_dbt())
    assert marts(daily) == marts(reference)
    assert landed(daily) == landed(reference)


def published_rows(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(settings.marts), read_only=True) as connection:
        names = connection.execute(
            "select schema_name, table_name from duckdb_tables() order by all"
        ).fetchall()
        return {
            f"{schema}.{name}": connection.execute(
                f'select * from "{schema}"."{name}" order by all'
            ).fetchall()
            for schema, name in names
        }


@pytest.mark.long
@pytest.mark.timeout(LONG_TIMEOUT)
def test_the_whole_project_survives_fifty_kills(tmp_path: Path) -> None:
    whole, log = tmp_path / "whole", tmp_path / "log"
    cli(
        log, "simulate", "--organizations", "8", "--days", "40", "--start", "2026-02-01",
        "--late-rate", "0.05",
    )  # fmt: skip
    days = sorted((log / "raw" / "events").iterdir())

    def deliver_until(folder: Path, last: Path) -> None:
        for day in days:
            if day <= last:
                shutil.copytree(day, folder / "raw" / "events" / day.name, dirs_exist_ok=True)

    deliver_until(whole, days[-4])
    cli(whole, "build")
    calm = tmp_path / "calm"
    shutil.copytree(whole, calm, symlinks=True)
    deliver_until(calm, days[-1])
    started = time.monotonic()
    cli(calm, "build")
    seconds = time.monotonic() - started

    deliver_until(whole, days[-1])
    settings = Settings(raw=whole / "raw", data=whole / "data")
    wanted = published_rows(Settings(raw=calm / "raw", data=calm / "data"))
    known = (published_rows(settings), wanted)
    moments = random.Random(7)
    for kill in range(LONG_KILLS):
        process = subprocess.Popen(
            [sys.executable, "-m", "mackerel_cs", "build"],
            cwd=REPOSITORY,
            env=os.environ | environment(whole),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        killed_after(process, moments.uniform(0, seconds))
        assert published_rows(settings) in known, f"after kill {kill}"
    cli(whole, "build")
    assert published_rows(settings) == wanted
