"""Landing, from files to outcomes: every bad line named, no good one lost, every number right."""

import gzip
import json
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from conftest import REPOSITORY, environment
from mackerel_cs.settings import Settings

GOOD = {
    "specversion": "1.0",
    "id": "good",
    "source": "mackerel/console",
    "type": "io.mackerel.console.page.viewed",
    "time": "2026-03-01T02:03:04.123Z",
    "receivedtime": "2026-03-01T02:03:05Z",
    "orgid": "2wpLU5fBXbG",
    "data": {"page": {"feature": "hosts"}},
}


def line(**changes: object) -> str:
    """A good line with some attributes changed; `...` takes one away."""
    envelope = {**GOOD, **changes}
    return json.dumps({name: told for name, told in envelope.items() if told is not ...})


# Each is one line; where it names an id it is another event than the good one.
BAD_LINES = {
    "blank_line": "  ",
    "not_json": line()[:-9],
    "not_an_object": "[1, 2]",
    "missing_id": line(id=...),
    "missing_source": line(id="no_source", source=""),
    "missing_type": line(id="no_type", type=None),
    "missing_received_time": line(id="no_received", receivedtime=...),
    "bad_received_time": line(id="bad_received", receivedtime="yesterday"),
    "bad_time": line(id="bad_time", time="2026-13-01T00:00:00Z"),
    "data_not_an_object": line(id="no_data", data=[1]),
    "repeated_key": line(id="twice")[:-1] + ', "id": "again"}',
    "not_utf8": None,
}
ODD_TIMES = {
    "year_one": line(id="year_one", time="0001-01-01T00:00:00Z"),
    "year_9999": line(id="year_9999", time="9999-12-31T23:59:59Z"),
    "received_in_9999": line(id="received_9999", receivedtime="9999-12-31T23:59:59Z"),
    "received_after_its_folder": line(id="folder", receivedtime="2026-03-04T00:00:00Z"),
    "ahead_of_our_clock": line(id="ahead", time="2026-03-02T02:03:06Z"),
}
GOOD_LINES = {
    "plain": line(),
    "no_time": line(id="no_time", time=...),
    "offset": line(id="offset", time="2026-03-01T11:03:04+09:00"),
    "beyond_64_bits": line(id="big", data={"count": 10**30}),
    "unknown_attribute": line(id="unknown", datacontenttype="application/json"),
    "empty_data": line(id="empty", data={}),
    "ten_megabytes": line(id="long", data={"text": "x" * 10_000_000}),
}


def land(folder: Path) -> duckdb.DuckDBPyConnection:
    subprocess.run(
        [Path(sys.executable).with_name("dbt"), "--quiet", "run", "--select", "landing"],
        cwd=REPOSITORY,
        env=os.environ | environment(folder),
        check=True,
    )
    return duckdb.connect(str(folder / "data" / "warehouse.duckdb"), read_only=True)


