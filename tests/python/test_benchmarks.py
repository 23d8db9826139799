"""What the benchmarks compute from what they measure; nothing here measures time."""

from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest
from benchmarks import build, engines, incidents, landing, stumbles
from benchmarks.intervals import wilson
from benchmarks.matching import CauseScore, Stall, Stumble, overlap, scores
from benchmarks.tables import Measurement, markdown, measurements_table
from hypothesis import given
from hypothesis import strategies as st

from mackerel_cs.errors import UserError
from mackerel_cs.settings import Settings

DAY_0 = date(2026, 3, 1)
COUNTS_AFTER = {"no_host": 10, "alone": 14}


def day(number: int) -> date:
    return DAY_0 + timedelta(days=number)


def stall(first: int, end: int, *, organization: str = "A", cause: str = "no_host") -> Stall:
    return Stall(organization, cause, day(first), day(end))


def stumble(first: int, last: int, *, organization: str = "A", cause: str = "no_host") -> Stumble:
    counted = day(first + COUNTS_AFTER[cause])
    return Stumble(organization, cause, day(first), counted, day(last))


def no_host(stalls: list[Stall], stumbles: list[Stumble]) -> CauseScore:
    return scores(stalls, stumbles, COUNTS_AFTER)[0]


# Published: Newcombe, Statistics in Medicine 17 (1998), table I, method 3.
@pytest.mark.parametrize(
    ("hits", "trials", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_is_as_published(hits, trials, low, high):
    assert wilson(hits, trials) == pytest.approx((low, high), abs=0.00005)


@given(st.integers(1, 500).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_mirrors(counts):
    hits, trials = counts
    low, high = wilson(hits, trials)
    assert 0 <= low <= hits / trials <= high <= 1
    assert wilson(trials - hits, trials) == pytest.approx((1 - high, 1 - low))


def test_wilson_without_trials_is_unknown_and_nonsense_is_refused():
    assert wilson(0, 0) is None
    with pytest.raises(ValueError, match="3 hits of 2"):
        wilson(3, 2)


def test_a_stall_is_found_by_an_overlapping_stumble_of_its_organization_and_cause():
    found = no_host([stall(0, 40)], [stumble(5, 30)])
    assert (found.stalls, found.found, found.stumbles, found.right) == (1, 1, 1, 1)
    assert found.median_days_to_count == 15


@pytest.mark.parametrize(
    "other",
    [
        stumble(5, 30, organization="B"),
        stumble(5, 30, cause="alone"),
        stumble(60, 90),
    ],
)
def test_another_organization_cause_or_time_finds_nothing(other):
    by_cause = scores([stall(0, 40)], [other], COUNTS_AFTER)
    assert sum(score.found for score in by_cause) == 0
    assert sum(score.right for score in by_cause) == 0
    assert sum(score.stumbles for score in by_cause) == 1


@pytest.mark.parametrize(
    ("first", "last", "is_one"),
    [
        (-20, -2, False),
        (-20, -1, True),
        (-20, 0, True),
        (39, 60, True),
        (40, 60, True),
        (41, 60, False),
    ],
)
def test_one_day_off_is_tolerated_at_both_ends(first, last, is_one):
    assert overlap(stall(0, 40), stumble(first, last)) is is_one


def test_a_stall_too_short_to_count_is_told_apart():
    short, long = stall(0, 10), stall(0, 11, organization="B")
    assert no_host([short, long], []).stalls == 1
    found = no_host([short, long], [stumble(0, 12), stumble(0, 12, organization="B")])
    assert (found.stalls, found.found) == (1, 1)
    assert (found.short_stalls, found.short_found) == (1, 1)
    assert (found.stumbles, found.right) == (2, 2)


def test_two_stumbles_in_a_stall_are_right_but_find_it_once_from_the_earlier():
    found = no_host([stall(0, 60)], [stumble(30, 50), stumble(2, 20)])
    assert (found.found, found.stumbles, found.right) == (1, 2, 2)
    assert found.days_to_count == [12]


def test_one_stumble_over_two_stalls_finds_both():
    found = no_host([stall(0, 20), stall(25, 50)], [stumble(1, 49)])
    assert (found.stalls, found.found, found.stumbles, found.right) == (2, 2, 1, 1)


def test_every_cause_of_the_seed_has_a_row_and_no_other_may_appear():
    by_cause = scores([], [], COUNTS_AFTER)
    assert [score.cause for score in by_cause] == ["no_host", "alone"]
    assert by_cause[0].median_days_to_count is None
    unknown = Stall("A", "bored", day(0), day(30))
    with pytest.raises(ValueError, match="'bored'"):
        scores([unknown], [], COUNTS_AFTER)


def test_runs_add_up_by_cause():
    first = scores([stall(0, 40)], [stumble(0, 39)], COUNTS_AFTER)
    second = scores([stall(0, 40), stall(0, 5, organization="B")], [], COUNTS_AFTER)
    total = stumbles.added([first, second])[0]
    assert total == CauseScore(
        "no_host", stalls=2, found=1, short_stalls=1, stumbles=1, right=1, days_to_count=[10]
    )
    assert first[0].stalls == 1


def test_the_seed_thresholds_were_looked_at_with_is_refused(tmp_path):
    with pytest.raises(UserError, match="seed 42"):
        stumbles.measure([7, 42], 10, tmp_path, is_built=False)
    assert not list(tmp_path.iterdir())


def test_stumble_table_tells_shares_with_intervals_and_nothing_where_nothing_is():
    told = CauseScore("alone", stalls=20, found=0, stumbles=1, right=1, days_to_count=[3, 4])
    lines = stumbles.table([told, CauseScore("no_host")]).splitlines()
    cells = [cell.strip() for cell in lines[2].split("|")[1:-1]]
    assert cells[:7] == ["alone", "20", "0", "0.00 (0.00-0.16)", "1", "1", "1.00 (0.21-1.00)"]
    assert cells[7:] == ["3.5", "0", "0"]
    cells = [cell.strip() for cell in lines[3].split("|")[1:-1]]
    assert cells == ["no_host", "0", "0", "", "0", "0", "", "", "0", "0"]


def test_incidents_are_found_by_kind_on_their_first_day(tmp_path: Path) -> None:
    """One gap of two is found, one of two finds is right; what began after the log is not asked."""
    settings = Settings(tmp_path / "raw", tmp_path / "data")
    settings.truth.mkdir(parents=True)
    with duckdb.connect(str(settings.warehouse)) as connection:
        connection.execute(f"""
            copy (
                select * from (values
                    ('telemetry_gap', date '2026-03-02'), ('telemetry_gap', date '2026-03-20'),
                    ('telemetry_gap', date '2026-04-02'), ('delay', date '2026-03-05')
                ) as causes (cause, started_on)
            ) to '{settings.truth}/causes.parquet';
            create schema intermediate;
            create schema customer_success;
            create table intermediate.int_as_of as
            select date '2026-03-01' as log_start_date, date '2026-03-31' as as_of_date;
            create table intermediate.int_found_incidents as
            from (values
                ('f1', 'telemetry_gap', date '2026-03-01', date '2026-03-02'),
                ('f2', 'telemetry_gap', date '2026-03-05', date '2026-03-05')
            ) as found (found_incident_id, incident_kind, started_date, last_date);
            create table customer_success.dim_incidents as
            from (values ('telemetry_gap', 'found'), ('telemetry_gap', 'declared'))
                as told (incident_kind, incident_source);
        """)
    drifts, gaps = incidents.read_scores(settings)
    assert drifts == incidents.KindScore("schema_drift")
    assert gaps == incidents.KindScore("telemetry_gap", 2, 1, 2, 1, 1)
    total = incidents.added([[drifts, gaps], [drifts, gaps]])
    assert total == [drifts, incidents.KindScore("telemetry_gap", 4, 2, 4, 2, 2)]
    row = incidents.table(total).splitlines()[3].split("|")
    assert [cell.strip() for cell in row[1:5]] == ["telemetry_gap", "4", "2", "0.50 (0.15-0.85)"]


def test_markdown_is_aligned_and_a_bar_in_a_cell_stays_one_cell():
    assert markdown(("what", "n"), [("a|b", "1"), ("longer", "1,000")], left=1) == (
        "| what   |     n |\n| ------ | ----: |\n| a\\|b   |     1 |\n| longer | 1,000 |"
    )


def test_measurements_say_whether_the_aim_is_met():
    rows = measurements_table(
        [
            Measurement("speed", "1", ">= 2", False),
            Measurement("memory", "1 GB", "<= 3 GB", True),
            Measurement("time", "5 s"),
        ]
    ).splitlines()[2:]
    assert [row.split("|")[4].strip() for row in rows] == ["**no**", "yes", ""]


def test_stages_are_read_from_what_the_build_says():
    said = (
        "building and testing ...\nbuilding and testing: 61.5 s\n"
        "checking expectations: 9.0 s\nTime     80 s\n"
    )
    assert build.stages(said) == {"building and testing": 61.5, "checking expectations": 9.0}


def test_landing_lasts_from_the_first_start_to_the_last_end():
    def timing(start: str, end: str) -> dict[str, str]:
        return {"started_at": f"2026-03-01T00:00:{start}Z", "completed_at": f"2026-03-01T00:{end}Z"}

    results = [
        {"timing": [timing("10.5", "00:11"), timing("11", "00:13")]},
        {"timing": [timing("13.5", "01:02.25")]},
        {"timing": []},
    ]
    assert landing.span_seconds(results) == 51.75


def built(engine: str, line_count: int, seconds: float, **models: float) -> engines.Built:
    memory = 2_000_000_000
    return engines.Built(
        engine, engines.DEFAULT_SIZE, line_count, seconds, memory, models, 1500, seconds / 2
    )


def test_the_line_through_build_times_tells_what_is_fixed_and_what_grows():
    points = [built("Spark", lines * 1_000_000, 100 + 40 * lines) for lines in (1, 10, 50)]
    assert engines.fitted(points) == pytest.approx((40, 100))


def test_the_aim_of_spark_is_on_the_default_sample_alone():
    told = engines.measurements(
        [built("DuckDB", 2_000_000, 70), built("Spark", 2_000_000, 1000, a=1)]
    )
    assert [(one.is_met, one.figure) for one in told] == [
        (None, "70 s, 2.0 GB"),
        (None, "35 s"),
        (False, "1000 s, 2.0 GB"),
        (None, "500 s"),
    ]


def test_models_are_listed_with_those_first_that_cost_spark_most():
    duckdb = built("DuckDB", 2_000_000, 70, a=1, b=2)
    table = engines.models_table([duckdb, built("Spark", 2_000_000, 99, a=5.5, b=4)])
    rows = [[cell.strip() for cell in row.split("|")[1:-1]] for row in table.splitlines()[2:]]
    assert rows == [["all models", "3", "10"], ["`a`", "1.00", "5.50"], ["`b`", "2.00", "4.00"]]


def test_a_cluster_is_sized_by_what_a_line_costs():
    points = [
        built(engine, lines * 1_000_000, 400 + slope * lines)
        for engine, slope in (("DuckDB", 10), ("Spark", 32))
        for lines in (1, 10, 50)
    ]
    rows = engines.sizing_table(points, cores=2).splitlines()[2:]
    # 32 s of 2 cores at 60 % are 106.7 core seconds a million; 3,200 s are left of the hour.
    wanted = ["1,000", "2.9 h", "9.0 h", "33"]
    assert [cell.strip() for cell in rows[3].split("|")[1:-1]] == wanted
