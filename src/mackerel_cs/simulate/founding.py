"""Who the customers are: segment, size, age, habits; each depends on its number only."""

from mackerel_cs.simulate import fleet, money, onboarding, prices, words
from mackerel_cs.simulate.moments import (
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    at,
    date_of,
    day_of,
    next_month,
    tokyo_day,
)
from mackerel_cs.simulate.organization import Organization
from mackerel_cs.simulate.randomness import Dice
from mackerel_cs.simulate.world import Cause, World

SEGMENTS = {"individual": 0.37, "startup": 0.31, "business": 0.25, "enterprise": 0.07}
# Median and spread of the hosts an organization of the segment ends up with, and its people.
HOSTS = {
    "individual": (2, 0.5),
    "startup": (5, 0.6),
    "business": (12, 0.55),
    "enterprise": (40, 0.45),
}
PEOPLE = {"individual": (1, 1), "startup": (2, 5), "business": (4, 12), "enterprise": (9, 30)}
PROVIDERS = {
    "individual": {"agent": 0.8, "ec2": 0.2},
    "startup": {"ec2": 0.6, "gce": 0.25, "agent": 0.15},
    "business": {"ec2": 0.55, "agent": 0.25, "gce": 0.1, "azurevm": 0.1},
    "enterprise": {"ec2": 0.5, "agent": 0.35, "azurevm": 0.15},
}
ESTABLISHED_SHARE = 0.38
SIGN_UP_MEAN_DAYS = 210
FLAGSHIP_EVERY, FLAGSHIP = 300, 149
RENAMER_EVERY, RENAMER, SUCCESSOR = 25, 7, 12
INTERNAL_EVERY, INTERNAL = 60, 21
REGIME_CHANGE_DAY = day_of(prices.REGIME_CHANGE)
SOURCES = {"web": 0.7, "sales": 0.12, "partner": 0.1, "ambassador": 0.08}


def name_of(index: int) -> str:
    """A name nobody else has at the same time."""
    first = words.FIRST[index % len(words.FIRST)]
    second = words.SECOND[index * 7 % len(words.SECOND)]
    cycle = index // (len(words.FIRST) * len(words.SECOND))
    return f"{first}-{second}{cycle or ''}"


