"""Run every day: what a build finds out before dbt starts, and what it takes in."""

import os
import shutil
import struct
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from daily_project import deliver, marts, rows
from mackerel_cs import build as building
from mackerel_cs import raw_log
from mackerel_cs.build import build
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.dbt_run import run_dbt_build
from mackerel_cs.errors import UserError
from mackerel_cs.fingerprint import fingerprint
from mackerel_cs.plan import Plan, plan_build
from mackerel_cs.settings import Settings

FIRST_FILE = "received_date=2026-01-10/a.jsonl"


@pytest.fixture
def dbt_runs(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Calls of dbt, which then is not started."""
    runs: list[str] = []
    monkeypatch.setattr(building, "run_dbt_build", lambda *_, **__: runs.append("run"))
    return runs


def planned(settings: Settings, *, full_refresh: bool = False, **given: Any) -> Plan:
    wanted = fingerprint(DbtProject.find().folder, given)
    return plan_build(settings, raw_log.inspect(settings), wanted, full_refresh=full_refresh)


def change(settings: Settings, sql: str) -> None:
    with duckdb.connect(str(settings.warehouse)) as warehouse:
        warehouse.execute(sql)


@contextmanager
def published_stays(settings: Settings) -> Iterator[None]:
    before = settings.marts.read_bytes(), (settings.published / "manifest.json").read_bytes()
    yield
    after = settings.marts.read_bytes(), (settings.published / "manifest.json").read_bytes()
    assert after == before


# Nothing new.


def test_with_nothing_new_dbt_is_not_started(
    daily: Settings, dbt_runs: list[str], checks: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with published_stays(daily):
        build()
    assert "Nothing new: 3 files" in capsys.readouterr().out
    assert dbt_runs == checks == []


def test_a_clock_alone_changes_nothing(daily: Settings) -> None:
    for path in daily.events.rglob("*.jsonl"):
        os.utime(path, (0, 0))
    assert planned(daily).is_nothing_new
    for path in daily.events.rglob("*.jsonl"):
        os.utime(path, (2**32, 2**32))
    assert planned(daily).is_nothing_new


def test_what_was_not_published_is_checked_and_published_without_dbt(
    daily: Settings, dbt_runs: list[str], checks: list[str]
) -> None:
    shutil.rmtree(daily.published)
    build()
    assert (dbt_runs, checks) == ([], ["checked"])
    assert planned(daily).is_published(daily)


def test_without_the_artifacts_of_the_build_dbt_runs_again(
    daily: Settings, dbt_runs: list[str], checks: list[str]
) -> None:
    shutil.rmtree(daily.published)
    (DbtProject.find().target / "run_results.json").unlink()
    with pytest.raises(UserError):  # dbt was only pretended
        build()
    assert (dbt_runs, checks) == (["run"], [])


def test_a_changed_guard_is_asked_though_nothing_is_new(daily: Settings) -> None:
    guard = DbtProject.find().folder / "tests" / "data" / "new.sql"
    guard.parent.mkdir()
    guard.write_text("select 1 where false", encoding="utf-8")
    assert planned(daily).why_anew is None
    assert not planned(daily).is_nothing_new


def test_sql_and_python_know_a_build_by_the_same_fingerprint(daily: Settings) -> None:
    last = planned(daily).last
    assert last is not None
    wanted = fingerprint(DbtProject.find().folder, {})
    assert last.build_fingerprint == wanted.build
    assert (last.project_fingerprint, last.guards_fingerprint) == (wanted.project, wanted.guards)
    assert (last.engine_version, last.given_vars) == (wanted.engine_version, wanted.given_vars)


# Why everything is made anew.


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("set build_fingerprint = 'superseded'", "made everything anew was not finished"),
        ("set build_fingerprint = 'backfilling'", "a backfill was not finished"),
        ("set engine_version = 'v0.1'", "DuckDB was v0.1, is v"),
    ],
)
def test_the_reason_is_told(daily: Settings, sql: str, says: str) -> None:
    change(daily, f"update operations.good_builds {sql}")
    assert says in str(planned(daily).why_anew)


def test_other_vars_and_another_project_are_told_apart(daily: Settings) -> None:
    assert planned(daily, week_start="sunday", unknown=1).why_anew == (
        "other vars were given (week_start=sunday, not monday)"
    )
    seed = DbtProject.find().folder / "seeds" / "quarantine_reasons.csv"
    seed.write_text(seed.read_text("utf-8").replace("bad", "worse"), "utf-8")
    assert planned(daily).why_anew == "the project has changed"
    assert "--full-refresh" in str(planned(daily, full_refresh=True).why_anew)


# The ledger.


def test_a_changed_file_stops_the_build_with_what_to_do(
    daily: Settings, dbt_runs: list[str]
) -> None:
    path = daily.events / FIRST_FILE
    status = path.stat()
    # Of the same size and older: the content decides.
    path.write_text(path.read_text("utf-8").replace('"amount": 7', '"amount": 6'), "utf-8")
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns - 1))
    with published_stays(daily), pytest.raises(UserError, match="changed or gone") as error:
        build()
    assert FIRST_FILE in error.value.problem
    assert "mackerel-cs build --full-refresh" in error.value.remedy
    assert error.value.exit_code == 2
    assert dbt_runs == []
    assert planned(daily, full_refresh=True).why_anew


def test_plain_dbt_says_it_in_the_same_words(daily: Settings) -> None:
    (daily.events / FIRST_FILE).unlink()
    with pytest.raises(UserError) as error:
        planned(daily)
    done = subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--log-level", "error", "build"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    for sentence in str(error.value).splitlines():
        assert sentence in done.stdout
    with published_stays(daily):
        assert rows(daily, "select count(*) from operations.good_builds") == [(1,)]


def test_of_many_lost_files_five_are_named(daily: Settings) -> None:
    change(
        daily,
        "insert into operations.remembered_land_files (file_path, size_bytes, content_sha256) "
        "select 'gone-' || range, 1, 'x' from range(9)",
    )
    with pytest.raises(UserError, match=r"^9 raw .*: gone-0, .*, gone-4 and 4 more"):
        planned(daily)


def test_what_an_unfinished_build_landed_is_not_binding(daily: Settings) -> None:
    path = deliver(daily, "2026-03-03", [("a", "2026-03-03", 1)])
    change(
        daily,
        "insert into landing.land_files (file_path, size_bytes, content_sha256, landing_number) "
        "values ('received_date=2026-03-03/a.jsonl', 1, 'another', 2)",
    )
    assert "an unfinished build had taken in" in str(planned(daily).why_anew)
    row = raw_log.inspect(daily).to_pylist()[-1]
    change(
        daily,
        f"update landing.land_files set size_bytes = {row['size_bytes']}, "
        f"content_sha256 = '{row['content_sha256']}' where landing_number = 2",
    )
    assert planned(daily).why_anew is None
    path.unlink()
    assert not planned(daily).is_nothing_new


@pytest.mark.parametrize("received_date", ["1999-12-31", "2029-01-01"])
def test_a_clock_that_jumped_is_told(
    daily: Settings, dbt_runs: list[str], received_date: str
) -> None:
    deliver(daily, received_date, [("a", received_date, 1)])
    with published_stays(daily), pytest.raises(UserError, match="days away from the rest") as error:
        build()
    assert f"received_date={received_date}/a.jsonl" in error.value.problem
    assert "clock" in error.value.remedy
    assert dbt_runs == []


def test_an_older_folder_is_an_arrival_like_any_other(daily: Settings) -> None:
    deliver(daily, "2025-12-01", [("a", "2025-12-01", 1)])
    ledger = planned(daily).ledger
    assert ledger is not None
    assert (ledger.new_file_count, ledger.new_line_count) == (1, 1)


# Builds.


def test_arrivals_are_taken_in_and_summed_up(
    daily: Settings, checks: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    deliver(daily, "2026-03-03", [("a", "2026-02-19", 10), ("c", "2026-03-02", 1)])
    build()
    said = capsys.readouterr()
    assert "new since the last good build: 1 file, 2 lines" in said.err
    assert "Arrived  1 file, 2 lines since the last good build" in said.out
    assert "Touched  3 organizations, 3 days of theirs" in said.out
    assert "Lines    2 read: 2 accepted" in said.out
    assert checks == ["checked"]
    assert rows(daily, "select total_amount from core.fct_thing_totals order by all") == [
        (1,), (7,), (20,), (22,), (24,), (25,), (29,),
    ]  # fmt: skip
    assert planned(daily).is_published(daily)


def test_a_file_that_grows_while_it_is_read_stops_the_build(
    daily: Settings, checks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = deliver(daily, "2026-03-03", [("a", "2026-03-02", 1)])
    whole = path.read_text("utf-8")
    is_over = threading.Event()

    def grow() -> None:
        with path.open("a", encoding="utf-8") as file:
            while not is_over.wait(0.01):
                file.write("\n")
                file.flush()

    def run(*words: Any, **options: Any) -> None:
        writer = threading.Thread(target=grow)
        writer.start()
        try:
            run_dbt_build(*words, **options)
        finally:
            is_over.set()
            writer.join()

    monkeypatch.setattr(building, "run_dbt_build", run)
    with published_stays(daily), pytest.raises(UserError, match="grew or changed") as error:
        build()
    assert "received_date=2026-03-03/a.jsonl" in error.value.problem
    assert "Build again when they are complete" in str(error.value)
    assert rows(daily, "select max(build_number) from operations.good_builds") == [(1,)]
    assert rows(daily, "select count(*) from landing.land_lines") == [(6,)]
    # An unfinished build's file may change: nothing of it counted, and nothing is lost.
    path.write_text(whole, encoding="utf-8")
    monkeypatch.setattr(building, "run_dbt_build", run_dbt_build)
    build()
    assert checks == ["checked"]
    assert rows(daily, "select count(*) from landing.land_lines") == [(7,)]


def test_a_file_that_made_a_build_red_leaves_nothing_behind_when_it_is_taken_away(
    daily: Settings, checks: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    before = marts(daily)
    path = deliver(daily, "2026-03-03", [("a", "2026-02-19", 10), ("a", "2026-03-02", 1)])
    path.write_text(path.read_text("utf-8").replace('"amount": 1}', '"amount": 9000000000000}'))
    with published_stays(daily), pytest.raises(UserError, match="fct_thing_totals"):
        build()
    path.unlink()
    build()
    assert "unfinished build had taken in have changed or gone" in capsys.readouterr().out
    assert marts(daily) == before


# What is broken.


def block_checksum(block: bytes) -> int:
    """DuckDB's checksum of a block whose length is a multiple of eight."""
    found = 5381
    for (word,) in struct.iter_unpack("<Q", block):
        found ^= word * 0xBF58476D1CE4E5B9 % 2**64
    return found


def test_a_warehouse_of_a_newer_duckdb_says_the_way_out(daily: Settings) -> None:
    content = bytearray(daily.warehouse.read_bytes())
    content[12:20] = struct.pack("<Q", 999)
    content[:8] = struct.pack("<Q", block_checksum(content[8:4096]))
    daily.warehouse.write_bytes(content)
    with (
        published_stays(daily),
        pytest.raises(UserError, match="Trying to read a database") as error,
    ):
        build()
    assert "another DuckDB version, move it away or delete it" in error.value.remedy


def test_a_warehouse_broken_in_its_middle_says_the_way_out(daily: Settings) -> None:
    content = bytearray(daily.warehouse.read_bytes())
    for place in range(12288 + 262144, len(content), 262144):
        content[place + 100 : place + 200] = b"x" * 100
    daily.warehouse.write_bytes(content)
    deliver(daily, "2026-03-03", [("a", "2026-03-02", 1)])
    with published_stays(daily), pytest.raises(UserError, match="Corrupt database file") as error:
        build()
    assert "delete it" in error.value.remedy


@pytest.mark.parametrize(
    "sql",
    [
        "update operations.warehouse_format set format_number = 0",
        "drop table operations.warehouse_format",
    ],
)
def test_a_warehouse_of_another_version_of_ours_says_the_way_out(
    daily: Settings, dbt_runs: list[str], sql: str
) -> None:
    change(daily, sql)
    with published_stays(daily), pytest.raises(UserError, match="another version of mackerel-cs"):
        build()
    assert dbt_runs == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MACKEREL_CS_MEMORY_LIMIT", "much"),
        ("MACKEREL_CS_MEMORY_LIMIT", "80%"),
        ("MACKEREL_CS_MEMORY_LIMIT", "0GB"),
        ("MACKEREL_CS_THREADS", "0"),
        ("MACKEREL_CS_THREADS", "two"),
        ("MACKEREL_CS_TEMP", "raw/events/" + FIRST_FILE),
    ],
)
def test_a_limit_that_cannot_be_is_told_before_anything_starts(
    daily: Settings,
    dbt_runs: list[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
) -> None:
    monkeypatch.chdir(daily.data.parent)
    monkeypatch.setattr(DbtProject, "find", lambda: DbtProject(daily.data.parent / "project"))
    monkeypatch.setenv(name, value)
    with published_stays(daily), pytest.raises(UserError, match="What is published stays") as error:
        build()
    assert name in str(error.value)
    assert error.value.exit_code == 2
    assert dbt_runs == []
