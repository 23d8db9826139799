"""Publishing what a day changed: the same as publishing everything, for less."""

import shutil
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daily_marts import MARTS, DailyMarts, build_in, rows
from mackerel_cs.publish import footer, marts, parquet
from mackerel_cs.publish.builds import Builds
from mackerel_cs.publish.models import Model

PARTLY = {name for name, (_, _, strategy, _) in MARTS.items() if strategy}
Replaced = list[str]


@pytest.fixture
def replaced(monkeypatch: pytest.MonkeyPatch) -> Replaced:
    """Names of the marts that were written whole, as it happens."""
    names: Replaced = []
    replace = marts._replace

    def spy(connection: duckdb.DuckDBPyConnection, model: Model) -> None:
        names.append(model.name)
        replace(connection, model)

    monkeypatch.setattr(marts, "_replace", spy)
    return names


@pytest.fixture
def copied(monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    """Parquet files and parts of them that were compressed, as it happens."""
    paths: list[Path] = []
    copy = parquet._copy

    def spy(connection: duckdb.DuckDBPyConnection, query: str, target: Path) -> None:
        paths.append(target)
        copy(connection, query, target)

    monkeypatch.setattr(parquet, "_copy", spy)
    return paths


def from_nothing(daily: DailyMarts, folder: Path) -> Path:
    """The same warehouse, published where nothing was published before."""
    other = DailyMarts(folder)
    shutil.copy(daily.settings.warehouse, other.settings.warehouse)
    return other.publish()


def assert_same(published: Path, expected: Path) -> None:
    assert build_in(published) == build_in(expected)
    with (
        duckdb.connect(str(published / "marts.duckdb"), read_only=True) as ours,
        duckdb.connect(str(expected / "marts.duckdb"), read_only=True) as theirs,
    ):
        for name, (schema, *_) in MARTS.items():
            assert rows(ours, f"{schema}.{name}") == rows(theirs, f"{schema}.{name}"), name
            file = f"parquet/{schema}/{name}.parquet"
            assert (published / file).read_bytes() == (expected / file).read_bytes(), name
    ours_said, theirs_said = published / "manifest.json", expected / "manifest.json"
    assert ours_said.read_bytes() == theirs_said.read_bytes()


def test_day_by_day_is_the_same_as_from_nothing(
    tmp_path: Path, replaced: Replaced, copied: list[Path]
) -> None:
    daily = DailyMarts(tmp_path)
    daily.build()
    daily.publish()
    taken_over = 0
    for day in range(12):
        daily.build()
        replaced.clear()
        copied.clear()
        published = daily.publish()
        assert PARTLY.isdisjoint(replaced)
        months = parquet.parts_of(published / "parquet" / "core" / "fct_host_days.parquet")
        fresh = {path.name for path in copied if path.parent.name == "fct_host_days.parts"}
        assert fresh <= months.keys()
        taken_over += len(months.keys() - fresh)
        assert_same(published, from_nothing(daily, tmp_path / str(day)))
    assert taken_over > 0


def test_a_day_that_changes_nothing_compresses_no_month(
    tmp_path: Path, replaced: Replaced, copied: list[Path]
) -> None:
    daily = DailyMarts(tmp_path)
    daily.build()
    daily.publish()
    daily.change(
        "insert into operations.good_builds select build_number + 1, * exclude (build_number) "
        "from operations.good_builds"
    )
    replaced.clear()
    copied.clear()
    daily.publish()
    assert PARTLY.isdisjoint(replaced)
    assert not [path for path in copied if path.parent.suffix == ".parts"]


def forget_a_build(daily: DailyMarts) -> None:
    daily.build()  # and do not publish it: what it recomputed is known no more


def roll_back(daily: DailyMarts) -> None:
    Builds(daily.settings.published).roll_back()


def build_anew(daily: DailyMarts) -> None:
    daily.say_full_refresh(is_full=True)


def build_otherwise(daily: DailyMarts) -> None:
    daily.change("update operations.good_builds set build_fingerprint = 'other'")


def start_another_warehouse(daily: DailyMarts) -> None:
    daily.change("update operations.good_builds set ledger_hash = 'other' || build_number")


def break_marts(daily: DailyMarts) -> None:
    daily.settings.marts.write_bytes(b"no database")


def empty_marts(daily: DailyMarts) -> None:
    daily.settings.marts.write_bytes(b"")


def break_parquet(daily: DailyMarts) -> None:
    file = daily.settings.published / "parquet" / "core" / "fct_host_days.parquet"
    file.write_bytes(file.read_bytes()[:-1])


def lose_parquet(daily: DailyMarts) -> None:
    (daily.settings.published / "parquet" / "core" / "fct_host_days.parquet").unlink()


def break_manifest(daily: DailyMarts) -> None:
    (daily.settings.published / "manifest.json").write_text("{")


@pytest.mark.parametrize(
    "happen",
    [
        forget_a_build,
        roll_back,
        build_anew,
        build_otherwise,
        start_another_warehouse,
        break_marts,
        empty_marts,
        break_parquet,
        lose_parquet,
        break_manifest,
    ],
)
def test_what_cannot_be_gone_on_from_is_published_from_nothing(
    tmp_path: Path, replaced: Replaced, happen: Callable[[DailyMarts], None]
) -> None:
    daily = DailyMarts(tmp_path)
    for _ in range(2):
        daily.build()
        daily.publish()
    happen(daily)
    daily.build()
    replaced.clear()
    published = daily.publish()
    assert set(replaced) == set(MARTS)
    assert_same(published, from_nothing(daily, tmp_path / "other"))


def test_a_mart_that_was_withdrawn_is_in_no_file(tmp_path: Path) -> None:
    daily = DailyMarts(tmp_path)
    daily.build()
    daily.publish()
    daily.withdraw("call_list")
    daily.build()
    published = daily.publish()
    with duckdb.connect(str(published / "marts.duckdb"), read_only=True) as marts:
        tables = marts.execute("select table_name from duckdb_tables()").fetchall()
    assert {name for (name,) in tables} == MARTS.keys() - {"call_list"}
    assert not list(published.rglob("call_list*"))


def test_rows_the_scope_forgot_are_published_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    daily = DailyMarts(tmp_path)
    daily.build()
    daily.publish()
    daily.build()
    daily.change("delete from intermediate.int_touched_days")
    assert_same(daily.publish(), from_nothing(daily, tmp_path / "other"))
    assert "core.fct_host_days" in capsys.readouterr().err


def test_months_follow_each_other_in_the_file(tmp_path: Path) -> None:
    daily = DailyMarts(tmp_path)
    for _ in range(12):
        daily.build()
    daily.publish()
    daily.build()
    published = daily.publish()
    file = pq.ParquetFile(published / "parquet" / "core" / "fct_host_days.parquet")
    column = file.schema_arrow.names.index("state_date")
    groups = [file.metadata.row_group(number) for number in range(file.num_row_groups)]
    bounds = [group.column(column).statistics for group in groups]
    assert len(bounds) > 1
    for one, other in pairwise(bounds):
        assert one.max < other.min


# Footers.

_SCALARS = st.one_of(
    st.tuples(st.sampled_from([footer.TRUE, footer.FALSE]), st.just(b"")),
    st.tuples(st.just(footer.BYTE), st.binary(min_size=1, max_size=1)),
    st.tuples(st.just(footer.LONG), st.integers(-(2**63), 2**63 - 1)),
    st.tuples(st.just(footer.DOUBLE), st.binary(min_size=8, max_size=8)),
    st.tuples(st.just(footer.BINARY), st.binary(max_size=200)),
)
_FIELDS = st.recursive(
    _SCALARS,
    lambda fields: st.one_of(
        st.tuples(st.just(footer.STRUCT), st.dictionaries(st.integers(1, 200), fields)),
        st.tuples(
            st.just(footer.LIST),
            st.tuples(st.just(footer.BINARY), st.lists(st.binary(max_size=3), max_size=20)),
        ),
    ),
)


@given(st.dictionaries(st.integers(1, 200), _FIELDS))
def test_what_was_encoded_is_decoded_again(struct: footer.Struct) -> None:
    assert footer.decoded(footer.encoded(struct)) == struct


def test_a_footer_of_another_writer_comes_back_byte_by_byte(tmp_path: Path) -> None:
    path = tmp_path / "a.parquet"
    table = pa.table({"a": [1, None, 3], "b": ["x", "y", None], "c": [[1.5], [], None]})
    pq.write_table(table, path, row_group_size=1, write_page_index=True)
    data = path.read_bytes()
    written = data[-8 - int.from_bytes(data[-8:-4], "little") : -8]
    assert footer.encoded(footer.decoded(written)) == written


def test_joined_parts_hold_all_rows_and_can_be_joined_again(tmp_path: Path) -> None:
    names = ["first", "second", "third"]
    for number, name in enumerate(names):
        duckdb.sql(
            f"copy (select i + {number} * 10000 as n, i % 7 as d, 'text ' || i as t "
            f"from range(10000) as r (i)) to '{tmp_path / name}' "
            "(format parquet, row_group_size 2048)"
        )
    parts = [parquet.whole_file(tmp_path / name) for name in names]
    parquet.join(parts, tmp_path / "joined")
    found = parquet.parts_of(tmp_path / "joined")
    parquet.join([found["third"], parts[0]], tmp_path / "again")
    for file, expected in (("joined", names), ("again", ["third", "first"])):
        tables = [pq.read_table(tmp_path / name) for name in expected]
        assert pq.read_table(tmp_path / file).equals(pa.concat_tables(tables))
        assert parquet.row_count(tmp_path / file) == sum(table.num_rows for table in tables)
        # DuckDB finds its Bloom filters at their new places: none of them holds what is not there.
        for value, is_excluded in ((3, False), (77, True)):
            probed = duckdb.sql(
                "select distinct bloom_filter_excludes "
                f"from parquet_bloom_probe('{tmp_path / file}', 'd', {value})"
            )
            assert probed.fetchall() == [(is_excluded,)]


@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + b"\xff" * 60 + b"PAR1"])
def test_what_is_no_parquet_file_is_an_error_that_names_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "broken.parquet"
    path.write_bytes(content)
    with pytest.raises(OSError, match=path.name):
        parquet.parts_of(path)
