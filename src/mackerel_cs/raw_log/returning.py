"""New raw files: whoever was erased does not come back with a delivery that comes again."""

from pathlib import Path

from mackerel_cs.erase.register import BEGUN, Register
from mackerel_cs.erase.scrub import Scrubber
from mackerel_cs.errors import UserError
from mackerel_cs.raw_log.rewrite import rewrite
from mackerel_cs.settings import Settings


class Returning:
    """Scrubs new files of a raw log by what the register knows; nothing where it is empty."""

    def __init__(self, settings: Settings) -> None:
        """Load the register; UserError while an erasure has only begun."""
        register = Register.load(settings)
        if register and any(erasure.state == BEGUN for erasure in register.open):
            raise UserError(
                "An erasure was begun and did not end: raw files may hold the identifiers still.",
                "Run `mackerel-cs build` or the same `mackerel-cs erase`: either carries it out. "
                "What is published stays as it was.",
            )
        self._scrubber = Scrubber(register, register.erasures) if register else None

    def scrub(self, path: Path) -> bool:
        """Scrub a file that was not looked at before; whether it held anybody."""
        return self._scrubber is not None and scrub_file(path, self._scrubber)


def scrub_file(path: Path, scrubber: Scrubber) -> bool:
    """Scrub a raw file, with a user's words for what keeps it from being written."""
    try:
        return rewrite(path, scrubber)
    except OSError as error:
        raise UserError(
            f"The raw file {path} cannot be rewritten: {error.strerror or error}. It may hold "
            "somebody who was erased.",
            "Give this user the right to read and write there, or free space, and run "
            "`mackerel-cs build`. What is published stays as it was.",
        ) from error
