"""Running the expectations in a process of their own: their library is large and slow to import."""

import subprocess
import sys

from mackerel_cs.console import out
from mackerel_cs.errors import UserError

_RED = 1


def run_checks() -> None:
    """Run `mackerel-cs check` and print its report; UserError when it is not green."""
    done = subprocess.run(
        [sys.executable, "-m", "mackerel_cs", "check", "--of-build"],
        capture_output=True,
        text=True,
        check=False,
    )
    out.print(done.stdout.rstrip())
    if done.returncode:
        what = "are red" if done.returncode == _RED else "could not run"
        raise UserError(
            f"The checks {what}. {done.stderr.strip()}".rstrip(),
            "Nothing was published: what people read stays as it is. `mackerel-cs check` runs the "
            "checks again.",
            exit_code=1,
        )
