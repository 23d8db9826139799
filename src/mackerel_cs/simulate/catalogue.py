"""The event types of docs/event_catalogue.md, each with how it travels."""

from dataclasses import dataclass

TAIL_DAYS = 150
# What changes state comes at most this late, so that snapshots can be compared with it.
STATE_TAIL_DAYS = 20


@dataclass(frozen=True)
class EventType:
    """A type, its producer, what its envelope carries, and how late it may come (days)."""

    name: str
    source: str
    has_time: bool = True
    has_organization: bool = True
    tail_days: int = STATE_TAIL_DAYS


def _types() -> list[EventType]:
    def family(
        source: str, prefix: str, names: str, tail: int = STATE_TAIL_DAYS
    ) -> list[EventType]:
        return [EventType(prefix + name, source, tail_days=tail) for name in names.split()]

    console, webhook = "mackerel/console", "mackerel/webhook"
    # A webhook without a time is dated by its arrival: were it late, it would tell a lie, so the
    # sender either gets it through at once or not at all.
    timeless = "hostRegister hostStatus hostRetire monitorCreate monitorUpdate monitorDelete sample"
    return [
        *(
            EventType(f"io.mackerel.webhook.{name}", webhook, False, False, 0)
            for name in timeless.split()
        ),
        EventType("io.mackerel.webhook.alert", webhook, has_organization=False),
        EventType(
            "io.mackerel.webhook.alertGroup", webhook, has_organization=False, tail_days=TAIL_DAYS
        ),
        *family(
            "mackerel/api",
            "io.mackerel.api.",
            "host monitor channel notification-group user dashboard service alert downtime"
            " aws-integration",
        ),
        *family(
            console,
            "io.mackerel.console.",
            "organization.created organization.renamed organization.deleted user.joined user.left"
            " user.authority-changed invitation.sent invitation.accepted invitation.revoked"
            " service.created service.deleted role.created role.deleted role.assigned"
            " monitor.created monitor.updated monitor.deleted monitor.muted monitor.unmuted"
            " channel.created channel.updated channel.deleted channel.suspended channel.resumed"
            " channel.tested notification-group.created notification-group.updated"
            " notification-group.deleted dashboard.created dashboard.updated dashboard.deleted"
            " downtime.created downtime.deleted integration.created integration.deleted"
            " api-key.created api-key.deleted",
        ),
        *family(
            console,
            "io.mackerel.console.",
            "user.signed-in page.viewed dashboard.viewed alert.viewed alert.closed alert.commented"
            " annotation.created api-key.used",
            TAIL_DAYS,
        ),
        *family("mackerel/metering", "io.mackerel.metering.", "host.reported", TAIL_DAYS),
        *family(
            "mackerel/billing",
            "io.mackerel.billing.",
            "trial.started subscription.changed invoice.issued payment.received payment.failed"
            " cancellation.requested subscription.ended",
        ),
        *family(
            "zendesk",
            "com.zendesk.",
            "ticket.created ticket.comment-added ticket.solved ticket.rated guide.search",
            TAIL_DAYS,
        ),
        *family(
            "mackerel/cre",
            "io.mackerel.cre.",
            "touch.logged survey.answered override.set verdict.given",
        ),
        EventType("io.mackerel.cre.incident.declared", "mackerel/cre", has_organization=False),
    ]


TYPES = _types()
# Stories name a type without its vendor prefix: `console.monitor.created`.
CODES = {
    kind.name.removeprefix("io.mackerel.").removeprefix("com."): code
    for code, kind in enumerate(TYPES)
}
