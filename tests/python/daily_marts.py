"""A warehouse of a few marts that lives day by day, as `mackerel-cs build` would leave it.

Made in milliseconds, so that tests can publish often; what publishes is the real function. Every
mart carries the number of its build, or adds up to what `dim_build` says of it.
"""

import json
import random
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb

from mackerel_cs.dbt_project import DbtProject, LastRun
from mackerel_cs.publish import publish_build
from mackerel_cs.settings import Settings

ORGANIZATIONS = 8
FIRST_DATE = "2026-01-20"
# Name: schema, key, how dbt recomputes it and by which date.
MARTS: dict[str, tuple[str, tuple[str, ...], str | None, str | None]] = {
    "dim_build": ("core", ("build_number",), None, None),
    "fct_host_days": (
        "core",
        ("organization_id", "host_id", "state_date"),
        "touched_days",
        "state_date",
    ),
    "fct_alerts": ("core", ("alert_id",), "touched_keys", "opened_date"),
    "call_list": ("customer_success", ("organization_id",), None, None),
    "fct_organization_days": (
        "customer_success",
        ("organization_id", "state_date"),
        "onward",
        "state_date",
    ),
}
_TABLES = f"""
create schema core; create schema customer_success;
create schema intermediate; create schema landing; create schema operations;
create table intermediate.int_as_of (as_of_date date, known_at timestamp);
create table landing.land_files (file_path varchar, size_bytes bigint, content_sha256 varchar);
create table operations.good_builds (
    build_number bigint, as_of_date date, ledger_hash varchar, build_fingerprint varchar
);
create table intermediate.int_touched_days (organization_id varchar, touched_date date);
create table intermediate.int_touched_organizations (
    organization_id varchar, touched_from_date date
);
create table intermediate.int_touched_alerts (alert_id varchar);
create table core.fct_alerts (alert_id varchar, opened_date date, action_count bigint);
create table core.fct_host_days (
    organization_id varchar, host_id varchar, state_date date, sample_count bigint, note varchar
);
create table customer_success.fct_organization_days (
    organization_id varchar, state_date date, tenure_days bigint, host_count bigint
);
create table organizations as
select 'o' || o as organization_id, date '{FIRST_DATE}' + o::int as created_date
from range({ORGANIZATIONS}) as numbers (o);
"""
# What a day's arrivals recompute: yesterday for everybody, and a few days long ago.
_TOUCH = """
create or replace table intermediate.int_touched_days as
select organization_id, $today as touched_date from organizations where created_date <= $today
union
select organization_id, greatest(created_date, $today - (hash($number, organization_id) % 70)::int)
from organizations where created_date <= $today and hash($number, organization_id, 1) % 3 = 0;
create or replace table intermediate.int_touched_organizations as
select organization_id, min(touched_date) as touched_from_date
from intermediate.int_touched_days group by all
"""
# A host reports on most days; a day that is recomputed may gain, lose and change rows, or none.
_HOST_DAYS = """
delete from core.fct_host_days
where (organization_id, state_date) in (from intermediate.int_touched_days);
insert into core.fct_host_days
select touched.organization_id, touched.organization_id || 'h' || h, touched.touched_date,
    hash(h, touched.touched_date, $number // 2) % 1440, if(h % 2 = 0, null, 'note ' || h)
from intermediate.int_touched_days as touched, range(5) as numbers (h)
where hash(touched.touched_date, h, $number // 3) % 4 > 0
"""
_ORGANIZATION_DAYS = """
delete from customer_success.fct_organization_days as days
using intermediate.int_touched_organizations as touched
where days.organization_id = touched.organization_id and state_date >= touched_from_date;
insert into customer_success.fct_organization_days
select organization_id, day::date, date_diff('day', created_date, day),
    (select count(*) from core.fct_host_days as hosts
    where hosts.organization_id = organizations.organization_id and state_date <= day)
from organizations
inner join intermediate.int_touched_organizations as touched using (organization_id),
unnest(generate_series(touched_from_date::timestamp, $today::timestamp, interval 1 day)) as t (day)
"""
# A touched alert may be told no more, or to have opened in another month.
_ALERTS = """
create or replace table intermediate.int_touched_alerts as
select 'a' || a as alert_id from range($number * 3) as numbers (a)
where a >= $number * 3 - 3 or hash(a, $number) % 8 = 0;
delete from core.fct_alerts where alert_id in (from intermediate.int_touched_alerts);
insert into core.fct_alerts
select alert_id, $today - (hash(alert_id, $number // 4) % 90)::int, hash($number // 2) % 3
from intermediate.int_touched_alerts where hash(alert_id, $number // 3) % 5 > 0
"""
_WHOLE = """
create or replace table core.dim_build as
select $number as build_number, $today as as_of_date,
    (select count(*) from core.fct_host_days) as host_day_count,
    (select sum(sample_count)::bigint from core.fct_host_days) as sample_count,
    (select count(*) from core.fct_alerts) as alert_count,
    (select count(*) from customer_success.fct_organization_days) as organization_day_count;
create or replace table customer_success.call_list as
select organization_id, $number as build_number from organizations;
create or replace table intermediate.int_as_of as
select $today as as_of_date, $today + interval 1 day as known_at;
insert into landing.land_files values ('day-' || $number, 100, sha256('day-' || $number));
insert into operations.good_builds values ($number, $today, sha256('until ' || $number), 'same')
"""


