"""An ordinary day in an organization's life, and the turns it may take."""

from mackerel_cs.simulate import (
    alerting,
    everyday,
    fleet,
    money,
    onboarding,
    prices,
    relations,
    snapshots,
)
from mackerel_cs.simulate.moments import (
    DAY_MS,
    FISCAL_MONTH,
    HOUR_MS,
    MINUTE_MS,
    NEVER,
    at,
    date_of,
    tokyo_day,
)
from mackerel_cs.simulate.organization import Organization
from mackerel_cs.simulate.randomness import uniform
from mackerel_cs.simulate.world import Cause, OrganizationDay

# The true chance a day of asking to leave, before the state's factor.
BASE_HAZARD = {
    "free": 0.0007,
    "trial": 0.0004,
    "ambassador": 0.0001,
    "standard": 0.00045,
    "enterprise": 0.00022,
}
FACTORS = {
    "onboarding": 1.0,
    "healthy": 0.6,
    "stalled": 4.0,
    "flooded": 5.0,
    "champion_lost": 7.0,
    "declining": 9.0,
}
# What a state makes of people's activity; before moving to a rival they log in more, to compare.
ACTIVITY = {
    "stalled": 0.55,
    "flooded": 0.7,
    "champion_lost": 0.4,
    "declining": 0.45,
    "leaving": 0.3,
    "migrating": 1.9,
}
LATE_STALLS = {"channel_suspended": 0.006, "alert_flood": 0.005, "agent_silent": 0.004}
VISITS = {"enterprise": 0.25, "business": 0.09, "startup": 0.015, "individual": 0.015}
ONBOARDING_DAYS = 60
# With fewer hosts than this nobody makes a project of moving to a rival.
WORTH_MOVING = 3
SURVEY_MONTHS = (5, 11)
GAP = 11
STORM = 0.0012


def state_of(org: Organization, day: int) -> str:
    """The hidden state, the gravest first."""
    now = at(day)
    is_new = now - org.created < ONBOARDING_DAYS * DAY_MS
    states = (
        (org.leaving_on != NEVER, "leaving"),
        (org.migrating_from <= now, "migrating"),
        (day < org.declining_until, "declining"),
        (day < org.champion_lost_until, "champion_lost"),
        (org.flood_rate > 0, "flooded"),
        (org.stall is not None, "stalled"),
        (is_new, "onboarding"),
    )
    return next((state for holds, state in states if holds), "healthy")


def hazard_of(org: Organization, day: int, state: str) -> float:
    """The true chance of asking to leave on this day."""
    if state == "leaving" or org.is_internal:
        return 0.0
    if state == "migrating":
        return min(0.5, 0.002 + 0.05 * fleet.migrated(org, day) ** 3)
    return BASE_HAZARD[org.plan] * FACTORS[state]


def play(org: Organization, day: int) -> None:
    """One day: what chance brings, then everything that is due."""
    _draw(org, day)
    org.play_until(at(day + 1))


def _draw(org: Organization, day: int) -> None:
    world, dice = org.world, org.dice
    state = state_of(org, day)
    hazard = hazard_of(org, day, state)
    shape = world.year.shape(day, org.is_at_home)
    activity = shape * ACTIVITY.get(state, 1.0)
    gap = world.gap_days.get(day, 0.0)
    is_gap = gap > 0 and bool(uniform(world.seed, GAP, org.index, day)[0] < gap)
    world.days.append(OrganizationDay(org.index, day, hazard, state, activity, is_gap))

    if dice.unit() < hazard:
        org.schedule(org.office_hour(day), money.request_cancellation, state)
    if date_of(day).day == 1:
        org.schedule(at(day, 1.5), money.monthly)
        _turns(org, day, state)
        _attention(org, day)
    if state != "leaving":
        fleet.drift(org, day, state)
        fleet.autoscale(org, day, shape)
    if org.monitors and org.hosts:
        _alerts(org, day)
    if org.users:
        size = 0.4 + 0.22 * len(org.users)
        for _ in range(dice.count(everyday.EVERYDAY_SUM * size * activity)):
            org.schedule(org.office_hour(day), dice.weighted(everyday.EVERYDAY))


