"""The look at the raw log: every file accounted for, every good line kept, problems named."""

import gzip
import io
import json
import os
import random
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import zstandard

from mackerel_cs import raw_log
from mackerel_cs.errors import UserError
from mackerel_cs.raw_log import examine, inventory, repair
from mackerel_cs.raw_log.streams import DamagedStreamError, blocks
from mackerel_cs.settings import Settings

DAY = "received_date=2026-03-01"
PACK = {
    "": lambda data: data,
    ".gz": lambda data: gzip.compress(data, mtime=0),
    ".zst": zstandard.ZstdCompressor().compress,
}
LANDING = (
    "select line from read_csv(?, columns = {'line': 'varchar'}, header = false, "
    "auto_detect = false, delim = '\x1f\x1e\x1f\x1e', quote = '', escape = '', "
    "strict_mode = false, max_line_size = 2097152)"
)


def put(settings: Settings, name: str, data: bytes, folder: str = DAY) -> Path:
    path = settings.events / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def look(settings: Settings) -> dict[str, dict[str, Any]]:
    rows = raw_log.inspect(settings).to_pylist()
    return {row["file_path"].removeprefix(DAY + "/"): row for row in rows}


def only(settings: Settings) -> dict[str, Any]:
    (row,) = look(settings).values()
    return row


def read(row: dict[str, Any]) -> list[tuple[str | None, str | None]]:
    """Text and damage of the lines, the way landing reads them."""
    if row["read_route"] == "repaired":
        table = pq.read_table(row["read_path"])
        assert table.schema.equals(repair.SCHEMA)
        numbers = table["line_number"].to_pylist()
        assert numbers == list(range(1, len(numbers) + 1))
        return list(zip(table["raw_text"].to_pylist(), table["damage"].to_pylist(), strict=True))
    assert row["read_route"] == "text"
    lines = duckdb.execute(LANDING, [row["read_path"]]).fetchall()
    return [(line or "", None) for (line,) in lines]


def some_lines(count: int = 5000) -> list[str]:
    draw = random.Random(7)
    return [json.dumps({"id": draw.getrandbits(64), "name": "監視"[:1]}) for _ in range(count)]


def as_bytes(lines: list[str]) -> bytes:
    return "".join(line + "\n" for line in lines).encode()


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("name", ["a.jsonl", "a.ndjson", "a.json", "A.JSONL"])
def test_a_sound_file_is_read_as_it_lies(settings: Settings, name: str, suffix: str) -> None:
    path = put(settings, name + suffix, PACK[suffix](b'{"a":1}\n\n{"b":2}'))
    row = only(settings)
    assert row["read_route"] == "text"
    assert row["read_path"] == str(path)
    assert row["file_format"] == "jsonl" + suffix
    assert row["received_date"] == date(2026, 3, 1)
    assert row["file_problem"] is None
    assert row["size_bytes"] == path.stat().st_size
    assert row["line_count"] == 3
    assert read(row) == [('{"a":1}', None), ("", None), ('{"b":2}', None)]


def test_files_come_in_the_order_of_their_paths_and_marks_are_no_files(settings: Settings) -> None:
    for name in ("b.jsonl", "a.jsonl", ".collect-1.tmp", ".a.jsonl", "_SUCCESS.json", "notes.txt"):
        put(settings, name, b"{}\n")
    put(settings, "c.jsonl", b"{}\n", "received_date=2025-12-31")
    put(settings, "d.jsonl", b"{}\n", "_temporary/received_date=2025-12-31")
    paths = raw_log.inspect(settings)["file_path"].to_pylist()
    assert paths == ["received_date=2025-12-31/c.jsonl", f"{DAY}/a.jsonl", f"{DAY}/b.jsonl"]


def test_links_are_followed_once(settings: Settings, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.jsonl").write_bytes(b"{}\n")
    settings.events.mkdir(parents=True)
    (settings.events / DAY).symlink_to(elsewhere)
    (elsewhere / "loop").symlink_to(elsewhere)
    assert raw_log.inspect(settings)["file_path"].to_pylist() == [f"{DAY}/a.jsonl"]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.7, 0.999])
