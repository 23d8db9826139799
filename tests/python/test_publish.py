"""Publishing: only what passed, all of it at once, and never a half."""

import hashlib
import json
import shutil
import subprocess
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from types import ModuleType
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from mackerel_cs import check_run
from mackerel_cs.check.outcome import Outcome, invocation_id, keep
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.errors import UserError
from mackerel_cs.lock import exclusive
from mackerel_cs.publish import builds, marts
from mackerel_cs.publish import command as publishing
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


def manifest_of(settings: Settings) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((settings.published / "manifest.json").read_text("utf-8"))
    return found


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
    manifest = manifest_of(small)
    nodes = DbtProject.find().last_run().manifest["nodes"]
    assert manifest["models"] == [
        {
            "schema": "core",
            "model": name,
            "version": None,
            "sha256": nodes[f"model.mackerel_cs.{name}"]["checksum"]["checksum"],
            "row_count": ROWS,
        }
        for name in ("fct_more_numbers", "fct_numbers")
    ]
    assert manifest["as_of_date"] == "2026-03-01"
    assert manifest["known_at"] == "2026-03-02T01:02:03Z"
    assert manifest["duckdb_version"] == duckdb.__version__
    assert manifest["project"]["version"] == version("mackerel-cs")
    assert manifest["ledger"]["file_count"] == 1
    assert manifest["ledger"]["size_bytes"] > 0
    assert manifest["vars"] == {"week_start": "monday", "broken": "no"}
    assert manifest["checks"] == {"data_tests": {"pass": 2}, "expectations": None}
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


def test_the_manifest_counts_the_expectations_of_this_build(small: Settings) -> None:
    small.expectations.mkdir()
    run = DbtProject.find().last_run()
    keep(Outcome(40, 0, 3, "nothing", invocation_id(run)), small)
    publishing.publish()
    assert manifest_of(small)["checks"]["expectations"] == {"pass": 37, "warn": 3, "fail": 0}
    keep(Outcome(40, 0, 3, "nothing", "another run"), small)
    publishing.publish()
    assert manifest_of(small)["checks"]["expectations"] is None


def test_the_same_inputs_give_the_same_manifest(small: Settings) -> None:
    publishing.publish()
    first = (small.published / "manifest.json").read_bytes()
    publishing.publish()
    assert (small.published / "manifest.json").read_bytes() == first


@pytest.mark.parametrize(
    "change", ["file_path = 'other'", "size_bytes = 7", "content_sha256 = 'x'"]
)
def test_another_input_is_another_build(small: Settings, change: str) -> None:
    publishing.publish()
    first = manifest_of(small)
    with duckdb.connect(str(small.warehouse)) as warehouse:
        warehouse.execute(f"update landing.land_files set {change}")
    publishing.publish()
    second = manifest_of(small)
    assert second["build_id"] != first["build_id"]
    assert second["ledger"]["sha256"] != first["ledger"]["sha256"]


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


def current(settings: Settings) -> str:
    return (settings.published / "current").readlink().name[:6]


def builds_in(settings: Settings) -> list[str]:
    return sorted(path.name[:6] for path in (settings.published / "builds").iterdir())


def publish_marked(settings: Settings, *numbers: int) -> None:
    for number in numbers:
        mark(settings, number)
        publishing.publish()


def read_number(settings: Settings) -> int:
    with duckdb.connect(str(settings.marts), read_only=True) as marts:
        parquet = f"'{settings.published}/parquet/core/fct_numbers.parquet'"
        (row,) = marts.execute(f"select distinct build_number from {parquet}").fetchall()
        assert row[0] == number_in(marts) == number_in(marts, "fct_more_numbers")
        return int(row[0])


def test_a_rollback_goes_back_and_further_back_and_no_further(
    small: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    publish_marked(small, 1, 2, 3)
    for number in (2, 1):
        publishing.publish(rollback=True)
        assert read_number(small) == number
        said = capsys.readouterr().out
        assert f"Published is 00000{number}-" in said
        assert "as of 2026-03-01" in said
    before = published(small)
    with pytest.raises(UserError, match="no build before 000001") as error:
        publishing.publish(rollback=True)
    assert error.value.exit_code == 2
    assert published(small) == before


def test_a_publication_goes_forward_and_drops_what_was_rolled_back(small: Settings) -> None:
    publish_marked(small, 1, 2, 3, 4)
    publishing.publish(rollback=True)
    publishing.publish(rollback=True)
    assert current(small) == "000002"
    assert builds_in(small) == ["000002", "000003", "000004"]
    publish_marked(small, 5)
    assert builds_in(small) == ["000002", "000005"]
    assert read_number(small) == 5
    publishing.publish(rollback=True)
    assert read_number(small) == 2


def test_a_reader_keeps_what_was_rolled_back(small: Settings) -> None:
    publish_marked(small, 1, 2)
    with duckdb.connect(str(small.marts), read_only=True) as marts:
        publishing.publish(rollback=True)
        publish_marked(small, 3)
        assert number_in(marts) == number_in(marts, "fct_more_numbers") == 2


def test_without_a_publication_there_is_no_way_back(small: Settings) -> None:
    with pytest.raises(UserError, match="Nothing is published"):
        publishing.publish(rollback=True)


def test_no_rollback_while_a_build_works(small: Settings) -> None:
    publish_marked(small, 1, 2)
    with exclusive(small.data), pytest.raises(UserError, match="Another build") as error:
        publishing.publish(rollback=True)
    assert error.value.exit_code == 3
    assert read_number(small) == 2


def test_a_rollback_needs_neither_project_nor_warehouse(
    small: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_marked(small, 1, 2)
    small.warehouse.unlink()
    shutil.rmtree(tmp_path / "target")
    publishing.publish(rollback=True)
    assert read_number(small) == 1


@pytest.mark.parametrize("kept", [2, 4])
def test_so_many_builds_stay_as_are_asked_for(
    small: Settings, monkeypatch: pytest.MonkeyPatch, kept: int
) -> None:
    monkeypatch.setenv("MACKEREL_CS_KEPT_BUILDS", str(kept))
    publish_marked(small, 1, 2, 3, 4, 5)
    assert builds_in(small) == [f"00000{number}" for number in range(6 - kept, 6)]


@pytest.mark.parametrize("given", ["1", "0", "-3", "3.0", "many", "²", " "])
def test_so_many_builds_cannot_be_kept(monkeypatch: pytest.MonkeyPatch, given: str) -> None:
    monkeypatch.setenv("MACKEREL_CS_KEPT_BUILDS", given)
    with pytest.raises(UserError, match="MACKEREL_CS_KEPT_BUILDS") as error:
        Settings.from_environment()
    assert "from 2 on" in error.value.remedy


def fail(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


@pytest.mark.parametrize(
    ("place", "step"),
    [
        (marts, "_write_mart"),
        (publishing, "write_manifest"),
        (builds, "_sync_tree"),
        (builds, "_link"),
    ],
)
def test_a_failed_publication_leaves_yesterdays(
    small: Settings, monkeypatch: pytest.MonkeyPatch, place: ModuleType, step: str
) -> None:
    publishing.publish()
    before = published(small)
    mark(small, 2)
    with monkeypatch.context() as broken:
        broken.setattr(place, step, fail)
        with pytest.raises(UserError, match="No space left") as error:
            publishing.publish()
    assert error.value.exit_code == 1
    assert published(small) == before
    assert not (small.published / "builds" / ".staging").exists()
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
