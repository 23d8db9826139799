"""The price list, in whole yen. Simulated: yen amounts after 2019 are not public (domain notes)."""

from dataclasses import dataclass
from datetime import date

REGIME_CHANGE = date(2024, 11, 1)
INCLUDED_METRICS = {"standard": 200, "micro": 30}
FREE_HOSTS = 5


@dataclass(frozen=True)
class Price:
    """Monthly yen a unit in one billing regime; metrics beyond the included ones by the hundred."""

    standard_host: int
    micro_host: int
    hundred_metrics: int


PRICES = {"host": Price(1800, 600, 0), "metric": Price(1900, 650, 180)}


@dataclass(frozen=True)
class Bill:
    """A month's quantities and what they cost."""

    standard: int
    micro: int
    hundred_metrics: int
    regime: str
    discount_percent: int

    @property
    def lines(self) -> list[tuple[str, int, int, int]]:
        """Item, quantity, unit price, amount; they add up to `amount`."""
        price = PRICES[self.regime]
        items = [
            ("standard_host", self.standard, price.standard_host),
            ("micro_host", self.micro, price.micro_host),
            ("hundred_metrics", self.hundred_metrics, price.hundred_metrics),
        ]
        lines = [(item, number, unit, number * unit) for item, number, unit in items if number]
        total = sum(line[3] for line in lines)
        reduction = total * self.discount_percent // 100
        return [*lines, ("discount", 1, -reduction, -reduction)] if reduction else lines

    @property
    def amount(self) -> int:
        """Yen a month."""
        return sum(line[3] for line in self.lines)
