"""Where the command line prints: results on standard output, messages on standard error."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

Advance = Callable[[], None]

# Plain where the output is no terminal: no wrapping, so that scripts and logs see whole lines.
out = Console(highlight=False, soft_wrap=True, markup=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False)


@contextmanager
def progress(what: str, total: int) -> Iterator[Advance]:
    """A bar on standard error while work goes on; nothing where that is no terminal."""
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=err,
        transient=True,
        disable=not err.is_terminal,
    )
    with bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


@contextmanager
def stage(what: str) -> Iterator[None]:
    """Say on standard error what is being done, and how long it took."""
    started = time.monotonic()
    err.print(f"{what} ...")
    yield
    err.print(f"{what}: {time.monotonic() - started:.1f} s")
