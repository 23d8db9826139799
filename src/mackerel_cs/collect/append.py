"""Appending to the raw log: a new file appears whole or not at all; none is ever rewritten."""

import hashlib
import os
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from mackerel_cs.durable import sync_folder
from mackerel_cs.errors import UserError


@dataclass(frozen=True)
class Appended:
    """Where the lines are now, and whether they were there before."""

    path: Path
    is_new: bool


def append(events: Path, received_at: datetime, lines: Iterable[str]) -> Appended | None:
    """Write the lines as one file into the folder of their arrival date (UTC); null for none.

    The name comes from the received time and the content, so that the same input collected again
    with the same received time is the file that is there already. Half-written files have a
    leading dot, which nothing reads, and are gone after any failure but a kill.
    """
    moment = received_at.astimezone(UTC)
    folder = events / f"received_date={moment:%Y-%m-%d}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return _appended(folder, f"{moment:%Y%m%dT%H%M%S.%fZ}", lines)
    except OSError as error:
        raise UserError(
            f"The raw log folder {folder} cannot be written: {error.strerror or error}.",
            "Give this user the right to write there, free space, or point MACKEREL_CS_RAW at "
            "another folder. Nothing was added.",
        ) from error


def _appended(folder: Path, moment: str, lines: Iterable[str]) -> Appended | None:
    scratch = folder / f".collect-{secrets.token_hex(8)}.tmp"
    try:
        digest = _write(scratch, lines)
        if not scratch.stat().st_size:
            return None
        target = folder / f"collect-{moment}-{digest[:16]}.jsonl"
        is_new = not target.exists()
        if is_new:
            scratch.rename(target)
    finally:
        scratch.unlink(missing_ok=True)
    sync_folder(folder)
    return Appended(target, is_new)


def _write(scratch: Path, lines: Iterable[str]) -> str:
    """Write the lines to the disk itself; return the hash of the content."""
    digest = hashlib.sha256()
    with scratch.open("xb") as file:
        for line in lines:
            data = line.encode() + b"\n"
            digest.update(data)
            file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return digest.hexdigest()
