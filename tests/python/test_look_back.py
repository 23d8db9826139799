"""`mackerel-cs look-back`: what was true on a past day, as it was known then and as it is now."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

from conftest import REPOSITORY, cli, environment
from mackerel_cs.errors import UserError
from mackerel_cs.look_back import command
from mackerel_cs.look_back.landed import TAKEN_OVER, Landed, landed
from mackerel_cs.settings import Settings
from mackerel_cs.warehouse import WAREHOUSE_FORMAT

AS_OF = "2025-05-10"
AS_THEN_SEEN = f"{AS_OF}T23:59:59Z"
TOUCHED_AT, HEARD_AT = f"{AS_OF}T03:00:00Z", "2025-05-20T03:00:00Z"
ANALYSIS = REPOSITORY / "analyses" / "call_list_then_and_now.sql"


@dataclass(frozen=True)
class Looks:
    """A log with touches that were heard of late, and what looking back at it left.

    `reference` is the warehouse of a build of the log as it was at `AS_THEN_SEEN`, `before` and
    `after` the bytes of everything in the data folder but the history.
    """

    folder: Path
    then_seen: Path
    known_now: Path
    reference: Path
    before: dict[str, str]
    after: dict[str, str]


@pytest.fixture(scope="module")
def looks(tmp_path_factory: pytest.TempPathFactory) -> Looks:
    folder = tmp_path_factory.mktemp("look_back")
    size = ("--organizations", "10", "--days", "60", "--start", "2025-04-01", "--format", "jsonl")
    cli(folder, "simulate", *size)
    add_late_touches(folder / "raw" / "events")
    with ThreadPoolExecutor() as pool:
        log_of_then = log_until(AS_OF, folder, folder / "log_of_then")
        reference = pool.submit(dbt_build, log_of_then, f"{{as_of_date: {AS_OF}}}")
        dbt_build(folder, "{}")
        stand_in_for_published(folder / "data" / "published")
        before = contents(folder / "data")
        cli(folder, "look-back", "--as-of", AS_OF, "--as-then-seen")
        cli(folder, "look-back", "--as-of", AS_OF)
        reference.result()
    then_seen, known_now = sorted((folder / "data" / "history").glob("*/marts.duckdb"))
    return Looks(
        folder=folder,
        then_seen=then_seen,
        known_now=known_now,
        reference=log_of_then / "data" / "warehouse.duckdb",
        before=before,
        after=contents(folder / "data"),
    )


def add_late_touches(events: Path) -> None:
    """Every organization was called on `AS_OF`; the word of it came ten days later."""
    text = "".join(path.read_text("utf-8") for path in sorted(events.glob("*/*.jsonl")))
    organizations = {json.loads(line).get("orgid") for line in text.splitlines() if line[0] == "{"}
    lines = [
        {
            "specversion": "1.0",
            "id": f"late-touch-{organization}",
            "source": "mackerel/cre",
            "type": "io.mackerel.cre.touch.logged",
            "time": TOUCHED_AT,
            "receivedtime": HEARD_AT,
            "orgid": organization,
            "data": {
                "touch": {
                    "id": f"late-touch-{organization}",
                    "kind": "mail",
                    "coverage": "low",
                    "topic": "onboarding",
                    "creId": "cre-01",
                }
            },
        }
        for organization in sorted(organizations - {None})
    ]
    path = events / f"received_date={HEARD_AT[:10]}" / "late_touches.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def log_until(last_date: str, folder: Path, target: Path) -> Path:
    """An installation with the raw log as it was at the end of an arrival date."""
    for day in sorted((folder / "raw" / "events").iterdir()):
        if day.name <= f"received_date={last_date}":
            link = target / "raw" / "events" / day.name
            link.parent.mkdir(parents=True, exist_ok=True)
            link.symlink_to(day)
    return target


def dbt_build(folder: Path, variables: str) -> None:
    """All models, without the tests: others hold them against such a log."""
    subprocess.run(
        [
            Path(sys.executable).with_name("dbt"),
            *("--quiet", "build", "--exclude-resource-type", "test", "unit_test"),
            *("--vars", variables),
        ],
        cwd=REPOSITORY,
        env=os.environ | environment(folder),
        check=True,
    )


def stand_in_for_published(published: Path) -> None:
    build = published / "builds" / "000001-a"
    build.mkdir(parents=True)
    (build / "marts.duckdb").write_text("what people read", encoding="utf-8")
    (published / "current").symlink_to(Path("builds") / build.name)


def contents(data: Path) -> dict[str, str]:
    """Hash by file of all that is no history; the lock has no content."""
    return {
        str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in data.rglob("*")
        if path.is_file()
        and path.name != "build.lock"
        and path.relative_to(data).parts[0] != "history"
    }


@contextmanager
def attached(**files: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        for name, path in files.items():
            connection.execute(f"attach '{path}' as {name} (read_only)")
        yield connection


def differing_marts(one: Path, other: Path) -> dict[str, int]:
    """How many rows are in one of the files only, by mart of the first; marts that differ only."""
    with attached(one=one, other=other) as connection:
        tables = connection.execute(
            "select schema_name || '.' || table_name from duckdb_tables() "
            "where database_name = 'one'"
        ).fetchall()
        assert len(tables) > 15
        differing = {}
        for (table,) in tables:
            rows = connection.execute(
                f"(from one.{table} except all from other.{table}) union all "
                f"(from other.{table} except all from one.{table})"
            ).fetchall()
            if rows:
                differing[table] = len(rows)
    return differing


def listed(marts: Path, table: str, columns: str = "organization_id") -> set[Any]:
    with attached(marts=marts) as connection:
        rows = connection.execute(f"select {columns} from marts.customer_success.{table}")
        return {row if len(row) > 1 else row[0] for row in rows.fetchall()}


def test_later_arrivals_change_no_row_of_any_mart(looks: Looks) -> None:
    assert looks.then_seen.parent.name == f"{AS_OF}_known_{AS_OF}T235959Z"
    assert differing_marts(looks.then_seen, looks.reference) == {}


def test_late_events_move_what_is_known_now(looks: Looks) -> None:
    then, now = (listed(marts, "call_list") for marts in (looks.then_seen, looks.known_now))
    assert then
    assert not then & now
    set_aside = listed(looks.known_now, "call_list_suppressed", "organization_id, exclusion")
    assert {(organization, "recently_touched") for organization in then} <= set_aside
    for marts in (looks.then_seen, looks.known_now):
        dates = listed(marts, "fct_organization_days", "max(state_date)")
        assert dates == {date.fromisoformat(AS_OF)}


def test_the_analysis_says_who_left_the_list_and_why(looks: Looks) -> None:
    with attached(then_seen=looks.then_seen, known_now=looks.known_now) as connection:
        rows = connection.sql(ANALYSIS.read_text("utf-8")).fetchall()
        names = connection.sql(ANALYSIS.read_text("utf-8")).columns
    told = [dict(zip(names, row, strict=True)) for row in rows]
    assert {row["organization_id"] for row in told} == listed(looks.then_seen, "call_list")
    assert {row["explanation"] for row in told} == {"set aside now: recently_touched"}
    assert all(row["rank_then"] and row["reason_then"] and not row["rank_now"] for row in told)
    with attached(then_seen=looks.known_now, known_now=looks.known_now) as connection:
        assert connection.sql(ANALYSIS.read_text("utf-8")).fetchall() == []


def test_warehouse_and_published_marts_stay_as_they_are(looks: Looks) -> None:
    assert {"warehouse.duckdb", "published/builds/000001-a/marts.duckdb"} <= looks.before.keys()
    assert looks.after == looks.before
    assert not (looks.folder / "data" / "history" / ".work").exists()


@pytest.mark.long
def test_a_day_looks_as_the_build_of_that_day_showed_it(looks: Looks, tmp_path: Path) -> None:
    """That build had no `as_of_date`: nothing of the day is lost by looking back to it."""
    dbt_build(log_until(AS_OF, looks.folder, tmp_path), "{}")
    differing = differing_marts(looks.then_seen, tmp_path / "data" / "warehouse.duckdb")
    assert [mart for mart in differing if mart.startswith("customer_success.")] == []


@pytest.fixture
def of_looks(looks: Looks, monkeypatch: pytest.MonkeyPatch) -> Settings:
    for name, value in environment(looks.folder).items():
        monkeypatch.setenv(name, value)
    return Settings.from_environment()


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ({"as_of": "2099-01-01"}, "2099-01-01 is not in it"),
        ({"as_of": "2020-01-01"}, "2020-01-01 is not in it"),
        ({"as_of": "2099-01-01", "as_then_seen": True}, "2099-01-01 is not in it"),
        ({"as_of": AS_OF, "known_at": "2025-05-09T00:00:00Z"}, f"2025-05-09: {AS_OF} is not in it"),
        ({"as_of": AS_OF, "known_at": "2020-01-01T00:00:00Z"}, "Nothing had arrived by 2020"),
        ({"as_of": AS_OF, "known_at": "yesterday"}, "known_at is 'yesterday'"),
        ({"as_of": "10.05.2025"}, "as_of_date is '10.05.2025'"),
        ({"as_of": ""}, "--as-of is empty"),
        ({"as_of": AS_OF, "known_at": AS_THEN_SEEN, "as_then_seen": True}, "both say"),
    ],
)
def test_what_cannot_be_looked_at_is_told_before_anything_is_built(
    of_looks: Settings, monkeypatch: pytest.MonkeyPatch, words: dict[str, Any], says: str
) -> None:
    monkeypatch.setattr(command, "run_dbt_build", None)
    with pytest.raises(UserError, match=says) as error:
        command.look_back(**words)
    assert error.value.exit_code == 2
    assert not (of_looks.history / ".work").exists()


def test_a_red_build_leaves_nothing(of_looks: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    def red(*_: object, **__: object) -> None:
        raise UserError("The build is red", "", exit_code=1)

    monkeypatch.setattr(command, "run_dbt_build", red)
    before = sorted(of_looks.history.iterdir())
    with pytest.raises(UserError, match="is red"):
        command.look_back(as_of="2025-05-01")
    assert sorted(of_looks.history.iterdir()) == before


def test_a_disk_that_is_full_at_the_end_leaves_nothing(
    of_looks: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError("No space left on device")

    monkeypatch.setattr(command, "run_dbt_build", lambda *_, **__: None)
    monkeypatch.setattr(command, "publish_build", full)
    before = sorted(of_looks.history.iterdir())
    with pytest.raises(UserError, match=r"could not be written\..*No space left") as error:
        command.look_back(as_of="2025-05-01")
    assert error.value.exit_code == 1
    assert sorted(of_looks.history.iterdir()) == before


def test_every_model_that_reads_raw_files_is_taken_over() -> None:
    readers = {
        path.stem
        for path in (REPOSITORY / "models").rglob("*.sql")
        if any(word in path.read_text("utf-8") for word in ("source('raw'", "raw_lines("))
    }
    assert readers == set(TAKEN_OVER)


# Without a build: what the analysis says, and which lines were known when.

LISTS = """
create schema customer_success;
use customer_success;
create table call_list (
    organization_id varchar, call_rank int, call_reason varchar, reason_en varchar,
    organization_name varchar default 'name', as_of_date date default '2026-03-01'
);
create table call_list_suppressed (organization_id varchar, exclusion varchar);
create table fct_stumbles (
    organization_id varchar, cause varchar, is_open boolean, ended_date date
);
create table fct_onboarding_milestones (
    organization_id varchar, milestone varchar, milestone_state varchar, reached_date date
);
"""
THEN = """
insert into call_list (organization_id, call_rank, call_reason, reason_en) values
    ('called', 1, 'no_host', 'x'), ('ended', 2, 'no_host', 'x'),
    ('stepped', 3, 'milestone_stuck', 'x'),
    ('gone', 4, 'no_host', 'x'), ('other', 5, 'no_host', 'x'), ('same', 6, 'no_host', 'x');
