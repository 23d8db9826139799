"""A check that goes on from what the last one measured sees what a check of everything sees."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pytest

from daily_marts import DailyMarts
from mackerel_cs.check import measure
from mackerel_cs.check.comparison import comparison
from mackerel_cs.check.measure import measured
from mackerel_cs.check.outcome import Outcome, keep
from mackerel_cs.publish import published_models
from mackerel_cs.publish.builds import Builds
from mackerel_cs.publish.manifest import Warehouse, base_of

DAYS = 12
# Which rows hold the least and the greatest may have given way: these are bounds then.
COUNTED = {
    "landed_lines": "*",
    "mart_rows": "*",
    "mart_columns": "* exclude (least_number, greatest_date)",
}
BOUNDS = "select mart, column_name, least_number, greatest_date from mart_columns order by all"
_LANDING = """
create table landing.land_line_outcomes (
    file_path varchar, received_date date, event_source varchar, event_type varchar,
    event_id varchar, received_at timestamp, outcome varchar
);
create table landing.land_touched_files (file_path varchar)
"""
# A day's file, and a line of an earlier one that counts otherwise now.
_LAND = """
create or replace table landing.land_touched_files as
select 'day-' || $number as file_path
union select 'day-' || greatest($number - 3, 1);
update landing.land_line_outcomes set outcome = 'duplicate'
where file_path = 'day-' || greatest($number - 3, 1) and event_id = 'e1';
insert into landing.land_line_outcomes
select 'day-' || $number, date '2026-01-20' + $number::int, 's', 't', 'e' || e,
    timestamp '2026-01-20', 'accepted' from range($number + 2) as numbers (e)
"""


@pytest.fixture
def daily(tmp_path: Path) -> DailyMarts:
    daily = DailyMarts(tmp_path)
    daily.change(_LANDING)
    live_a_day(daily)
    return daily


def live_a_day(daily: DailyMarts) -> None:
    daily.build()
    daily.change(_LAND, number=daily.number)


@contextmanager
def measures(daily: DailyMarts, *, goes_on: bool) -> Iterator[duckdb.DuckDBPyConnection]:
    settings, last_run = daily.settings, daily.last_run
    marts = published_models(last_run.manifest)
    published = Builds(settings.published).current()
    base = base_of(Warehouse.read(settings), last_run, marts, published) if goes_on else None
    yardstick = comparison(settings, {}, is_change_accepted=False)
    with measured(settings, marts, yardstick, base) as connection:
        yield connection


def counts(connection: duckdb.DuckDBPyConnection) -> dict[str, list[Any]]:
    return {
        table: connection.execute(f"select {columns} from {table} order by all").fetchall()
        for table, columns in COUNTED.items()
    }


def check_and_publish(daily: DailyMarts, *, goes_on: bool) -> dict[str, list[Any]]:
    with measures(daily, goes_on=goes_on) as connection:
        found = counts(connection)
    keep(Outcome(1, 0, 0, "", "one"), daily.settings)
    daily.publish()
    return found


def test_day_by_day_is_counted_as_everything_is(
    daily: DailyMarts, monkeypatch: pytest.MonkeyPatch
) -> None:
    measured_relations: list[str] = []
    rows = measure._rows

    def spy(connection: Any, mart: Any, columns: Any, relation: str) -> Any:
        measured_relations.append(relation)
        return rows(connection, mart, columns, relation)

    monkeypatch.setattr(measure, "_rows", spy)
    check_and_publish(daily, goes_on=True)
    for _ in range(DAYS):
        live_a_day(daily)
        with measures(daily, goes_on=False) as connection:
            expected = counts(connection)
            bounds = connection.execute(BOUNDS).fetchall()
        measured_relations.clear()
        with measures(daily, goes_on=True) as connection:
            for (*_, low, late), (*_, least, greatest) in zip(
                connection.execute(BOUNDS).fetchall(), bounds, strict=True
            ):
                assert least is None or low <= least
                assert greatest is None or late >= greatest
        assert '"core"."fct_alerts"' not in measured_relations
        assert '"core"."fct_host_days"' not in measured_relations
        assert '"core"."dim_build"' in measured_relations
        assert check_and_publish(daily, goes_on=True) == expected


def test_what_a_day_breaks_is_seen(daily: DailyMarts) -> None:
    check_and_publish(daily, goes_on=True)
    live_a_day(daily)
    daily.change(
        "insert into core.fct_host_days select hosts.* from core.fct_host_days as hosts "
        "semi join intermediate.int_touched_days as touched on "
        "hosts.organization_id = touched.organization_id and state_date = touched_date limit 1"
    )
    with measures(daily, goes_on=True) as connection:
        repeated = connection.execute(
            "select mart from mart_rows where repeated_key_count > 0"
        ).fetchall()
    assert repeated == [("core.fct_host_days",)]


def test_what_another_build_published_is_not_gone_on_from(daily: DailyMarts) -> None:
    check_and_publish(daily, goes_on=True)
    live_a_day(daily)
    live_a_day(daily)
    # A row of long ago that no build of these has recomputed.
    daily.change("delete from landing.land_line_outcomes where file_path = 'day-1'")
    found = check_and_publish(daily, goes_on=True)
    assert "day-1" not in {row[0] for row in found["landed_lines"]}


def test_a_publication_without_measures_is_measured_whole(daily: DailyMarts) -> None:
    daily.publish()
    live_a_day(daily)
    with measures(daily, goes_on=False) as connection:
        expected = counts(connection)
    assert check_and_publish(daily, goes_on=True) == expected
