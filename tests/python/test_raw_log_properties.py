"""Whatever bytes a file holds: each line is counted once and no sound one is lost."""

import tempfile
from pathlib import Path

import pyarrow.parquet as pq
from hypothesis import assume, given
from hypothesis import settings as configured
from hypothesis import strategies as st

from mackerel_cs import raw_log
from mackerel_cs.raw_log.streams import GZIP_MAGIC, ZSTD_MAGIC, ZSTD_SKIPPABLE
from mackerel_cs.settings import Settings
from test_raw_log import PACK, only, put, read

# What trips line readers, drawn often; any byte at all, drawn now and then.
PIECES = st.sampled_from(
    [b"\n", b"\n", b"{}", b'"', b"\\", b"'", b",", b" ", b"\0", b"\x1e", b"\xe7\x9b\xa3", b"a" * 99]
)
WILD = st.sampled_from([b"\r", b"\r\n", b"\x1f", b"\xff", b"\xef\xbb\xbf"]) | st.binary(max_size=3)


@configured(max_examples=150, deadline=None)
@given(
    pieces=st.lists(PIECES, max_size=60) | st.lists(PIECES | WILD, max_size=60),
    suffix=st.sampled_from(sorted(PACK)),
    kept=st.none() | st.floats(0, 1),
)
def test_lines_read_are_the_lines_counted(
    pieces: list[bytes], suffix: str, kept: float | None
) -> None:
    data = b"".join(pieces)
    # Bytes that begin as gzip or zstd do are taken for it, whatever the file's name says.
    assume(not data.startswith((GZIP_MAGIC, ZSTD_MAGIC, *ZSTD_SKIPPABLE)))
    packed = PACK[suffix](data)
    if kept is not None:
        packed = packed[: int(len(packed) * kept)]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "raw", Path(folder) / "data")
        put(settings, "a.jsonl" + suffix, packed)
        row = only(settings)
        if row["file_problem"] == "unreadable":
            assert suffix, "plain bytes can always be read"
            return
        lines = read(row)
        assert row["line_count"] == len(lines)
        if kept is None:
            assert {"truncated", "corrupt"}.isdisjoint(damage for _, damage in lines)
            assert sound_texts(lines) == sound_lines(data)


def sound_texts(lines: list[tuple[str | None, str | None]]) -> list[str]:
    return [text or "" for text, damage in lines if damage is None]


def sound_lines(data: bytes) -> list[str]:
    """The lines that are UTF-8, by the rule written in `repair.text_lines`."""
    end = b"\n" if b"\n" in data or b"\r" not in data else b"\r"
    parts = data.split(end)
    if parts[-1] == b"":
        parts.pop()
    if parts:
        parts[0] = parts[0].removeprefix(b"\xef\xbb\xbf")
    lines = []
    for part in parts:
        try:
            lines.append(part.removesuffix(b"\r").decode())
        except UnicodeDecodeError:
            continue
    return lines


@configured(max_examples=25, deadline=None)
@given(data=st.binary(min_size=1, max_size=200), format_=st.sampled_from(["parquet", "jsonl.gz"]))
def test_garbage_is_never_an_unforeseen_error(data: bytes, format_: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "raw", Path(folder) / "data")
        put(settings, f"a.{format_}", data)
        (row,) = raw_log.inspect(settings).to_pylist()
        assert row["file_problem"] is not None
        assert pq.read_metadata(row["read_path"]).num_rows == row["line_count"]
