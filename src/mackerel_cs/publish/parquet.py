"""Parquet files of published marts, and joining them from parts.

A mart of which builds recompute a part lies in its file month by month. A month that did not change
is taken over from the previous build byte by byte; only its offsets in the footer are new. So a
day's publication compresses what the day changed, and the file is the same as if written whole.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import duckdb

from mackerel_cs.publish import footer
from mackerel_cs.publish.footer import Struct
from mackerel_cs.publish.models import Model
from mackerel_cs.publish.sql import text

# Fields of Parquet's structs, as parquet.thrift numbers them.
_ROW_COUNT, _ROW_GROUPS, _KEY_VALUES = 3, 4, 5
_COLUMNS, _GROUP_ROWS, _GROUP_OFFSET, _GROUP_ORDINAL = 1, 3, 5, 7
_CHUNK_OFFSETS, _CHUNK_METADATA = (2, 4, 6), 3
_PAGE_OFFSETS = (9, 10, 11, 14)
_MAGIC = b"PAR1"
_LENGTH_BYTES = 4
_COPIED_BYTES = 1 << 23
_PARTS_KEY = b"mackerel_cs.parts"


@dataclass(frozen=True)
class Part:
    """A run of row groups with all their bytes, somewhere in a Parquet file."""

    name: str
    path: Path
    offset: int
    length: int
    footer: Struct
    row_groups: list[Struct]


def write_parquet(
    connection: duckdb.DuckDBPyConnection,
    model: Model,
    target: Path,
    unchanged: dict[str, Part],
) -> None:
    """Write the mart of the connection's file; `unchanged` are months that are taken over."""
    target.parent.mkdir(parents=True, exist_ok=True)
    months = months_of(connection, model, model.relation)
    if not months:
        _copy(connection, f"from {model.relation}", target)
        return
    scratch = target.with_suffix(".parts")
    scratch.mkdir()
    parts = []
    for month in months:
        if month not in unchanged:
            rows = f"from {model.relation} where {model.in_month(month)}"
            _copy(connection, f"{rows} order by {model.order}", scratch / month)
        parts.append(unchanged.get(month) or whole_file(scratch / month))
    join(parts, target)
    for path in scratch.iterdir():
        path.unlink()
    scratch.rmdir()


def months_of(connection: duckdb.DuckDBPyConnection, model: Model, relation: str) -> list[str]:
    """First days of the months the mart has rows of; none where it is not kept by month."""
    if model.date_column is None:
        return []
    rows = connection.execute(f"select distinct {model.month} from {relation} order by 1")
    return [str(month) for (month,) in rows.fetchall()]


def row_count(path: Path) -> int:
    """Rows of a Parquet file, by its footer."""
    return int(_footer_of(path)[0][_ROW_COUNT][1])


def parts_of(path: Path) -> dict[str, Part]:
    """The parts of a joined file by name; none where it was written in one piece."""
    found, _ = _footer_of(path)
    _, pairs = found.get(_KEY_VALUES, (0, (0, [])))[1]
    listed = next((pair[2][1] for pair in pairs if pair[1][1] == _PARTS_KEY), b"[]")
    row_groups = iter(found[_ROW_GROUPS][1][1])
    return {
        name: Part(name, path, offset, length, found, [next(row_groups) for _ in range(groups)])
        for name, offset, length, groups in json.loads(listed)
    }


def whole_file(path: Path) -> Part:
    """A file that was written in one piece, as a part of the same name."""
    found, body_end = _footer_of(path)
    length = body_end - len(_MAGIC)
    return Part(path.name, path, len(_MAGIC), length, found, found[_ROW_GROUPS][1][1])


def join(parts: list[Part], target: Path) -> None:
    """Write the parts, which have the same columns, one after the other into one file."""
    listed = []
    row_groups: list[Struct] = []
    with target.open("wb") as file:
        file.write(_MAGIC)
        for part in parts:
            offset = file.tell()
            with part.path.open("rb") as source:
                _copy_bytes(source, file, part)
            row_groups += _moved(part.row_groups, offset - part.offset, len(row_groups))
            listed.append((part.name, offset, part.length, len(part.row_groups)))
        rows = sum(group[_GROUP_ROWS][1] for group in row_groups)
        names: Struct = {
            1: (footer.BINARY, _PARTS_KEY),
            2: (footer.BINARY, json.dumps(listed).encode()),
        }
        joined = parts[0].footer | {
            _ROW_COUNT: (footer.LONG, rows),
            _ROW_GROUPS: (footer.LIST, (footer.STRUCT, row_groups)),
            _KEY_VALUES: (footer.LIST, (footer.STRUCT, [names])),
        }
        data = footer.encoded(joined)
        file.write(data + len(data).to_bytes(_LENGTH_BYTES, "little") + _MAGIC)


def _copy(connection: duckdb.DuckDBPyConnection, rows: str, target: Path) -> None:
    connection.execute(f"copy ({rows}) to {text(str(target))} (format parquet, compression zstd)")


def _footer_of(path: Path) -> tuple[Struct, int]:
    """The footer, and where it begins; OSError where the file has none that can be read."""
    tail = _LENGTH_BYTES + len(_MAGIC)
    try:
        with path.open("rb") as file:
            end = file.seek(-tail, 2)
            length = int.from_bytes(file.read(_LENGTH_BYTES), "little")
            if file.read() != _MAGIC:
                raise ValueError("the last bytes are not Parquet's")
            file.seek(end - length)
            return footer.decoded(file.read(length)), end - length
    except (OSError, ValueError, IndexError) as error:
        raise OSError(f"{path} has no footer that can be read: {error}") from error


def _copy_bytes(source: BinaryIO, target: BinaryIO, part: Part) -> None:
    source.seek(part.offset)
    left = part.length
    while left:
        data = source.read(min(left, _COPIED_BYTES))
        if not data:
            raise OSError(f"{part.path} is shorter than its footer says")
        target.write(data)
        left -= len(data)


def _moved(row_groups: list[Struct], distance: int, first_ordinal: int) -> Iterator[Struct]:
    """The row groups as they are described after their bytes moved by `distance`."""
    for ordinal, row_group in enumerate(row_groups, first_ordinal):
        kind, chunks = row_group[_COLUMNS][1]
        moved = _shifted(row_group, (_GROUP_OFFSET,), distance)
        moved[_COLUMNS] = (footer.LIST, (kind, [_moved_chunk(chunk, distance) for chunk in chunks]))
        if _GROUP_ORDINAL in moved:
            moved[_GROUP_ORDINAL] = (footer.SHORT, ordinal)
        yield moved


def _moved_chunk(chunk: Struct, distance: int) -> Struct:
    moved = _shifted(chunk, _CHUNK_OFFSETS, distance)
    metadata = chunk[_CHUNK_METADATA][1]
    moved[_CHUNK_METADATA] = (footer.STRUCT, _shifted(metadata, _PAGE_OFFSETS, distance))
    return moved


def _shifted(struct: Struct, numbers: Iterable[int], distance: int) -> Struct:
    # 0 is what writers say who do not use a field.
    return struct | {
        number: (kind, value + distance)
        for number in numbers
        if number in struct
        for kind, value in [struct[number]]
        if value
    }
