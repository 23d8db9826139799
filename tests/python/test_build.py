"""`mackerel-cs build`: the machinery on a small project, the result on the whole one."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import duckdb
import pyarrow.parquet as pq
import pytest

from conftest import COLLECTED_ORGANIZATION, PAYLOADS, cli
from mackerel_cs import build as building
from mackerel_cs import dbt_run, raw_log
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.errors import UserError
from mackerel_cs.publish import publish_build
from mackerel_cs.settings import Settings


def test_a_green_build_is_checked_published_and_summed_up(
    small: Settings,
    checks: list[str],
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # From a folder below the project, with relative places, and with vars.
    monkeypatch.chdir(DbtProject.find().folder / "models" / "marts")
    monkeypatch.setenv("MACKEREL_CS_RAW", "../../../raw")
    monkeypatch.setenv("MACKEREL_CS_DATA", "../../../data")
    building.build(variables="{more: 1}")
    assert checks == ["checked"]
    said = capsys.readouterr().out
    assert "Lines    1 read: 1 accepted, 0 duplicate, 0 quarantined" in said
    assert "6 built, 2 published; 2 data tests" in said
    assert "data/published/marts.duckdb" in said
    assert small.marts.exists()
    manifest = json.loads((small.published / "manifest.json").read_text("utf-8"))
    assert manifest["vars"] == {
        "week_start": "monday",
        "broken": "no",
        "more": "1",
    }


@pytest.mark.parametrize(
    "words",
    [
        {"as_of": "2026-02-01"},
        {"known_at": "2026-02-03T09:00:00+09:00"},
        {"variables": "{as_of_date: 2026-02-01}"},
    ],
)
def test_the_past_is_not_published(
    small: Settings, checks: list[str], words: dict[str, str]
) -> None:
    with pytest.raises(UserError, match="neither as_of_date nor known_at") as error:
        building.build(**words)
    assert "mackerel-cs look-back" in error.value.remedy
    assert checks == []


def test_a_red_test_is_named_and_nothing_changes(small: Settings, checks: list[str]) -> None:
    publish_build(DbtProject.find().last_run(), small)
    before = (small.published / "current").readlink()
    with pytest.raises(UserError, match=r"test\.mackerel_cs\.not_broken.*: Got") as error:
        building.build(variables="{broken: 'yes'}")
    assert error.value.exit_code == 1
    assert error.value.problem.splitlines()[2:] == [
        *(f"      - a_number={number} (300 times)" for number in range(3)),
        "      ... and 59,100 more",
    ]
    assert str(DbtProject.find().log) in error.value.remedy
    assert (small.published / "current").readlink() == before
    assert checks == []
    # A warehouse that cannot be read keeps the rows back, not the name of the test.
    small.warehouse.unlink()
    (told,) = dbt_run.failed_nodes(DbtProject.find(), dbt_run.asking(small))
    assert re.match(r"  test\.mackerel_cs\.not_broken.*: Got", told)
    assert "(its rows cannot be read: IO Error: " in told


@pytest.mark.parametrize(
    ("name", "text", "says"),
    [
        ("models/marts/fct_numbers.sql", "select nothing from nowhere", "nowhere"),
        ("models/marts/models.yml", "models: [", "models.yml"),
    ],
)
def test_a_broken_model_is_named(
    small: Settings, checks: list[str], name: str, text: str, says: str
) -> None:
    (DbtProject.find().folder / name).write_text(text, encoding="utf-8")
    with pytest.raises(UserError, match=says) as error:
        building.build()
    assert error.value.exit_code == 1
    assert "Traceback" not in str(error.value)
    assert not small.published.exists()
    assert checks == []


def test_a_red_check_publishes_nothing(small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def red() -> None:
        raise UserError("The checks are red", "", exit_code=1)

    monkeypatch.setattr(building, "run_dbt_build", lambda *_, **__: None)  # `small` is green
    monkeypatch.setattr(building, "run_checks", red)
    with pytest.raises(UserError, match="checks are red"):
        building.build()
    assert not small.published.exists()


def test_a_killed_dbt_is_told(small: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    real = subprocess.Popen

    def killed(command: list[str], **options: Any) -> "subprocess.Popen[str]":
        return real(["sh", "-c", "kill -9 $$"], **options)

    monkeypatch.setattr(dbt_run.subprocess, "Popen", killed)
    with pytest.raises(UserError, match="signal 9") as error:
        building.build()
    assert "MACKEREL_CS_MEMORY_LIMIT" in error.value.remedy
    assert not small.published.exists()


def test_an_unreadable_file_stops_before_dbt(
    small: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "run_dbt_build", None)
    (small.events / "a.jsonl.gz").write_bytes(b"no gzip")
    with pytest.raises(UserError, match=r"cannot be read: a\.jsonl\.gz"):
        building.build()
    assert not small.published.exists()


HOLD = "import duckdb, sys; c = duckdb.connect(sys.argv[1]); print(1, flush=True); input()"


def test_a_warehouse_someone_has_open_is_told(small: Settings) -> None:
    command = [sys.executable, "-c", HOLD, str(small.warehouse)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        holder.stdout.readline()
        with pytest.raises(UserError, match="Another program") as error:
            building.build()
        holder.kill()
    assert error.value.exit_code == 3
    assert str(small.marts) in error.value.remedy


@pytest.mark.parametrize("content", [b"no database", bytes(5000)])
def test_a_broken_warehouse_says_the_way_out(small: Settings, content: bytes) -> None:
    publish_build(DbtProject.find().last_run(), small)
    small.warehouse.write_bytes(content)
    with pytest.raises(UserError, match="cannot be opened") as error:
        building.build()
    assert "delete it" in error.value.remedy
    assert small.marts.exists()


# The whole project.


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        return warehouse.execute(query).fetchall()


def test_every_line_ends_once(built_project: Settings) -> None:
    files = raw_log.inspect(built_project)
    counted = sum(files["line_count"].to_pylist())
    outcomes = dict(
        rows(
            built_project,
            "select outcome, count(*) as line_count from landing.land_line_outcomes group by all",
        )
    )
    assert outcomes.keys() == {"accepted", "duplicate", "quarantined"}
    assert sum(outcomes.values()) == counted > 10_000


def test_every_real_payload_is_accepted(built_project: Settings) -> None:
    found = rows(
        built_project,
        "select event_type, outcome, outcome_reason, raw_text from landing.land_line_outcomes "
        "where file_path like '%/collect-%'",
    )
    refused = [row for row in found if row[1] == "quarantined"]
    assert refused == []
    webhooks = (PAYLOADS / "webhooks" / "examples.jsonl").read_text("utf-8").splitlines()
    landed = {text.split('"data":', 1)[1][:-1] for *_, text in found}
    assert set(webhooks) <= landed


def test_collected_objects_belong_to_their_organization(built_project: Settings) -> None:
    (row,) = rows(
        built_project,
        "select count(*) as line_count from landing.land_events "
        f"where organization_id = '{COLLECTED_ORGANIZATION}' "
        "and event_type like 'io.mackerel.api.%' and file_path like '%/collect-%'",
    )
    assert row[0] > 40


def test_what_is_published_is_what_was_built(built_project: Settings) -> None:
    manifest = json.loads((built_project.published / "manifest.json").read_text("utf-8"))
    assert {model["schema"] for model in manifest["models"]} >= {"core", "customer_success"}
    with duckdb.connect(str(built_project.marts), read_only=True) as marts:
        for model in manifest["models"]:
            name = f"{model['schema']}.{model['model']}"
            (built,) = rows(built_project, f"select count(*) as row_count from {name}")
            (read,) = marts.execute(f"select count(*) as row_count from {name}").fetchall()
            parquet = built_project.published / "parquet" / f"{name.replace('.', '/')}.parquet"
            assert built[0] == read[0] == model["row_count"] == pq.read_metadata(parquet).num_rows
        schemas = marts.execute("select distinct table_schema from information_schema.tables")
        private = {"raw", "landing", "staging", "intermediate", "main"}
        assert private.isdisjoint(schema for (schema,) in schemas.fetchall())


@pytest.mark.long
def test_the_same_log_gives_the_same_bytes(built_project: Settings, tmp_path: Path) -> None:
    (tmp_path / "raw").symlink_to(built_project.raw)
    cli(tmp_path, "build")
    first = built_project.published / "parquet"
    second = tmp_path / "data" / "published" / "parquet"
    for path in first.rglob("*.parquet"):
        assert path.read_bytes() == (second / path.relative_to(first)).read_bytes(), path.name