def test_a_truncated_file_keeps_its_good_lines(
    settings: Settings, suffix: str, share: float
) -> None:
    lines = some_lines(40_000 if suffix == ".zst" else 10_000)
    packed = PACK[suffix](as_bytes(lines))
    path = put(settings, "a.jsonl" + suffix, packed[: int(len(packed) * share)])
    row = only(settings)
    assert row["file_problem"] == "truncated"
    *sound, cut = read(row)
    assert [text for text, _ in sound] == lines[: len(sound)]
    assert {damage for _, damage in sound} <= {None}
    assert cut[1] == "truncated"
    assert lines[len(sound)].startswith(cut[0].replace("\\x", "")[:5])
    # At least what DuckDB, which does not notice, gives.
    lenient = duckdb.execute(LANDING, [str(path)]).fetchall()
    assert row["line_count"] >= len(lenient)


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_a_compressed_file_of_no_bytes_is_a_truncated_one(settings: Settings, suffix: str) -> None:
    put(settings, "a.jsonl" + suffix, b"")
    row = only(settings)
    assert (row["file_problem"], row["line_count"]) == ("truncated", 1)
    assert read(row) == [("", "truncated")]


def test_an_empty_file_has_no_lines(settings: Settings) -> None:
    put(settings, "a.jsonl", b"")
    row = only(settings)
    assert (row["file_problem"], row["line_count"], row["read_route"]) == (None, 0, "text")


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_damage_in_the_middle_keeps_the_lines_before_it(settings: Settings, suffix: str) -> None:
    lines = some_lines(60_000)
    packed = bytearray(PACK[suffix](as_bytes(lines)))
    middle = len(packed) // 2
    packed[middle : middle + 400] = b"\xff" * 400
    put(settings, "a.jsonl" + suffix, bytes(packed))
    row = only(settings)
    assert row["file_problem"] == "corrupt"
    *before, last = read(row)
    assert last[1] == "corrupt"
    sound = [text for text, damage in before if damage is None]
    # Nearly half of the lines lie before the damage; a zstd block holds some thousand lines.
    assert len(sound) > 20_000
    assert sound[:20_000] == lines[:20_000]


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
def test_members_one_after_the_other_are_one_file(settings: Settings, suffix: str) -> None:
    put(settings, "a.jsonl" + suffix, PACK[suffix](b"{}\n") * 3)
    row = only(settings)
    assert (row["file_problem"], row["line_count"], row["read_route"]) == (None, 3, "text")


def test_bytes_after_the_stream_are_kept_and_marked(settings: Settings) -> None:
    put(settings, "a.jsonl.gz", gzip.compress(b'{"a":1}\n') + b'{"b":2}\n')
    row = only(settings)
    assert row["file_problem"] == "trailing_bytes"
    assert read(row) == [('{"a":1}', None), ('{"b":2}\n', "trailing_bytes")]


def test_bytes_after_the_stream_are_kept_wherever_reading_pauses() -> None:
    stream, rest = gzip.compress(b'{"a":1}\n'), b'\n{"b":2}\n'
    for piece in range(len(stream), len(stream + rest) + 1):
        with pytest.raises(DamagedStreamError) as error:
            list(blocks(io.BytesIO(stream + rest), "gzip", piece=piece))
        # What was handed over already, from its first byte on; the repair reads the remainder.
        assert error.value.rest
        assert rest.startswith(error.value.rest)


@pytest.mark.parametrize("suffix", PACK)
def test_only_the_line_that_is_not_utf8_is_marked(settings: Settings, suffix: str) -> None:
    data = '{"a":"監"}\n'.encode() + b'{"b":"\xff\xfe"}\n' + b'{"c":3}\n{"d":"\xe7\x9b'
    put(settings, "a.jsonl" + suffix, PACK[suffix](data))
    row = only(settings)
    assert row["file_problem"] == "not_utf8"
    assert read(row) == [
        ('{"a":"監"}', None),
        ('{"b":"\\xff\\xfe"}', "not_utf8"),
        ('{"c":3}', None),
        ('{"d":"\\xe7\\x9b', "not_utf8"),
    ]


def test_text_cut_by_the_end_of_a_block_is_utf8(settings: Settings) -> None:
    data = b"x" + "監".encode() * (1 << 20)  # one long line: the blocks cut characters
    put(settings, "a.jsonl", b"{}\n" + data[: 1 << 19] + b"\n" + data[:-1][: 3 * 300_000 + 1])
    assert only(settings)["file_problem"] == "not_utf8"
    put(settings, "a.jsonl", b"{}\n" + "監".encode() * 300_000)
    assert only(settings)["file_problem"] is None


