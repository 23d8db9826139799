"""`mackerel-cs erase`: nobody is left anywhere, whatever happens on the way, and counts stay."""

import json
import math
import shutil
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import typer

from conftest import cli
from mackerel_cs import build as building
from mackerel_cs import raw_log
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.erase import command, finish
from mackerel_cs.erase.register import FINISHED, SCRUBBED, Register
from mackerel_cs.errors import UserError
from mackerel_cs.raw_log import returning
from mackerel_cs.raw_log.rewrite import Plain
from mackerel_cs.settings import Settings
from test_erase_files import ADDRESS, PERSON, line
from test_raw_log import DAY, PACK, put

JOINED = line(1, user={"id": PERSON, "email": ADDRESS, "screenName": "aki"})
NEXT = line(2, user={"id": "other"}, invitation={"email": ADDRESS}, comment="aki asked")
OTHER = line(3, user={"id": "other", "email": "other@x.example"})


@pytest.fixture
def log(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A person in files of three kinds, and a build so small that it is a copy of the raw lines."""
    put(settings, "a.jsonl", JOINED)
    put(settings, "b.jsonl.gz", PACK[".gz"](NEXT))
    put(settings, "c.jsonl.zst", PACK[".zst"](OTHER))
    settings.truth.mkdir(parents=True)
    pq.write_table(pa.table({"champion_user_id": [PERSON]}), settings.truth / "causes.parquet")
    for module in (building, command):
        monkeypatch.setattr(module, "build_and_publish", build)
    DbtProject.find().target.mkdir()
    build(DbtProject.find(), settings, {}, full_refresh=False)
    return settings


def build(_: DbtProject, settings: Settings, __: dict[str, Any], *, full_refresh: bool) -> None:
    """Land every raw line and publish it, as a new build beside the others."""
    paths = [Path(row["read_path"]) for row in raw_log.inspect(settings).to_pylist()]
    texts = [b"".join(Plain(path)).decode() for path in paths]
    builds = settings.published / "builds"
    builds.mkdir(parents=True, exist_ok=True)
    last = max((int(path.name.split("-")[0]) for path in builds.iterdir()), default=0)
    folder = builds / f"{last + 1}-{full_refresh}"
    folder.mkdir()
    for path in (settings.warehouse, folder / "marts.duckdb"):
        with duckdb.connect(str(path)) as connection:
            connection.execute("create or replace table t as select unnest(?) as raw_text", [texts])
    (settings.published / "current").unlink(missing_ok=True)
    (settings.published / "current").symlink_to(folder.absolute())


def states(settings: Settings) -> list[str]:
    register = Register.load(settings)
    return [erasure.state for erasure in register.erasures] if register else []


def proof(settings: Settings, number: int = 1) -> dict[str, Any]:
    path = settings.data / "erasures" / f"erasure-{number:04d}.json"
    told: dict[str, Any] = json.loads(path.read_text("utf-8"))
    return told


def left(settings: Settings) -> list[str]:
    """Files below raw and data that hold the person, by their plain content."""
    found = []
    for root in (settings.raw, settings.data):
        for path in (path for path in root.rglob("*") if path.is_file()):
            texts = [path.read_bytes(), b"".join(Plain(path))]
            if path.suffix == ".parquet":
                texts.append(str(pq.read_table(path).to_pylist()).encode())
            if path.suffix == ".duckdb":
                with duckdb.connect(str(path), read_only=True) as connection:
                    texts.append(str(connection.execute("from t").fetchall()).encode())
            if any(one in text.lower() for text in texts for one in KNOWN):
                found.append(path.name)
    return sorted(found)


KNOWN = (PERSON.lower().encode(), ADDRESS.encode(), b'"aki')


def test_nobody_is_left_and_the_proof_says_so(log: Settings) -> None:
    assert len(left(log)) == 5, "two raw files, truth, warehouse, marts"
    command.erase(user=[PERSON], yes=True)
    assert left(log) == []
    assert states(log) == [FINISHED]
    told = proof(log)
    assert told["findings"] == 0
    assert told["identifiers_searched_in_clear"] == {"email": 1, "name": 1, "user_id": 1}
    assert {one["kind"] for one in told["files"]} == {"text", "gzip", "zstd", "parquet", "duckdb"}
    assert [path.name for path in (log.published / "builds").iterdir()] == ["2-True"]
    page = (log.data / "erasures" / "erasure-0001.md").read_text()
    assert "**Nothing is left.**" in page
    assert b"".join(Plain(log.events / DAY / "c.jsonl.zst")) == OTHER


@pytest.mark.parametrize("words", [{"user": ["nobody"]}, {"organization": ["nobody"]}])
def test_whom_the_log_does_not_know_changes_nothing(
    log: Settings, words: dict[str, list[str]]
) -> None:
    before = left(log)
    with pytest.raises(UserError, match=r"The raw log knows no .* nobody") as raised:
        command.erase(**words, yes=True)  # type: ignore[arg-type]
    assert raised.value.exit_code == 2
    assert (left(log), states(log)) == (before, [])


def test_it_asks_before_it_erases(log: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def no(question: str, *, abort: bool) -> None:
        asked.append(question)
        raise typer.Abort if abort else AssertionError

    monkeypatch.setattr(typer, "confirm", no)
    with pytest.raises(typer.Abort):
        command.erase(user=[PERSON])
    assert asked
    assert states(log) == []


def test_somebody_has_to_be_named() -> None:
    with pytest.raises(UserError, match="Nobody was named"):
        command.erase(yes=True)


@pytest.mark.parametrize("again", ["erase", "build"])
def test_a_kill_among_the_raw_files_is_made_good(
    log: Settings, monkeypatch: pytest.MonkeyPatch, again: str
) -> None:
    done: list[Path] = []

    def killed(path: Path, scrubber: Any) -> bool:
        if done:
            raise KeyboardInterrupt
        done.append(path)
        return returning.rewrite(path, scrubber)

    with monkeypatch.context() as patch:
        patch.setattr(finish, "scrub_file", killed)
        with pytest.raises(KeyboardInterrupt):
            command.erase(user=[PERSON], yes=True)
    assert left(log), "only the first file is clean"
    if again == "erase":
        command.erase(user=[PERSON], yes=True)
    else:
        building.build()
    assert left(log) == []
    assert set(states(log)) == {FINISHED}
    # Whom the half-scrubbed log no longer named was looked for by digest.
    assert proof(log, len(states(log)))["identifiers_searched_by_digest"] > 0


def test_a_red_build_is_not_erased_and_says_so(
    log: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def red(*_: object, **__: object) -> None:
        raise UserError("The build is red.", "Look at it.", exit_code=1)

    with monkeypatch.context() as patch:
        patch.setattr(command, "build_and_publish", red)
        with pytest.raises(UserError, match=r"NOT ERASED YET.*\n.*The build is red") as raised:
            command.erase(user=[PERSON], yes=True)
    assert raised.value.exit_code == 1
    assert set(left(log)) == {"marts.duckdb"}, "people read on what was published"
    assert states(log) == [SCRUBBED]
    building.build()
    assert (left(log), states(log)) == ([], [FINISHED])


def test_what_is_found_elsewhere_is_red_until_it_is_gone(log: Settings) -> None:
    note, named = log.data / "note.txt", log.data / f"{PERSON} notes" / "a.txt"
    named.parent.mkdir()
    named.touch()
    note.write_text(f"call {ADDRESS}")
    with pytest.raises(UserError, match="NOT ERASED YET: 2 findings") as raised:
        command.erase(user=[PERSON], yes=True)
    assert raised.value.exit_code == 1
    found = [one["file"] for one in proof(log)["files"] if one["findings"]]
    assert found == [f"a name that holds an identifier, below {log.data}", str(note)]
    note.unlink()
    shutil.rmtree(named.parent)
    building.build()
    assert states(log) == [FINISHED]


def test_a_build_without_open_erasures_is_left_alone(log: Settings) -> None:
    before = left(log)
    building.build()
    assert set(before) <= set(left(log))
    assert len([*(log.published / "builds").iterdir()]) == 2


def sums(settings: Settings) -> dict[str, tuple[Any, ...]]:
    """Rows, distinct values of every column and sums of every number, of every mart."""
    with duckdb.connect(str(settings.marts), read_only=True) as marts:
        columns: dict[str, list[str]] = {}
        for schema, table, column, kind in marts.execute(
            "select schema_name, table_name, column_name, data_type from duckdb_columns() "
            "where not internal"
        ).fetchall():
            asked = columns.setdefault(f"{schema}.{table}", ["count(*)"])
            asked.append(f"count(distinct {column})")
            if kind.startswith(("BIGINT", "DOUBLE", "DECIMAL")):
                asked.append(f"sum({column})")
        return {
            table: marts.execute(f"select {', '.join(asked)} from {table}").fetchall()[0]
            for table, asked in columns.items()
        }


@pytest.mark.long
def test_a_person_and_an_organization_leave_a_real_log(
    built_project: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = built_project.data.parent
    shutil.copytree(folder, tmp_path, symlinks=True, dirs_exist_ok=True)
    settings = Settings(raw=tmp_path / "raw", data=tmp_path / "data")
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        user, address, home = warehouse.execute(
            "select user_id, email, organization_id from staging.stg_console__users "
            "where email is not null order by occurred_at limit 1"
        ).fetchall()[0]
        organization, name = warehouse.execute(
            "select organization_id, organization_name from intermediate.int_organizations "
            "where organization_id != ? and organization_name is not null order by 1 limit 1",
            [home],
        ).fetchall()[0]
    needles = [user, address, organization, name]
    holding = [path for path in raw_files(settings) if user.encode() in b"".join(Plain(path))]
    delivery = {path: path.read_bytes() for path in holding}
    before = sums(settings)

    cli(tmp_path, "erase", "--user", user, "--organization", organization, "--yes")

    after = sums(settings)
    assert before.keys() == after.keys()
    for mart, told in before.items():
        for old, new in zip(told, after[mart], strict=True):
            is_float = isinstance(old, float)
            assert math.isclose(old, new, rel_tol=1e-9) if is_float else old == new, mart
    assert holds(settings, needles) == []

    # The same files delivered once more, under other names.
    for path, data in delivery.items():
        path.with_name(f"again-{path.name}").write_bytes(data)
    files = raw_log.inspect(settings)
    assert len(files) == len([*raw_files(settings)])
    assert holds(settings, needles) == []


def raw_files(settings: Settings) -> list[Path]:
    return [path for path in settings.events.rglob("*") if path.is_file()]


def holds(settings: Settings, needles: list[str]) -> list[str]:
    """Which of these the raw lines and the published marts still hold."""
    texts = [b"".join(Plain(path)).decode(errors="replace") for path in raw_files(settings)]
    texts += [
        str(pq.read_table(path).to_pylist()) for path in settings.published.rglob("*.parquet")
    ]
    return [needle for needle in needles if any(needle in text for text in texts)]
