"""Copying files, and making sure that what was written is on the disk."""

import os
import shutil
from pathlib import Path

_COPIED_BYTES = 1 << 30


def copy_file(source: Path, target: Path) -> None:
    """Copy a file's content; a file system that can share the blocks of two files shares them."""
    try:
        with source.open("rb") as reading, target.open("wb") as writing:
            while os.copy_file_range(reading.fileno(), writing.fileno(), _COPIED_BYTES):
                pass
    except (AttributeError, OSError):  # not on this system, not on this file system
        shutil.copyfile(source, target)


def sync_file(path: Path) -> None:
    """Flush a file's content to the disk."""
    _sync(path)


def sync_folder(path: Path) -> None:
    """Flush a folder to the disk: names that were added or moved are safe then."""
    _sync(path)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
