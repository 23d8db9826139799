"""Publishing: only what passed, all of it at once, and never a half."""

import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from mackerel_cs import check_run
from mackerel_cs import publish as publishing
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.errors import UserError
from mackerel_cs.lock import exclusive
from mackerel_cs.settings import Settings

ROWS = 200 * 300


@pytest.fixture(autouse=True)
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The expectations know the real project only: here it counts that they were asked."""
    asked: list[str] = []
    monkeypatch.setattr(publishing, "run_checks", lambda: asked.append("checked"))
    return asked


def published(settings: Settings) -> dict[str, str]:
    """Hash of every file people can reach, by its name below the fixed ones."""
    folder = settings.published
    reachable = [folder / "marts.duckdb", folder / "manifest.json", *folder.glob("parquet/*/*")]
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in reachable
    }


def mark(settings: Settings, number: int) -> None:
    """Another state of the warehouse, as another build would leave it."""
    with duckdb.connect(str(settings.warehouse)) as warehouse:
        warehouse.execute("update core.fct_numbers set build_number = ?", [number])
        warehouse.execute("update core.fct_more_numbers set build_number = ?", [number])


def number_in(connection: duckdb.DuckDBPyConnection, table: str = "fct_numbers") -> int:
    (row,) = connection.execute(f"select distinct build_number from core.{table}").fetchall()
    return int(row[0])


def test_people_get_the_public_marts_and_nothing_else(small: Settings, checks: list[str]) -> None:
    publishing.publish()
    assert checks == ["checked"]
    with duckdb.connect(str(small.marts), read_only=True) as marts:
        tables = marts.execute("select table_schema, table_name from information_schema.tables")
        assert sorted(tables.fetchall()) == [("core", "fct_more_numbers"), ("core", "fct_numbers")]
        comments = marts.execute(
            "select comment from duckdb_tables() where table_name = 'fct_numbers' union all "
            "select comment from duckdb_columns() where column_name = 'a_number' "
            "and table_name = 'fct_numbers'"
        )
        assert comments.fetchall() == [("It's numbers.",), ("The first.",)]
    names = sorted(path.name for path in (small.published / "parquet" / "core").iterdir())
    assert names == ["fct_more_numbers.parquet", "fct_numbers.parquet"]


def test_the_manifest_says_what_was_published(small: Settings) -> None:
    publishing.publish()
    manifest = json.loads((small.published / "manifest.json").read_text("utf-8"))
    assert manifest["models"] == [
        {"schema": "core", "model": "fct_more_numbers", "row_count": ROWS},
        {"schema": "core", "model": "fct_numbers", "row_count": ROWS},
    ]
    assert manifest["as_of_date"] == "2026-03-01"
    assert manifest["vars"] == {"week_start": "monday", "broken": "no"}
    assert manifest["checks"] == {"model": 6, "test": 2}
    assert (small.published / "current").readlink().name == f"000001-{manifest['build_id']}"


def test_rows_lie_in_the_order_of_the_primary_key(small: Settings) -> None:
    publishing.publish()
    expected = [(a, b) for a in range(200) for b in range(300)]
    for name in ("fct_numbers", "fct_more_numbers"):  # by its key, and without one by all columns
        table = pq.read_table(small.published / "parquet" / "core" / f"{name}.parquet")
        columns = [table[column].to_pylist() for column in ("a_number", "b_number")]
        assert list(zip(*columns, strict=True)) == expected


def test_the_same_rows_give_the_same_parquet_bytes(small: Settings) -> None:
    publishing.publish()
    first = published(small)
    with duckdb.connect(str(small.warehouse)) as warehouse:
        warehouse.execute(
            "create or replace table core.fct_numbers as from core.fct_numbers order by random()"
        )
    publishing.publish()
    second = published(small)
    del first["marts.duckdb"], second["marts.duckdb"]
    assert first == second


def test_another_input_is_another_build(small: Settings) -> None:
    publishing.publish()
    first = json.loads((small.published / "manifest.json").read_text("utf-8"))["build_id"]
    with duckdb.connect(str(small.warehouse)) as warehouse:
        warehouse.execute("update landing.land_files set content_sha256 = 'other'")
    publishing.publish()
    assert json.loads((small.published / "manifest.json").read_text("utf-8"))["build_id"] != first


def test_a_reader_keeps_what_it_opened_and_the_next_sees_the_new(small: Settings) -> None:
    publishing.publish()
    with duckdb.connect(str(small.marts), read_only=True) as old:
        assert number_in(old) == 1
        for number in (2, 3, 4, 5):
            mark(small, number)
            publishing.publish()
            assert number_in(old, "fct_more_numbers") == 1
    with duckdb.connect(str(small.marts), read_only=True) as new:
        assert number_in(new) == 5
    builds = sorted(path.name[:6] for path in (small.published / "builds").iterdir())
    assert builds == ["000003", "000004", "000005"]


READER = """
import sys, duckdb, pathlib
marts, stop, seen, rounds = sys.argv[1], pathlib.Path(sys.argv[2]), set(), 0
while not stop.exists():
    with duckdb.connect(marts, read_only=True) as connection:
        for table in ("fct_numbers", "fct_more_numbers") * 2:
            rows = connection.execute(f"select distinct build_number from core.{table}").fetchall()
            seen.add(rows[0][0])
            assert len(rows) == 1
        one = connection.execute(
            "select distinct a.build_number = b.build_number from core.fct_numbers a "
            "join core.fct_more_numbers b using (a_number, b_number)").fetchall()
        assert one == [(True,)], one
    rounds += 1
