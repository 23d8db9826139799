"""`mackerel-cs backfill`: what it refuses, and what it computes again."""

from datetime import date
from typing import Any

import duckdb
import pytest

from daily_project import marts, rows
from mackerel_cs import backfill as backfilling
from mackerel_cs import raw_log
from mackerel_cs.backfill import backfill, steps
from mackerel_cs.backfill_record import Window, begin_or_resume, record_end, record_step
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.dbt_run import run_dbt_build
from mackerel_cs.errors import UserError
from mackerel_cs.fingerprint import fingerprint
from mackerel_cs.plan import Plan, plan_build
from mackerel_cs.settings import Settings

FEBRUARY = Window(date(2026, 2, 1), date(2026, 2, 28), ())


def planned(settings: Settings) -> Plan:
    wanted = fingerprint(DbtProject.find().folder, {})
    return plan_build(settings, raw_log.inspect(settings), wanted, full_refresh=False)


def lower_the_limit() -> None:
    """A fix of the project: a day is busy from an amount of 6 on, not of 10."""
    path = DbtProject.find().folder / "models" / "marts" / "core" / "fct_thing_days.sql"
    path.write_text(path.read_text("utf-8").replace(">= 10", ">= 6"), "utf-8")


def busy_days(settings: Settings) -> set[tuple[Any, ...]]:
    query = "select organization_id, cast(thing_date as varchar) from core.fct_thing_days"
    return set(rows(settings, f"{query} where is_busy"))


def test_a_window_is_cut_at_the_ends_of_months() -> None:
    assert steps(date(2025, 12, 30), date(2026, 3, 1)) == [
        (date(2025, 12, 30), date(2025, 12, 31)),
        (date(2026, 1, 1), date(2026, 1, 31)),
        (date(2026, 2, 1), date(2026, 2, 28)),
        (date(2026, 3, 1), date(2026, 3, 1)),
    ]
    assert steps(date(2026, 2, 3), date(2026, 2, 3)) == [(date(2026, 2, 3), date(2026, 2, 3))]


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"from_date": "2026-03-01", "to_date": "2026-02-01"}, "is after --to"),
        ({"from_date": "yesterday", "to_date": "2026-02-01"}, "--from yesterday is no date"),
        ({"from_date": "2026-02-01", "to_date": "2026-02-30"}, "--to 2026-02-30 is no date"),
        ({"models": "fct_thing_day"}, "Did you mean fct_thing_days"),
        ({"models": " ,"}, "names no model"),
        ({"from_date": "2025-12-01"}, "which holds 2026-01-10 to 2026-03-01"),
        ({"to_date": "2026-03-02"}, "which holds 2026-01-10 to 2026-03-01"),
        ({"variables": "{week_start: sunday}"}, "week_start=sunday, not monday"),
    ],
)
def test_what_cannot_be_is_told_and_nothing_is_touched(
    daily: Settings, options: dict[str, str], says: str
) -> None:
    before = daily.warehouse.read_bytes(), daily.marts.read_bytes()
    with pytest.raises(UserError) as error:
        backfill(**({"from_date": "2026-02-01", "to_date": "2026-02-28"} | options))
    assert says in str(error.value)
    assert error.value.exit_code == 2
    assert (daily.warehouse.read_bytes(), daily.marts.read_bytes()) == before


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        ("delete from operations.good_builds", "no good build to go on from"),
        ("update operations.good_builds set build_fingerprint = 'superseded'", "did not finish"),
        ("update operations.good_builds set engine_version = 'v0.1'", "made by DuckDB v0.1"),
    ],
)
def test_a_warehouse_it_cannot_go_on_from_is_told(daily: Settings, sql: str, says: str) -> None:
    with duckdb.connect(str(daily.warehouse)) as warehouse:
        warehouse.execute(sql)
    with pytest.raises(UserError, match=says) as error:
        backfill(from_date="2026-02-01", to_date="2026-02-28")
    assert "mackerel-cs build" in error.value.remedy


def test_only_the_same_or_a_wider_one_follows_an_unfinished_one(daily: Settings) -> None:
    begun = begin_or_resume(daily, FEBRUARY, "project", is_unfinished=False)
    assert planned(daily).why_anew == "a backfill was not finished"
    record_step(daily, begun, date(2026, 2, 10))
    resumed = begin_or_resume(daily, FEBRUARY, "project", is_unfinished=True)
    assert (resumed.number, resumed.done_to_date) == (begun.number, date(2026, 2, 10))
    for window in (
        Window(date(2026, 2, 2), date(2026, 2, 28), ()),
        Window(date(2026, 2, 1), date(2026, 2, 28), ("fct_thing_days",)),
    ):
        with pytest.raises(UserError, match="was not finished"):
            begin_or_resume(daily, window, "project", is_unfinished=True)
    # The project was mended once more: what was done by the former one is done again.
    again = begin_or_resume(daily, FEBRUARY, "another project", is_unfinished=True)
    assert (again.number, again.done_to_date) == (begun.number + 1, None)
    record_end(daily, again, "build", "guards")
    (row,) = rows(daily, "from operations.good_builds order by build_number desc limit 1")
    assert {"build", "another project", "guards"} <= {*row}


def test_a_window_is_computed_again_and_goes_on_after_a_kill(
    daily: Settings, checks: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = marts(daily)
    assert busy_days(daily) == {("b", "2026-01-10")}
    lower_the_limit()
    ran: list[str] = []

    def run(*words: Any, **options: Any) -> None:
        ran.append(words[2]["backfill"]["from_date"])
        if len(ran) == 2:
            raise KeyboardInterrupt
        run_dbt_build(*words, **options)

    monkeypatch.setattr(backfilling, "run_dbt_build", run)
    with pytest.raises(KeyboardInterrupt):
        backfill(from_date="2026-02-10", to_date="2026-03-01")
    assert planned(daily).why_anew == "a backfill was not finished"
    assert checks == []

    backfill(from_date="2026-02-10", to_date="2026-03-01")
    assert ran == ["2026-02-10", "2026-03-01", "2026-03-01"]
    # Another day of an amount from 6 to 9 lies before the window, and stays as it was.
    assert busy_days(daily) == {("b", "2026-01-10"), ("a", "2026-02-19")}
    assert marts(daily)["fct_thing_totals"] == before["fct_thing_totals"]
    assert checks == ["checked"]
    assert planned(daily).is_nothing_new
    assert planned(daily).is_published(daily)


def test_with_models_the_rest_stays_as_it_was(daily: Settings, checks: list[str]) -> None:
    lower_the_limit()
    staging = DbtProject.find().folder / "models" / "staging" / "things" / "stg_things.sql"
    staging.write_text(staging.read_text("utf-8").replace("as bigint)", "as bigint) + 1"), "utf-8")
    before = marts(daily)["fct_thing_totals"]
    backfill(from_date="2026-02-01", to_date="2026-02-28", models="fct_thing_days")
    assert busy_days(daily) == {("b", "2026-01-10"), ("a", "2026-02-19")}
    assert marts(daily)["fct_thing_totals"] == before
    assert checks == ["checked"]
    assert planned(daily).is_published(daily)
