"""Hosts come and go: growth, replacement, autoscaling, and moving to a rival."""

from mackerel_cs.simulate import alerting
from mackerel_cs.simulate.entities import Host
from mackerel_cs.simulate.moments import DAY_MS, HOUR_MS, MINUTE_MS, NEVER, at
from mackerel_cs.simulate.organization import Organization

MIGRATION_DAYS = 75


def migrated(org: Organization, day: int) -> float:
    """How much of a migration to a rival is over, 0 to 1 and beyond."""
    return (at(day) - org.migrating_from) / (MIGRATION_DAYS * DAY_MS)


def drift(org: Organization, day: int, state: str) -> None:
    """Hosts come until the target is reached and go when it falls."""
    dice = org.dice
    if not org.hosts:
        return
    number = len(org.hosts)
    if state == "migrating":
        want = max(1, round(org.target * (1 - 0.9 * min(1.0, migrated(org, day)))))
    else:
        want = org.target
    if org.stall and state != "migrating":
        return  # nobody has the head for more machines, and the silent ones are not replaced
    if number < want:
        pace = max(1, want // 25)
        for _ in range(min(want - number, dice.count(pace * 0.6))):
            org.schedule(org.office_hour(day), add_host)
    elif number > want:
        for _ in range(min(number - want, max(1, number // 12))):
            org.schedule(org.office_hour(day), remove_host)
    elif dice.chance(0.0006 * number):  # a machine is replaced: a new id, never the old one (T12)
        org.schedule(org.office_hour(day), reinstall)


def add_host(org: Organization, ms: int) -> None:
    """One more host."""
    org.register(ms, org.dice.weighted(org.provider_weights))


def remove_host(org: Organization, ms: int) -> None:
    """One host less; the last one stays."""
    if len(org.hosts) > 1:
        gone(org, ms, org.dice.pick(org.hosts))


def gone(org: Organization, ms: int, host: Host) -> None:
    """A host retires with its alerts."""
    user = org.operator if org.users and org.dice.chance(0.5) else None
    alerting.close_for(org, ms, host, None)
    org.retire(ms + 1, host, user)


def reinstall(org: Organization, ms: int) -> None:
    """The same machine name under a new id."""
    if len(org.hosts) > 1:
        host = org.dice.pick(org.hosts)
        gone(org, ms, host)
        org.register(ms + 12 * MINUTE_MS, host.provider, host.name)


def autoscale(org: Organization, day: int, shape: float) -> None:
    """Containers come in the morning and are gone by night."""
    dice = org.dice
    is_silent = org.stall is not None and org.stall.cause == "agent_silent"
    if not org.autoscale or not org.hosts or is_silent:
        return
    for _ in range(dice.count(org.autoscale * (0.35 + 0.65 * min(shape, 1.0)))):
        start = at(day, dice.between(8, 13)) + dice.whole(0, 999)
        org.schedule(start, scale_out, start + int(dice.between(3, 12) * HOUR_MS))


def scale_out(org: Organization, ms: int, until: int) -> None:
    """A container comes for some hours and retires itself: no shrinking, just the evening."""
    host = org.register(ms, "container")
    org.schedule(until, scale_in, host)


def scale_in(org: Organization, ms: int, host: Host) -> None:
    """The container's agent retires its host when it exits."""
    if host.retired == NEVER:
        alerting.close_for(org, ms, host, None)
        org.retire(ms + 1, host, None)
