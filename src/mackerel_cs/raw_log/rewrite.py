"""Rewriting a raw file in place: the one thing that may, when somebody is erased.

The file keeps its name, compression, number of lines and damage, and every line in which nothing
is replaced its bytes. It is written beside and moved in: a kill leaves the old file or the new one.
What cannot be read behind a damage cannot be shown to be free of anybody: it is left out.
"""

import errno
import os
import shutil
import zlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, BinaryIO, Protocol

import pyarrow as pa
import pyarrow.parquet as pq
import zstandard

from mackerel_cs.durable import sync_file, sync_folder
from mackerel_cs.raw_log.examine import RESCUE_PIECE
from mackerel_cs.raw_log.problems import CORRUPT, TRAILING_BYTES, UNREADABLE
from mackerel_cs.raw_log.streams import DamagedStreamError, blocks, compression_of

SCRATCH_SUFFIX = ".erasing"
PARQUET_MAGIC = b"PAR1"

_ZSTD_LEVEL = 9
_WINDOW_BITS_GZIP = 31
# A block no decompressor accepts; before it empty ones, since a reader that meets damage loses
# what it had read at once with it.
_GZIP_WRECK = b"\x00\x00\x00\xff\xff" * RESCUE_PIECE + b"\x07"
_ZSTD_WRECK = b"\x00\x00\x00" * RESCUE_PIECE + b"\x06\x00\x00"


class Scrubber(Protocol):
    """What replaces identifiers in text."""

    def scrub_lines(self, text: str) -> str:
        """Scrub a block of whole lines."""
        ...

    def scrub(self, line: str, place: str | None = None) -> str:
        """Scrub one text; `place` is the organization it is about."""
        ...


class Plain:
    """The plain bytes of a file of lines in blocks of whole lines; after them, what was damaged."""

    def __init__(self, path: Path) -> None:
        """Look once whether the file is sound: small pieces save the lines before a damage."""
        self.damage: DamagedStreamError | None = None
        self._path = path
        self._piece: int | None = None
        with path.open("rb") as file:
            self.compression = compression_of(file)
            if self.compression:
                for _ in self._readable(file):
                    pass
        if self.damage:
            self._piece = RESCUE_PIECE

    def __iter__(self) -> Iterator[bytes]:
        """Yield the blocks up to the damage."""
        self.damage = None
        with self._path.open("rb") as file:
            yield from _whole_lines(self._readable(file))
            if self.damage and self.damage.problem == TRAILING_BYTES:
                self.damage.rest += file.read()

    def _readable(self, file: BinaryIO) -> Iterator[bytes]:
        try:
            yield from blocks(file, self.compression, piece=self._piece)
        except DamagedStreamError as damage:
            self.damage = damage


def _whole_lines(stream: Iterable[bytes]) -> Iterator[bytes]:
    parts: list[bytes] = []
    for block in stream:
        head, end, tail = block.rpartition(b"\n")
        if end:
            yield b"".join([*parts, head, end])
            parts = []
        if tail:
            parts.append(tail)
    if parts:
        yield b"".join(parts)


def decoded(data: bytes) -> str:
    """Bytes as text that gives the same bytes again, whatever they are."""
    return data.decode(errors="surrogateescape")


def encoded(text: str) -> bytes:
    """The bytes `decoded` had."""
    return text.encode(errors="surrogateescape")


def is_parquet(path: Path) -> bool:
    """Whether the content is Parquet."""
    with path.open("rb") as file:
        return file.read(len(PARQUET_MAGIC)) == PARQUET_MAGIC


def rewrite(path: Path, scrubber: Scrubber) -> bool:
    """Scrub a file; return whether anything was replaced. OSError where it cannot be written.

    A file that cannot be read at all is left alone: it stops every build by itself.
    """
    path = path.resolve()  # a link stays a link
    if is_parquet(path):
        return _rewrite_parquet(path, scrubber)
    return _rewrite_lines(path, scrubber)


def _rewrite_lines(path: Path, scrubber: Scrubber) -> bool:
    def scrubbed(data: bytes) -> bytes:
        return encoded(scrubber.scrub_lines(decoded(data)))

    before = path.stat()
    plain = Plain(path)
    is_changed = any(scrubbed(block) != block for block in plain)
    if plain.damage and plain.damage.problem == UNREADABLE:
        return False
    rest = plain.damage.rest if plain.damage else b""
    if not is_changed and scrubbed(rest) == rest:
        return False

    def write(scratch: Path) -> None:
        with scratch.open("wb") as file:
            packer = _packer(plain.compression)
            for block in plain:
                file.write(packer.compress(scrubbed(block)))
            file.write(_ending(packer, plain, scrubbed))

    _replace(path, before, write)
    return True