print(len(seen), rounds)
"""


def test_readers_in_other_processes_see_whole_builds_only(small: Settings, tmp_path: Path) -> None:
    publishing.publish()
    stop = tmp_path / "stop"
    command = [sys.executable, "-c", READER, str(small.marts), str(stop)]
    readers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    for number in range(2, 8):
        mark(small, number)
        publishing.publish()
    stop.touch()
    for reader in readers:
        output, _ = reader.communicate(timeout=60)
        assert reader.returncode == 0, output
        assert int(output.split()[1]) >= 1


def fail(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize("step", ["_copy_model", "_write_manifest", "_sync_tree", "_swap"])
def test_a_failed_publication_leaves_yesterdays(
    small: Settings, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    publishing.publish()
    before = published(small)
    mark(small, 2)
    with monkeypatch.context() as broken:
        broken.setattr(publishing, step, fail)
        with pytest.raises(UserError, match="No space left") as error:
            publishing.publish()
    assert error.value.exit_code == 1
    assert published(small) == before
    assert not (small.published / "builds" / ".staging").exists()
    publishing.publish()
    with duckdb.connect(str(small.marts), read_only=True) as marts:
        assert number_in(marts) == 2


@pytest.mark.parametrize("step", ["_copy_model", "_write_manifest", "_swap", "_drop_old"])
def test_a_killed_publication_leaves_a_whole_one(small: Settings, step: str) -> None:
    publishing.publish()
    before = published(small)
    mark(small, 2)
    killed = (
        "import os, signal\n"
        "from mackerel_cs import publish\n"
        "publish.run_checks = lambda: None\n"
        f"publish.{step} = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "publish.publish()\n"
    )
    done = subprocess.run([sys.executable, "-c", killed], check=False)
    assert done.returncode == -signal.SIGKILL
    if step == "_drop_old":  # after the move
        with duckdb.connect(str(small.marts), read_only=True) as marts:
            assert number_in(marts) == number_in(marts, "fct_more_numbers") == 2
    else:
        assert published(small) == before
    publishing.publish()
    with duckdb.connect(str(small.marts), read_only=True) as marts:
        assert number_in(marts) == 2


def test_red_checks_publish_nothing(small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def red() -> None:
        raise UserError("The checks are red", "", exit_code=1)

    monkeypatch.setattr(publishing, "run_checks", red)
    with pytest.raises(UserError, match="checks are red"):
        publishing.publish()
    assert not small.published.exists()


def edit_results(change: Callable[[dict[str, Any]], object]) -> None:
    path = DbtProject.find().target / "run_results.json"
    results = json.loads(path.read_text("utf-8"))
    change(results)
    path.write_text(json.dumps(results), encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda results: results["args"].update(which="run"), "a whole `dbt build`"),
        (lambda results: results["results"].pop(), "not green"),
        (lambda results: results["results"][-1].update(status="fail"), "not green"),
        (lambda results: results["results"][0].update(status="skipped"), "not green"),
    ],
)
def test_only_a_whole_green_build_is_published(
    small: Settings, change: Callable[[dict[str, Any]], object], says: str
) -> None:
    edit_results(change)
    with pytest.raises(UserError, match=says) as error:
        publishing.publish()
    assert error.value.exit_code == 1
    assert not small.published.exists()


@pytest.mark.parametrize("lost", ["run_results.json", "manifest.json"])
def test_without_dbts_artifacts_it_says_what_to_do(small: Settings, lost: str) -> None:
    (DbtProject.find().target / lost).unlink()
    with pytest.raises(UserError, match=lost) as error:
        publishing.publish()
    assert "mackerel-cs build" in error.value.remedy


def test_without_a_warehouse_it_says_what_to_do(small: Settings) -> None:
    small.warehouse.unlink()
    with pytest.raises(UserError, match="no warehouse"):
        publishing.publish()


def test_not_while_a_build_works(small: Settings) -> None:
    with exclusive(small.data), pytest.raises(UserError, match="Another build") as error:
        publishing.publish()
    assert error.value.exit_code == 3


def test_a_data_folder_with_a_quote_in_its_name(
    small: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    quoted = tmp_path / "o'data"
    small.data.rename(quoted)
    monkeypatch.setenv("MACKEREL_CS_DATA", str(quoted))
    publishing.publish()
    with duckdb.connect(str(quoted / "published" / "marts.duckdb"), read_only=True) as marts:
        assert number_in(marts) == 1


@pytest.mark.parametrize(("code", "says"), [(0, None), (1, "are red"), (2, "could not run")])
def test_the_checks_report_is_shown_whatever_it_says(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], code: int, says: str | None
) -> None:
    monkeypatch.setattr(
        check_run.subprocess,
        "run",
        lambda *_, **__: subprocess.CompletedProcess([], code, "the report\n", "the reason\n"),
    )
    if says is None:
        check_run.run_checks()
    else:
        with pytest.raises(UserError, match=f"{says}. the reason") as error:
            check_run.run_checks()
        assert error.value.exit_code == 1
    assert capsys.readouterr().out == "the report\n"
