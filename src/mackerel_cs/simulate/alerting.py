"""Alerts: opened, made worse, looked at or ignored, closed by themselves or by hand."""

from datetime import date

from mackerel_cs.simulate.entities import Alert, Host, Monitor, compact, quoted
from mackerel_cs.simulate.moments import DAY_MS, HOUR_MS, MINUTE_MS, at, day_of
from mackerel_cs.simulate.organization import Organization

# Mackerel's vocabularies of triggers: as captured; as documented until and from 2026-01-29.
TRIGGERS = {
    "captured": ("monitor", "manual close", "delete monitor", "retire host"),
    "old": ("monitoring", "manual", "monitorDelete", "hostRetire"),
    "new": ("monitoring", "manual close", "delete monitor", "retire host"),
}
MONITORING, BY_HAND, MONITOR_DELETED, HOST_RETIRED = range(4)
FEW_MONITORS = 3
ON_HOSTS = ("host", "connectivity", "check", "anomalyDetection")
ALWAYS_CRITICAL = ("connectivity", "external")
MESSAGES = {
    "connectivity": "unreachable",
    "external": "HTTP request failed - status is 500",
    "anomalyDetection": "anomaly cpu.iowait.percentage",
}
NEW_TRIGGERS_FROM = at(day_of(date(2026, 1, 29)))
STATUS_CHANGED_FROM = at(day_of(date(2025, 5, 27)))


def trigger(org: Organization, ms: int, cause: int) -> str:
    """A trigger's name as this organization's webhooks spell it at that time."""
    if org.index % 4:
        return TRIGGERS["captured"][cause]
    return TRIGGERS["new" if ms >= NEW_TRIGGERS_FROM else "old"][cause]


def storm(org: Organization, ms: int, count: int) -> None:
    """Many alerts within two hours."""
    for _ in range(count):
        org.schedule(ms + int(org.dice.unit() * 2 * HOUR_MS), open_alert, True)


def open_alert(org: Organization, ms: int, is_crowded: bool = False) -> None:
    """An alert on something that is monitored; without monitors and checks there is none."""
    found = _subject(org)
    if found is None:
        return
    kind, monitor, host = found
    is_critical = kind in ALWAYS_CRITICAL or org.dice.chance(0.4)
    status = "critical" if is_critical else "warning"
    value, message = _reading(org, kind, monitor, host, status)
    alert = Alert(org.new_id(ms), kind, status, ms, monitor, host, value, message)
    org.alerts[alert.id] = alert
    notify(org, ms, alert, MONITORING)
    if org.dice.chance(0.02 if is_crowded else 0.05):
        _group(org, ms, alert)
    _go_on(org, ms, alert, is_crowded)


def _subject(org: Organization) -> tuple[str, Monitor | None, Host | None] | None:
    """What goes wrong: a check of a host, or what a monitor watches; none where nobody is told."""
    dice = org.dice
    host = dice.pick(org.hosts) if org.hosts else None
    if host and host.checks and (not org.monitors or dice.chance(0.25)):
        kind, monitor = "check", None
    elif org.monitors:
        monitor = dice.pick(org.monitors)
        kind = monitor.type
    else:
        return None
    if kind not in ON_HOSTS:
        host = None
    elif host is None or host.status in ("maintenance", "poweroff"):
        return None
    return None if monitor and monitor.is_mute else (kind, monitor, host)


def _reading(
    org: Organization, kind: str, monitor: Monitor | None, host: Host | None, status: str
) -> tuple[float | None, str]:
    """The value, where there is one, and what the alert says."""
    if monitor and status in monitor.settings:
        limit = monitor.settings[status]
        value = round(float(str(limit)) + org.dice.between(0.1, 9), 2)
        return value, f"{monitor.name} {value} > {limit}"
    if kind == "check" and host:
        return None, f"{host.checks[0]} {status.upper()}: 1 problem found"
    return None, MESSAGES[kind]


def _go_on(org: Organization, ms: int, alert: Alert, is_crowded: bool) -> None:
    """What people do about it, or nothing; most alerts end by themselves within the hour."""
    dice = org.dice

    def soon(low: float, high: float) -> int:
        return ms + int(dice.between(low, high) * MINUTE_MS)

    lasting = dice.spread(14, 1.3) * MINUTE_MS
    if alert.status == "warning" and dice.chance(0.25):
        org.schedule(soon(3, 40), worsen, alert)
    is_ignored = bool(org.flood_rate) or org.champion is None or not org.users
    if not is_ignored and not is_crowded:
        if dice.chance(0.3):
            org.schedule(soon(1, 25), look, alert, "viewed")
        if dice.chance(0.04):
            org.schedule(soon(5, 60), look, alert, "commented")
        if dice.chance(0.004) and len(org.monitors) > FEW_MONITORS:
            org.schedule(soon(2, 20), drop, alert)
            lasting += HOUR_MS
        if dice.chance(0.06):
            org.schedule(soon(9, 90), close, alert, True)
            lasting += 2 * HOUR_MS
    elif dice.chance(0.02):  # nobody acts, and some of these stay open for long
        lasting += dice.wait(20) * DAY_MS
    org.schedule(ms + 45_000 + int(lasting), close, alert, False)


def worsen(org: Organization, ms: int, alert: Alert) -> None:
    """A warning becomes critical."""
    if alert.id in org.alerts:
        alert.status = "critical"
        notify(org, ms, alert, MONITORING)


