"""Mackerel's own incidents: the customers' numbers fall and it is not their doing."""

from mackerel_cs.simulate.entities import compact
from mackerel_cs.simulate.ids import snowflake
from mackerel_cs.simulate.moments import HOUR_MS, at, date_of, iso
from mackerel_cs.simulate.randomness import Dice
from mackerel_cs.simulate.world import Cause, World

GAP_EVERY, GAP_MONTH, GAP_SHARE = 5, 2, 0.75
DRIFT_EVERY = 6
TITLES = {
    "outage": "Web console could not be reached",
    "delay": "Metric posting was delayed",
    "telemetry_gap": "Metering did not count reported hosts",
    "schema_drift": "Internal event format changed without notice",
}
COMPONENTS = {
    "outage": ["console"],
    "delay": ["metrics"],
    "telemetry_gap": ["metering"],
    "schema_drift": ["telemetry"],
}


def plan(world: World, month_first: int, number: int) -> None:
    """A month's incidents; every fifth month counts nothing of most hosts for a day."""
    date = date_of(month_first)
    months = date.year * 12 + date.month
    dice = Dice(world.seed, 6, months)
    planned = []
    if number % GAP_EVERY == GAP_MONTH:
        planned.append("telemetry_gap")
    if number % DRIFT_EVERY == 1:
        planned.append("schema_drift")
    if dice.chance(0.3):
        planned.append(dice.weighted({"outage": 0.45, "delay": 0.55}))
    for place, kind in enumerate(planned):
        day = month_first + dice.whole(6, 24)
        start = at(day, dice.between(0.5, 14))
        end = start + int(dice.between(1, 5) * HOUR_MS)
        if kind == "telemetry_gap":
            start, end = at(day), at(day + 1)
            world.gap_days[day] = GAP_SHARE
        elif kind == "schema_drift":
            world.drift_days.add(day)
        world.truth.causes.append(Cause(None, kind, start, end))
        body = {
            "id": snowflake(start + HOUR_MS, months * 8 + place),
            "kind": kind,
            "title": TITLES[kind],
            "startedAt": iso(start),
            "endedAt": iso(end),
            "components": COMPONENTS[kind],
        }
        world.log.emit(
            "cre.incident.declared",
            end + HOUR_MS,
            2**31,
            months * 8 + place,
            f'{{"incident":{compact(body)}}}',
        )
