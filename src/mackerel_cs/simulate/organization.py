"""An organization: what it has, and what can be done to it.

Every operation changes the state and tells the log in the same breath, so that the log implies the
state. Operations before the log began write no webhooks: those were never recorded.
"""

import heapq
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from mackerel_cs.simulate import prices, words
from mackerel_cs.simulate.entities import (
    SYSTEM,
    ApiKey,
    Channel,
    Dashboard,
    Downtime,
    Group,
    Holdings,
    Host,
    Integration,
    Monitor,
    User,
    compact,
    quoted,
)
from mackerel_cs.simulate.ids import snowflake
from mackerel_cs.simulate.moments import MINUTE_MS, NEVER, at, date_of, day_of, tokyo_day
from mackerel_cs.simulate.randomness import Dice, hashed
from mackerel_cs.simulate.world import Stall, World

MANY_ROLES = 5
Action = Callable[..., None]
AGENTS = [(version, day_of(date.fromisoformat(released))) for version, released in words.AGENTS]


class Organization(Holdings):
    """State of one organization, its own dice, and an agenda of what will happen when."""

    def __init__(self, world: World, index: int, segment: str, created: int, name: str) -> None:
        """Nothing has happened yet; `created` is the moment it will be founded."""
        super().__init__()
        self.world = world
        self.index = index
        self.dice = Dice(world.seed, 1, index)
        self.salt = int(hashed(world.seed, 2, index)[0])
        self.made = 0
        self.written = 0
        self.segment = segment
        self.created = created
        self.ended = NEVER
        self.end_reason: str | None = None
        self.name = name
        self.names: list[tuple[int, str]] = [(created, name)]
        self.id = self.new_id(created)
        self.display: str | None = None
        self.is_internal = False
        self.is_held_out = False
        self.is_at_home = segment == "individual"

        self.target = 1
        self.provider_weights: dict[str, float] = {"agent": 1.0}
        self.autoscale = 0
        self.alert_rate = 0.1
        self.slowness = 1.0
        self.flood_rate = 0
        self.stall: Stall | None = None
        self.planned_cause: str | None = None
        self.champion_lost_until = 0
        self.migrating_from = NEVER
        self.declining_until = 0
        self.leaving_on = NEVER
        self.agenda: list[tuple[int, int, Action, tuple[Any, ...]]] = []
        self.scheduled = 0

    # Time and identity

    def schedule(self, ms: int, action: Action, *arguments: Any) -> None:
        """Have `action(organization, ms, *arguments)` happen at `ms`."""
        self.scheduled += 1
        heapq.heappush(self.agenda, (ms, self.scheduled, action, arguments))

    def play_until(self, ms: int) -> None:
        """Let everything happen that is due before `ms`, in order."""
        while self.agenda and self.agenda[0][0] < ms:
            moment, _, action, arguments = heapq.heappop(self.agenda)
            action(self, moment, *arguments)

    def new_key(self) -> int:
        """22 bits, different for each thing this organization makes."""
        self.made += 1
        return (self.salt + self.made * 0x9E3779B1) & 0x3FFFFF

    def new_id(self, ms: int) -> str:
        """An id that decodes to its creation time."""
        return snowflake(ms, self.new_key())

    def office_hour(self, day: int) -> int:
        """A moment of a day when people are at work."""
        return at(day, self.dice.between(9.2, 19.5)) + self.dice.whole(0, 999)

    def faces(self, cause: str) -> bool:
        """Whether that cause of a stall is planned or at work."""
        return cause == (self.stall.cause if self.stall else self.planned_cause)

    @property
    def is_alive(self) -> bool:
        """Whether it still exists."""
        return self.ended == NEVER

    @property
    def is_paying(self) -> bool:
        """Whether a paid subscription runs."""
        return self.plan in ("standard", "enterprise")

    def emit(self, kind: str, ms: int, data: str) -> None:
        """Write one event of this organization."""
        self.written += 1
        self.world.log.emit(kind, ms, self.index, self.written, data)

    def webhook(self, kind: str, ms: int, rest: str) -> None:
        """Write one webhook: named by the organization's name of the moment, as Mackerel does."""
        if ms >= self.world.opened:
            body = f'{{"orgName":"{self.name}","event":"{kind}",{rest}}}'
            self.emit(f"webhook.{kind}", ms, body)

    def console(self, kind: str, ms: int, actor: str, rest: str) -> None:
        """Write one console event."""
        self.emit(f"console.{kind}", ms, f'{{"actor":{actor},{rest}}}')

    # People

    @property
    def operator(self) -> User:
        """Who does things: mostly the champion, else another who may."""
        able = [user for user in self.users if user.authority != "viewer"] or self.users
        if self.champion and self.champion in able and self.dice.chance(0.65):
            return self.champion
        return self.dice.pick(able)

    def found(self, ms: int, source: str) -> None:
        """The organization and its owner come into being."""
        owner = self.new_user(ms, "owner")
        body = {
            "name": self.name,
            "displayName": self.display,
            "segment": self.segment,
            "signupSource": source,
            "isInternal": self.is_internal,
        }
        self.console("organization.created", ms, owner.actor, f'"organization":{compact(body)}')
        self.join(ms, owner)
        self.champion = owner
        group = Group(self.new_id(ms), "group-default", "Default", "all")
        self.groups.append(group)
        self.console("notification-group.created", ms, SYSTEM, f'"notificationGroup":{group.short}')

    def new_user(self, ms: int, authority: str) -> User:
        """A made-up person."""
        dice = self.dice
        given, family = dice.pick(words.GIVEN), dice.pick(words.FAMILY)
        domain = "example.jp" if self.index % 3 else "example.com"
        email = f"{given}.{family}.{self.index}-{self.made}@{domain}"
        # Whoever signed up by e-mail shows the address as the screen name: personal data (T6).
        screen = email if dice.chance(0.2) else f"{given}{family[0]}{self.made}"
        methods = {"password": 0.45, "google": 0.35, "github": 0.2}
        if self.segment == "enterprise":
            methods["saml"] = 0.5
        rate = dice.spread(0.42 if authority in ("owner", "manager") else 0.22, 0.6)
        return User(
            self.new_id(ms),
            screen,
            email,
            authority,
            ms,
            dice.weighted(methods),
            dice.chance(0.5),
            min(rate, 1.6) * (0.4 if authority == "viewer" else 1.0),
            self.made,
        )

    def join(self, ms: int, user: User) -> None:
        """A user becomes a member."""
        self.users.append(user)
        body = (
            f'"user":{{"id":"{user.id}","screenName":"{user.screen_name}","email":"{user.email}",'
            f'"authority":"{user.authority}"}}'
        )
        self.console("user.joined", ms, user.actor, body)

    def invite(self, ms: int, authority: str, *, is_expected: bool = False) -> None:
        """Someone is invited; most accept within days, some never, unless they were waiting."""
        user = self.new_user(ms, authority)
        actor = (self.champion or self.operator).actor
        expires = ms // 1000 + 7 * 86_400
        invitation = (
            f'"invitation":{{"email":"{user.email}","authority":"{authority}",'
            f'"expiresAt":{expires}}}'
        )
        self.console("invitation.sent", ms, actor, invitation)
        accepted = ms + int(self.dice.wait(0.8) * 86_400_000) + 5 * MINUTE_MS
        if is_expected or (accepted < expires * 1000 and self.dice.chance(0.9)):
            self.schedule(accepted, Organization.accept, user, invitation)
        elif self.dice.chance(0.5):
            self.schedule(ms + 86_400_000, Organization.revoke, actor, invitation)

    def accept(self, ms: int, user: User, invitation: str) -> None:
        """An invited person comes."""
        user.id = self.new_id(ms)
        user.joined = ms
        self.console(
            "invitation.accepted", ms, user.actor, f'{invitation},"user":{{"id":"{user.id}"}}'
        )
        self.join(ms + 1, user)

    def revoke(self, ms: int, actor: str, invitation: str) -> None:
        """An invitation is taken back."""
        self.console("invitation.revoked", ms, actor, invitation)

    def leave(self, ms: int, user: User, actor: str | None = None) -> None:
        """A member goes."""
        user.left = ms
        self.users.remove(user)
        self.former.append(user)
        if user is self.champion:
            self.champion = None
        self.console("user.left", ms, actor or user.actor, f'"user":{{"id":"{user.id}"}}')

    def authorize(self, ms: int, user: User, authority: str) -> None:
        """A member's authority changes."""
        previous, user.authority = user.authority, authority
        body = (
            f'"user":{{"id":"{user.id}","authority":"{authority}",'
            f'"previousAuthority":"{previous}"}}'
        )
        self.console("user.authority-changed", ms, self.operator.actor, body)

    def rename(self, ms: int, name: str) -> None:
        """The organization takes another name; webhooks carry it from now on."""
        previous, self.name = self.name, name
        self.names.append((ms, name))
        self.role_links.clear()
        self.console(
            "organization.renamed",
            ms,
            SYSTEM,
            f'"organization":{{"name":"{name}","previousName":"{previous}"}}',
        )

    # Services, roles, hosts

    def add_service(self, ms: int, name: str, roles: Sequence[str]) -> None:
        """A service with its roles."""
        if name in self.services:
            return
        actor = self.operator.actor
        self.services[name] = []
        self.service_ids[name] = self.new_id(ms)
        self.console("service.created", ms, actor, f'"service":{{"name":"{name}","memo":""}}')
        for number, role in enumerate(roles):
            self.schedule(ms + (number + 1) * 20_000, Organization.add_role, name, role, actor)

    def add_role(self, ms: int, service: str, role: str, actor: str) -> None:
        """A role of a service."""
        if service not in self.services or role in self.services[service]:
            return
        self.services[service].append(role)
        body = f'"role":{{"serviceName":"{service}","name":"{role}"}}'
        self.console("role.created", ms, actor, body)

    @property
    def fullnames(self) -> list[str]:
        """All roles as `Service:Role`."""
        return [f"{service}:{role}" for service, roles in self.services.items() for role in roles]

    def agent_at(self, ms: int, lag_days: int) -> str:
        """The agent version somebody `lag_days` behind has."""
        day = tokyo_day(ms) - lag_days
        return next((v for v, released in reversed(AGENTS) if released <= day), AGENTS[0][0])

    def register(self, ms: int, provider: str, name: str | None = None) -> Host:
        """A host comes: by its agent or by a cloud integration, so nobody is the actor."""
        dice = self.dice
        key = self.new_key()
        is_micro = provider in ("container", "aws")
        host = Host(
            snowflake(ms, key),
            name or "",
            provider,
            "micro" if is_micro else "standard",
            ms,
            key,
            agent=None if provider == "aws" else self.agent_at(ms, 0),
            system=dice.whole(8, 20) if is_micro else dice.whole(38, 62),
        )
        roles = self.fullnames
        if roles and dice.chance(0.97):
            host.roles = (dice.pick(roles),)
            if len(roles) >= MANY_ROLES and dice.chance(0.06):
                host.roles = tuple(dict.fromkeys((*host.roles, dice.pick(roles))))
        role = host.roles[0].split(":")[1] if host.roles else "node"
        host.name = name or f"{role}-{key % 9000 + 100}"
        if provider != "aws" and self.hosts and self.hosts[0].plugins and dice.chance(0.7):
            host.plugins = self.hosts[0].plugins
            host.custom = 6 * len(host.plugins)
        if provider not in ("aws", "container") and dice.chance(0.35):
            host.checks = (dice.pick(words.CHECKS),)
        if dice.chance(0.004):
            host.is_double = True
        host.note(tokyo_day(ms))
        self.hosts.append(host)
        self.webhook("hostRegister", ms, f'"host":{self.linked(host)},"user":null,"imageUrl":null')
        if host.roles:
            self.console("role.assigned", ms + 1, self.tool(provider), self.assigned(host))
        return host

    @staticmethod
    def tool(provider: str) -> str:
        """The `actor` of an agent or an integration."""
        client = "api" if provider == "aws" else "agent"
        return SYSTEM.replace('"web"', f'"{client}"')

    @staticmethod
    def assigned(host: Host) -> str:
        """The body of `role.assigned`."""
        return f'"host":{{"id":"{host.id}"}},"roleFullnames":{compact(host.roles)}'

    def assign(self, ms: int, host: Host, roles: tuple[str, ...], actor: str) -> None:
        """A host's whole new list of roles."""
        if host.retired != NEVER:
            return
        host.roles = roles
        host.note(tokyo_day(ms))
        self.console("role.assigned", ms, actor, self.assigned(host))

    def linked(self, host: Host, *, with_type: bool = False) -> str:
        """The `host` of a webhook; role names there have a space after the colon (T3)."""
        base = f"https://mackerel.io/orgs/{self.name}"
        roles = ",".join([self._link(role) for role in host.roles])
        kind = '"type":"unknown",' if with_type else ""
        return (
            f'{{"id":"{host.id}","name":"{host.name}","url":"{base}/hosts/{host.id}",{kind}'
            f'"status":"{host.status}","memo":"","isRetired":false,"roles":[{roles}]}}'
        )

    def _link(self, fullname: str) -> str:
        if fullname not in self.role_links:
            service, role = fullname.split(":")
            url = f"https://mackerel.io/orgs/{self.name}/services/{service}"
            self.role_links[fullname] = (
                f'{{"fullname":"{service}: {role}","serviceName":"{service}",'
                f'"serviceUrl":"{url}","roleName":"{role}","roleUrl":"{url}#role={role}"}}'
            )
        return self.role_links[fullname]

    def change_status(self, ms: int, host: Host, status: str, user: User | None) -> None:
        """A host's status changes, by a person or by its agent."""
        if host.retired != NEVER or host.status == status:
            return
        previous, host.status = host.status, status
        host.note(tokyo_day(ms))
        who = user.webhook if user else "null"
        self.webhook(
            "hostStatus",
            ms,
            f'"host":{self.linked(host)},"fromStatus":"{previous}","user":{who},"imageUrl":null',
        )

    def retire(self, ms: int, host: Host, user: User | None) -> None:
        """A host goes for good; its open alerts close with it."""
        if host.retired != NEVER:
            return
        host.retired = ms
        self.hosts.remove(host)
        self.gone.append(host)
        who = user.webhook if user else "null"
        self.webhook("hostRetire", ms, f'"host":{self.linked(host)},"user":{who},"imageUrl":null')

    def set_posting(self, ms: int, host: Host, is_posting: bool) -> None:
        """An agent falls silent or speaks again."""
        if host.retired == NEVER and host.is_posting != is_posting:
            host.is_posting = is_posting
            host.note(tokyo_day(ms))

    # Monitors, channels, groups, dashboards

    def _monitor_event(self, kind: str, ms: int, monitor: Monitor, user: User) -> None:
        self.webhook(kind, ms, f'"monitor":{monitor.body()},"user":{user.webhook},"imageUrl":null')

    def add_monitor(self, ms: int, kind: str) -> Monitor:
        """A monitor of a type."""
        user = self.operator
        name, settings = self._monitor_settings(kind)
        monitor = Monitor(self.new_id(ms), kind, name, settings)
        self.monitors.append(monitor)
        self.console("monitor.created", ms, user.actor, f'"monitor":{monitor.short}')
        self._monitor_event("monitorCreate", ms, monitor, user)
        return monitor

    def _monitor_settings(self, kind: str) -> tuple[str, dict[str, object]]:
        dice = self.dice
        service = dice.pick(list(self.services)) if self.services else "web"
        warning, metric = dice.whole(50, 85), dice.pick(words.METRICS)
        limits = {"operator": ">", "warning": warning, "critical": warning + dice.whole(5, 14)}
        roles = self.services.get(service)  # a service may wait for its first role
        narrow = [service, f"{service}: {roles[0]}"] if roles else []
        scopes = narrow[:1] if dice.chance(0.4) else narrow[1:] if dice.chance(0.3) else []
        scope = {"scopes": scopes, "excludeScopes": []}
        repeat = {"duration": dice.whole(1, 5), "maxCheckAttempts": 1, "notificationInterval": 60}
        url = f"https://www{len(self.monitors)}.{self.name}.example.com/"
        # The documentation's own samples disagree on these two names (T14).
        word = "Limit" if self.index % 5 == 0 else "Expiration"
        days = {f"certification{word}Warning": 30, f"certification{word}Critical": 14}
        times = {"responseTimeWarning": 3000, "responseTimeCritical": 8000}
        slots = (self.fullnames or ["web:app"])[0]
        choices: dict[str, tuple[str, dict[str, object]]] = {
            "connectivity": ("connectivity", {"alertStatusOnGone": "CRITICAL", **scope}),
            "host": (
                f"{metric} {len(self.monitors)}",
                {"metric": metric, **limits, **repeat, **scope},
            ),
            "service": (
                f"{service} - 5xx",
                {"service": service, "metric": "access_num.5xx_count", **limits, "duration": 3},
            ),
            "external": (
                url[8:-1],
                {"url": url, "method": "GET", "maxCheckAttempts": 3, **times, **days},
            ),
            "expression": (
                "role average",
                {"expression": f"avg(roleSlots('{slots}','loadavg5'))", **limits},
            ),
            "anomalyDetection": (
                "anomaly",
                {"scopes": [slots.replace(":", ": ")], "warningSensitivity": "normal"},
            ),
            "query": (
                "query",
                {"query": "http.server.duration", "legend": "{{http.route}}", **limits},
            ),
        }
        return choices[kind]

    def edit_monitor(self, ms: int, monitor: Monitor, action: str) -> None:
        """A monitor is updated, muted, unmuted or deleted."""
        if monitor not in self.monitors:
            return
        user = self.operator
        if action == "updated":
            monitor.name = monitor.name.removesuffix(" v2") + " v2"
        elif action in ("muted", "unmuted"):
            monitor.is_mute = action == "muted"
        else:
            self.monitors.remove(monitor)
        self.console(f"monitor.{action}", ms, user.actor, f'"monitor":{monitor.short}')
        kind = "monitorDelete" if action == "deleted" else "monitorUpdate"
        self._monitor_event(kind, ms, monitor, user)

    def add_channel(self, ms: int, kind: str) -> Channel:
        """A notification channel, put into the default group."""
        user = self.operator
        details: dict[str, object] = {}
        if kind == "email":
            details = {"emails": [], "userIds": [user.id], "events": ["alert"]}
        elif kind == "slack":
            hook = "https://hooks.slack.example.com/services/T000/B000/XXXX"
            details = {"url": hook, "mentions": {}, "enabledGraphImage": True, "events": ["alert"]}
        elif kind == "webhook":
            events = ["alert", "alertGroup", "hostStatus", "hostRegister", "hostRetire", "monitor"]
            url = f"https://hooks.{self.name}.example.com/mackerel"
            details = {"url": url, "enabledGraphImage": False, "events": events}
        channel = Channel(self.new_id(ms), kind, f"{kind} {len(self.channels) + 1}", details)
        self.channels.append(channel)
        self.console("channel.created", ms, user.actor, f'"channel":{channel.short}')
        self.groups[0].channels.append(channel.id)
        self.console(
            "notification-group.updated",
            ms + 1,
            user.actor,
            f'"notificationGroup":{self.groups[0].short}',
        )
        return channel

    def test_channel(self, ms: int, channel: Channel, is_delivered: bool) -> None:
        """The test button; the `sample` webhook has not even an organization's name (T7)."""
        if channel not in self.channels:
            return
        body = f'"channel":{channel.short},"isDelivered":{str(is_delivered).lower()}'
        self.console("channel.tested", ms, self.operator.actor, body)
        if channel.type == "webhook" and is_delivered and ms >= self.world.opened:
            message = '"message":"Sample Notification from Mackerel"'
            self.emit("webhook.sample", ms, f'{{"event":"sample",{message},"imageUrl":null}}')

    def suspend_channel(self, ms: int, channel: Channel) -> None:
        """Deliveries failed too often."""
        if channel not in self.channels or channel.suspended:
            return
        channel.suspended = ms // 1000
        extra = f'"suspendedAt":{channel.suspended},"reason":"delivery_failed"'
        self.console("channel.suspended", ms, SYSTEM, f'"channel":{channel.short},{extra}')

    def resume_channel(self, ms: int, channel: Channel) -> None:
        """Somebody put the channel right."""
        if channel not in self.channels or not channel.suspended:
            return
        channel.suspended = None
        self.console("channel.resumed", ms, self.operator.actor, f'"channel":{channel.short}')

    def edit_channel(self, ms: int, channel: Channel, action: str) -> None:
        """A channel is renamed or deleted."""
        user = self.operator
        if action == "updated":
            channel.name = channel.name.removesuffix(" (ops)") + " (ops)"
        else:
            self.channels.remove(channel)
        self.console(f"channel.{action}", ms, user.actor, f'"channel":{channel.short}')
        if action == "deleted":
            for group in self.groups:
                if channel.id in group.channels:
                    group.channels.remove(channel.id)
                    self.console(
                        "notification-group.updated",
                        ms + 1,
                        user.actor,
                        f'"notificationGroup":{group.short}',
                    )

    def add_group(self, ms: int) -> None:
        """A notification group beside the default one."""
        chosen = [channel.id for channel in self.channels[:2]]
        level = "critical" if self.dice.chance(0.4) else "all"
        group = Group(self.new_id(ms), "group", f"Group #{len(self.groups)}", level, chosen)
        self.groups.append(group)
        self.console(
            "notification-group.created",
            ms,
            self.operator.actor,
            f'"notificationGroup":{group.short}',
        )

    def delete_group(self, ms: int) -> None:
        """The newest extra group goes."""
        group = self.groups.pop()
        self.console(
            "notification-group.deleted",
            ms,
            self.operator.actor,
            f'"notificationGroup":{group.short}',
        )

    def add_dashboard(self, ms: int) -> None:
        """A custom dashboard."""
        dice = self.dice
        topic = dice.pick(list(self.services) or ["overview"])
        title = f"{topic} overview {len(self.dashboards) + 1}"
        board = Dashboard(self.new_id(ms), title, dice.whole(2, 12), ms, ms)
        self.dashboards.append(board)
        self.console("dashboard.created", ms, self.operator.actor, f'"dashboard":{board.short}')

    def edit_dashboard(self, ms: int, board: Dashboard, action: str) -> None:
        """A dashboard is changed or deleted."""
        if action == "updated":
            board.widgets = max(1, board.widgets + self.dice.whole(-1, 2))
            board.updated = ms
        else:
            self.dashboards.remove(board)
        self.console(f"dashboard.{action}", ms, self.operator.actor, f'"dashboard":{board.short}')

    def add_downtime(self, ms: int) -> None:
        """A planned silence, deleted when it is over."""
        dice = self.dice
        minutes = dice.pick((30, 60, 120, 240))
        start = ms // 1000 + dice.whole(1, 60) * 3600
        downtime = Downtime(self.new_id(ms), f"release {self.made}", start, minutes)
        self.downtimes.append(downtime)
        actor = self.operator.actor
        self.console("downtime.created", ms, actor, f'"downtime":{downtime.short}')
        self.schedule(
            start * 1000 + minutes * MINUTE_MS + dice.whole(1, 30) * 3_600_000,
            Organization.delete_downtime,
            downtime,
        )

    def delete_downtime(self, ms: int, downtime: Downtime) -> None:
        """A downtime is tidied away."""
        self.downtimes.remove(downtime)
        self.console("downtime.deleted", ms, self.operator.actor, f'"downtime":{downtime.short}')

    def annotate(self, ms: int) -> None:
        """A graph annotation, as a deployment tool writes it."""
        service = self.dice.pick(list(self.services))
        body = f'{{"id":"{self.new_id(ms)}","service":"{service}","title":"deploy {self.made}"}}'
        actor = self.keys[0].actor if self.keys else self.operator.actor
        self.console("annotation.created", ms, actor, f'"annotation":{body}')

    def integrate(self, ms: int, provider: str) -> None:
        """A cloud integration."""
        services = list(words.AWS_SERVICES[: self.dice.whole(2, 6)]) if provider == "aws" else []
        one = Integration(self.new_id(ms), provider, services, f"ext-{self.new_id(ms)}")
        self.integrations.append(one)
        self._integration_event("integration.created", ms, one)

    def disintegrate(self, ms: int, one: Integration) -> None:
        """A cloud integration is removed."""
        self.integrations.remove(one)
        self._integration_event("integration.deleted", ms, one)

    def _integration_event(self, kind: str, ms: int, one: Integration) -> None:
        body = f'{{"id":"{one.id}","provider":"{one.provider}","services":{compact(one.services)}}}'
        self.console(kind, ms, self.operator.actor, f'"integration":{body}')

    def add_key(self, ms: int, client: str) -> None:
        """An API key for a tool."""
        key = ApiKey(self.new_id(ms), client, client != "api", ms, self.made)
        self.keys.append(key)
        self._key_event("api-key.created", ms, key)

    def delete_key(self, ms: int, key: ApiKey) -> None:
        """An API key is taken away."""
        key.deleted = ms
        self.keys.remove(key)
        self.former_keys.append(key)
        self._key_event("api-key.deleted", ms, key)

    def _key_event(self, kind: str, ms: int, key: ApiKey) -> None:
        body = f'{{"id":"{key.id}","isRead":true,"isWrite":{str(key.is_write).lower()}}}'
        self.console(kind, ms, self.operator.actor, f'"apiKey":{body}')

    # The end

    def end(self, ms: int, reason: str, actor: str) -> None:
        """The organization is deleted; nothing happens any more."""
        self.console(
            "organization.deleted", ms, actor, f'"organization":{{"name":{quoted(self.name)}}}'
        )
        self.ended = ms
        self.end_reason = reason
        self.agenda.clear()
        for user in self.users:
            user.left = min(user.left, ms)
        for host in self.hosts:
            host.retired = min(host.retired, ms)

    def bill_now(self) -> prices.Bill:
        """What a month costs with the hosts that post now."""
        posting = [host for host in self.hosts if host.is_posting]
        sizes = {"standard": 0, "micro": 0}
        excess = 0
        for host in posting:
            over = max(0, host.metrics - prices.INCLUDED_METRICS[host.size])
            if self.regime == "host":  # each started multiple of the limit counts as another host
                sizes[host.size] += 1 + -(-over // prices.INCLUDED_METRICS[host.size])
            else:
                sizes[host.size] += 1
                excess += over
        sizes["micro"] += self.autoscale // 2
        if self.regime == "host":
            return prices.Bill(
                max(1, sizes["standard"]), sizes["micro"], 0, self.regime, self.discount
            )
        hundreds = -(-excess // 100)
        return prices.Bill(
            max(1, sizes["standard"]), sizes["micro"], hundreds, self.regime, self.discount
        )


def month_start(day: int) -> date:
    """The first date of the month a day is in."""
    return date_of(day).replace(day=1)
