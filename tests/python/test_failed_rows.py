"""What a red build shows of the rows a data test found."""

from types import SimpleNamespace
from typing import Any

import duckdb
import pytest

from mackerel_cs import failed_rows
from mackerel_cs.failed_rows import Rows, told_rows

PERSONAL = {"config": {"meta": {"contains_pii": True}}}
NODES = {
    "seed.weights": {"columns": {"profile": {"name": "profile"}, "reason": {"name": "reason"}}},
    "model.users": {
        "columns": {
            "event_key": {"name": "event_key"},
            "authority": {"name": "authority"},
            "email": {"name": "email"} | PERSONAL,
            "reason": {"name": "reason"} | PERSONAL,
        }
    },
    "test.key_of_users": {
        "attached_node": "model.users",
        "test_metadata": {"name": "primary_key", "kwargs": {"columns": ["event_key"]}},
    },
}


def ask(query: str) -> Rows:
    with duckdb.connect() as connection:
        found = connection.execute(query)
        names = [column[0] for column in found.description]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def told(
    query: str, read: str = "seed.weights", *, asked: Any = ask, failures: int = 9, **given: Any
) -> list[str]:
    """The lines for a test with this SQL, without their common indent."""
    config = {"fail_calc": "count(*)", "limit": None} | given.pop("config", {})
    test = {
        "compiled_code": query,
        "depends_on": {"nodes": [read, "source.raw.files"]},
        "config": config,
        "attached_node": read,
        "test_metadata": {"name": "weights_sum", "kwargs": {}},
        **given,
    }
    result = {
        "unique_id": "test.red",
        "status": "fail",
        "compiled_code": query,
        "failures": failures,
    }
    run: Any = SimpleNamespace(manifest={"nodes": NODES | {"test.red": test}})
    lines = told_rows(run, result, asked)
    assert all(line.startswith("      ") for line in lines)
    assert all(len(line) <= 80 for line in lines)
    return [line[6:] for line in lines]


def test_the_reason_stands_first_and_says_which_row() -> None:
    query = """
        -- as a test would say it
        select 'trial' as profile, 90 as weight_sum, date '2026-01-01' as valid_from,
            'The weights of trial sum to 90, not to 100: give the 10 that are missing to one.'
                as reason
    """
    assert told(query) == [
        "- The weights of trial sum to 90, not to 100: give the 10 that are missing",
        "  to one.",
        "  profile=trial weight_sum=90 valid_from=2026-01-01",
    ]


def test_a_reason_the_test_did_not_write_is_a_column() -> None:
    query = "select * from (select 'trial', 'as sold') as weights (profile, reason)"
    assert told(query) == ["- profile=trial reason='as sold'"]


def test_few_rows_are_shown_and_the_others_counted() -> None:
    query = "select least(i, 8) as number from range({}) as numbers (i)"
    assert told(query.format(3), failures=3) == ["- number=0", "- number=1", "- number=2"]
    assert told(query.format(2000), failures=2000)[3:] == ["... and 1,997 more"]
    # Its failures are not its rows.
    assert told(query.format(2000), config={"limit": 4}, failures=4)[3:] == ["... and more"]
    assert told(query.format(9), config={"fail_calc": "sum(number)"})[3:] == ["... and more"]
    assert told("select 1 as number from range(2000)") == ["- number=1 (2,000 times)"]


def test_values_are_short_and_obey_nobody() -> None:
    query = """
        select
            null as a_null, true as a_truth, 1.50 as a_decimal, '' as an_empty, ' x' as a_blank,
            timestamp '2026-01-01 01:02:03.040' as a_moment, 7 as a_seventh
    """
    assert told(query) == [
        "- a_null=null a_truth=true a_decimal=1.50 an_empty='' a_blank=' x'",
        "  a_moment=2026-01-01 01:02:03.040 ...",
    ]
    (line,) = told("select chr(27) || '[2J' || chr(10) || repeat('x', 99) as word")
    assert line == f"- word=' [2J {'x' * 52}...'"


def test_keys_and_what_the_test_is_about_come_first() -> None:
    query = "select 1 as a, 2 as b, 3 as c, 4 as d, 5 as e, 6 as f, 7 as opened_at, 8 as event_key"
    kwargs = {"model": "{{ ref('a') }}", "expression": "opened_at < f"}
    metadata = {"name": "expression_holds", "kwargs": kwargs}
    shown = told(query, "model.users", test_metadata=metadata)
    assert shown == ["- event_key=8 f=6 opened_at=7 a=1 b=2 c=3 ..."]


def test_personal_data_is_left_out() -> None:
    query = """
        select 'k' as event_key, 'ann@example.com' as email, 'Ann' as who, 3 as row_count
    """
    assert told(query, "model.users") == [
        "- event_key=k row_count=3",
        "(not shown, may be personal data: email, who)",
    ]
    # What the seed holds is nobody's: whoever writes an address there is not printed either.
    assert told("select 'call ann@example.com' as who") == ["- who='call (address)'"]


@pytest.mark.parametrize(
    ("column", "shown"),
    [
        ("authority", ["- authority=queen"]),
        ("email", ["(not shown, may be personal data: value_field)"]),
    ],
)
def test_dbts_own_tests_name_the_column(column: str, shown: list[str]) -> None:
    query = "select 'queen' as value_field"
    assert told(query, "model.users", column_name=column) == shown


def test_a_personal_reason_is_not_the_tests_own() -> None:
    typed = "select * from (select 'k', 'Ann said so') as overrides (event_key, reason)"
    assert told(typed, "model.users") == [
        "- event_key=k",
        "(not shown, may be personal data: reason)",
    ]
    own = "select 'k' as event_key, 'The override has no author.' as reason"
    assert told(own, "model.users") == ["- The override has no author.", "  event_key=k"]


def test_rows_of_nothing_but_null_say_nothing() -> None:
    assert told("select null as user_id from range(9)") == []


def test_rows_that_cannot_be_read_do_not_hide_the_failure() -> None:
    assert told("select * from gone")[0].startswith("(its rows cannot be read: Catalog Error:")

    def locked(_: str) -> Rows:
        raise duckdb.IOException

    assert told("select 1", asked=locked) == ["(its rows cannot be read: IOException)"]


@pytest.mark.parametrize(
    ("unique_id", "status"), [("model.users", "fail"), ("unit_test.x", "fail"), ("test.x", "error")]
)
def test_only_a_red_data_test_has_rows(unique_id: str, status: str) -> None:
    run: Any = None
    assert failed_rows.told_rows(run, {"unique_id": unique_id, "status": status}, ask) == []
