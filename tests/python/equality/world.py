"""What happened in a small Mackerel, event by event: the stuff of which schedules are made.

Hand-made on purpose, around few things, so that any two events have something to do with each
other: a name that changes hands, an alert three sources tell of, a subscription changed after the
fact, hosts of which only a snapshot speaks. Beside it an excerpt of a simulated log, whose events
carry every field a real one does.
"""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from mackerel_cs.settings import Settings
from mackerel_cs.simulate.options import SimulationOptions
from mackerel_cs.simulate.run import run

Data = dict[str, Any]

START = datetime(2025, 4, 1, tzinfo=UTC)
DAYS = 40
PREFIXES = {
    "mackerel/webhook": "io.mackerel.webhook.",
    "mackerel/api": "io.mackerel.api.",
    "mackerel/console": "io.mackerel.console.",
    "mackerel/metering": "io.mackerel.metering.",
    "mackerel/billing": "io.mackerel.billing.",
    "zendesk": "com.zendesk.",
    "mackerel/cre": "io.mackerel.cre.",
}
SOURCES = {prefix: source for source, prefix in PREFIXES.items()}

# Three organizations of the simulated log, and one that takes over another's name.
AZURE, BRISK, CALM, NEWCOMER = "5r7PbXrSSCY", "4x1LYsZYo3S", "4Q9a8C5E4Za", "5srK6rigvb7"


@dataclass(frozen=True)
class Event:
    """One event: its envelope but for the received time, and when it would be received at once.

    `topic`: a schedule may leave out all events of one.
    """

    envelope: Data
    received_at: datetime
    topic: str = "simulated"

    @property
    def day(self) -> int:
        """Days since the beginning of the log."""
        return (self.received_at - START).days

    def line(self, received_at: datetime) -> str:
        """The line of a file it is delivered as."""
        received = received_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        return json.dumps(self.envelope | {"receivedtime": received}, ensure_ascii=False)


def moment(day: float) -> datetime:
    """A moment so many days after the beginning, to the second."""
    return START + timedelta(seconds=round(day * 86_400))


def seconds(day: float) -> int:
    """The same as Mackerel's API writes it."""
    return int(moment(day).timestamp())


def text(day: float) -> str:
    """The same as RFC 3339."""
    return moment(day).strftime("%Y-%m-%dT%H:%M:%SZ")


def day_text(day: float) -> str:
    """A date so many days after the first."""
    return (START + timedelta(days=day)).date().isoformat()


def console(day: float, organization: str, action: str, /, by: str = "ann", **data: Any) -> Event:
    """Something a person did in the console."""
    actor = {"type": "user", "userId": f"{organization[:2]}-{by}", "client": "web"}
    actor |= {"screenName": by, "apiKeyId": None}
    return event("io.mackerel.console." + action, day, organization, {"actor": actor, **data})


def snapshot(day: float, organization: str, kind: str, /, **data: Any) -> Event:
    """An object as the API showed it."""
    return event("io.mackerel.api." + kind, day, organization, data)


def webhook(day: float, name: str, kind: str, /, *, has_time: bool = False, **data: Any) -> Event:
    """A webhook, which knows its organization by name only."""
    told = {"orgName": name, "event": kind, "imageUrl": None, **data}
    return event("io.mackerel.webhook." + kind, day, None, told, has_time=has_time)


def alert(day: float, name: str, alert_id: str, status: str, **body: Any) -> Event:
    """A webhook about an alert that `opened` and, where it is over, `closed` on these days."""
    opened, closed = body.get("opened", day), body.get("closed")
    told = {"id": alert_id, "status": status, "isOpen": status != "ok", "trigger": "monitor"}
    told |= {"openedAt": seconds(opened), "closedAt": closed and seconds(closed)}
    told |= {"createdAt": seconds(opened) * 1000, "monitorName": "cpu"}
    host = {"id": body.get("host", "h1"), "name": "web-1", "status": "working", "isRetired": False}
    user = body.get("user")
    return webhook(
        day, name, "alert", has_time=True, type="host", alert=told, host=host, user=user, memo=""
    )