def look(org: Organization, ms: int, alert: Alert, action: str) -> None:
    """Somebody opens the alert's page, or writes what is known."""
    if alert.id in org.alerts or action == "viewed":
        reason = '"looking into it"' if action == "commented" else "null"
        body = f'"alert":{{"id":"{alert.id}"}},"reason":{reason}'
        org.console(f"alert.{action}", ms, org.operator.actor, body)


def drop(org: Organization, ms: int, alert: Alert) -> None:
    """Somebody has had enough of a noisy monitor and deletes it while it cries."""
    monitor = alert.monitor
    if alert.id in org.alerts and monitor in org.monitors[1:]:
        close_for(org, ms, None, monitor)
        org.edit_monitor(ms + 1, monitor, "deleted")


def close(org: Organization, ms: int, alert: Alert, by_hand: bool) -> None:
    """An alert is over."""
    if org.alerts.pop(alert.id, None) is None:
        return
    alert.status = "ok"
    if by_hand:
        user = org.operator
        body = f'"alert":{{"id":"{alert.id}"}},"reason":"fixed"'
        org.console("alert.closed", ms, user.actor, body)
        notify(org, ms, alert, BY_HAND, user.webhook)
    else:
        notify(org, ms, alert, MONITORING)


def close_all(org: Organization, ms: int) -> None:
    """Somebody clears everything that is open."""
    for alert in list(org.alerts.values()):
        close(org, ms, alert, True)


def close_for(org: Organization, ms: int, host: Host | None, monitor: Monitor | None) -> None:
    """Retiring a host or deleting a monitor closes its alerts."""
    cause = HOST_RETIRED if host else MONITOR_DELETED
    for alert in list(org.alerts.values()):
        if (host and alert.host is host) or (monitor and alert.monitor is monitor):
            del org.alerts[alert.id]
            alert.status = "ok"
            notify(org, ms, alert, cause)


def notify(org: Organization, ms: int, alert: Alert, cause: int, user: str = "null") -> None:
    """The webhook: status in lower case, keys left out where not applicable, `createdAt` in ms."""
    if ms < org.world.opened:
        return
    word = trigger(org, ms, cause)
    closed = ms if alert.status == "ok" else None
    base = f"https://mackerel.io/orgs/{org.name}"
    monitor = alert.monitor
    name = monitor.name if monitor else alert.host.checks[0] if alert.host else "check"
    fields = [
        f'"alert":{{"id":"{alert.id}","url":"{base}/alerts/{alert.id}","status":"{alert.status}",'
        f'"isOpen":{"false" if closed else "true"},"trigger":"{word}",'
        f'"openedAt":{alert.opened // 1000},"closedAt":{closed // 1000 if closed else "null"},'
        f'"createdAt":{alert.opened},"monitorName":{quoted(name)}'
    ]
    if ms >= STATUS_CHANGED_FROM:
        fields.append(f'"statusChangedAt":{ms // 1000}')
    if alert.value is not None and monitor:
        settings = monitor.settings
        label = settings.get("metric") or settings.get("expression") or settings.get("query")
        fields.append(
            f'"metricLabel":{quoted(str(label))},"metricValue":{alert.value},'
            f'"criticalThreshold":{settings["critical"]},"warningThreshold":{settings["warning"]},'
            '"monitorOperator":">"'
        )
        if "duration" in settings:
            fields.append(f'"duration":{settings["duration"]}')
    rest = ",".join(fields) + "}"
    if alert.host:
        rest += f',"host":{org.linked(alert.host, with_type=alert.opened % 97 == 0)}'
    if alert.type == "service" and monitor:
        rest += f',"service":{_service(org, str(monitor.settings["service"]))}'
    if alert.type == "query":
        rest += ',"metric":{"name":"http.server.duration","labels":{"http.route":"/"}}'
    has_graph = alert.type in ("host", "service", "expression")
    image = f'"https://mackerel.io/embed/public/alert/{alert.id}.png"' if has_graph else "null"
    org.webhook(
        "alert",
        ms,
        f'"type":"{alert.type}","message":{quoted(alert.message)},"memo":"","imageUrl":{image},'
        f'"user":{user},{rest}',
    )


def _service(org: Organization, name: str) -> str:
    identity = org.service_ids.get(name, org.id)
    base = f"https://mackerel.io/orgs/{org.name}/services/{name}"
    roles = [
        {
            "fullname": f"{name}: {role}",
            "serviceName": name,
            "serviceUrl": base,
            "roleName": role,
            "roleUrl": f"{base}#role={role}",
        }
        for role in org.services.get(name, [])
    ]
    return compact({"id": identity, "name": name, "memo": "", "orgId": org.id, "roles": roles})


def _group(org: Organization, ms: int, alert: Alert) -> None:
    """An alert group opens and closes around an alert; its status is upper case (T1)."""
    identity, until = org.new_id(ms), ms + 30 * MINUTE_MS
    opened = {"id": identity, "status": alert.status.upper(), "createdAt": ms // 1000}
    org.schedule(ms, _tell_group, opened | {"closedAt": None})
    org.schedule(until, _tell_group, opened | {"status": "OK", "closedAt": until // 1000})


def _tell_group(org: Organization, ms: int, group: dict[str, object]) -> None:
    base = f"https://mackerel.io/orgs/{org.name}"
    group = group | {"url": f"{base}/alert-groups/{group['id']}"}
    setting = {
        "id": org.groups[0].id,
        "name": "all services",
        "memo": "",
        "url": f"{base}/alert-group-settings/{org.groups[0].id}",
    }
    org.webhook(
        "alertGroup",
        ms,
        f'"alertGroup":{compact(group)},"alertGroupSetting":{compact(setting)},"imageUrl":null',
    )