def _alerts(org: Organization, day: int) -> None:
    dice = org.dice
    for _ in range(dice.count(org.flood_rate or org.alert_rate)):
        org.schedule(at(day) + int(dice.unit() * DAY_MS), alerting.open_alert)
    if dice.chance(STORM):
        size = dice.whole(15, 200 if org.segment == "enterprise" else 60)
        ms = at(day, dice.between(0, 21))
        alerting.storm(org, ms, size)
        org.world.truth.causes.append(Cause(org.id, "alert_storm", ms, ms + 2 * HOUR_MS))


def _turns(org: Organization, day: int, state: str) -> None:
    """Once a month: growth, and the turns that change everything."""
    dice, causes = org.dice, org.world.truth.causes
    if state != "leaving" and org.champion and len(org.users) > 1 and dice.chance(0.012):
        org.schedule(org.office_hour(day + dice.whole(1, 25)), lose_champion)
    if state != "healthy" or not org.hosts:
        return
    _grow(org, day)
    if org.is_paying and org.target >= WORTH_MOVING and dice.chance(0.009):
        org.migrating_from = at(day)
        causes.append(Cause(org.id, "migration_to_rival", at(day), None))
        org.schedule(org.office_hour(day + 2), relations.open_ticket, "other")
        org.schedule(org.office_hour(day + 40), snapshots.take)
    elif dice.chance(0.006):
        org.declining_until = day + dice.whole(60, 150)
        org.target = max(1, org.target * 2 // 3)
        causes.append(Cause(org.id, "decline", at(day), at(org.declining_until)))
    elif org.channels and org.planned_cause is None and not org.is_internal:
        for cause, chance in LATE_STALLS.items():
            if dice.chance(chance):
                ms = org.office_hour(day + dice.whole(1, 25))
                org.schedule(ms, onboarding.strike_late, cause)
                break


def _grow(org: Organization, day: int) -> None:
    """More machines in most months, most of them with the new fiscal year."""
    dice = org.dice
    if dice.chance(0.3):
        opens = date_of(day).month == FISCAL_MONTH
        drift = dice.spread(1.06 if opens else 1.005, 0.06)
        limit = prices.FREE_HOSTS if org.plan == "free" else org.target * 2
        org.target = min(limit, max(1, round(org.target * drift)))


def _attention(org: Organization, day: int) -> None:
    """What Mackerel's people do in a month: surveys, visits, judgements."""
    dice = org.dice
    is_large = org.segment in ("business", "enterprise")
    if (is_large and date_of(day).month in SURVEY_MONTHS) or (org.is_paying and dice.chance(0.02)):
        org.schedule(org.office_hour(day + dice.whole(5, 20)), relations.survey)
    if not org.is_held_out and dice.chance(VISITS[org.segment]):
        topic = "renewal" if org.is_paying else "onboarding"
        org.schedule(org.office_hour(day + dice.whole(1, 20)), relations.log_touch, topic)
    if dice.chance(0.006):
        org.schedule(org.office_hour(day + 3), relations.override)
    if dice.chance(0.012):
        org.schedule(org.office_hour(day + 4), relations.verdict)


def lose_champion(org: Organization, ms: int) -> None:
    """The person who knew how leaves; after a while somebody else takes over, or nobody does."""
    user = org.champion
    heirs = [one for one in org.users if one is not user]
    if user is None or not heirs:
        return
    if user.authority == "owner":
        org.authorize(ms, heirs[0], "owner")
    org.leave(ms + MINUTE_MS, user)
    org.champion_lost_until = tokyo_day(ms) + org.dice.whole(40, 160)
    org.world.truth.causes.append(
        Cause(org.id, "champion_left", ms, at(org.champion_lost_until), f"user:{user.id}")
    )
    org.schedule(ms + DAY_MS, snapshots.take)
    org.schedule(at(org.champion_lost_until, 10), take_over)


def take_over(org: Organization, ms: int) -> None:
    """A new champion."""
    if org.champion is None and org.users:
        org.champion = org.dice.pick(org.users)
        org.champion.rate = max(org.champion.rate, 0.5)
        if org.champion.authority == "viewer":
            org.authorize(ms, org.champion, "manager")