class _Stored:
    """No compression, in the form of one."""

    def compress(self, data: bytes) -> bytes:
        return data

    def flush(self) -> bytes:
        return b""


def _packer(compression: str | None) -> Any:
    if compression == "gzip":
        return zlib.compressobj(wbits=_WINDOW_BITS_GZIP)
    if compression == "zstd":
        return zstandard.ZstdCompressor(level=_ZSTD_LEVEL).compressobj()
    return _Stored()


def _ending(packer: Any, plain: Plain, scrubbed: Callable[[bytes], bytes]) -> bytes:
    """The end of a sound stream, or the damage the file had."""
    if plain.damage is None:
        return bytes(packer.flush())
    if plain.damage.problem == TRAILING_BYTES:
        return bytes(packer.flush()) + scrubbed(plain.damage.rest)
    is_gzip = plain.compression == "gzip"
    flushed = packer.flush(zlib.Z_FULL_FLUSH if is_gzip else zstandard.COMPRESSOBJ_FLUSH_BLOCK)
    wreck = _GZIP_WRECK if is_gzip else _ZSTD_WRECK
    return bytes(flushed) + (wreck if plain.damage.problem == CORRUPT else b"")


def _rewrite_parquet(path: Path, scrubber: Scrubber) -> bool:
    before = path.stat()
    try:
        parquet = pq.ParquetFile(path)
        groups = range(parquet.num_row_groups)
        changed = [
            group for group in groups if _scrubbed(parquet.read_row_group(group), scrubber)[1]
        ]
    except pa.ArrowException:
        return False
    if not changed:
        return False

    def write(scratch: Path) -> None:
        with pq.ParquetWriter(scratch, parquet.schema_arrow, compression="zstd") as writer:
            for group in groups:
                writer.write_table(_scrubbed(parquet.read_row_group(group), scrubber)[0])

    _replace(path, before, write)
    return True


def _scrubbed(table: pa.Table, scrubber: Scrubber) -> tuple[pa.Table, bool]:
    """The table without the identifiers, and whether it held any."""
    places = _values(table["orgid"]) if "orgid" in table.column_names else [None] * len(table)
    is_changed = False
    for number, column in enumerate(table.columns):
        if not _holds_text(column.type):
            continue
        values = _values(column)
        scrubbed = [
            _scrubbed_value(value, scrubber, decoded(place) if isinstance(place, bytes) else None)
            for value, place in zip(values, places, strict=True)
        ]
        if scrubbed != values:
            is_changed = True
            name = table.schema.field(number)
            table = table.set_column(number, name, _array(scrubbed, column.type))
    return table, is_changed


def _holds_text(kind: pa.DataType) -> bool:
    return pa.types.is_nested(kind) or pa.types.is_dictionary(kind) or kind in _BYTES


_BYTES = {
    pa.string(): pa.binary(),
    pa.binary(): pa.binary(),
    pa.large_string(): pa.large_binary(),
    pa.large_binary(): pa.large_binary(),
}


def _values(column: pa.ChunkedArray) -> list[Any]:
    """Python values; text as bytes, because nobody promises that it is UTF-8."""
    if column.type not in _BYTES:
        return list(column.to_pylist())
    return [
        value for chunk in column.chunks for value in chunk.view(_BYTES[column.type]).to_pylist()
    ]


def _array(values: list[Any], kind: pa.DataType) -> pa.Array:
    if kind not in _BYTES:
        return pa.array(values, type=kind)
    return pa.array(values, type=_BYTES[kind]).view(kind)


def _scrubbed_value(value: Any, scrubber: Scrubber, place: str | None) -> Any:
    if isinstance(value, bytes):
        return encoded(scrubber.scrub(decoded(value), place))
    if isinstance(value, str):
        return scrubber.scrub(value, place)
    if isinstance(value, dict):
        return {name: _scrubbed_value(one, scrubber, place) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return type(value)(_scrubbed_value(one, scrubber, place) for one in value)
    return value


def _replace(path: Path, before: os.stat_result, write: Callable[[Path], None]) -> None:
    """Write beside and move in, unless the file is no more what was read."""
    scratch = path.with_name(f".{path.name}{SCRATCH_SUFFIX}")
    try:
        write(scratch)
        shutil.copymode(path, scratch)
        sync_file(scratch)
        now = path.stat()
        if (now.st_size, now.st_mtime_ns) != (before.st_size, before.st_mtime_ns):
            raise OSError(errno.EBUSY, "somebody wrote into it meanwhile", str(path))
        scratch.replace(path)
    finally:
        scratch.unlink(missing_ok=True)
    sync_folder(path.parent)
