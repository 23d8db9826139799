"""Errors a user can act on."""


class UserError(Exception):
    """Something the user can put right: what is wrong, and what to do about it.

    The command line prints the two sentences and leaves with `exit_code`; anything else that is
    raised is a defect of ours and keeps its stack trace.
    """

    def __init__(self, problem: str, remedy: str, *, exit_code: int = 2) -> None:
        """Two sentences for the user, and the exit code of the command."""
        super().__init__(f"{problem}\n{remedy}")
        self.problem = problem
        self.remedy = remedy
        self.exit_code = exit_code
