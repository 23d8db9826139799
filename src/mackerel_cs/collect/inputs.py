"""What the user named to collect: files, folders, standard input, compressed or not."""

import io
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from mackerel_cs.errors import UserError
from mackerel_cs.raw_log.streams import DamagedStreamError, blocks, compression_of

STANDARD_INPUT = "-"


@dataclass(frozen=True)
class Input:
    """One input: the name messages use, and where its bytes come from."""

    name: str
    path: Path | None

    def text(self) -> str:
        """All of it, as text in which bytes that are no UTF-8 stand as lone surrogates."""
        try:
            with self._open() as file:
                content = b"".join(blocks(file, compression_of(file)))
        except OSError as error:
            raise UserError(
                f"{self.name} cannot be read: {error.strerror or error}.",
                "Check the name and the rights. Nothing was written to the raw log.",
            ) from error
        except DamagedStreamError as error:
            raise UserError(
                f"{self.name} is a damaged compressed file ({error}).",
                "Fetch it again, or unpack what is left of it and collect that. Nothing was "
                "written to the raw log.",
            ) from error
        return content.decode("utf-8", "surrogateescape")

    def _open(self) -> BinaryIO:
        if self.path is None:
            return io.BytesIO(sys.stdin.buffer.read())
        return self.path.open("rb")


def inputs(names: list[str]) -> list[Input]:
    """The inputs in the order named, a folder's files in the order of their paths."""
    return [found for name in names or [STANDARD_INPUT] for found in _expanded(name)]


def _expanded(name: str) -> Iterator[Input]:
    if name == STANDARD_INPUT:
        yield Input("standard input", None)
        return
    path = Path(name)
    if not path.is_dir():
        yield Input(name, path)
        return
    files = [
        file
        for file in sorted(path.rglob("*"))
        if file.is_file() and not _is_hidden(file.relative_to(path))
    ]
    if not files:
        raise UserError(
            f"The folder {name} holds no files.", "Name a folder with payloads, or files."
        )
    for file in files:
        yield Input(str(file), file)


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") for part in path.parts)
