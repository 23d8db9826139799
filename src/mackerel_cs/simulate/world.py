"""What all organizations share: the run's span, the lines being written, and the truth."""

from dataclasses import dataclass, field
from typing import NamedTuple

from mackerel_cs.simulate.catalogue import CODES
from mackerel_cs.simulate.moments import Year, at


class Log:
    """Events of the block at hand, as columns; only rare events are written one by one."""

    def __init__(self) -> None:
        """Start empty."""
        self.codes: list[int] = []
        self.moments: list[int] = []
        self.organizations: list[int] = []
        self.keys: list[int] = []
        self.data: list[str] = []

    def emit(self, kind: str, ms: int, organization: int, key: int, data: str) -> None:
        """Add one event; `key` is unique in the organization."""
        self.codes.append(CODES[kind])
        self.moments.append(ms)
        self.organizations.append(organization)
        self.keys.append(key)
        self.data.append(data)


class OrganizationDay(NamedTuple):
    """One organization on one day: its hidden state, and what `daily` draws from."""

    organization: int
    day: int
    hazard: float
    state: str
    activity: float
    is_gap: bool


@dataclass
class Stall:
    """An episode of being stuck; moments in milliseconds, `ended` None while it lasts."""

    organization_id: str
    cause: str
    blocked_milestone: str
    started: int
    is_held_out: bool
    planned_end: int
    ended: int | None = None
    touched: int | None = None


@dataclass
class Churn:
    """Leaving: asked and gone, in milliseconds."""

    organization_id: str
    requested: int
    ended: int
    cause: str


@dataclass
class Cause:
    """Something planted; `organization_id` None concerns everybody."""

    organization_id: str | None
    cause: str
    started: int
    ended: int | None
    detail: str | None = None


@dataclass
class Truth:
    """What the log does not say."""

    stalls: list[Stall] = field(default_factory=list)
    churns: list[Churn] = field(default_factory=list)
    causes: list[Cause] = field(default_factory=list)


class World:
    """The run: days are day numbers in Tokyo, `first` included, `last` excluded."""

    def __init__(self, seed: int, first: int, last: int, difference_rate: float) -> None:
        """Nothing has happened yet."""
        self.seed = seed
        self.first = first
        self.last = last
        self.opened = at(first)
        self.difference_rate = difference_rate
        self.year = Year(first - 400, last + 800)
        self.log = Log()
        self.days: list[OrganizationDay] = []
        self.truth = Truth()
        self.gap_days: dict[int, float] = {}
        self.drift_days: set[int] = set()
        self.final: dict[int, tuple[str, str | None, str | None]] = {}
