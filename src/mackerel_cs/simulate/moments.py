"""Days and moments of the business zone (Asia/Tokyo, always nine hours ahead of UTC).

A day is a Tokyo date's number of days since 1970-01-01; a moment is milliseconds since 1970 UTC.
"""

from datetime import UTC, date, datetime, timedelta

import holidays
import numpy as np
import numpy.typing as npt
import polars as pl

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000
ZONE_MS = 9 * HOUR_MS
EPOCH = date(1970, 1, 1)
SATURDAY = 5
FISCAL_MONTH = 4
WORKING = 0.6
NEVER = 1 << 60


def day_of(value: date) -> int:
    """The day number of a date."""
    return (value - EPOCH).days


def date_of(day: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=day)


def at(day: int, hour: float = 0.0) -> int:
    """The moment `hour` Tokyo hours into a day."""
    return day * DAY_MS - ZONE_MS + int(hour * HOUR_MS)


def tokyo_day(ms: int) -> int:
    """The Tokyo day a moment falls on."""
    return (ms + ZONE_MS) // DAY_MS


def iso(ms: int) -> str:
    """RFC 3339 in UTC, whole seconds."""
    return datetime.fromtimestamp(ms // 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def next_month(value: date) -> date:
    """The first day of the next month."""
    return date(value.year + value.month // 12, value.month % 12 + 1, 1)


class Year:
    """How busy each day of the simulated span is, once a run."""

    def __init__(self, first: int, last: int) -> None:
        """Look ahead once: `last` is included."""
        years = range(date_of(first).year, date_of(last).year + 1)
        japan = holidays.country_holidays("JP", years=years)
        self.first = first
        self.office = [self._office(date_of(day), japan) for day in range(first, last + 1)]
        self.home = [0.75 if level > WORKING else 0.95 for level in self.office]
        self.is_business = [level > WORKING for level in self.office]

    @staticmethod
    def _office(day: date, japan: holidays.HolidayBase) -> float:
        """Activity of office workers relative to an ordinary weekday."""
        month_day = (day.month, day.day)
        levels = (
            (month_day >= (12, 29) or month_day <= (1, 3), 0.06),
            (day.weekday() >= SATURDAY, 0.15),
            (day in japan, 0.12),
            ((4, 29) <= month_day <= (5, 6), 0.45),  # between the holidays of Golden Week
            ((8, 12) <= month_day <= (8, 16), 0.5),  # Obon: no public holiday, but many are away
            (month_day >= (12, 26), 0.65),
            ((3, 15) <= month_day <= (3, 31), 1.2),  # the fiscal year closes
            (day.month == FISCAL_MONTH, 1.15),  # and a new one opens with new people
        )
        return next((level for holds, level in levels if holds), 1.0)

    def shape(self, day: int, at_home: bool) -> float:
        """The day's activity; people who do this at home are busier on days off."""
        return (self.home if at_home else self.office)[day - self.first]

    def first_business_day(self, day: int) -> int:
        """The first business day on or after a day."""
        while not self.is_business[day - self.first]:
            day += 1
        return day


_SECONDS = pl.Series([f"T{s // 3600:02d}:{s // 60 % 60:02d}:{s % 60:02d}" for s in range(86_400)])
_THOUSANDTHS = pl.Series([f".{ms:03d}Z" for ms in range(1000)])


def days_text(days: npt.NDArray[np.int64]) -> pl.Series:
    """ISO dates of day numbers: looked up, since a span has few different days."""
    if not len(days):
        return pl.Series([], dtype=pl.String)
    low, high = int(days.min()), int(days.max())
    table = pl.Series([date_of(day).isoformat() for day in range(low, high + 1)])
    return table.gather(days - low)


def moments_text(ms: npt.NDArray[np.int64], *, thousandths: bool) -> pl.Series:
    """RFC 3339 texts of moments in UTC; tables instead of a date library, ten times as fast."""
    days, rest = np.divmod(ms, DAY_MS)
    parts = [days_text(days), _SECONDS.gather(rest // 1000)]
    end = _THOUSANDTHS.gather(rest % 1000) if thousandths else pl.lit("Z")
    return pl.select(pl.concat_str(*parts, end)).to_series()
