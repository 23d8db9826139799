"""Things of no great consequence: edits, invitations, maintenance, small troubles, questions."""

from mackerel_cs.simulate import alerting, fleet, onboarding, relations, snapshots, words
from mackerel_cs.simulate.entities import Channel, Host
from mackerel_cs.simulate.moments import DAY_MS, HOUR_MS, MINUTE_MS, tokyo_day
from mackerel_cs.simulate.organization import Action, Organization

KEPT_MONITORS, MOST_GROUPS, MOST_KEYS = 2, 6, 5


def _monitor_updated(org: Organization, ms: int) -> None:
    if org.monitors:
        org.edit_monitor(ms, org.dice.pick(org.monitors), "updated")


def _monitor_muted(org: Organization, ms: int) -> None:
    if org.monitors:
        monitor = org.dice.pick(org.monitors)
        if not monitor.is_mute:
            org.edit_monitor(ms, monitor, "muted")
            back = ms + int(org.dice.wait(6) * DAY_MS) + HOUR_MS
            org.schedule(back, Organization.edit_monitor, monitor, "unmuted")


def _monitor_added(org: Organization, ms: int) -> None:
    if org.monitors:
        kinds = ["host", "host", "service", "external", "expression", "query", "anomalyDetection"]
        if org.plan == "free":
            kinds = ["host", "service"]
        org.add_monitor(ms, org.dice.pick(kinds))


def _monitor_deleted(org: Organization, ms: int) -> None:
    if len(org.monitors) > KEPT_MONITORS:
        monitor = org.dice.pick(org.monitors[1:])
        alerting.close_for(org, ms, None, monitor)
        org.edit_monitor(ms + 1, monitor, "deleted")


def _dashboard_updated(org: Organization, ms: int) -> None:
    if org.dashboards:
        org.edit_dashboard(ms, org.dice.pick(org.dashboards), "updated")


def _dashboard_added(org: Organization, ms: int) -> None:
    if org.dashboards:
        org.add_dashboard(ms)


def _dashboard_deleted(org: Organization, ms: int) -> None:
    if len(org.dashboards) > 1:
        org.edit_dashboard(ms, org.dice.pick(org.dashboards), "deleted")


def _role_changed(org: Organization, ms: int) -> None:
    names = org.fullnames
    if org.hosts and names:
        host = org.dice.pick(org.hosts)
        role = org.dice.pick(names)
        if host.roles != (role,):
            org.assign(ms, host, (role,), org.operator.actor)


def _service_added(org: Organization, ms: int) -> None:
    if org.services:
        name = f"{org.dice.pick(words.SERVICES)}-{org.made % 90 + 10}"
        org.add_service(ms, name, [org.dice.pick(words.ROLES)])


def _role_deleted(org: Organization, ms: int) -> None:
    """Only a role no host is in any more."""
    used = {role for host in org.hosts for role in host.roles}
    free = [name for name in org.fullnames if name not in used]
    if free:
        service, role = org.dice.pick(free).split(":")
        if len(org.services[service]) > 1:
            org.services[service].remove(role)
            body = f'"role":{{"serviceName":"{service}","name":"{role}"}}'
            org.console("role.deleted", ms, org.operator.actor, body)


def _service_deleted(org: Organization, ms: int) -> None:
    """Only a service no host and no monitor is in; its roles go with it."""
    used = {role.split(":")[0] for host in org.hosts for role in host.roles}
    used |= {str(monitor.settings.get("service")) for monitor in org.monitors}
    free = [name for name in org.services if name not in used]
    if len(org.services) > 1 and free:
        name = org.dice.pick(free)
        actor = org.operator.actor
        for role in org.services.pop(name):
            body = f'"role":{{"serviceName":"{name}","name":"{role}"}}'
            org.console("role.deleted", ms, actor, body)
        org.console("service.deleted", ms + 1, actor, f'"service":{{"name":"{name}","memo":""}}')


def _downtime(org: Organization, ms: int) -> None:
    if org.monitors:
        org.add_downtime(ms)


def _annotation(org: Organization, ms: int) -> None:
    if org.services:
        org.annotate(ms)


def _channel_added(org: Organization, ms: int) -> None:
    if org.channels and not org.stall:
        made = org.add_channel(ms, onboarding.channel_type(org, ms))
        org.test_channel(ms + MINUTE_MS, made, True)


def _channel_updated(org: Organization, ms: int) -> None:
    if org.channels:
        org.edit_channel(ms, org.dice.pick(org.channels), "updated")


def _channel_deleted(org: Organization, ms: int) -> None:
    if len(org.channels) > 1 and not org.stall:
        org.edit_channel(ms, org.dice.pick(org.channels), "deleted")


def _channel_tested(org: Organization, ms: int) -> None:
    working = [channel for channel in org.channels if not channel.suspended]
    if working and not org.stall:
        org.test_channel(ms, org.dice.pick(working), True)


def _broken_channel(org: Organization, ms: int) -> None:
    """One of several channels breaks for a few days: a nuisance, not a stall."""
    if len(org.channels) > 1 and not org.stall:
        channel = org.dice.pick(org.channels)
        if not channel.suspended:
            org.suspend_channel(ms, channel)
            back = ms + int(org.dice.between(0.3, 9) * DAY_MS)
            org.schedule(back, _mended, channel)


