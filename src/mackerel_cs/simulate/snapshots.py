"""API snapshots: what a collector with an API key sees, at the moment it asks."""

from mackerel_cs.simulate.entities import compact
from mackerel_cs.simulate.moments import HOUR_MS, at, tokyo_day
from mackerel_cs.simulate.organization import Organization
from mackerel_cs.simulate.world import Cause


def take(org: Organization, ms: int) -> None:
    """Every object of every kind, as the state is now; a few contradict the log on purpose."""
    rate = org.world.difference_rate
    dice = org.dice

    def differs(detail: str) -> bool:
        if not dice.chance(rate):
            return False
        org.world.truth.causes.append(Cause(org.id, "state_difference", ms, ms, detail))
        return True

    for host in org.hosts:
        status = host.status
        if differs(f"host:{host.id}"):
            status = "standby" if status == "working" else "working"
        org.emit("api.host", ms, host.snapshot(status))
    for monitor in org.monitors:
        mute = monitor.is_mute ^ differs(f"monitor:{monitor.id}")
        org.emit("api.monitor", ms, monitor.body(mute))
    for channel in org.channels:
        org.emit("api.channel", ms, channel.snapshot())
    for group in org.groups:
        org.emit("api.notification-group", ms, group.snapshot())
    for user in org.users:
        org.emit("api.user", ms, user.snapshot())
    for board in org.dashboards:
        org.emit("api.dashboard", ms, board.snapshot())
    for name, roles in org.services.items():
        org.emit("api.service", ms, compact({"name": name, "memo": "", "roles": roles}))
    for alert in org.alerts.values():
        org.emit("api.alert", ms, alert.snapshot())
    for downtime in org.downtimes:
        org.emit("api.downtime", ms, downtime.snapshot())
    for one in org.integrations:
        if one.provider == "aws":
            org.emit("api.aws-integration", ms, one.snapshot())


def plan(org: Organization, month_first: int) -> None:
    """The month's snapshot: on its first business day, at an hour of the organization's own."""
    day = org.world.year.first_business_day(month_first)
    org.schedule(at(day, 10) + org.index % 600 * 6_000, take)


def plan_first(org: Organization) -> None:
    """What the collector saw when the log began."""
    if tokyo_day(org.created) < org.world.first:
        org.schedule(org.world.opened + 2 * HOUR_MS + org.index % 600 * 6_000, take)
