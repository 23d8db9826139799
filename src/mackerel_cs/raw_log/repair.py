"""A damaged raw file as a sidecar Parquet file: every line kept, the damaged ones marked.

Columns: `line_number` (from 1), `raw_text`, `damage` (null for a sound line, else one of
`mackerel_cs.raw_log.problems`).
"""

import itertools
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from mackerel_cs.raw_log import problems
from mackerel_cs.raw_log.examine import (
    BOM,
    ENVELOPE,
    MAX_LINE_BYTES,
    MAX_TEXT_LINE_BYTES,
    RESCUE_PIECE,
)
from mackerel_cs.raw_log.streams import DamagedStreamError, blocks, compression_of

SCHEMA = pa.schema(
    [("line_number", pa.int64()), ("raw_text", pa.string()), ("damage", pa.string())]
)
Line = tuple[str, str | None]

_GROUP_BYTES = 16 << 20
_TEXTS = {
    pa.string(): pa.binary(),
    pa.binary(): pa.binary(),
    pa.large_string(): pa.large_binary(),
    pa.large_binary(): pa.large_binary(),
}
# Without these a row is no event at all.
_NEEDED = frozenset({"id", "source", "type", "data"})


def write_sidecar(lines: Iterator[Line], target: Path) -> int:
    """Write the lines beside and move them in; return how many there are."""
    target.parent.mkdir(parents=True, exist_ok=True)
    scratch = target.with_suffix(".tmp")
    written = 0
    with pq.ParquetWriter(scratch, SCHEMA, compression="zstd") as writer:
        for group in _groups(lines):
            texts, damages = zip(*group, strict=True)
            numbers = range(written + 1, written + len(group) + 1)
            writer.write_table(
                pa.table([pa.array(numbers, pa.int64()), texts, damages], schema=SCHEMA)
            )
            written += len(group)
    scratch.replace(target)
    return written


def _groups(lines: Iterator[Line]) -> Iterator[list[Line]]:
    """Row groups of a bounded size, so that a huge file does not fill the memory."""
    group: list[Line] = []
    size = 0
    for line in lines:
        group.append(line)
        size += len(line[0]) + 16
        if size >= _GROUP_BYTES:
            yield group
            group, size = [], 0
    if group:
        yield group


def text_lines(path: Path, found: set[str]) -> Iterator[Line]:
    """The lines of a damaged text file, in order.

    A line ends at a line feed; a carriage return before it belongs to the end. A file with
    carriage returns alone is one of an old Macintosh: they end its lines.
    """
    if problems.TRUNCATED in found and path.stat().st_size == 0:
        yield "", problems.TRUNCATED
        return
    with path.open("rb") as file:
        compression = compression_of(file)
        is_broken = found & {problems.CORRUPT, problems.TRAILING_BYTES}
        stream = _Remembering(blocks(file, compression, piece=RESCUE_PIECE if is_broken else None))
        mac = problems.CARRIAGE_RETURN in found and not _has_line_feed(path, found)
        is_first = True
        cut_line: bytes | None = None
        for line, is_closed in _split(stream, b"\r" if mac else b"\n"):
            if is_first:
                is_first = False
                line = line.removeprefix(BOM)  # noqa: PLW2901
            if is_closed or stream.damage is None:
                yield _judged(line)
            else:
                cut_line = line
        if (damage := stream.damage) is None:
            return
        if damage.problem == problems.TRAILING_BYTES:
            if cut_line:
                yield _judged(cut_line)
            rest = damage.rest + file.read(MAX_TEXT_LINE_BYTES)
            yield _decoded(rest[:MAX_TEXT_LINE_BYTES]), problems.TRAILING_BYTES
        else:
            # One marked line always, if an empty one: that something is missing must show.
            yield _decoded((cut_line or b"")[:MAX_LINE_BYTES]), damage.problem


