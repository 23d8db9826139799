"""Making sure that what was written is on the disk."""

import os
from pathlib import Path


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
