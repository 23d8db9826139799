"""Stumbles that were detected against stalls that were planted, cause by cause."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

# The truth is told to the day, and a stall begins and ends in the middle of one.
TOLERANCE = timedelta(days=1)


@dataclass(frozen=True)
class Stall:
    """A planted stall on the dates [started_on, ended_on), cut at the end of what can be known."""

    organization_id: str
    cause: str
    started_on: date
    ended_on: date

    @property
    def days(self) -> int:
        """How long it lasted."""
        return (self.ended_on - self.started_on).days


@dataclass(frozen=True)
class Stumble:
    """A detected stumble, from its first to its last date, both included."""

    organization_id: str
    cause: str
    started_date: date
    counted_from_date: date
    last_seen_date: date


@dataclass
class CauseScore:
    """What became of one cause; recall leaves out the stalls that are too short to count."""

    cause: str
    stalls: int = 0
    found: int = 0
    short_stalls: int = 0
    short_found: int = 0
    stumbles: int = 0
    right: int = 0
    days_to_count: list[int] = field(default_factory=list)

    @property
    def median_days_to_count(self) -> float | None:
        """Days from a found stall's start to the date on which the stumble counts."""
        return median(self.days_to_count) if self.days_to_count else None


def overlap(stall: Stall, stumble: Stumble) -> bool:
    """Whether both tell of the same organization and cause at the same time."""
    return (
        stall.organization_id == stumble.organization_id
        and stall.cause == stumble.cause
        and stumble.started_date < stall.ended_on + TOLERANCE
        and stumble.last_seen_date >= stall.started_on - TOLERANCE
    )


def scores(
    stalls: Iterable[Stall], stumbles: Iterable[Stumble], counts_after_days: dict[str, int]
) -> list[CauseScore]:
    """Score every cause of `counts_after_days`, in its order.

    A stall is found when a stumble overlaps it; a stumble is right when it overlaps a stall. A
    stall that did not last longer than its cause must to count is not to be found: it is counted
    apart. ValueError on a cause nobody knows.
    """
    by_cause = {cause: CauseScore(cause) for cause in counts_after_days}
    stalls_at: dict[tuple[str, str], list[Stall]] = defaultdict(list)
    stumbles_at: dict[tuple[str, str], list[Stumble]] = defaultdict(list)
    for stall in stalls:
        _require_known(stall.cause, by_cause)
        stalls_at[stall.organization_id, stall.cause].append(stall)
    for stumble in stumbles:
        _require_known(stumble.cause, by_cause)
        stumbles_at[stumble.organization_id, stumble.cause].append(stumble)

    for place, planted in stalls_at.items():
        for stall in planted:
            _add_stall(by_cause[stall.cause], stall, stumbles_at[place], counts_after_days)
    for place, detected in stumbles_at.items():
        score = by_cause[place[1]]
        score.stumbles += len(detected)
        score.right += sum(
            any(overlap(stall, stumble) for stall in stalls_at[place]) for stumble in detected
        )
    return list(by_cause.values())


def _add_stall(
    score: CauseScore, stall: Stall, stumbles: list[Stumble], counts_after_days: dict[str, int]
) -> None:
    counted = [one.counted_from_date for one in stumbles if overlap(stall, one)]
    if stall.days <= counts_after_days[stall.cause]:
        score.short_stalls += 1
        score.short_found += bool(counted)
        return
    score.stalls += 1
    score.found += bool(counted)
    if counted:
        score.days_to_count.append((min(counted) - stall.started_on).days)


def _require_known(cause: str, by_cause: dict[str, CauseScore]) -> None:
    if cause not in by_cause:
        raise ValueError(f"The seed stumble_causes knows no cause {cause!r}.")
