"""One build or publish at a time in a folder."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mackerel_cs.errors import UserError

LOCKED_EXIT_CODE = 3


@contextmanager
def exclusive(folder: Path) -> Iterator[None]:
    """Hold the folder's build lock; UserError with exit code 3 when another process does.

    The operating system drops the lock with the process, however it ends.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "build.lock").open("a")
    except OSError as error:
        raise UserError(
            f"The folder {folder} cannot be written: {error.strerror or error}.",
            "Give this user the right to write there, or point MACKEREL_CS_DATA at another folder.",
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise UserError(
                f"Another build or publish works in {folder}.",
                "Wait until it has ended, or give this one its own folder with MACKEREL_CS_DATA "
                "(and DBT_TARGET_PATH).",
                exit_code=LOCKED_EXIT_CODE,
            ) from None
        yield
