"""The state the events imply is the state the API snapshots show, but for planted differences."""

from datetime import UTC, date, datetime, timedelta

import polars as pl
import pytest

from mackerel_cs.simulate import SimulationOptions, run
from mackerel_cs.simulate.catalogue import STATE_TAIL_DAYS
from test_simulate import good_lines

OPTIONS = SimulationOptions(
    organizations=60, start=date(2025, 4, 1), days=240, seed=3, difference_rate=0.01
)
GONE = object()


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


def moment(event: dict) -> float:
    return seconds(event.get("time") or event["receivedtime"])


@pytest.fixture(scope="module")
def simulated(tmp_path_factory):
    folder = tmp_path_factory.mktemp("state")
    run(OPTIONS, folder / "raw", folder / "truth")
    causes = pl.read_parquet(folder / "truth" / "causes.parquet")
    events = good_lines(folder / "raw")
    # A change that is twenty days late may arrive after the last day: later snapshots are left out.
    until = datetime.combine(OPTIONS.end - timedelta(days=STATE_TAIL_DAYS + 2), datetime.min.time())
    limit = until.replace(tzinfo=UTC).timestamp()
    return sorted((e for e in events if moment(e) < limit), key=moment), causes


class Replay:
    """State by (kind, organization, object), from events alone."""

    def __init__(self) -> None:
        self.state: dict[tuple[str, str], dict[str, dict]] = {}

    def of(self, kind: str, organization: str) -> dict[str, dict]:
        return self.state.setdefault((kind, organization), {})

    def console(self, event: dict) -> None:
        kind, _, action = event["type"].removeprefix("io.mackerel.console.").rpartition(".")
        data, org = event["data"], event["orgid"]
        if kind in ("user", "role", "service", "integration"):
            getattr(self, kind)(org, action, data)
        elif kind in ("monitor", "channel", "notification-group", "dashboard", "downtime"):
            key = "notificationGroup" if kind == "notification-group" else kind
            thing = data[key]
            if action == "deleted":
                self.of(kind, org).pop(thing["id"])
            elif action in ("suspended", "resumed"):
                self.of(kind, org)[thing["id"]]["suspendedAt"] = data.get("suspendedAt")
            elif action in ("created", "updated", "muted", "unmuted"):
                known = self.of(kind, org).get(thing["id"], {})
                self.of(kind, org)[thing["id"]] = known | thing

    def role(self, org: str, action: str, data: dict) -> None:
        if action == "assigned":
            self.of("roles", org)[data["host"]["id"]] = data["roleFullnames"]
            return
        roles = self.of("service", org).setdefault(data["role"]["serviceName"], {"roles": []})
        change = roles["roles"].append if action == "created" else roles["roles"].remove
        change(data["role"]["name"])

    def service(self, org: str, action: str, data: dict) -> None:
        if action == "created":
            self.of("service", org)[data["service"]["name"]] = {"roles": []}
        else:
            self.of("service", org).pop(data["service"]["name"])

    def integration(self, org: str, action: str, data: dict) -> None:
        if data["integration"]["provider"] != "aws":
            return
        if action == "created":
            self.of("aws-integration", org)[data["integration"]["id"]] = data["integration"]
        else:
            self.of("aws-integration", org).pop(data["integration"]["id"])

    def user(self, org: str, action: str, data: dict) -> None:
        if action == "joined":
            self.of("user", org)[data["user"]["id"]] = data["user"]
        elif action == "left":
            self.of("user", org).pop(data["user"]["id"])
        elif action == "authority-changed":
            self.of("user", org)[data["user"]["id"]]["authority"] = data["user"]["authority"]

    def webhook(self, event: dict, organization: str) -> None:
        kind, data = event["type"].rsplit(".", 1)[1], event["data"]
        if kind in ("hostRegister", "hostStatus"):
            self.of("host", organization)[data["host"]["id"]] = {"status": data["host"]["status"]}
        elif kind == "hostRetire":
            self.of("host", organization).pop(data["host"]["id"], None)
        elif kind == "alert" and data["alert"]["isOpen"]:
            status = data["alert"]["status"].upper()
            self.of("alert", organization)[data["alert"]["id"]] = {"status": status}
        elif kind == "alert":
            self.of("alert", organization).pop(data["alert"]["id"], None)


def compared(kind: str, shown: dict) -> dict:
    """The part of a snapshot object that console events or webhooks tell too."""
    fields = {
        "host": ("status",),
        "monitor": ("name", "type", "isMute"),
        "channel": ("name", "type", "suspendedAt"),
        "notification-group": ("name", "type", "childChannelIds"),
        "user": ("screenName", "email", "authority"),
        "dashboard": ("title",),
        "service": ("roles",),
        "alert": ("status",),
        "downtime": ("name", "start"),
        "aws-integration": (),
    }[kind]
    return {field: shown.get(field) for field in fields}


def test_snapshots_equal_the_replayed_events_but_for_the_planted_differences(simulated):
    events, causes = simulated
    planted = {
        detail.split(":")[1]
        for detail in causes.filter(pl.col("cause") == "state_difference")["detail"]
    }
    names: dict[str, str] = {}
    replay = Replay()
    shown: dict[tuple[str, str, float], dict[str, dict]] = {}
    checked, different, known_from = 0, set(), {}
    snapshots = [e for e in events if e["source"] == "mackerel/api"]
    for event in snapshots:
        kind = event["type"].removeprefix("io.mackerel.api.")
        identity = event["data"].get("id") or event["data"]["name"]
        key = (kind, event["orgid"], moment(event))
        shown.setdefault(key, {})[identity] = event["data"]
    times = sorted({(at, org) for _, org, at in shown})
    rest = iter([e for e in events if e["source"] != "mackerel/api"])
    upcoming = next(rest, None)
    for at, org in times:
        while upcoming is not None and moment(upcoming) < at:
            data = upcoming["data"]
            if upcoming["type"].endswith(("organization.created", "organization.renamed")):
                names[data["organization"]["name"]] = upcoming["orgid"]
            if upcoming["source"] == "mackerel/console":
                replay.console(upcoming)
            elif upcoming["source"] == "mackerel/webhook" and "orgName" in data:
                replay.webhook(upcoming, names[data["orgName"]])
            upcoming = next(rest, None)
        for kind in [
            "monitor",
            "channel",
            "notification-group",
            "user",
            "dashboard",
            "service",
            "downtime",
            "aws-integration",
            "host",
            "alert",
        ]:
            seen = shown.get((kind, org, at), {})
            implied = replay.of(kind, org)
            if kind == "host" and org not in known_from:
                known_from[org] = True
                if any(one["createdAt"] < seconds("2025-03-31T15:00:00Z") for one in seen.values()):
                    implied.update({name: {"status": one["status"]} for name, one in seen.items()})
            assert set(seen) == set(implied), (kind, org, at)
            for identity, body in seen.items():
                checked += 1
                if compared(kind, body) != compared(kind, implied[identity]):
                    different.add(identity)
                if kind == "host":
                    roles = [f"{s}:{r}" for s, names_ in body["roles"].items() for r in names_]
                    assert sorted(roles) == sorted(replay.of("roles", org).get(identity, []))
    assert checked > 3000
    assert different <= planted
    assert len(different) > 5