class DailyMarts:
    """One installation; `DbtProject.find()` must not be needed: its artifacts are written here."""

    def __init__(self, folder: Path, *, kept_builds: int = 3) -> None:
        """Make an empty warehouse and what dbt would have left of a green build."""
        self.settings = Settings(folder / "raw", folder / "data", kept_builds)
        self.settings.data.mkdir(parents=True)
        self.number = 0
        self._project = folder / "project"
        target = self._project / "target"
        target.mkdir(parents=True)
        (self._project / "dbt_project.yml").write_text("vars: {week_start: monday}")
        (target / "manifest.json").write_text(json.dumps(_manifest()))
        self._results = target / "run_results.json"
        self.say_full_refresh(is_full=False)
        self.change(_TABLES)

    @property
    def last_run(self) -> LastRun:
        return DbtProject(self._project).last_run()

    def withdraw(self, mart: str) -> None:
        """Let people read the mart no more."""
        path = self._project / "target" / "manifest.json"
        manifest = json.loads(path.read_text())
        manifest["nodes"][f"model.mackerel_cs.{mart}"]["access"] = "private"
        path.write_text(json.dumps(manifest))

    def say_engine(self, engine: str) -> None:
        """Let the last dbt run have been on this engine; Spark's sees the same warehouse."""
        path = self._project / "target" / "manifest.json"
        manifest = json.loads(path.read_text())
        manifest["metadata"]["adapter_type"] = engine
        path.write_text(json.dumps(manifest))
        seen = self.settings.built_by("spark").warehouse
        if not seen.exists():
            seen.parent.mkdir()
            seen.hardlink_to(self.settings.warehouse)

    def say_full_refresh(self, *, is_full: bool) -> None:
        args = {"which": "build", "full_refresh": is_full}
        self._results.write_text(json.dumps({"args": args, "results": []}))

    def change(self, statements: str, **values: Any) -> None:
        with duckdb.connect(str(self.settings.warehouse)) as warehouse:
            # One commit: each waits for the disk.
            warehouse.execute("begin")
            _execute(warehouse, statements, values)
            warehouse.execute("commit")

    def build(self) -> None:
        """Take in one more day."""
        self.number += 1
        today = date.fromisoformat(FIRST_DATE) + timedelta(days=self.number + ORGANIZATIONS)
        statements = ";".join((_TOUCH, _HOST_DAYS, _ORGANIZATION_DAYS, _ALERTS, _WHOLE))
        self.change(statements, number=self.number, today=today)

    def publish(self) -> Path:
        return publish_build(self.last_run, self.settings).folder


def _execute(
    connection: duckdb.DuckDBPyConnection, statements: str, values: dict[str, Any]
) -> None:
    """DuckDB refuses values that a statement does not name."""
    for statement in statements.split(";"):
        used = {name: value for name, value in values.items() if f"${name}" in statement}
        connection.execute(statement, used or None)


def _manifest() -> dict[str, Any]:
    return {
        "metadata": {
            "project_name": "mackerel_cs",
            "invocation_id": "one",
            "adapter_type": "duckdb",
        },
        "macros": {},
        "nodes": dict(_nodes()),
    }


def _nodes() -> Any:
    for name, (schema, key, strategy, date_column) in MARTS.items():
        unique_id = f"model.mackerel_cs.{name}"
        meta: dict[str, Any] = {"date_column": date_column} if date_column else {}
        if strategy == "touched_keys":
            meta |= {"keys": list(key), "scope": name.replace("fct_", "intermediate.int_touched_")}
        yield (
            unique_id,
            {
                "unique_id": unique_id,
                "resource_type": "model",
                "schema": schema,
                "alias": name,
                "path": f"marts/{name}.sql",
                "access": "public",
                "checksum": {"checksum": f"checksum of {name}"},
                "config": {
                    "materialized": "incremental" if strategy else "table",
                    "incremental_strategy": strategy,
                    "meta": meta,
                },
                "description": f"It's {name}.",
                "columns": {},
                "constraints": [{"type": "primary_key", "columns": list(key)}],
            },
        )


def points(seed: int, count: int) -> list[float]:
    """Moments between 0 and 1 of something's duration."""
    chance = random.Random(seed)
    return [chance.random() for _ in range(count)]


def rows(connection: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[Any, ...]]:
    """All rows, in an order of their own."""
    return connection.execute(f"from {relation} order by all").fetchall()


def opened(folder: Path) -> duckdb.DuckDBPyConnection:
    """The marts of a folder, as a reader opens them."""
    return duckdb.connect(str(folder / "marts.duckdb"), read_only=True, config={"threads": 1})


def build_in(folder: Path) -> int:
    """The number of the build in a published folder; AssertionError if it is not one whole build.

    Every mart in both forms and the manifest must agree.
    """
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    with opened(folder) as marts:
        for name, (schema, *_) in MARTS.items():
            parquet = f"'{folder}/parquet/{schema}/{name}.parquet'"
            found = rows(marts, f"{schema}.{name}")
            assert found == rows(marts, parquet), name
            (listed,) = (row for row in manifest["models"] if row["model"] == name)
            assert listed["row_count"] == len(found), name
        return number_in(marts, manifest)


def number_in(marts: duckdb.DuckDBPyConnection, manifest: dict[str, Any]) -> int:
    """The number every mart and the manifest have in common."""
    (build,) = marts.execute("from core.dim_build").fetchall()
    number, as_of_date, *sums = build
    (found,) = marts.execute(
        "select (select count(*) from core.fct_host_days), "
        "(select sum(sample_count) from core.fct_host_days), "
        "(select count(*) from core.fct_alerts), "
        "(select count(*) from customer_success.fct_organization_days)"
    ).fetchall()
    assert list(found) == sums
    calls = marts.execute("select distinct build_number from customer_success.call_list")
    assert calls.fetchall() == [(number,)]
    assert manifest["good_build"]["build_number"] == number
    assert manifest["as_of_date"] == str(as_of_date)
    return int(number)
