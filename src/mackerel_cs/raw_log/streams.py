"""Decompressed blocks of a raw file, with the damage a lenient reader would hide.

DuckDB stops without a word at the end of a truncated gzip, so every compressed file is walked
through here once, in blocks, and what is wrong is said at the end of the walk.
"""

import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Protocol

import zstandard

from mackerel_cs.raw_log.problems import CORRUPT, TRAILING_BYTES, TRUNCATED, UNREADABLE

BLOCK_BYTES = 1 << 20
GZIP_MAGIC = b"\x1f\x8b"
# A zstd frame, or one of the sixteen skippable ones.
ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"
ZSTD_SKIPPABLE = tuple(bytes([0x50 + n]) + b"\x2a\x4d\x18" for n in range(16))
MAGIC_BYTES = 4

_LEAST_PIECE, _MOST_PIECE = 4 << 10, 64 << 10
_WINDOW_BITS_GZIP = 31


class Reader(Protocol):
    """Anything with a `read` of bytes."""

    def read(self, size: int = -1, /) -> bytes:
        """Return up to `size` bytes, none at the end."""
        ...


class DamagedStreamError(Exception):
    """The stream cannot be read further: which problem, and the bytes that were not read."""

    def __init__(self, problem: str, rest: bytes = b"", reason: str = "") -> None:
        """Keep what the repair needs."""
        super().__init__(reason or problem)
        self.problem = problem
        self.rest = rest
        self.reason = reason


def compression_of(file: BinaryIO) -> str | None:
    """'gzip', 'zstd' or null, by the first bytes: names lie, magic numbers seldom do."""
    head = file.read(MAGIC_BYTES)
    file.seek(0)
    if head.startswith(GZIP_MAGIC):
        return "gzip"
    if head.startswith((ZSTD_MAGIC, *ZSTD_SKIPPABLE)):
        return "zstd"
    return None


def blocks(reader: Reader, compression: str | None, *, piece: int | None = None) -> Iterator[bytes]:
    """Yield the plain bytes in blocks of about a mebibyte; raise DamagedStreamError at damage.

    `piece` fixes the compressed bytes handed over at once: a decompressor that fails gives up all
    output of that call, so small pieces save the last good lines before the damage.
    """
    if compression is None:
        while block := reader.read(BLOCK_BYTES):
            yield block
        return
    new_member: Callable[[], Any] = (
        zstandard.ZstdDecompressor().decompressobj
        if compression == "zstd"
        else lambda: zlib.decompressobj(_WINDOW_BITS_GZIP)
    )
    yield from _members(reader, new_member, piece)


def _members(
    reader: Reader, new_member: Callable[[], Any], fixed_piece: int | None
) -> Iterator[bytes]:
    """Both formats are a row of members (frames), each with its own end mark."""
    piece = fixed_piece or _LEAST_PIECE
    member, members_read, pending, has_output = None, 0, b"", False
    fed = b""  # to a member that has given nothing yet: it may turn out to be none
    while data := pending or reader.read(piece):
        pending = b""
        if member is None:
            if members_read and not data.strip(b"\0"):
                continue  # padding with zeros, as tapes and object stores leave it
            member, fed = new_member(), b""
        fed = b"" if has_output else fed + data
        try:
            block = member.decompress(data)
        except (zlib.error, zstandard.ZstdError) as error:
            raise _damage(fed, members_read, has_output, error) from error
        if block:
            has_output = True
            yield block
        if member.eof:
            pending = member.unused_data
            member = None
            members_read += 1
            has_output = False
        if fixed_piece is None:
            # Aim at a block an output, so that memory stays bounded whatever the ratio.
            ideal = piece * BLOCK_BYTES // max(len(block), 1)
            piece = max(_LEAST_PIECE, min(_MOST_PIECE, ideal))
    if member is not None or members_read == 0:
        raise DamagedStreamError(TRUNCATED)


def _damage(
    fed: bytes, members_read: int, has_output: bool, error: Exception
) -> DamagedStreamError:
    starts_like_member = fed.startswith((GZIP_MAGIC, ZSTD_MAGIC, *ZSTD_SKIPPABLE))
    if has_output or (members_read and starts_like_member):
        return DamagedStreamError(CORRUPT, reason=str(error))
    if members_read:
        return DamagedStreamError(TRAILING_BYTES, rest=fed, reason=str(error))
    return DamagedStreamError(UNREADABLE, reason=str(error))