def report(organization: str, host: str, day: int, **data: Any) -> Event:
    """A host's daily report, told shortly after the date's end in Tokyo."""
    told = {"hostId": host, "date": day_text(day), "hostSize": "standard", "hostStatus": "working"}
    told |= {"provider": "agent", "sampleCount": 1440, "serviceMetricCount": 0}
    told |= {"metricCounts": {"system": 45, "custom": 0, "check": 0}, "plugins": []}
    told |= {"agent": {"name": "mackerel-agent", "version": "0.87.0"}, "roleFullnames": ["web:app"]}
    return event("io.mackerel.metering.host.reported", day + 0.63, organization, told | data)


def subscription(day: float, organization: str, mrr: int, effective: float, **told: Any) -> Event:
    """A change of what is paid for, valid from a date that may lie in the past."""
    named = {"id": "s-" + organization[:2], "plan": "standard", "billingRegime": "host"}
    named |= {"billingPeriod": "month", "standardHosts": mrr // 1800, "microHosts": 0}
    named |= {"discountPercent": 0, "mrrJpy": mrr, "currency": "JPY"}
    named |= {"effectiveDate": day_text(effective), **told}
    data = {"subscription": named, "previous": None, "reason": "hosts"}
    return event("io.mackerel.billing.subscription.changed", day, organization, data)


def event(
    kind: str, day: float, organization: str | None, data: Data, *, has_time: bool = True
) -> Event:
    """An event without an identity yet."""
    source = next(named for prefix, named in SOURCES.items() if kind.startswith(prefix))
    envelope: Data = {"specversion": "1.0", "source": source, "type": kind}
    if has_time:
        envelope["time"] = text(day)
    if organization:
        envelope["orgid"] = organization
    return Event({**envelope, "data": data}, moment(day) + timedelta(seconds=3))


def names() -> list[Event]:
    """Names: one taken over, one given up and taken back, one of an organization created late."""

    def called(name: str, **told: Any) -> Data:
        return {"name": name, **told}

    founded = {"segment": "startup", "signupSource": "web", "isInternal": False}
    return [
        console(2, BRISK, "organization.created", organization=called("brisk", **founded)),
        console(12, BRISK, "organization.renamed", organization=called("haven")),
        console(15, NEWCOMER, "organization.created", organization=called("brisk", **founded)),
        console(30, NEWCOMER, "organization.renamed", organization=called("fresh")),
        console(5, AZURE, "organization.created", organization=called("azure", **founded)),
        console(9, AZURE, "organization.renamed", organization=called("haven")),
        console(11, AZURE, "organization.renamed", organization=called("azure")),
        console(34, CALM, "organization.deleted", organization=called("calm-market")),
        *(webhook(day, "brisk", "sample", message="hello") for day in (3, 13, 16, 31)),
        *(webhook(day, "haven", "sample", message="hello") for day in (8, 10, 11.5, 20)),
        webhook(22, "nobody", "sample", message="hello"),
        webhook(23, "fresh", "hostRegister", host={"id": "h9", "name": "x", "status": "working"}),
    ]


def alerts() -> list[Event]:
    """Alerts three sources tell of, in turn and against each other."""
    person = {"id": "4x-ann", "screenName": "ann"}
    group = {"id": "g1", "status": "CRITICAL", "createdAt": seconds(13), "closedAt": None}
    return [
        alert(6, "brisk", "a1", "warning"),
        alert(6.2, "brisk", "a1", "critical", opened=6),
        alert(7.5, "brisk", "a1", "ok", opened=6, closed=7.5),
        alert(13, "brisk", "a2", "critical"),
        alert(17, "brisk", "a2", "ok", opened=13, closed=17, user=person),
        alert(18, "brisk", "a3", "unknown", host="h2"),
        alert(10.5, "haven", "a4", "critical", host="h3"),
        alert(25, "haven", "a5", "critical"),
        webhook(13, "brisk", "alertGroup", has_time=True, alertGroup=group),
        snapshot(
            26,
            BRISK,
            "alert",
            id="a3",
            status="OK",
            monitorId="m1",
            type="host",
            hostId="h2",
            openedAt=seconds(14),
            closedAt=seconds(24),
        ),
        snapshot(
            27,
            BRISK,
            "alert",
            id="a6",
            status="CRITICAL",
            monitorId="m1",
            type="service",
            openedAt=seconds(1),
        ),
        snapshot(
            33,
            BRISK,
            "alert",
            id="a6",
            status="OK",
            monitorId="m1",
            type="service",
            openedAt=seconds(1),
            closedAt=seconds(32),
        ),
        snapshot(
            28,
            BRISK,
            "alert-log",
            id="l1",
            alertId="a2",
            status="WARNING",
            trigger="monitor",
            createdAt=seconds(14),
            monitorId="m1",
        ),
        # Another organization tells of the same one, and last of all.
        snapshot(
            29,
            AZURE,
            "alert",
            id="a3",
            status="OK",
            monitorId="m1",
            type="host",
            hostId="h2",
            openedAt=seconds(11),
            closedAt=seconds(28),
        ),
        console(6.5, BRISK, "alert.viewed", alert={"id": "a1"}),
        console(19, NEWCOMER, "alert.closed", alert={"id": "a2"}, reason="fixed"),
        console(29, BRISK, "alert.commented", by="bob", alert={"id": "a6"}, reason="why"),
        console(35, BRISK, "alert.closed", by="bob", alert={"id": "a5"}, reason="fixed"),
    ]


def hosts() -> list[Event]:
    """Hosts: registered, retired, silent, and known from snapshots of their past only."""

    def shown(host: str, day: float, **told: Any) -> Data:
        return {
            "id": host,
            "name": host,
            "status": "working",
            "isRetired": False,
            "createdAt": seconds(day),
            "roles": {"web": ["app"]},
            **told,
        }

    def changed(day: float, kind: str, host: str, **told: Any) -> Event:
        return webhook(day, "haven", kind, host=shown(host, 4, roles=[], **told))

    return [
        webhook(4, "brisk", "hostRegister", host=shown("h1", 4, roles=[])),
        changed(14, "hostStatus", "h1", status="standby"),
        changed(21, "hostRetire", "h1", isRetired=True),
        changed(22, "hostRegister", "h4"),
        snapshot(8, BRISK, "host", **shown("h1", 4)),
        snapshot(20, BRISK, "host", **shown("h2", -90)),
        snapshot(24, NEWCOMER, "host", **shown("h5", 3)),
        snapshot(32, BRISK, "host", **shown("h4", 22, status="maintenance")),
        console(4.5, BRISK, "role.assigned", host={"id": "h1"}, roleFullnames=["web:app"]),
        console(9, BRISK, "role.assigned", host={"id": "h1"}, roleFullnames=[]),
        console(23, BRISK, "role.assigned", host={"id": "h4"}, roleFullnames=["web:db", "web:app"]),
        *(report(BRISK, "h1", day) for day in (4, 5, 6, 7, 9, 12, 13, 18)),
        *(report(BRISK, "h2", day, roleFullnames=[]) for day in (3, 4, 11)),
        *(report(BRISK, "h2", day, roleFullnames=[], plugins=["nginx"]) for day in (20, 29)),
        *(report(BRISK, "h4", day, hostSize="micro") for day in (22, 23, 24, 36, 38)),
        *(report(NEWCOMER, "h5", day, hostStatus="standby") for day in (16, 17, 25)),
        *(report(AZURE, "h3", day, agent=None, provider="aws") for day in (6, 7, 8, 30)),
        # Dates that lie long before the telling, and after it.
        event(
            "io.mackerel.metering.host.reported",
            19,
            BRISK,
            {"hostId": "h1", "date": day_text(-30), "sampleCount": 5},
        ),
        event(
            "io.mackerel.metering.host.reported",
            10,
            BRISK,
            {"hostId": "h1", "date": day_text(16), "sampleCount": 7},
        ),
    ]


def money() -> list[Event]:
    """What is paid for: changed after the fact, contradicted, cancelled, paid late."""

    def billing(day: float, kind: str, organization: str, /, **data: Any) -> Event:
        return event("io.mackerel.billing." + kind, day, organization, data)

    lines = [{"item": "standard_host", "quantity": 5, "unitPriceJpy": 1800, "amountJpy": 9000}]
    invoice = {
        "id": "i1",
        "periodStart": day_text(0),
        "periodEnd": day_text(30),
        "dueDate": day_text(28),
        "amountJpy": 9000,
        "lines": lines,
    }
    return [
        billing(2, "trial.started", BRISK, trial={"plan": "trial", "endsAt": text(16)}),
        subscription(8, BRISK, 9_000, 8),
        subscription(20, BRISK, 18_000, 10),
        subscription(21, BRISK, 3_600, 8),
        subscription(36, BRISK, 5_400, 60),
        subscription(16, NEWCOMER, 0, 16, plan="free"),
        subscription(7, AZURE, 9_000, -60, plan="ambassador"),
        billing(10, "invoice.issued", BRISK, invoice=invoice),
        billing(18, "payment.failed", BRISK, invoiceId="i1", amountJpy=9000, reason="unknown"),
        billing(26, "payment.received", BRISK, invoiceId="i1", amountJpy=9000),
        billing(
            24,
            "cancellation.requested",
            BRISK,
            requestedBy={"userId": "4x-ann"},
            cancellation={"reason": "price", "effectiveDate": day_text(30)},
        ),
        billing(
            30,
            "subscription.ended",
            BRISK,
            subscription={"id": "s-4x"},
            endedOn=day_text(30),
            reason="cancelled",
        ),
    ]


def people() -> list[Event]:
    """Members, invitations, activity, support, and what CREs did."""

    def joined(day: float, organization: str, user: str, **told: Any) -> Event:
        named = {"id": f"{organization[:2]}-{user}", "screenName": user, **told}
        return console(day, organization, "user.joined", by=user, user=named)

    invitation = {"email": "eve@example.com", "authority": "viewer", "expiresAt": seconds(14)}
    ticket = {
        "id": "t1",
        "category": "agent",
        "priority": "low",
        "channel": "web",
        "requesterUserId": "4x-ann",
        "subject": "help",
    }
    touch = {
        "creId": "cre-01",
        "kind": "mail",
        "coverage": "high",
        "topic": "stumble",
        "stumble": None,
    }
    return [
        joined(2.1, BRISK, "ann", authority="owner", email="ann@example.com"),
        joined(7, BRISK, "bob", authority="viewer", email="bob@example.com"),
        joined(15.1, NEWCOMER, "ann", authority="owner", email="nan@example.com"),
        console(9, BRISK, "user.authority-changed", user={"id": "4x-bob", "authority": "manager"}),
        console(31, BRISK, "user.left", user={"id": "4x-ann"}),
        snapshot(
            20,
            BRISK,
            "user",
            id="4x-bob",
            screenName="bob",
            authority="viewer",
            email="bob@example.com",
            isMFAEnabled=True,
            joinedAt=seconds(6),
        ),
        console(4, BRISK, "invitation.sent", invitation=invitation),
        console(5, BRISK, "invitation.revoked", invitation=invitation),
        console(9, BRISK, "invitation.sent", invitation=invitation),
        console(11, BRISK, "invitation.accepted", invitation=invitation, user={"id": "4x-eve"}),
        *(
            console(
                day,
                BRISK,
                "user.signed-in",
                by=user,
                user={"id": f"4x-{user}"},
                isMFA=False,
                method="password",
            )
            for day, user in ((3, "ann"), (8.4, "bob"), (8.62, "bob"), (8.63, "bob"), (33, "eve"))
        ),
        *(
            console(
                day, organization, "page.viewed", by=user, page={"path": "/", "feature": "hosts"}
            )
            for day, organization, user in (
                (3.01, BRISK, "ann"),
                (3.02, BRISK, "ann"),
                (3.03, BRISK, "ann"),
                (8.41, BRISK, "bob"),
                (16, NEWCOMER, "ann"),
                (17, AZURE, "cat"),
                (36, BRISK, "bob"),
                (39, AZURE, "cat"),
            )
        ),
        console(10, BRISK, "api-key.created", apiKey={"id": "k1", "isRead": True, "isWrite": True}),
        console(11, BRISK, "api-key.used", apiKey={"id": "k1"}, requestCount=120, client="mkr"),
        event("com.zendesk.ticket.created", 12, BRISK, {"ticket": ticket}),
        event(
            "com.zendesk.ticket.comment-added",
            13,
            BRISK,
            {"ticket": {"id": "t1"}, "comment": {"authorType": "agent", "isPublic": True}},
        ),
        event("com.zendesk.ticket.solved", 20, BRISK, {"ticket": {"id": "t1"}}),
        event(
            "com.zendesk.ticket.rated", 21, BRISK, {"ticket": {"id": "t1"}, "satisfaction": "bad"}
        ),
        *(
            event(
                "com.zendesk.guide.search",
                day,
                BRISK,
                {"query": "agent", "resultCount": 0, "userId": "4x-ann", "locale": "ja"},
            )
            for day in (11.9, 12.5)
        ),
        *(
            event("io.mackerel.cre.touch.logged", day, BRISK, {"touch": touch | {"id": touch_id}})
            for day, touch_id in ((22, "c1"), (38, "c2"))
        ),
        event(
            "io.mackerel.cre.survey.answered",
            23,
            BRISK,
            {"survey": {"id": "v1", "kind": "nps", "score": 3}, "userId": "4x-ann"},
        ),
        event(
            "io.mackerel.cre.override.set",
            24,
            BRISK,
            {"override": {"band": "red", "expiresOn": day_text(50)}, "authorId": "cre-01"},
        ),
        event(
            "io.mackerel.cre.verdict.given",
            25,
            BRISK,
            {"verdict": {"alarmId": "x", "value": "right"}, "authorId": "cre-01"},
        ),
    ]


def settings_of_things() -> list[Event]:
    """Services, roles, monitors, channels, groups, dashboards, downtimes, integrations."""
    web, app = {"name": "web", "memo": ""}, {"serviceName": "web", "name": "app"}
    monitor = {"id": "m1", "type": "host", "name": "cpu", "isMute": False}
    channel = {"id": "n1", "type": "slack", "name": "ops"}
    group = {"id": "g1", "type": "group", "name": "all", "childChannelIds": ["n1"]}
    board = {"id": "d1", "title": "overview", "widgetCount": 4}
    down = {"id": "w1", "name": "release", "start": seconds(19), "durationMinutes": 600}
    cloud = {"id": "y1", "provider": "aws", "services": ["EC2"]}
    done = [
        (4, "service.created", {"service": web}),
        (28, "service.deleted", {"service": web}),
        (4.1, "role.created", {"role": app}),
        (28, "role.deleted", {"role": app}),
        (5, "monitor.created", {"monitor": monitor}),
        (9, "monitor.muted", {"monitor": monitor | {"isMute": True}}),
        (15, "monitor.unmuted", {"monitor": monitor}),
        (18, "monitor.updated", {"monitor": monitor | {"name": "load"}}),
        (29, "monitor.deleted", {"monitor": monitor}),
        (5, "channel.created", {"channel": channel}),
        (6, "channel.tested", {"channel": channel, "isDelivered": True}),
        (12, "channel.suspended", {"channel": channel, "suspendedAt": seconds(12)}),
        (19, "channel.resumed", {"channel": channel}),
        (20, "channel.updated", {"channel": channel | {"type": "email"}}),
        (33, "channel.deleted", {"channel": channel}),
        (6, "notification-group.created", {"notificationGroup": group}),
        (13, "notification-group.updated", {"notificationGroup": group | {"childChannelIds": []}}),
        (34, "notification-group.deleted", {"notificationGroup": group}),
        (7, "dashboard.created", {"dashboard": board}),
        (14, "dashboard.updated", {"dashboard": board | {"widgetCount": 9}}),
        (15, "dashboard.viewed", {"dashboard": board}),
        (30, "dashboard.deleted", {"dashboard": board}),
        (17, "downtime.created", {"downtime": down}),
        (18, "downtime.deleted", {"downtime": down}),
        (10, "integration.created", {"integration": cloud}),
        (26, "integration.deleted", {"integration": cloud}),
        (16, "annotation.created", {"annotation": {"id": "z1", "service": "web"}}),
    ]
    by_webhook = [
        webhook(day, name, kind, monitor=monitor, user=None)
        for day, name, kind in (
            (5, "brisk", "monitorCreate"),
            (18, "haven", "monitorUpdate"),
            (29, "haven", "monitorDelete"),
        )
    ]
    shown = [
        (8, "monitor", monitor | {"isMute": True}),
        (24, "monitor", monitor | {"scopes": ["api"]}),
        (8, "channel", channel | {"suspendedAt": None}),
        (24, "channel", channel),
        (8, "notification-group", group),
        (24, "dashboard", board | {"createdAt": seconds(-5)}),
        (8, "service", {"name": "web", "memo": "", "roles": ["app", "db"]}),
        (24, "role", {"serviceName": "web", "name": "db"}),
        (20, "downtime", {"id": "w2", "name": "x", "start": seconds(10), "duration": 1_000}),
        (24, "aws-integration", {"id": "y1", "name": "aws", "services": {}}),
        (24, "invitation", {"email": "eve@example.com", "authority": "viewer"}),
        (24, "graph-annotation", {"id": "z1", "service": "web", "from": 1, "to": 2}),
        (24, "unrecognized", {"never": {"seen": True}}),
    ]
    return [
        *(console(day, BRISK, action, **data) for day, action, data in done),
        *by_webhook,
        *(snapshot(day, BRISK, kind, **data) for day, kind, data in shown),
        console(25, BRISK, "moon.landed", moon={"phase": 3}),
    ]


def everybodys() -> list[Event]:
    """Incidents: declared late, for days long past, and put right again."""

    def declared(day: float, incident: str, kind: str, start: float, end: float | None) -> Event:
        told = {"id": incident, "kind": kind, "title": "it broke", "startedAt": text(start)}
        told |= {"endedAt": end and text(end), "components": ["metrics"]}
        return event("io.mackerel.cre.incident.declared", day, None, {"incident": told})

    return [
        declared(14, "o1", "telemetry_gap", 5, 7),
        declared(26, "o1", "telemetry_gap", 5, 13),
        declared(18, "o2", "outage", 17, None),
        declared(37, "o2", "outage", 17, 21),
    ]


def unheard() -> list[Event]:
    """What the log itself shows of us: six organizations silent at once, fields nobody knows."""
    new = {"weather": {"wind": 3}}
    return [
        *(report(f"small-{n}", f"s{n}", day) for n in range(6) for day in (13, 19, 21)),
        *(report(BRISK, "h1", day, collector="v2") for day in (14, 15, 26)),
        webhook(12, "brisk", "sample", message="hello", **new),
        webhook(17, "haven", "sample", message="hello", **new),
        console(14, NEWCOMER, "dashboard.viewed", dashboard={"id": "d9", "mood": "good"}),
    ]


def hand_made() -> list[Event]:
    """All of them, by time, each with an identity that tells its place."""
    topics = (names, alerts, hosts, money, people, settings_of_things, everybodys, unheard)
    told = [(one, topic.__name__) for topic in topics for one in topic()]
    in_order = sorted(told, key=lambda row: row[0].received_at)
    return [
        Event({**one.envelope, "id": f"e{number:03}"}, one.received_at, topic)
        for number, (one, topic) in enumerate(in_order)
    ]


def simulated(folder: Path, each: int = 3) -> list[Event]:
    """An excerpt of a simulated log: of three organizations, at most `each` events a type."""
    settings = Settings(folder / "raw", folder / "data")
    rates = dict.fromkeys(("late", "duplicate", "broken", "out_of_order"), 0.0)
    options = SimulationOptions(
        organizations=14,
        days=DAYS,
        start=START.date(),
        format="jsonl",
        difference_rate=0.02,
        **{f"{name}_rate": rate for name, rate in rates.items()},
    )
    run(options, settings.raw, folder / "truth")
    of_type: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for path in sorted(settings.events.rglob("*.jsonl")):
        for line in path.read_text("utf-8").splitlines():
            envelope = json.loads(line)
            received = datetime.fromisoformat(envelope.pop("receivedtime"))
            of_type[whose(envelope), envelope["type"]].append(Event(envelope, received))
    named = {AZURE, BRISK, CALM, "azure-circle", "brisk-harbor", "calm-market", ""}
    return [
        one
        for (owner, _), events in sorted(of_type.items())
        if owner in named
        for one in events[:: max(1, len(events) // each)][:each]
    ]


def whose(envelope: Data) -> str:
    """Id or name of the organization an event is of; empty where it names none."""
    return envelope.get("orgid") or envelope["data"].get("orgName") or ""
