"""The things an organization has; each knows its public JSON."""

import json
from dataclasses import dataclass, field

from mackerel_cs.simulate.moments import NEVER
from mackerel_cs.simulate.prices import Bill

SYSTEM = '{"type":"system","userId":null,"screenName":null,"apiKeyId":null,"client":"web"}'


def quoted(value: str | None) -> str:
    """A JSON string, or null."""
    return "null" if value is None else json.dumps(value, ensure_ascii=False)


def compact(value: object) -> str:
    """JSON as producers send it: no spaces, Japanese as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(slots=True)
class User:
    """A member. `rate` is the expected number of active spells on an ordinary day."""

    id: str
    screen_name: str
    email: str
    authority: str
    joined: int
    method: str
    is_mfa: bool
    rate: float
    key: int
    left: int = NEVER

    @property
    def actor(self) -> str:
        """The `actor` of what this person does on the web."""
        return (
            f'{{"type":"user","userId":"{self.id}","screenName":"{self.screen_name}",'
            '"apiKeyId":null,"client":"web"}'
        )

    @property
    def webhook(self) -> str:
        """The `user` of a webhook this person caused."""
        return f'{{"id":"{self.id}","screenName":"{self.screen_name}"}}'

    def snapshot(self) -> str:
        """The API's object."""
        method = "password" if self.method == "saml" else self.method
        return (
            f'{{"id":"{self.id}","screenName":"{self.screen_name}","email":"{self.email}",'
            f'"authority":"{self.authority}","isInRegistrationProcess":false,'
            f'"isMFAEnabled":{str(self.is_mfa).lower()},"authenticationMethods":["{method}"],'
            f'"joinedAt":{self.joined // 1000}}}'
        )


@dataclass(slots=True)
class ApiKey:
    """A key of a tool; `client` says which."""

    id: str
    client: str
    is_write: bool
    created: int
    key: int
    deleted: int = NEVER

    @property
    def actor(self) -> str:
        """The `actor` of what this key does."""
        return (
            '{"type":"api_key","userId":null,"screenName":null,'
            f'"apiKeyId":"{self.id}","client":"{self.client}"}}'
        )


@dataclass(slots=True)
class Host:
    """A host and, for metering, the versions of what its agent reports, by first day."""

    id: str
    name: str
    provider: str
    size: str
    created: int
    key: int
    status: str = "working"
    roles: tuple[str, ...] = ()
    agent: str | None = None
    system: int = 45
    custom: int = 0
    checks: tuple[str, ...] = ()
    plugins: tuple[str, ...] = ()
    service_metrics: int = 0
    is_double: bool = False
    is_posting: bool = True
    retired: int = NEVER
    versions: list[tuple[int, bool, str, str]] = field(default_factory=list)

    @property
    def metrics(self) -> int:
        """System, custom and check metrics together, as they are billed."""
        return self.system + self.custom + len(self.checks)

    def note(self, day: int) -> None:
        """Keep what the agent reports from this day on."""
        agent = f'{{"name":"mackerel-agent","version":"{self.agent}"}}' if self.agent else "null"
        if self.provider == "container":
            agent = f'{{"name":"mackerel-container-agent","version":"{self.agent}"}}'
        version = (
            day,
            self.is_posting,
            f'","hostSize":"{self.size}","hostStatus":"{self.status}",'
            f'"provider":"{self.provider}","sampleCount":',
            f',"metricCounts":{{"system":{self.system},"custom":{self.custom},'
            f'"check":{len(self.checks)}}},"serviceMetricCount":{self.service_metrics},'
            f'"agent":{agent},"plugins":{compact(self.plugins)},'
            f'"roleFullnames":{compact(self.roles)}}}',
        )
        if self.versions and self.versions[-1][0] == day:
            self.versions[-1] = version
        else:
            self.versions.append(version)

    def snapshot(self, status: str) -> str:
        """The API's object; `status` is handed in so that a difference can be planted."""
        services: dict[str, list[str]] = {}
        for role in self.roles:
            service, name = role.split(":")
            services.setdefault(service, []).append(name)
        meta = "{}"
        if self.agent:
            meta = (
                f'{{"agent-name":"mackerel-agent/{self.agent} (Revision 1b684c4)",'
                f'"agent-revision":"1b684c4","agent-version":"{self.agent}"}}'
            )
        return (
            f'{{"id":"{self.id}","name":"{self.name}","status":"{status}","size":"{self.size}",'
            f'"memo":"","isRetired":false,"createdAt":{self.created // 1000},'
            f'"roles":{compact(services)},"meta":{meta},"interfaces":[{{"name":"eth0",'
            f'"ipv4Addresses":["10.{self.key % 250}.{self.key // 250 % 250}.{self.key % 199}"]}}]}}'
        )


@dataclass(slots=True)
class Monitor:
    """A monitor; `settings` are the public fields of its type."""

    id: str
    type: str
    name: str
    settings: dict[str, object]
    is_mute: bool = False

    def body(self, is_mute: bool | None = None) -> str:
        """The public object, as in the API and in monitor webhooks."""
        mute = self.is_mute if is_mute is None else is_mute
        head = {"id": self.id, "type": self.type, "name": self.name, "isMute": mute}
        return compact(head | self.settings)

    @property
    def short(self) -> str:
        """The object of console events."""
        return (
            f'{{"id":"{self.id}","type":"{self.type}","name":{quoted(self.name)},'
            f'"isMute":{str(self.is_mute).lower()}}}'
        )