@pytest.fixture(scope="module")
def landed(tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    folder = tmp_path_factory.mktemp("landing")
    day = folder / "raw" / "events" / "received_date=2026-03-01"
    day.mkdir(parents=True)
    bad = [text for text in BAD_LINES.values() if text is not None]
    (day / "bad.jsonl").write_text("\n".join([*bad, *ODD_TIMES.values()]) + "\n", "utf-8")
    (day / "not_utf8.jsonl").write_bytes(
        line(id="before").encode() + b'\n{"id": "\xff\xfe"}\n' + line(id="after").encode() + b"\n"
    )
    (day / "nul.jsonl").write_bytes(b'{"id": "\x00"}\n' + line(id="beside_nul").encode() + b"\n")
    (day / "good.jsonl.zst").write_bytes(
        zstandard.compress("\n".join(GOOD_LINES.values()).encode())
    )
    whole = gzip.compress("\n".join(line(id=f"cut_{n}") for n in range(5_000)).encode())
    (day / "cut.jsonl.gz").write_bytes(whole[: len(whole) // 2])
    columns = {name: [str(told)] for name, told in GOOD.items() if name != "data"}
    columns |= {"id": ["from_parquet"], "data": [json.dumps(GOOD["data"])]}
    pq.write_table(pa.table(columns), day / "events.parquet")
    pq.write_table(pa.table({"a": [1, 2]}), day / "other.parquet")
    (folder / "raw" / "events" / "loose.jsonl").write_text(line(id="loose") + "\n", "utf-8")
    (day / "again.jsonl").write_text(line(receivedtime="2026-03-01T02:03:06Z") + "\n", "utf-8")
    return land(folder)


def outcomes(connection: duckdb.DuckDBPyConnection, name: str) -> list[tuple[int, str, str | None]]:
    return connection.execute(
        "select line_number, outcome, outcome_reason from landing.land_line_outcomes "
        "where file_path like '%' || ? order by line_number",
        [name],
    ).fetchall()


def test_every_bad_line_is_quarantined_with_its_reason(landed: duckdb.DuckDBPyConnection) -> None:
    reasons = [reason for reason, text in BAD_LINES.items() if text is not None]
    reasons += ["impossible_time"] * len(ODD_TIMES)
    assert outcomes(landed, "/bad.jsonl") == [
        (number, "quarantined", reason) for number, reason in enumerate(reasons, start=1)
    ]


def test_no_good_line_is_lost(landed: duckdb.DuckDBPyConnection) -> None:
    assert outcomes(landed, "/good.jsonl.zst") == [
        (number, "accepted", None) for number in range(1, len(GOOD_LINES) + 1)
    ]


def test_damage_stays_with_its_line(landed: duckdb.DuckDBPyConnection) -> None:
    assert outcomes(landed, "/not_utf8.jsonl") == [
        (1, "accepted", None),
        (2, "quarantined", "not_utf8"),
        (3, "accepted", None),
    ]
    assert outcomes(landed, "/nul.jsonl") == [
        (1, "quarantined", "not_json"),
        (2, "accepted", None),
    ]


def test_a_cut_file_gives_what_it_has(landed: duckdb.DuckDBPyConnection) -> None:
    *whole, last = outcomes(landed, "/cut.jsonl.gz")
    assert len(whole) > 1_000
    assert {outcome for _, outcome, _ in whole} == {"accepted"}
    assert last[1:] == ("quarantined", "truncated")


def test_parquet_rows_are_lines(landed: duckdb.DuckDBPyConnection) -> None:
    assert outcomes(landed, "/events.parquet") == [(1, "accepted", None)]
    assert outcomes(landed, "/other.parquet") == [
        (1, "quarantined", "other_columns"),
        (2, "quarantined", "other_columns"),
    ]


def test_a_file_outside_a_dated_folder_is_read_too(landed: duckdb.DuckDBPyConnection) -> None:
    assert outcomes(landed, "loose.jsonl") == [(1, "accepted", None)]
    problem = landed.execute(
        "select file_problem from landing.land_files where file_path = 'loose.jsonl'"
    ).fetchone()
    assert problem == ("no_received_date",)


def test_the_first_delivery_is_the_event(landed: duckdb.DuckDBPyConnection) -> None:
    assert outcomes(landed, "/again.jsonl") == [(1, "duplicate", "repeated_identity")]


def test_times_are_utc(landed: duckdb.DuckDBPyConnection) -> None:
    times = dict(
        landed.execute(
            "select event_id, strftime(occurred_at, '%H:%M:%S') || is_occurred_at_assumed "
            "from landing.land_events where event_id in ('good', 'offset', 'no_time')"
        ).fetchall()
    )
    assert times == {
        "good": "02:03:04false",
        "offset": "02:03:04false",
        "no_time": "02:03:05true",
    }


def test_every_planted_line_is_found_where_it_was_planted(built_project: Settings) -> None:
    """The simulator says which line of which file it broke or sent again."""
    with duckdb.connect(str(built_project.warehouse), read_only=True) as warehouse:
        found = warehouse.execute(
            """
            select planted.disorder, lines.outcome, count(*) as line_count
            from read_parquet(?) as planted
            left join landing.land_line_outcomes as lines
                on planted.file like '%' || lines.file_path
                and planted.line_number = lines.line_number
            where planted.disorder in ('broken', 'duplicate')
            group by all
            order by 1, 2
            """,
            [str(built_project.truth / "disorders.parquet")],
        ).fetchall()
    assert [(disorder, outcome) for disorder, outcome, _ in found] == [
        ("broken", "quarantined"),
        ("duplicate", "duplicate"),
    ]