class _Remembering:
    """Blocks until the stream breaks; then the damage is remembered instead of raised."""

    def __init__(self, stream: Iterator[bytes]) -> None:
        self._stream = stream
        self.damage: DamagedStreamError | None = None

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._stream
        except DamagedStreamError as damage:
            self.damage = damage


def _has_line_feed(path: Path, found: set[str]) -> bool:
    with path.open("rb") as file:
        piece = RESCUE_PIECE if found & {problems.CORRUPT, problems.TRAILING_BYTES} else None
        try:
            return any(b"\n" in block for block in blocks(file, compression_of(file), piece=piece))
        except DamagedStreamError:
            return False


def _split(stream: "_Remembering", end: bytes) -> Iterator[tuple[bytes, bool]]:
    """Lines without their ends and whether an end was seen; of an endless line just the head."""
    parts: list[bytes] = []
    size = 0
    for block in stream:
        *closed, open_part = block.split(end)
        for line in closed:
            yield b"".join([*parts, line]) if parts else line, True
            parts, size = [], 0
        size += len(open_part)
        if open_part and size <= MAX_LINE_BYTES + len(block):
            parts.append(open_part)
    if parts:
        yield b"".join(parts), False


def _judged(line: bytes) -> Line:
    line = line.removesuffix(b"\r")
    if len(line) > MAX_LINE_BYTES:
        return _decoded(line[:MAX_TEXT_LINE_BYTES]), problems.LINE_TOO_LONG
    try:
        return line.decode(), None
    except UnicodeDecodeError:
        return _decoded(line), problems.NOT_UTF8


def _decoded(line: bytes) -> str:
    return line.decode(errors="backslashreplace")


def parquet_lines(path: Path) -> Iterator[Line]:
    """The rows of a Parquet file without the envelope's columns, each as the line it stands for.

    A row that has what makes an event (id, source, type, data) is a sound line, whatever the types
    of its columns; one that has not is kept as JSON text and marked.
    """
    parquet = pq.ParquetFile(path)
    is_event = parquet.schema_arrow.names and set(parquet.schema_arrow.names) >= _NEEDED
    damage = None if is_event else problems.OTHER_COLUMNS
    for batch in parquet.iter_batches(batch_size=4096):
        for row in _rows(batch):
            try:
                text = _row_text(row)
                text.encode()
                yield text, damage
            except UnicodeError:
                yield _row_text(_escaped(row)), damage or problems.NOT_UTF8


def _rows(batch: pa.RecordBatch) -> Iterator[dict[str, Any]]:
    """Rows as Python values; text that is not UTF-8 comes as bytes."""
    columns = []
    for column in batch.columns:
        if column.type in _TEXTS:
            # Read as bytes: Parquet promises UTF-8 for strings and nobody checks.
            columns.append(
                [_text_or_bytes(value.as_py()) for value in column.view(_TEXTS[column.type])]
            )
        else:
            columns.append(column.to_pylist())
    for values in zip(*columns, strict=True) if columns else itertools.repeat((), batch.num_rows):
        yield dict(zip(batch.schema.names, values, strict=True))


def _text_or_bytes(value: bytes | None) -> str | bytes | None:
    try:
        return None if value is None else value.decode()
    except UnicodeDecodeError:
        return value


def _escaped(row: dict[str, Any]) -> dict[str, Any]:
    return {
        name: _decoded(value) if isinstance(value, bytes) else value for name, value in row.items()
    }


def _row_text(row: dict[str, Any]) -> str:
    """The row as one JSON object; `data` that is JSON text is put in as it stands."""
    pairs = []
    for name, value in row.items():
        if value is None and name in ENVELOPE:
            continue
        if isinstance(value, bytes):
            value.decode()  # raises for bytes that are no text
        text = value if name == "data" and _is_json(value) else _dumped(value)
        pairs.append(f"{json.dumps(name)}:{text}")
    return "{" + ",".join(pairs) + "}"


def _is_json(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        json.loads(value)
    except ValueError:
        return False
    return True


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=_plain)


def _plain(value: Any) -> str:
    if isinstance(value, bytes):
        return _decoded(value)
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
