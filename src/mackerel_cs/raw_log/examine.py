"""One walk through a raw file: how many lines, and whether SQL may read it as it lies."""

import codecs
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.parquet as pq

from mackerel_cs.raw_log import problems
from mackerel_cs.raw_log.streams import (
    GZIP_MAGIC,
    MAGIC_BYTES,
    ZSTD_MAGIC,
    DamagedStreamError,
    blocks,
    compression_of,
)

# Longest line SQL reads as text: half of the `max_line_size` landing gives to `read_csv`.
MAX_TEXT_LINE_BYTES = 1 << 20
# Longest line kept whole; of a longer one the first MAX_TEXT_LINE_BYTES stay.
MAX_LINE_BYTES = 64 << 20
# Compressed bytes handed over at once when damage was met: few good lines are lost with a piece.
RESCUE_PIECE = 16
# First byte of the delimiter landing gives to `read_csv`; JSON text cannot hold it.
DELIMITER_BYTE = b"\x1f"
BOM = codecs.BOM_UTF8
ENVELOPE = ("specversion", "id", "source", "type", "time", "receivedtime", "orgid", "data")

_COMPRESSED_SUFFIX = {"jsonl.gz": GZIP_MAGIC, "jsonl.zst": ZSTD_MAGIC}


@dataclass
class Findings:
    """What a walk through a file found; `line_count` is what SQL will read on the text route."""

    content_sha256: str = ""
    line_count: int = 0
    problems: set[str] = field(default_factory=set)
    reason: str = ""


class HashingReader:
    """Reads a file and hashes what went by."""

    def __init__(self, file: BinaryIO) -> None:
        """Start at the file's position with an empty hash."""
        self._file = file
        self._hash = hashlib.sha256()

    def read(self, size: int = -1, /) -> bytes:
        """Read on and hash."""
        data = self._file.read(size)
        self._hash.update(data)
        return data

    def hexdigest(self) -> str:
        """The hash of the whole file: what is left is read first."""
        while self.read(1 << 20):
            pass
        return self._hash.hexdigest()


def examine_text(path: Path, file_format: str) -> Findings:
    """Walk through a file of lines; OSError when it cannot be opened."""
    findings = Findings()
    with path.open("rb") as file:
        reader = HashingReader(file)
        compression = compression_of(file)
        mismatch = _mismatch(file, file_format, compression)
        if mismatch:
            findings.problems.add(mismatch)
        if mismatch not in (problems.UNREADABLE, problems.TRUNCATED):
            try:
                _walk(blocks(reader, compression), findings)
            except DamagedStreamError as damage:
                findings.problems.add(_settled(path, compression, damage).problem)
                findings.reason = damage.reason
        findings.content_sha256 = reader.hexdigest()
    return findings


def _mismatch(file: BinaryIO, file_format: str, compression: str | None) -> str | None:
    """What is wrong when the name promises another compression than the content has."""
    magic = _COMPRESSED_SUFFIX.get(file_format, b"")
    if compression is None and not magic:
        return None
    head = file.read(MAGIC_BYTES)
    file.seek(0)
    if compression is None:
        if magic.startswith(head):
            return problems.TRUNCATED  # nothing, or less than the magic number, was written
        # Clients that decompress on download leave plain lines under a compressed name.
        return problems.WRONG_EXTENSION if head.lstrip().startswith(b"{") else problems.UNREADABLE
    named = {"jsonl.gz": "gzip", "jsonl.zst": "zstd"}.get(file_format)
    return None if named == compression else problems.WRONG_EXTENSION


def _settled(path: Path, compression: str | None, damage: DamagedStreamError) -> DamagedStreamError:
    """The damage as small pieces show it: a big first piece may hide what came before it."""
    if damage.problem == problems.TRUNCATED:
        return damage
    try:
        with path.open("rb") as file:
            for _ in blocks(file, compression, piece=RESCUE_PIECE):
                pass
    except DamagedStreamError as settled:
        return settled
    return damage


def _walk(stream: Iterator[bytes], findings: Findings) -> None:
    """Count lines and look for whatever keeps SQL from reading them as text."""
    found = findings.problems
    line_bytes = 0  # of the line that is open at the end of the last block
    rest = b""  # a UTF-8 sequence cut by the end of the last block
    is_first = True
    for block in stream:
        if is_first:
            is_first = False
            if block.startswith(BOM):
                found.add(problems.BYTE_ORDER_MARK)
        newlines = block.count(b"\n")
        findings.line_count += newlines
        if newlines:
            longest = max(line_bytes + block.index(b"\n"), _longest_inner_line(block))
            line_bytes = len(block) - block.rindex(b"\n") - 1
        else:
            line_bytes += len(block)
            longest = line_bytes
        _note_length(longest, found)
        if DELIMITER_BYTE in block:
            found.add(problems.RESERVED_DELIMITER)
        if b"\r" in block:
            found.add(problems.CARRIAGE_RETURN)
        if rest or not block.isascii():
            rest = _check_utf8(rest + block, found)
    _note_length(line_bytes, found)
    if rest:
        found.add(problems.NOT_UTF8)
    findings.line_count += line_bytes > 0


def _longest_inner_line(block: bytes) -> int:
    if len(block) <= MAX_TEXT_LINE_BYTES:
        return 0
    return max(map(len, block.split(b"\n")[1:-1]), default=0)


def _note_length(length: int, found: set[str]) -> None:
    if length > MAX_LINE_BYTES:
        found.add(problems.LINE_TOO_LONG)
    elif length > MAX_TEXT_LINE_BYTES:
        found.add(problems.LONG_LINE)


def _check_utf8(data: bytes, found: set[str]) -> bytes:
    if problems.NOT_UTF8 in found:
        return b""
    try:
        _, consumed = codecs.utf_8_decode(data, "strict", False)
    except UnicodeDecodeError:
        found.add(problems.NOT_UTF8)
        return b""
    return data[consumed:]


def examine_parquet(path: Path) -> Findings:
    """Read the envelope columns once: a page that is broken shows now, not in the build."""
    findings = Findings()
    with path.open("rb") as file:
        reader = HashingReader(file)
        findings.content_sha256 = reader.hexdigest()
    try:
        parquet = pq.ParquetFile(path)
        findings.line_count = parquet.metadata.num_rows
        if not has_envelope(parquet.schema_arrow):
            findings.problems.add(problems.OTHER_COLUMNS)
        for batch in parquet.iter_batches(batch_size=8192):
            if not _is_utf8(batch):
                findings.problems.add(problems.NOT_UTF8)
    except (pa.ArrowException, OSError) as error:
        findings.problems.add(problems.UNREADABLE)
        findings.reason = str(error)
    return findings


def has_envelope(schema: pa.Schema) -> bool:
    """Whether the columns are those of the envelope, as strings, and no others.

    What SQL reads as it lies it reads by these names; further columns would be lost.
    """
    return sorted(schema.names) == sorted(ENVELOPE) and all(
        _is_text(field.type) for field in schema
    )


def _is_text(kind: pa.DataType) -> bool:
    return kind in (pa.string(), pa.large_string())


def _is_utf8(batch: pa.RecordBatch) -> bool:
    try:
        batch.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
