"""The first-run path, step by step, and the ten ways to get stuck on it.

Each step does its thing and schedules the next ones. A planned cause stands in the way of one step:
the step then happens when the stall ends, if it ever does. Many are just slow without being stuck.
"""

import itertools
from datetime import date

from mackerel_cs.simulate import alerting, relations
from mackerel_cs.simulate.moments import DAY_MS, HOUR_MS, MINUTE_MS, NEVER, at, day_of, tokyo_day
from mackerel_cs.simulate.organization import Action, Organization
from mackerel_cs.simulate.words import METRIC_PLUGINS, ROLES, SERVICES
from mackerel_cs.simulate.world import Stall

# A type that went, what people take instead, and since when (public change log).
REPLACED = {
    "opsgenie": ("jira-service-management", at(day_of(date(2025, 9, 30)))),
    "typetalk": ("chatwork", at(day_of(date(2025, 12, 10)))),
    "line": ("slack", at(day_of(date(2026, 6, 30)))),
}
GOLDEN_RATIO, SILVER_RATIO = 0.6180339887498949, 0.4142135623730951

BLOCKED = {
    "no_host": "first_host_posting",
    "hosts_without_roles": "services_and_roles_set",
    "hosts_without_monitor": "monitor_set",
    "monitor_without_channel": "notification_channel_working",
    "channel_suspended": "notification_channel_working",
    "alert_flood": "notification_channel_working",
    "agent_silent": "first_host_posting",
    "search_without_answer": "plugin_or_service_metric",
    "dashboard_missing": "dashboard_built",
    "alone": "members_invited",
}
PLANNED_SHARE = {"individual": 0.5, "startup": 0.5, "business": 0.45, "enterprise": 0.35}
CAUSE_WEIGHTS = {
    "no_host": 0.15,
    "hosts_without_roles": 0.11,
    "hosts_without_monitor": 0.11,
    "monitor_without_channel": 0.11,
    "channel_suspended": 0.08,
    "alert_flood": 0.08,
    "agent_silent": 0.08,
    "search_without_answer": 0.1,
    "dashboard_missing": 0.1,
    "alone": 0.12,
}
CHANNEL_TYPES = {
    "slack": 0.4,
    "email": 0.22,
    "webhook": 0.1,
    "microsoft-teams": 0.08,
    "chatwork": 0.08,
    "pagerduty": 0.05,
    "amazon-event-bridge": 0.03,
    "opsgenie": 0.07,
    "typetalk": 0.03,
    "line": 0.03,
}


def begin(org: Organization, ms: int) -> None:
    """Plan the path of an organization that was created just now."""
    dice = org.dice
    if dice.chance(0.15):
        org.slowness = 2.2
    if dice.chance(PLANNED_SHARE[org.segment]) and not org.is_internal:
        org.planned_cause = _cause(org)
        # One person is the normal state of an individual, so it is no cause of theirs.
        if org.planned_cause == "alone" and org.is_at_home:
            org.planned_cause = "no_host"
    if org.planned_cause == "no_host":
        block(org, ms)
    else:
        _soon(org, ms, 0.5, first_host)
    if org.planned_cause == "alone":
        org.schedule(ms + 3 * DAY_MS, block)
    elif not org.is_at_home or dice.chance(0.35):
        _soon(org, ms, 2.5, first_member)


def _cause(org: Organization) -> str:
    """One of the ten, spread evenly over the organizations so that each occurs."""
    place = (org.index * GOLDEN_RATIO + org.world.seed * SILVER_RATIO) % 1
    bounds = itertools.accumulate(CAUSE_WEIGHTS.values())
    total = sum(CAUSE_WEIGHTS.values())
    return next(
        cause for cause, bound in zip(CAUSE_WEIGHTS, bounds, strict=True) if place < bound / total
    )


def _soon(org: Organization, ms: int, mean_days: float, step: Action) -> None:
    """A step happens after some days, at most three times the mean, when people are at work."""
    days = min(org.dice.wait(mean_days), 3 * mean_days) * org.slowness
    planned = ms + int(days * DAY_MS) + 7 * MINUTE_MS
    day = tokyo_day(planned)
    if not org.is_at_home:
        day = org.world.year.first_business_day(day)
    if not at(day, 9) <= planned < at(day, 20):
        planned = max(org.office_hour(day), ms + 7 * MINUTE_MS)
    org.schedule(planned, step)


