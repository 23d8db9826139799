"""Analytics macros against a reckoning in exact fractions."""

from collections import defaultdict
from fractions import Fraction

import duckdb
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import settings as configured
from hypothesis import strategies as some

from compiled_project import CompiledProject

HALF = Fraction(1, 2)
# Few durations: many fall together, and the share that goes on is often exactly a half.
DURATIONS = some.tuples(some.integers(0, 6), some.booleans())
GROUPS = some.lists(some.lists(DURATIONS, min_size=1, max_size=40), min_size=1, max_size=20)


@pytest.fixture(scope="module")
def medians_sql(tmp_path_factory: pytest.TempPathFactory) -> str:
    project = CompiledProject(tmp_path_factory.mktemp("analytics"), "lint")
    (sql,) = project.rendered(["{{ survival_medians('durations', ['group_number']) }}"])
    return sql


def kaplan_meier_median(durations: list[tuple[int, bool]]) -> int | None:
    """The first day after which at most half are expected to go on."""
    going_on = Fraction(1)
    over_on: dict[int, int] = defaultdict(int)
    for days, is_over in durations:
        over_on[days] += is_over
    for days in sorted(over_on):
        watched = sum(other >= days for other, _ in durations)
        going_on *= 1 - Fraction(over_on[days], watched)
        if going_on <= HALF:
            return days
    return None


def median_of_over(durations: list[tuple[int, bool]]) -> int | None:
    over = sorted(days for days, is_over in durations if is_over)
    return over[(len(over) - 1) // 2] if over else None


@configured(max_examples=100, deadline=None, derandomize=True)
@given(groups=GROUPS)
def test_survival_medians_are_those_of_exact_fractions(
    medians_sql: str, groups: list[list[tuple[int, bool]]]
) -> None:
    rows = [
        {"group_number": number, "duration_days": days, "is_over": is_over}
        for number, durations in enumerate(groups)
        for days, is_over in durations
    ]
    with duckdb.connect(config={"threads": 1}) as connection:
        connection.register("durations", pa.Table.from_pylist(rows))
        found = connection.execute(f"{medians_sql} order by group_number").fetchall()
    assert found == [
        (
            number,
            len(durations),
            sum(is_over for _, is_over in durations),
            kaplan_meier_median(durations),
            median_of_over(durations),
        )
        for number, durations in enumerate(groups)
    ]
