"""What can be asked of the simulator, and what it answers."""

from dataclasses import dataclass, field, fields
from datetime import date, timedelta

from mackerel_cs.errors import UserError

HIGHEST_RATE = 0.5
FORMATS = ("jsonl.zst", "jsonl.gz", "jsonl", "parquet")


@dataclass(frozen=True)
class SimulationOptions:
    """Everything that decides the lines; the same options give the same bytes.

    Rates are shares of the good lines, from 0 to 0.5. `difference_rate` is the share of hosts and
    monitors in API snapshots that contradict the event stream on purpose.
    """

    organizations: int = 300
    start: date = date(2025, 4, 1)
    days: int = 548
    seed: int = 42
    format: str = "jsonl.zst"
    late_rate: float = 0.01
    duplicate_rate: float = 0.004
    broken_rate: float = 0.0005
    out_of_order_rate: float = 0.01
    difference_rate: float = 0.001

    def __post_init__(self) -> None:
        """Refuse what cannot be simulated, saying what can."""
        if self.format not in FORMATS:
            raise UserError(
                f"The format {self.format!r} is not known.", f"Choose one of {', '.join(FORMATS)}."
            )
        for name, lowest, highest in (("organizations", 1, 100_000), ("days", 1, 4_000)):
            if not lowest <= getattr(self, name) <= highest:
                raise UserError(
                    f"--{name} is {getattr(self, name)}.",
                    f"Give a number from {lowest} to {highest}.",
                )
        if not 0 <= self.seed < 2**63:
            raise UserError(
                f"--seed is {self.seed}.", "Give a whole number from 0 to 9223372036854775807."
            )
        if not date(2016, 1, 1) <= self.start <= date(2035, 1, 1):
            raise UserError(
                f"--start is {self.start}.", "Give a date from 2016-01-01 to 2035-01-01."
            )
        for rate in fields(self):
            if rate.name.endswith("_rate") and not 0 <= getattr(self, rate.name) <= HIGHEST_RATE:
                raise UserError(
                    f"--{rate.name.replace('_', '-')} is {getattr(self, rate.name)}.",
                    "Give a share from 0 to 0.5.",
                )

    @property
    def end(self) -> date:
        """The first day after the simulated ones."""
        return self.start + timedelta(days=self.days)


@dataclass
class SimulationSummary:
    """What was written; `disorders` counts lines by disorder, `types` good lines by type."""

    lines: int = 0
    files: int = 0
    bytes: int = 0
    organizations: int = 0
    first_date: date | None = None
    last_date: date | None = None
    disorders: dict[str, int] = field(default_factory=dict)
    types: dict[str, int] = field(default_factory=dict)