@pytest.mark.parametrize("suffix", PACK)
def test_a_long_line_is_kept_whole(settings: Settings, suffix: str) -> None:
    long = json.dumps({"text": "x" * 10_000_000})
    put(settings, "a.jsonl" + suffix, PACK[suffix](as_bytes(['{"a":1}', long, '{"b":2}'])))
    row = only(settings)
    assert row["file_problem"] == "long_line"
    assert read(row) == [('{"a":1}', None), (long, None), ('{"b":2}', None)]


@pytest.mark.parametrize("length", [(1 << 20) - 1, 1 << 20, (1 << 20) + 1])
def test_lines_about_the_limit_are_read_by_one_route_or_the_other(
    settings: Settings, length: int
) -> None:
    for offset in (0, 1, (1 << 20) - 3):
        put(settings, f"{offset}.jsonl", b"y" * offset + b"\n" + b"x" * length + b"\nz\n")
    for row in look(settings).values():
        assert [len(text or "") for text, _ in read(row)][1:] == [length, 1]
        assert row["read_route"] == ("repaired" if length > 1 << 20 else "text")


def test_of_an_endless_line_the_head_is_kept(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(examine, "MAX_LINE_BYTES", 3 << 20)
    monkeypatch.setattr(repair, "MAX_LINE_BYTES", 3 << 20)
    put(settings, "a.jsonl", b'{"a":1}\n' + b"x" * (9 << 20) + b'\n{"b":2}\n' + b"y" * (9 << 20))
    row = only(settings)
    assert row["file_problem"] == "line_too_long"
    assert read(row) == [
        ('{"a":1}', None),
        ("x" * (1 << 20), "line_too_long"),
        ('{"b":2}', None),
        ("y" * (1 << 20), "line_too_long"),
    ]


@pytest.mark.parametrize(
    ("data", "problem", "texts"),
    [
        (b"a\x1f\x1e\x1f\x1eb\nc\n", "reserved_delimiter", ["a\x1f\x1e\x1f\x1eb", "c"]),
        (b"a\r\n\r\nb\r\n", "carriage_return", ["a", "", "b"]),
        (b'{"a":\r1}\nb\r\n', "carriage_return", ['{"a":\r1}', "b"]),
        (b"a\rb\rc", "carriage_return", ["a", "b", "c"]),
        (b"\xef\xbb\xbf{}\nb\n", "byte_order_mark", ["{}", "b"]),
        (b"a\0b\n\0\n", None, ["a\0b", "\0"]),
        ("a\u2028b\u0085c\x0b\x0c\x1c\n".encode(), None, ["a\u2028b\u0085c\x0b\x0c\x1c"]),
        (b'"a\nb"\nNULL\n#c\\\n', None, ['"a', 'b"', "NULL", "#c\\"]),
    ],
)
def test_odd_characters(
    settings: Settings, data: bytes, problem: str | None, texts: list[str]
) -> None:
    put(settings, "a.jsonl", data)
    row = only(settings)
    assert row["file_problem"] == problem
    assert read(row) == [(text, None) for text in texts]
    assert row["line_count"] == len(texts)


@pytest.mark.parametrize("suffix", PACK)
@pytest.mark.parametrize("real", PACK)
def test_a_wrong_extension_loses_nothing(settings: Settings, suffix: str, real: str) -> None:
    put(settings, "a.jsonl" + suffix, PACK[real](b'{"a":1}\n'))
    row = only(settings)
    assert row["file_problem"] == (None if suffix == real else "wrong_extension")
    assert read(row) == [('{"a":1}', None)]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.jsonl.gz", b"no gzip at all, nor JSON"),
        ("a.jsonl.gz", b"\x1f\x8b\xff\xff\xff\xff garbage after the magic number"),
        ("a.jsonl.zst", b"\x28\xb5\x2f\xfd\x08" + b"\xff" * 40),
        ("a.parquet", b"PAR1 cut off"),
        ("a.parquet", b""),
    ],
)
def test_what_cannot_be_read_is_a_row_and_stops_the_build(
    settings: Settings, name: str, data: bytes
) -> None:
    put(settings, name, data)
    put(settings, "good.jsonl", b"{}\n")
    files = raw_log.inspect(settings)
    row = next(row for row in files.to_pylist() if row["file_path"].endswith(name))
    assert (row["file_problem"], row["line_count"]) == ("unreadable", 0)
    assert pq.read_table(row["read_path"]).num_rows == 0
    with pytest.raises(UserError, match=name):
        raw_log.require_readable(files)