def create(world: World, index: int) -> Organization | None:
    """The organization of that number; none if it signs up after the simulated days.

    Every 300th is a flagship with more than a thousand hosts; every 25th takes another name, and a
    later one the name that became free; every 60th is Mackerel's own and for tests.
    """
    dice = Dice(world.seed, 5, index)
    segment = dice.weighted(SEGMENTS)
    age = int(dice.between(80, 2200))
    wait = dice.wait(SIGN_UP_MEAN_DAYS)
    is_established = dice.chance(ESTABLISHED_SHARE)
    place = index % RENAMER_EVERY
    name = name_of(index)
    if index % FLAGSHIP_EVERY == FLAGSHIP:
        segment, is_established = "enterprise", True
    if place == RENAMER:
        is_established = True
    elif place == SUCCESSOR:
        is_established, wait = False, 60 + dice.between(0, 30)
        name = name_of(index - SUCCESSOR + RENAMER)
    day = world.first - age if is_established else world.first + int(wait)
    if day >= world.last:
        return None
    created = at(day, dice.between(9.0, 21.0)) + dice.whole(0, 999)
    org = Organization(world, index, segment, created, name)
    org.is_internal = index % INTERNAL_EVERY == INTERNAL
    org.is_held_out = dice.chance(0.3)
    org.display = dice.pick(
        (None, None, f"{name.title()} 株式会社", name.replace("-", " ").title())
    )
    org.target = _target(org, dice)
    org.provider_weights = dict(PROVIDERS[segment])
    org.alert_rate = (0.13 + 0.05 * org.target**0.75) * dice.spread(1.0, 0.5)
    if segment != "individual" and dice.chance(0.16):
        org.autoscale = max(1, min(25, org.target // 6))
    org.period = "year" if dice.chance(0.15) else "month"
    org.schedule(created, _open, dice.weighted(SOURCES))
    if tokyo_day(created) < REGIME_CHANGE_DAY:
        org.regime = "host"
        moved = next_month(date_of(REGIME_CHANGE_DAY + dice.whole(140, 600)))
        org.schedule(at(day_of(moved), 3), money.change_regime)
    if is_established:
        _settle(org, dice, age)
    if place == RENAMER:
        ms = at(world.first + 30 + dice.whole(0, 20), 3)
        new = f"{name}-inc"
        org.schedule(ms, Organization.rename, new)
        world.truth.causes.append(Cause(org.id, "renamed", ms, ms, f"name:{new}"))
    return org


def _target(org: Organization, dice: Dice) -> int:
    if org.index % FLAGSHIP_EVERY == FLAGSHIP:
        return dice.whole(1000, 1030)
    median, sigma = HOSTS[org.segment]
    return max(1, min(300, round(dice.spread(median, sigma))))


def _open(org: Organization, ms: int, source: str) -> None:
    org.found(ms, source)
    money.start_trial(org, ms + 1000)
    if ms >= org.world.opened:
        onboarding.begin(org, ms)
        org.schedule(ms + 25 * DAY_MS, _add_first_key)


def _add_first_key(org: Organization, ms: int) -> None:
    if org.hosts:
        org.add_key(ms, org.dice.weighted({"mkr": 0.5, "api": 0.3, "terraform": 0.2}))


def _settle(org: Organization, dice: Dice, age: int) -> None:
    """What an old customer did before the log began, with true past times: it is imported."""
    created, world = org.created, org.world
    step = min(20.0, age / 8) * DAY_MS
    moment = created + int(step * 0.2 * (0.2 + dice.unit()))
    org.schedule(moment, _old_first_host)
    org.schedule(moment + int(step * 0.1), onboarding.services_and_roles)
    org.schedule(moment + int(step * 0.3), _old_hosts, int(step * 2))
    org.schedule(moment + int(step * 0.35), _old_monitors)
    org.schedule(moment + int(step * 0.5), _old_channels)
    org.schedule(moment + int(step * 0.8), onboarding.plugins)
    org.schedule(moment + int(step), _old_dashboards)
    low, high = PEOPLE[org.segment]
    for number in range(dice.whole(low, high) - 1):
        org.schedule(
            moment + int(step * (0.3 + 0.1 * number)),
            _old_member,
            dice.weighted({"manager": 0.35, "collaborator": 0.45, "viewer": 0.2}),
        )
    org.schedule(moment + int(step * 1.5), _add_first_key)
    org.schedule(min(created + 15 * DAY_MS, world.opened - DAY_MS), _old_plan)
    if org.segment in ("business", "enterprise") and dice.chance(0.5):
        org.schedule(moment + int(step * 2), Organization.integrate, "aws")
        org.provider_weights["aws"] = 0.2


def _old_first_host(org: Organization, ms: int) -> None:
    """The first host, with the one metering line that is kept of the time before the log."""
    host = org.register(ms, org.dice.weighted(PROVIDERS[org.segment]))
    _, _, middle, tail = host.versions[-1]
    day = tokyo_day(ms)
    date = date_of(day).isoformat()
    data = f'{{"hostId":"{host.id}","date":"{date}{middle}600{tail}'
    org.emit("metering.host.reported", at(day + 1, 0.1), data)


def _old_hosts(org: Organization, ms: int, spread: int) -> None:
    room = min(spread, org.world.opened - ms - HOUR_MS)
    count = org.target - len(org.hosts)
    for number in range(count):
        org.schedule(ms + room * number // max(1, count), fleet.add_host)


def _old_monitors(org: Organization, ms: int) -> None:
    org.add_monitor(ms, "connectivity")
    most = {"individual": 2, "startup": 4, "business": 7, "enterprise": 14}[org.segment]
    kinds = ["host", "host", "service", "external", "expression", "query", "anomalyDetection"]
    for number in range(org.dice.whole(1, most)):
        org.add_monitor(ms + (number + 1) * 9 * MINUTE_MS, org.dice.pick(kinds))


def _old_channels(org: Organization, ms: int) -> None:
    most = {"individual": 1, "startup": 2, "business": 3, "enterprise": 5}[org.segment]
    for number in range(org.dice.whole(1, most)):
        moment = ms + number * HOUR_MS
        channel = org.add_channel(moment, onboarding.channel_type(org, moment))
        org.test_channel(moment + MINUTE_MS, channel, True)


def _old_dashboards(org: Organization, ms: int) -> None:
    for number in range(org.dice.whole(1, 2 if org.is_at_home else 4)):
        org.add_dashboard(ms + number * HOUR_MS)


def _old_member(org: Organization, ms: int, authority: str) -> None:
    org.join(ms, org.new_user(ms, authority))


def _old_plan(org: Organization, ms: int) -> None:
    """What became of the trial, long ago."""
    dice = org.dice
    if org.plan != "trial":
        return
    if org.is_internal:
        plan = "ambassador"
    elif org.is_at_home:
        plan = dice.weighted({"free": 0.72, "standard": 0.18, "ambassador": 0.1})
    elif org.segment == "startup":
        plan = dice.weighted({"standard": 0.7, "free": 0.3})
    else:
        plan = "standard"
        if org.segment == "enterprise":
            org.discount = dice.pick(money.DISCOUNTS)
            plan = "enterprise" if dice.chance(0.5) else "standard"
    if plan == "free":
        org.target = min(org.target, prices.FREE_HOSTS)
    money.subscribe(org, ms, plan, "conversion" if plan != "free" else "plan")
    if org.is_paying:
        org.schedule(max(ms, org.world.opened - 20 * DAY_MS) + HOUR_MS, _old_quantities)


def _old_quantities(org: Organization, ms: int) -> None:
    if org.bill is not None and org.bill_now() != org.bill:
        money.subscribe(org, ms, org.plan, "hosts")