def first_host(org: Organization, ms: int) -> None:
    """The first host posts."""
    org.register(ms, "agent" if org.is_at_home else org.dice.weighted(org.provider_weights))
    if org.faces("hosts_without_roles"):
        org.schedule(ms + DAY_MS, block)
    else:
        _soon(org, ms, 0.9, services_and_roles)
    if org.faces("hosts_without_monitor"):
        org.schedule(ms + DAY_MS, block)
    else:
        _soon(org, ms, 1.5, monitors)
    if org.faces("search_without_answer"):
        org.schedule(ms + 3 * DAY_MS, block)
    else:
        _soon(org, ms, 4, plugins)
    if org.faces("agent_silent"):
        org.schedule(ms + int(org.dice.between(5, 14) * DAY_MS), block)
    if org.faces("dashboard_missing"):
        org.schedule(ms + 8 * DAY_MS, block)


def services_and_roles(org: Organization, ms: int) -> None:
    """Services and roles are made and the hosts are put into them."""
    dice = org.dice
    count = {"individual": 1, "startup": 2, "business": 3, "enterprise": 5}[org.segment]
    for number in range(max(1, dice.whole(count - 1, count + 1))):
        name = SERVICES[(org.index + number) % len(SERVICES)]
        roles = [ROLES[(org.index + k) % len(ROLES)] for k in range(dice.whole(1, 3))]
        org.schedule(ms + number * 5 * MINUTE_MS, Organization.add_service, name, roles)
    org.schedule(ms + HOUR_MS, _sort_hosts)


def _sort_hosts(org: Organization, ms: int) -> None:
    actor = org.operator.actor
    for number, host in enumerate(org.hosts):
        roles = (org.dice.pick(org.fullnames),)
        org.schedule(ms + number * 2000, Organization.assign, host, roles, actor)


def monitors(org: Organization, ms: int) -> None:
    """Connectivity first, as the product suggests, then a few more."""
    org.add_monitor(ms, "connectivity")
    for number in range(org.dice.whole(0, 3)):
        org.add_monitor(ms + (number + 1) * 4 * MINUTE_MS, "host")
    if org.faces("monitor_without_channel"):
        org.schedule(ms + HOUR_MS, block)
    else:
        _soon(org, ms, 0.7, channel)
    if not org.faces("dashboard_missing"):
        _soon(org, ms, 5, dashboard)


def channel_type(org: Organization, ms: int) -> str:
    """A type that existed at that moment: types come and go (T8)."""
    kind = org.dice.weighted(CHANNEL_TYPES)
    replacement, until = REPLACED.get(kind, (kind, NEVER))
    return replacement if ms >= until else kind


def channel(org: Organization, ms: int) -> None:
    """A channel is made and tested; with some causes it does not work."""
    made = org.add_channel(ms, channel_type(org, ms))
    if org.faces("channel_suspended"):
        org.test_channel(ms + MINUTE_MS, made, False)
        org.schedule(ms + 3 * HOUR_MS, block)
    elif org.faces("alert_flood"):
        org.schedule(ms + 6 * HOUR_MS, block)
    else:
        org.test_channel(ms + 2 * MINUTE_MS, made, True)