def envelope(**change: object) -> dict[str, object]:
    row: dict[str, object] = {
        "specversion": "1.0",
        "id": "1",
        "source": "mackerel/billing",
        "type": "t",
        "time": None,
        "receivedtime": "2026-03-01T00:00:00Z",
        "orgid": None,
        "data": '{"a": 1.50}',
    }
    return row | change


def put_parquet(settings: Settings, table: pa.Table) -> None:
    path = put(settings, "a.parquet", b"")
    pq.write_table(table, path)


def envelope_table(rows: list[dict[str, object]], **extra: pa.Array) -> pa.Table:
    schema = pa.schema([(name, pa.string()) for name in examine.ENVELOPE])
    table = pa.Table.from_pylist(rows, schema=schema)
    for name, column in extra.items():
        table = table.append_column(name, column)
    return table


def test_parquet_with_the_envelope_is_read_as_it_lies(settings: Settings) -> None:
    put_parquet(settings, envelope_table([envelope()] * 3))
    row = only(settings)
    assert (row["read_route"], row["line_count"], row["file_problem"]) == ("parquet", 3, None)


def test_parquet_with_further_columns_keeps_them_in_the_line(settings: Settings) -> None:
    put_parquet(settings, envelope_table([envelope()], region=pa.array([7])))
    ((text, damage),) = read(only(settings))
    assert damage is None
    assert json.loads(text or "")["region"] == 7


def test_parquet_rows_that_are_events_otherwise_typed_are_sound_lines(settings: Settings) -> None:
    table = envelope_table([envelope()]).drop_columns(["orgid", "time"])
    put_parquet(settings, table.append_column("region", pa.array([7])))
    row = only(settings)
    assert (row["read_route"], row["file_problem"]) == ("repaired", "other_columns")
    ((text, damage),) = read(row)
    assert damage is None
    assert '"data":{"a": 1.50}' in (text or "")
    assert json.loads(text or "")["region"] == 7


def test_parquet_text_written_as_bytes_is_text(settings: Settings) -> None:
    table = envelope_table([envelope()])
    put_parquet(
        settings, table.cast(pa.schema([(name, pa.binary()) for name in table.schema.names]))
    )
    ((text, damage),) = read(only(settings))
    assert damage is None
    assert '"data":{"a": 1.50}' in (text or "")


def test_parquet_with_other_columns_is_kept_as_marked_text(settings: Settings) -> None:
    moment = pa.array([date(1, 1, 1), None])
    put_parquet(settings, pa.table({"x": [1, 2], "when": moment, "raw": [b"\xff", b"a"]}))
    assert read(only(settings)) == [
        ('{"x":1,"when":"0001-01-01","raw":"\\\\xff"}', "other_columns"),
        ('{"x":2,"when":null,"raw":"a"}', "other_columns"),
    ]


def test_parquet_text_that_is_no_utf8_is_marked_alone(settings: Settings) -> None:
    table = envelope_table([envelope(id="good"), envelope(id="bad")])
    spoilt = pa.array([b"good", b"b\xff"]).view(pa.string())
    put_parquet(settings, table.set_column(1, "id", spoilt))
    row = only(settings)
    assert row["file_problem"] == "not_utf8"
    assert [damage for _, damage in read(row)] == [None, "not_utf8"]


def test_the_same_damage_twice_is_two_files_with_their_lines(settings: Settings) -> None:
    for name in ("a.jsonl", "b.jsonl"):
        put(settings, name, b"\xff\n")
    rows = look(settings).values()
    assert len({row["read_path"] for row in rows}) == 2
    assert len({row["content_sha256"] for row in rows}) == 1


@pytest.mark.parametrize("folder", ["", "2026-03-01", "received_date=2026-02-30", "received_date="])
def test_a_folder_that_does_not_say_the_date(settings: Settings, folder: str) -> None:
    put(settings, "a.jsonl", b"{}\n", folder)
    row = only(settings)
    assert row["received_date"] is None
    assert (row["file_problem"], row["read_route"]) == ("no_received_date", "text")