insert into call_list_suppressed values ('free', 'recently_touched');
insert into fct_onboarding_milestones values ('stepped', 'roles_sorted', 'stuck', null);
"""
NOW = """
insert into call_list (organization_id, call_rank, call_reason, reason_en) values
    ('other', 1, 'alone', 'y'), ('same', 2, 'no_host', 'x'), ('free', 3, 'alone', 'y'),
    ('new', 4, 'alone', 'y');
insert into call_list_suppressed values ('called', 'recently_touched');
insert into fct_stumbles values
    ('ended', 'no_host', false, '2026-02-20'), ('gone', 'alone', false, '2026-02-20');
insert into fct_onboarding_milestones values
    ('stepped', 'roles_sorted', 'reached_late', '2026-02-27');
"""


def test_the_analysis_explains_each_difference() -> None:
    with duckdb.connect() as connection:
        for name, content in (("then_seen", THEN), ("known_now", NOW)):
            connection.execute(f"attach ':memory:' as {name}; use {name}; {LISTS} {content}")
        found = connection.sql(ANALYSIS.read_text("utf-8"))
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    assert {row["organization_id"]: row["explanation"] for row in rows} == {
        "called": "set aside now: recently_touched",
        "ended": "had ended on 2026-02-20",
        "stepped": "had taken the step on 2026-02-27",
        "gone": "what is known now does not show it",
        "other": "what is known now shows it differently",
        "free": "set aside then: recently_touched",
        "new": "what was known then did not show it",
    }


LINES = [
    # landing, folder, received, problem
    (1, "2026-03-01", "2026-03-01 10:00:00", None),
    (1, "2026-03-01", "2026-03-01 15:00:00", None),
    (1, "2026-03-02", "2026-03-02 23:59:59.75", None),
    (1, "2026-03-02", None, "not_json"),
    (1, "2026-03-04", "2026-03-02 12:00:00", None),
    (1, None, "2026-03-03 00:00:00", None),
    (1, None, None, "not_json"),
    (2, "2026-03-02", "2026-03-02 01:00:00", None),
]


@contextmanager
def small_log(settings: Settings) -> Iterator[Landed]:
    """A warehouse of `LINES`, a file a line, the last build of which did not end well."""
    settings.data.mkdir()
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("create schema landing; create schema operations")
        connection.execute(
            "create table operations.good_builds as "
            "select 1 as build_number, 1 as landing_number, 'of a project' as build_fingerprint"
        )
        connection.execute(
            "create table operations.warehouse_format as "
            f"select {WAREHOUSE_FORMAT} as format_number"
        )
        connection.execute(
            "create table landing.land_lines (file_path varchar, landing_number bigint, "
            "received_date date, received_at timestamp, parse_problem varchar)"
        )
        rows = [(str(number), *line) for number, line in enumerate(LINES)]
        connection.executemany("insert into landing.land_lines values (?, ?, ?, ?, ?)", rows)
        connection.execute(
            "create table landing.land_files as "
            "select file_path, landing_number, received_date, 1 as line_count "
            "from landing.land_lines union all values ('empty', 1, date '2026-03-02', 0)"
        )
    work = Settings(raw=settings.raw, data=settings.data / "work")
    work.data.mkdir()
    with landed(settings, work, "Asia/Tokyo") as lines:
        yield lines


@pytest.mark.parametrize(
    ("known_at", "expected"),
    [
        ("2026-03-01T14:59:59", {"0"}),
        ("2026-03-01T15:00:00", {"0", "1"}),
        ("2026-03-02T23:59:58", {"0", "1", "3", "empty"}),
        ("2026-03-02T23:59:59", {"0", "1", "2", "3", "empty"}),
        ("2026-03-03T00:00:00", {"0", "1", "2", "3", "5", "empty"}),
        ("2026-03-04T00:00:00", {"0", "1", "2", "3", "4", "5", "empty"}),
    ],
)
def test_a_line_is_known_from_its_arrival_on(
    settings: Settings, known_at: str, expected: set[str]
) -> None:
    with small_log(settings) as lines:
        lines.take_over(datetime.fromisoformat(known_at))
        files = lines.connection.execute("select file_path from landing.land_files").fetchall()
        known = lines.connection.execute("select file_path from landing.land_lines").fetchall()
    assert {path for (path,) in files} == expected
    assert {path for (path,) in known} == expected - {"empty"}


@pytest.mark.parametrize(
    ("as_of", "expected"),
    [
        # Over in Tokyo at 15:00 UTC, when the second line came; its folder ends at midnight.
        ("2026-03-01", "2026-03-01T23:59:59"),
        ("2026-03-02", "2026-03-02T23:59:59"),
        # Not over in the log: everything, and that came with the folder of March 4th.
        ("2026-03-03", "2026-03-04T00:00:00"),
    ],
)
def test_a_day_was_first_seen_whole_when_the_next_had_begun(
    settings: Settings, as_of: str, expected: str
) -> None:
    with small_log(settings) as lines:
        assert lines.first_complete(date.fromisoformat(as_of)) == datetime.fromisoformat(expected)


@pytest.mark.parametrize(
    "statement",
    [
        "update operations.good_builds set build_fingerprint = 'superseded'",
        "delete from operations.good_builds",
        "drop table operations.good_builds",
    ],
)
def test_a_warehouse_without_a_finished_build_says_what_to_do(
    settings: Settings, statement: str
) -> None:
    with small_log(settings):
        pass
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(statement)
    with pytest.raises(UserError, match="no finished build") as error:
        command.look_back(as_of="2026-03-01")
    assert "mackerel-cs build" in error.value.remedy


def test_a_log_without_a_sound_line_has_no_day(settings: Settings) -> None:
    with small_log(settings):
        pass
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute("delete from landing.land_lines where parse_problem is null")
    with pytest.raises(UserError, match="No sound line"):
        command.look_back(as_of="2026-03-01")


def test_no_warehouse_and_a_broken_one_say_what_to_do(settings: Settings) -> None:
    with pytest.raises(UserError, match="There is no warehouse"):
        command.look_back(as_of="2026-03-01")
    assert not settings.data.exists()
    settings.data.mkdir()
    settings.warehouse.write_bytes(b"no database")
    with pytest.raises(UserError, match="cannot be opened"):
        command.look_back(as_of="2026-03-01")