@dataclass(slots=True)
class Channel:
    """A notification channel. `suspended` is null or the second it was suspended."""

    id: str
    type: str
    name: str
    details: dict[str, object]
    suspended: int | None = None

    @property
    def short(self) -> str:
        """The object of console events."""
        return f'{{"id":"{self.id}","type":"{self.type}","name":{quoted(self.name)}}}'

    def snapshot(self) -> str:
        """The API's object."""
        head = {"id": self.id, "name": self.name, "type": self.type}
        return compact(head | self.details | {"suspendedAt": self.suspended})


@dataclass(slots=True)
class Group:
    """A notification group."""

    id: str
    type: str
    name: str
    level: str
    channels: list[str] = field(default_factory=list)

    @property
    def short(self) -> str:
        """The object of console events."""
        return compact(
            {
                "id": self.id,
                "type": self.type,
                "name": self.name,
                "childChannelIds": self.channels,
                "notificationLevel": self.level,
            }
        )

    def snapshot(self) -> str:
        """The API's object."""
        return compact(
            {
                "id": self.id,
                "type": self.type,
                "name": self.name,
                "notificationLevel": self.level,
                "childNotificationGroupIds": [],
                "childChannelIds": self.channels,
            }
        )


@dataclass(slots=True)
class Dashboard:
    """A custom dashboard."""

    id: str
    title: str
    widgets: int
    created: int
    updated: int

    @property
    def short(self) -> str:
        """The object of console events."""
        return f'{{"id":"{self.id}","title":{quoted(self.title)},"widgetCount":{self.widgets}}}'

    def snapshot(self) -> str:
        """The API's object."""
        widget = '{"type":"graph","title":"","layout":{"x":0,"y":0,"width":8,"height":6}}'
        return (
            f'{{"id":"{self.id}","title":{quoted(self.title)},"memo":"","urlPath":"{self.id}",'
            f'"widgets":[{",".join([widget] * self.widgets)}],'
            f'"createdAt":{self.created // 1000},"updatedAt":{self.updated // 1000}}}'
        )


@dataclass(slots=True)
class Downtime:
    """A planned silence."""

    id: str
    name: str
    start: int
    minutes: int

    @property
    def short(self) -> str:
        """The object of console events."""
        return (
            f'{{"id":"{self.id}","name":{quoted(self.name)},"start":{self.start},'
            f'"durationMinutes":{self.minutes}}}'
        )

    def snapshot(self) -> str:
        """The API's object."""
        return (
            f'{{"id":"{self.id}","name":{quoted(self.name)},"memo":"","start":{self.start},'
            f'"duration":{self.minutes}}}'
        )


@dataclass(slots=True)
class Integration:
    """A cloud integration; only AWS has an API."""

    id: str
    provider: str
    services: list[str]
    external: str

    def snapshot(self) -> str:
        """The API's object."""
        services: dict[str, object] = {
            name: {"enable": True, "role": None, "excludedMetrics": [], "retireAutomatically": True}
            for name in self.services
        }
        return compact(
            {
                "id": self.id,
                "name": "aws",
                "memo": "",
                "key": None,
                "roleArn": "arn:aws:iam::111111111111:role/MackerelIntegrationRole",
                "externalId": self.external,
                "region": "ap-northeast-1",
                "includedTags": "",
                "excludedTags": "",
                "services": services,
            }
        )


@dataclass(slots=True)
class Alert:
    """An alert; it leaves the organization's open ones when it closes."""

    id: str
    type: str
    status: str
    opened: int
    monitor: Monitor | None
    host: Host | None
    value: float | None
    message: str

    def snapshot(self) -> str:
        """The API's object; statuses are upper case here, and missing keys are left out."""
        fields: dict[str, object] = {"id": self.id, "status": self.status.upper()}
        if self.monitor:
            fields["monitorId"] = self.monitor.id
        fields["type"] = self.type
        if self.host:
            fields["hostId"] = self.host.id
        if self.value is not None:
            fields["value"] = self.value
        if self.type in ("check", "external"):
            fields["message"] = self.message
        return compact(fields | {"openedAt": self.opened // 1000})


class Holdings:
    """What an organization has and owes; `former` and `gone` are kept for the block at hand."""

    def __init__(self) -> None:
        """Nothing, on trial."""
        self.users: list[User] = []
        self.former: list[User] = []
        self.champion: User | None = None
        self.hosts: list[Host] = []
        self.gone: list[Host] = []
        self.services: dict[str, list[str]] = {}
        self.service_ids: dict[str, str] = {}
        self.monitors: list[Monitor] = []
        self.channels: list[Channel] = []
        self.groups: list[Group] = []
        self.dashboards: list[Dashboard] = []
        self.downtimes: list[Downtime] = []
        self.integrations: list[Integration] = []
        self.keys: list[ApiKey] = []
        self.former_keys: list[ApiKey] = []
        self.alerts: dict[str, Alert] = {}
        self.role_links: dict[str, str] = {}
        self.plan = "trial"
        self.regime = "metric"
        self.period = "month"
        self.discount = 0
        self.subscription: str | None = None
        self.bill: Bill | None = None