def _mended(org: Organization, ms: int, channel: Channel) -> None:
    if not org.stall:
        org.resume_channel(ms, channel)


def _group_added(org: Organization, ms: int) -> None:
    if org.channels and len(org.groups) < MOST_GROUPS:
        org.add_group(ms)


def _group_deleted(org: Organization, ms: int) -> None:
    if len(org.groups) > 1:
        org.delete_group(ms)


def _invited(org: Organization, ms: int) -> None:
    if len(org.users) > 1:
        org.invite(ms, org.dice.pick(("manager", "collaborator", "viewer")))


def _member_left(org: Organization, ms: int) -> None:
    others = [u for u in org.users if u is not org.champion and u.authority != "owner"]
    if len(others) > 1:
        org.leave(ms, org.dice.pick(others))


def _authority(org: Organization, ms: int) -> None:
    others = [user for user in org.users if user.authority in ("collaborator", "viewer")]
    if others:
        org.authorize(ms, org.dice.pick(others), "manager")


def _integration(org: Organization, ms: int) -> None:
    if not org.integrations and org.hosts and org.plan != "free" and not org.is_at_home:
        provider = org.dice.weighted({"aws": 0.7, "azure": 0.15, "gcp": 0.15})
        org.integrate(ms, provider)
        if provider == "aws":
            org.provider_weights["aws"] = 0.25
            org.target += org.dice.whole(1, 4)
            org.schedule(ms + DAY_MS, snapshots.take)


def _disintegrate(org: Organization, ms: int) -> None:
    if org.integrations:
        org.disintegrate(ms, org.integrations[-1])


def _key_added(org: Organization, ms: int) -> None:
    if len(org.keys) < MOST_KEYS:
        org.add_key(ms, org.dice.weighted({"mkr": 0.4, "api": 0.35, "terraform": 0.25}))


def _key_deleted(org: Organization, ms: int) -> None:
    if len(org.keys) > 1:
        org.delete_key(ms, org.dice.pick(org.keys))


def _maintenance(org: Organization, ms: int) -> None:
    if org.hosts:
        host, user = org.dice.pick(org.hosts), org.operator
        if host.status == "working" and host.provider != "container":
            status = "maintenance" if org.dice.chance(0.6) else "standby"
            org.change_status(ms, host, status, user)
            back = ms + int(org.dice.wait(0.8) * DAY_MS) + HOUR_MS
            org.schedule(back, Organization.change_status, host, "working", user)


def _poweroff(org: Organization, ms: int) -> None:
    """Switched off in the console; some go on posting and are billed all the same (T11)."""
    if len(org.hosts) > 1:
        host = org.dice.pick(org.hosts)
        if host.status != "working" or host.provider == "container":
            return
        back = ms + int(org.dice.between(2, 40) * DAY_MS)
        org.change_status(ms, host, "poweroff", None if org.dice.chance(0.5) else org.operator)
        if org.dice.chance(0.6) and host.is_posting and not org.stall:
            org.set_posting(ms, host, False)
        org.schedule(back, _power_on, host)


def _power_on(org: Organization, ms: int, host: Host) -> None:
    org.change_status(ms, host, "working", None)
    if not org.faces("agent_silent"):
        org.set_posting(ms, host, True)


def _reinstalled(org: Organization, ms: int) -> None:
    if not org.stall:
        fleet.reinstall(org, ms)


def _upgraded(org: Organization, ms: int) -> None:
    """The agent is upgraded on a part of the hosts."""
    version = org.agent_at(ms, 0)
    behind = [host for host in org.hosts if host.agent and host.agent != version]
    for host in behind[:40]:
        host.agent = version
        host.note(tokyo_day(ms))


def _search(org: Organization, ms: int) -> None:
    relations.search(org, ms, "everyday")


def _ticket(org: Organization, ms: int) -> None:
    relations.open_ticket(org, ms, org.dice.pick(list(words.TICKETS)))


# Expected number a business day in an organization of one person, by what happens.
EVERYDAY: dict[Action, float] = {
    _monitor_updated: 0.012,
    _monitor_muted: 0.004,
    _monitor_added: 0.005,
    _monitor_deleted: 0.0025,
    _dashboard_updated: 0.012,
    _dashboard_added: 0.003,
    _dashboard_deleted: 0.0015,
    _role_changed: 0.01,
    _service_added: 0.003,
    _service_deleted: 0.004,
    _role_deleted: 0.002,
    _downtime: 0.006,
    _annotation: 0.03,
    _channel_added: 0.002,
    _channel_updated: 0.0015,
    _channel_deleted: 0.0008,
    _channel_tested: 0.003,
    _broken_channel: 0.0012,
    _group_added: 0.003,
    _group_deleted: 0.002,
    _invited: 0.003,
    _member_left: 0.0016,
    _authority: 0.0012,
    _integration: 0.0015,
    _disintegrate: 0.0015,
    _key_added: 0.0015,
    _key_deleted: 0.001,
    _maintenance: 0.01,
    _poweroff: 0.002,
    _reinstalled: 0.004,
    _upgraded: 0.012,
    _search: 0.012,
    _ticket: 0.006,
}
EVERYDAY_SUM = sum(EVERYDAY.values())
