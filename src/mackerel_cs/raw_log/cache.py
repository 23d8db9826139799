"""What an earlier look at the raw files found, so that an unchanged file is not read again."""

import time
from collections.abc import Iterable
from typing import NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from mackerel_cs.raw_log import problems
from mackerel_cs.raw_log.landing import Landing
from mackerel_cs.raw_log.rows import SCHEMA, RawFile
from mackerel_cs.settings import Settings

# A file written this shortly before the look may change again within the clock's grain.
_SETTLED_NS = 2_000_000_000
# Raise it when a file's row would come out otherwise than before.
_VERSION = b"1"


class FileKey(NamedTuple):
    """A file as it was: another size or modification time is another file."""

    file_path: str
    size: int
    mtime_ns: int


def _place(settings: Settings) -> dict[bytes, bytes]:
    return {b"events": str(settings.events.absolute()).encode(), b"version": _VERSION}


def load_cache(settings: Settings, landing: Landing) -> dict[FileKey, RawFile]:
    """Rows by key; empty when there are none, they are of another log, or the file is broken."""
    try:
        table = pq.ParquetFile(landing.seen).read()
    except (OSError, pa.ArrowException):
        return {}
    metadata = table.schema.metadata or {}
    if {key: metadata.get(key) for key in _place(settings)} != _place(settings):
        return {}
    rows = table.to_pylist()
    return {
        FileKey(row["file_path"], row["size_bytes"], row.pop("mtime_ns")): RawFile(**row)
        for row in rows
    }


def save_cache(
    settings: Settings,
    landing: Landing,
    known: dict[FileKey, RawFile],
    rows: Iterable[tuple[FileKey, RawFile]],
) -> None:
    """Keep the rows of files that have settled; nothing is written when nothing changed."""
    settled_before = time.time_ns() - _SETTLED_NS
    keep = {
        key: row
        for key, row in rows
        if key.mtime_ns < settled_before and row.file_problem != problems.UNREADABLE
    }
    if keep == known:
        return
    schema = SCHEMA.append(pa.field("mtime_ns", pa.int64())).with_metadata(_place(settings))
    table = pa.Table.from_pylist(
        [row.__dict__ | {"mtime_ns": key.mtime_ns} for key, row in keep.items()], schema=schema
    )
    scratch = landing.seen.with_suffix(".tmp")
    pq.write_table(table, scratch)
    scratch.replace(landing.seen)