def plugins(org: Organization, ms: int) -> None:
    """Metric plugins on some hosts, or a service metric."""
    if not org.hosts:
        org.schedule(ms + 5 * DAY_MS, plugins)
        return
    dice = org.dice
    if dice.chance(0.75) and org.hosts[0].provider != "aws":
        chosen = tuple(sorted({dice.pick(METRIC_PLUGINS) for _ in range(dice.whole(1, 2))}))
        for host in org.hosts[: max(1, len(org.hosts) // 2)]:
            if host.provider != "aws":
                host.plugins = chosen
                host.custom = 6 * len(chosen)
                host.note(tokyo_day(ms))
    else:
        org.hosts[0].service_metrics = dice.whole(1, 20)
        org.hosts[0].note(tokyo_day(ms))


def dashboard(org: Organization, ms: int) -> None:
    """The first custom dashboard."""
    org.add_dashboard(ms)


def first_member(org: Organization, ms: int) -> None:
    """Somebody else is invited."""
    for number in range(1 if org.is_at_home else org.dice.whole(1, 3)):
        authority = org.dice.pick(("manager", "collaborator", "viewer"))
        org.invite(ms + number * MINUTE_MS, authority, is_expected=number == 0)


def block(org: Organization, ms: int) -> None:
    """The planned cause strikes."""
    if org.stall or org.planned_cause is None:
        return
    cause, org.planned_cause = org.planned_cause, None
    start(org, ms, cause)


def strike_late(org: Organization, ms: int, cause: str) -> None:
    """A stall of an organization that had been doing well."""
    if org.stall is None and org.channels and org.hosts and org.monitors:
        start(org, ms, cause)


def start(org: Organization, ms: int, cause: str) -> None:
    """A stall begins, with what is seen of it; in a third of the cases it would never end."""
    dice = org.dice
    end = NEVER if dice.chance(0.32) else ms + int(max(14.0, dice.spread(45, 0.5)) * DAY_MS)
    stall = Stall(org.id, cause, BLOCKED[cause], ms, org.is_held_out, end)
    org.stall = stall
    org.world.truth.stalls.append(stall)
    if end != NEVER:
        org.schedule(end, finish, stall)
    if cause == "channel_suspended":
        for one in list(org.channels):
            org.suspend_channel(ms, one)
    elif cause == "alert_flood":
        org.flood_rate = dice.whole(18, 45)
    elif cause == "agent_silent":
        for host in org.hosts[: max(1, -(-len(org.hosts) * 9 // 10))]:
            org.set_posting(ms, host, False)
    elif cause == "search_without_answer":
        for number in range(dice.whole(3, 7)):
            moment = ms + int(dice.between(0, 6) * DAY_MS) + number * MINUTE_MS
            org.schedule(moment, relations.search, cause)
        org.schedule(ms + 7 * DAY_MS, relations.open_ticket, "integration", False)
    if dice.chance(0.4):
        org.schedule(ms + int(dice.between(2, 12) * DAY_MS), relations.search, cause)
    if not org.is_held_out and dice.chance(0.6):
        org.schedule(ms + int(dice.between(7, 20) * DAY_MS), touch, stall)


def touch(org: Organization, ms: int, stall: Stall) -> None:
    """A CRE helps: what would have lasted ends sooner, mostly."""
    if stall.ended is not None:
        return
    stall.touched = ms
    relations.log_touch(org, ms, "onboarding", stall.cause)
    if stall.planned_end == NEVER:
        if not org.dice.chance(0.7):
            return
        stall.planned_end = ms + int(org.dice.between(2, 14) * DAY_MS)
    else:
        stall.planned_end = ms + int((stall.planned_end - ms) * 0.25) + DAY_MS
    org.schedule(stall.planned_end, finish, stall)


def finish(org: Organization, ms: int, stall: Stall) -> None:
    """The stall ends and the blocked step happens at last."""
    if stall.ended is not None:
        return
    stall.ended = ms
    org.stall = None
    cause = stall.cause
    if cause == "channel_suspended":
        for number, one in enumerate(list(org.channels)):
            org.resume_channel(ms + number * MINUTE_MS, one)
            org.test_channel(ms + (number + 1) * MINUTE_MS, one, True)
    elif cause == "alert_flood":
        org.flood_rate = 0
        alerting.close_all(org, ms)
        if org.monitors:
            org.edit_monitor(ms + MINUTE_MS, org.monitors[-1], "updated")
        if org.channels:
            org.test_channel(ms + 2 * MINUTE_MS, org.channels[0], True)
    elif cause == "agent_silent":
        for host in list(org.hosts):
            org.set_posting(ms, host, True)
    else:
        NEXT_STEP[cause](org, ms)


NEXT_STEP = {
    "no_host": first_host,
    "hosts_without_roles": services_and_roles,
    "hosts_without_monitor": monitors,
    "monitor_without_channel": channel,
    "search_without_answer": plugins,
    "dashboard_missing": dashboard,
    "alone": first_member,
}