def test_names_sql_would_read_as_patterns(settings: Settings) -> None:
    put(settings, "a[1]*.jsonl", b'{"a":1}\n')
    put(settings, "it's.jsonl", b'{"b":1}\n')
    rows = look(settings)
    assert rows["a[1]*.jsonl"]["file_problem"] == "glob_in_name"
    assert read(rows["a[1]*.jsonl"]) == [('{"a":1}', None)]
    assert rows["it's.jsonl"]["read_route"] == "text"


def test_a_name_that_is_no_utf8(settings: Settings) -> None:
    folder = settings.events / DAY
    folder.mkdir(parents=True)
    with Path(os.fsdecode(os.fsencode(folder) + b"/\xff.jsonl")).open("wb") as file:
        file.write(b"{}\n")
    row = only(settings)
    assert row["file_path"] == f"{DAY}/\\xff.jsonl"
    assert read(row) == [("{}", None)]


def settle(settings: Settings) -> None:
    """Date the files back: fresh ones are not trusted to stay as they are."""
    for path in settings.events.rglob("*.*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))


def test_an_unchanged_file_is_not_read_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(settings, "a.jsonl", b"{}\n")
    put(settings, "b.jsonl", b"\xff\n")
    settle(settings)
    first = raw_log.inspect(settings)

    def refuse(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(inventory, "examine_text", refuse)
    assert raw_log.inspect(settings).equals(first)
    put(settings, "a.jsonl", b"{}\n{}\n")
    with pytest.raises(AssertionError, match="read again"):
        raw_log.inspect(settings)


@pytest.mark.parametrize("loss", ["sidecars", "cache", "broken cache", "all"])
def test_the_table_is_the_same_whatever_is_left_of_an_earlier_look(
    settings: Settings, loss: str
) -> None:
    put(settings, "a.jsonl", b"{}\n")
    put(settings, "b.jsonl", b"\xff\n")
    settle(settings)
    first = raw_log.inspect(settings)
    landing = settings.data / "landing"
    if loss == "sidecars":
        shutil.rmtree(landing / "repaired")
    elif loss == "cache":
        (landing / "files.parquet").unlink()
    elif loss == "broken cache":
        (landing / "files.parquet").write_bytes(b"PAR1")
    else:
        shutil.rmtree(landing)
    assert raw_log.inspect(settings).equals(first)
    assert all(Path(path).exists() for path in first["read_path"].to_pylist())


def test_what_was_seen_of_another_log_does_not_count(settings: Settings, tmp_path: Path) -> None:
    put(settings, "a.jsonl", b"{}\n")
    settle(settings)
    raw_log.inspect(settings)
    other = Settings(tmp_path / "other", settings.data)
    put(other, "a.jsonl", b"a\nb")
    settle(other)
    assert only(other)["line_count"] == 2


def test_a_file_that_just_changed_is_read_again_even_with_its_old_time(settings: Settings) -> None:
    path = put(settings, "a.jsonl", b"{}\n\n")
    moment = path.stat().st_mtime_ns
    assert only(settings)["line_count"] == 2
    path.write_bytes(b'{"\n}')
    os.utime(path, ns=(moment, moment))
    assert only(settings)["content_sha256"] == examine.examine_text(path, "jsonl").content_sha256


def test_lists_of_files_are_never_empty(settings: Settings) -> None:
    put(settings, "a.jsonl", b"{}\n")
    raw_log.inspect(settings)
    empty = settings.data / "landing" / "empty"
    assert (empty / "empty.jsonl").read_bytes() == b""
    assert pq.read_schema(empty / "empty.parquet").names == list(examine.ENVELOPE)
    assert pq.read_schema(empty / "empty_repaired.parquet").equals(repair.SCHEMA)


def test_no_log_and_an_empty_log_say_what_to_do(settings: Settings) -> None:
    with pytest.raises(UserError, match="no raw event log") as none:
        raw_log.inspect(settings)
    settings.events.mkdir(parents=True)
    with pytest.raises(UserError, match="holds no event files") as empty:
        raw_log.inspect(settings)
    for error in (none, empty):
        assert "mackerel-cs simulate" in error.value.remedy
        assert "MACKEREL_CS_RAW" in error.value.remedy
