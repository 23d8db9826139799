"""What the simulator writes: shapes, traps, disorder, determinism and truth."""

import gzip
import hashlib
import json
import os
import re
import subprocess
import sys
from collections import Counter
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
import zstandard

from mackerel_cs.errors import UserError
from mackerel_cs.simulate import SimulationOptions, run
from mackerel_cs.simulate.ids import created_ms, snowflake
from mackerel_cs.simulate.money import TRIAL_DAYS

CATALOGUE = Path(__file__).parents[2] / "docs" / "event_catalogue.md"
OPTIONS = SimulationOptions(
    organizations=145,
    start=date(2025, 4, 1),
    days=320,
    late_rate=0.02,
    duplicate_rate=0.01,
    broken_rate=0.002,
    out_of_order_rate=0.02,
    difference_rate=0.01,
)


def lines_of(path: Path) -> list[str]:
    data = path.read_bytes()
    if path.suffix == ".zst":
        data = zstandard.ZstdDecompressor().decompress(data)
    return data.decode().splitlines()


def good_lines(raw: Path) -> list[dict]:
    """The first copy of every line that can be read, with its file and line number."""
    seen = {}
    for path in sorted((raw / "events").rglob("part-*")):
        name = str(path.relative_to(raw))
        for number, line in enumerate(lines_of(path), 1):
            try:
                event = json.loads(line)
            except json.JSONDecodeError:
                continue
            if not {"id", "type", "receivedtime"} <= set(event) or isinstance(event["data"], str):
                continue
            if event.get("time") == "yesterday":
                continue
            event["place"] = (name, number)
            seen.setdefault((event["source"], event["id"]), event)
    return list(seen.values())


def fingerprint(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    folder = tmp_path_factory.mktemp("simulated")
    summary = run(OPTIONS, folder / "raw", folder / "truth")
    truth = {path.stem: pl.read_parquet(path) for path in (folder / "truth").glob("*.parquet")}
    return {"raw": folder / "raw", "truth": truth, "summary": summary}


@pytest.fixture(scope="module")
def events(world):
    return good_lines(world["raw"])


@pytest.fixture(scope="module")
def by_type(events):
    grouped: dict[str, list[dict]] = {}
    for event in events:
        short = event["type"].removeprefix("io.mackerel.").removeprefix("com.")
        grouped.setdefault(short, []).append(event)
    return grouped


def catalogue_types() -> set[str]:
    """Every type named in the catalogue that the simulator is to write."""
    text = CATALOGUE.read_text()
    webhook = re.search(r"`data` is the public body: (.*?)\. The traps", text, re.S)[1]
    types = {f"webhook.{name}" for name in re.findall(r"`(\w+)`", webhook)}
    objects = re.search(r"Objects: (.*?);", text, re.S)[1]
    types |= {f"api.{name}" for name in re.findall(r"`([\w-]+)`", objects)}
    prefix = ""
    for line in text.splitlines():
        if line.startswith("| type"):
            prefix = (re.search(r"`io\.mackerel\.(\w+\.)`", line) or [None, ""])[1]
        elif line.startswith("| `"):
            names = re.findall(r"`([\w.-]+)`", line.split("|")[1])
            first = names[0].removeprefix("com.")
            if "." not in first:
                prefix = ""
                continue
            for name in names:
                stem = first.rsplit(".", 1)[0] + name if name.startswith(".") else name
                types.add(prefix + stem.removeprefix("com."))
    types.add("metering.host.reported")
    return {name for name in types if name.split(".")[0] in FAMILIES}


FAMILIES = {"webhook", "api", "console", "metering", "billing", "zendesk", "cre"}


def test_every_type_of_the_catalogue_occurs_and_no_other(by_type):
    assert len(catalogue_types()) > 70
    assert catalogue_types() == set(by_type)


def test_envelopes_carry_what_the_catalogue_says(events):
    timeless = {"hostRegister", "hostStatus", "hostRetire", "monitorCreate", "monitorUpdate"}
    timeless |= {"monitorDelete", "sample"}
    for event in events:
        kind = event["type"].rsplit(".", 1)[1]
        is_webhook = event["source"] == "mackerel/webhook"
        assert event["specversion"] == "1.0"
        assert ("orgid" in event) == (not is_webhook and kind != "declared"), event["type"]
        assert ("time" in event) == (not (is_webhook and kind in timeless)), event["type"]
        assert event["receivedtime"][:10] == event["place"][0].split("=")[1][:10]


def test_ids_decode_to_creation_times(by_type):
    assert created_ms("2wpLU5fBXbG") // 1000 == 1445399342
    assert created_ms(snowflake(1735290407123, 5)) == 1735290407123
    for alert in by_type["webhook.alert"]:
        assert created_ms(alert["data"]["alert"]["id"]) == alert["data"]["alert"]["createdAt"]
    for host in by_type["api.host"]:
        assert created_ms(host["data"]["id"]) // 1000 == host["data"]["createdAt"]
    for user in by_type["api.user"]:
        assert created_ms(user["data"]["id"]) // 1000 == user["data"]["joinedAt"]
    for report in by_type["metering.host.reported"][:2000]:
        assert report["id"] != report["data"]["hostId"]
        moment = created_ms(report["id"])
        assert report["time"].startswith(
            (date(1970, 1, 1) + timedelta(days=moment // 86_400_000)).isoformat()
        )


def test_ids_are_unique_but_for_planted_duplicates(world, events):
    repeated = world["truth"]["disorders"].filter(pl.col("disorder") == "duplicate")
    broken = world["truth"]["disorders"].filter(pl.col("disorder") == "broken")
    total = sum(len(lines_of(path)) for path in (world["raw"] / "events").rglob("part-*"))
    assert total == world["summary"].lines == len(events) + len(repeated) + len(broken)


def test_trap_1_alert_status_case(by_type):
    assert {e["data"]["alert"]["status"] for e in by_type["webhook.alert"]} == {
        "ok",
        "warning",
        "critical",
    }
    assert {e["data"]["status"] for e in by_type["api.alert"]} <= {"WARNING", "CRITICAL"}
    assert {e["data"]["alertGroup"]["status"] for e in by_type["webhook.alertGroup"]} == {
        "OK",
        "WARNING",
        "CRITICAL",
    }


def test_trap_2_trigger_vocabularies(by_type):
    triggers = Counter(e["data"]["alert"]["trigger"] for e in by_type["webhook.alert"])
    assert {"monitor", "monitoring", "manual close", "manual", "delete monitor"} <= set(triggers)
    assert {"retire host", "hostRetire"} & set(triggers)


def test_traps_3_and_9_role_names(by_type):
    hooks = [r for e in by_type["webhook.hostStatus"] for r in e["data"]["host"]["roles"]]
    assert hooks and all(": " in role["fullname"] for role in hooks)
    assert all(isinstance(e["data"]["roles"], dict) for e in by_type["api.host"])
    names = [n for e in by_type["console.role.assigned"] for n in e["data"]["roleFullnames"]]
    assert names and all(":" in name and ": " not in name for name in names)
    scopes = [s for e in by_type["api.monitor"] for s in e["data"].get("scopes", [])]
    assert any(": " in scope for scope in scopes)


def test_trap_4_milliseconds_and_seconds(by_type):
    for event in by_type["webhook.alert"][:500]:
        alert = event["data"]["alert"]
        assert alert["createdAt"] // 1000 == alert["openedAt"]
    for event in by_type["webhook.alertGroup"]:
        assert event["data"]["alertGroup"]["createdAt"] < 10**11


def test_trap_5_left_out_and_null(by_type):
    kinds = {e["data"]["type"]: e["data"] for e in by_type["webhook.alert"]}
    assert {"host", "connectivity", "check", "external", "service", "expression"} <= set(kinds)
    assert "metricValue" not in kinds["connectivity"]["alert"]
    assert "host" not in kinds["external"] and kinds["external"]["imageUrl"] is None
    assert all("closedAt" in e["data"]["alert"] for e in by_type["webhook.alert"])
    changed = [
        ("statusChangedAt" in e["data"]["alert"], e["time"]) for e in by_type["webhook.alert"]
    ]
    assert all(has == (time >= "2025-05-26T15:00:00") for has, time in changed)


def test_trap_6_user_null_or_person(by_type):
    users = [e["data"]["user"] for e in by_type["webhook.hostRetire"]]
    assert None in users
    assert any(user and "@example." in user["screenName"] for user in users)


def test_trap_7_samples_without_a_name_and_names_used_twice(by_type, world):
    assert all("orgName" not in e["data"] for e in by_type["webhook.sample"])
    renamed = {
        e["orgid"]: e["data"]["organization"] for e in by_type["console.organization.renamed"]
    }
    assert renamed
    first = {
        e["data"]["organization"]["name"]: e["orgid"]
        for e in by_type["console.organization.created"]
        if e["orgid"] not in renamed
    }
    assert any(names["previousName"] in first for names in renamed.values())
    used = {e["data"]["orgName"] for e in by_type["webhook.alert"]}
    assert any(names["name"] in used for names in renamed.values())


def test_traps_8_to_14(by_type):
    types = {e["data"]["type"] for e in by_type["api.channel"]}
    assert types & {"line", "typetalk"} and "jira-service-management" in types
    samples = [e["data"]["sampleCount"] for e in by_type["metering.host.reported"]]
    assert any(0 < count < 1300 for count in samples)  # T10: a backlog that was dropped
    assert any(count > 1440 for count in samples)  # T12: two machines with one id
    statuses = {e["data"]["hostStatus"] for e in by_type["metering.host.reported"]}
    assert "poweroff" in statuses  # T11: posts, and is billed
    registered = Counter(
        (e["data"]["orgName"], e["data"]["host"]["name"]) for e in by_type["webhook.hostRegister"]
    )
    assert max(registered.values()) > 1  # T12: the same machine under a new id
    monitors = [e["data"] for e in by_type["api.monitor"] if e["data"]["type"] == "external"]
    assert {"certificationLimitWarning" in one for one in monitors} == {True, False}
    hosts = [e["data"]["host"] for e in by_type["webhook.alert"] if "host" in e["data"]]
    assert {"type" in host for host in hosts} == {True, False}


@pytest.mark.parametrize(
    ("disorder", "rate"),
    [("late", 0.02), ("duplicate", 0.01), ("broken", 0.002), ("out_of_order", 0.02)],
)
def test_disorder_rates_are_near_the_asked(world, disorder, rate):
    share = world["summary"].disorders[disorder] / world["summary"].lines
    assert 0.75 * rate < share < 1.1 * rate


def test_disorders_are_listed_where_they_are(world):
    found = Counter()
    texts: dict[str, list[str]] = {}
    identities: dict[str, int] = {}
    for row in world["truth"]["disorders"].iter_rows(named=True):
        if row["file"] not in texts:
            texts[row["file"]] = lines_of(world["raw"] / row["file"])
        line = texts[row["file"]][row["line_number"] - 1]
        if row["disorder"] == "broken":
            found[row["detail"]] += 1
            try:
                event = json.loads(line)
            except json.JSONDecodeError:
                assert row["detail"] in ("truncated", "not_json")
                continue
            checks = {
                "missing_id": "id" not in event,
                "missing_type": "type" not in event,
                "missing_receivedtime": "receivedtime" not in event,
                "bad_time": event.get("time") == "yesterday",
                "data_not_object": event["data"] == "none",
            }
            assert checks[row["detail"]]
        elif row["disorder"] == "late" and '"time"' in line:
            event = json.loads(line)
            assert event["receivedtime"][:19] > event["time"][:19]
            identities[event["id"]] = 1
    assert len(found) == 7
    assert identities


def test_late_lines_have_a_long_tail(events):
    delays = [
        (date.fromisoformat(e["receivedtime"][:10]) - date.fromisoformat(e["time"][:10])).days
        for e in events
        if e["type"] == "io.mackerel.metering.host.reported" and e["time"] > "2025-04-01"
    ]
    assert 100 < max(delays) <= 151
    assert sum(delay > 30 for delay in delays) > 50


def test_duplicates_come_within_and_across_files(world, events):
    places = {event["id"]: event["place"][0] for event in events}
    same = Counter()
    for row in (
        world["truth"]["disorders"].filter(pl.col("disorder") == "duplicate").iter_rows(named=True)
    ):
        line = lines_of(world["raw"] / row["file"])[row["line_number"] - 1]
        same[places[json.loads(line)["id"]] == row["file"]] += 1
        if min(same[True], same[False]) > 5:
            break
    assert same[True] > 5 and same[False] > 5


def test_people_rest(by_type):
    views = Counter(
        (datetime.fromisoformat(e["time"]) + timedelta(hours=9)).weekday()
        for e in by_type["console.page.viewed"]
    )
    assert views[2] > 3 * views[6]
    new_year = [
        e for e in by_type["console.page.viewed"] if "2026-01-01" <= e["time"] < "2026-01-03"
    ]
    ordinary = [
        e for e in by_type["console.page.viewed"] if "2025-12-09" <= e["time"] < "2025-12-11"
    ]
    assert len(new_year) * 3 < len(ordinary)


def test_billing_regimes_plans_and_ends(by_type):
    changes = [e["data"] for e in by_type["billing.subscription.changed"]]
    assert {c["subscription"]["billingRegime"] for c in changes} == {"host", "metric"}
    assert {c["reason"] for c in changes} >= {"conversion", "hosts", "plan", "regime"}
    assert {c["subscription"]["plan"] for c in changes} == {
        "free",
        "standard",
        "enterprise",
        "ambassador",
    }
    for event in by_type["billing.invoice.issued"]:
        invoice = event["data"]["invoice"]
        assert invoice["amountJpy"] == sum(line["amountJpy"] for line in invoice["lines"])
        for line in invoice["lines"]:
            assert line["amountJpy"] == line["quantity"] * line["unitPriceJpy"]
    invoices = {
        e["data"]["invoice"]["id"]: e["data"]["invoice"] for e in by_type["billing.invoice.issued"]
    }
    for event in by_type["billing.payment.received"]:
        amount = invoices.get(event["data"]["invoiceId"], event["data"])["amountJpy"]
        assert event["data"]["amountJpy"] == amount
    assert {e["data"]["reason"] for e in by_type["billing.subscription.ended"]} >= {
        "cancelled",
        "trial_expired",
    }


def test_truth_of_stalls_shows_in_the_log(world, events):
    stalls = world["truth"]["stalls"]
    assert stalls["cause"].n_unique() == 10
    assert stalls["ended_on"].null_count() > 5
    posting: dict[str, list[str]] = {}
    monitors: dict[str, list[str]] = {}
    for event in events:
        if event["type"].endswith("host.reported"):
            posting.setdefault(event["orgid"], []).append(event["data"]["date"])
        elif event["type"].endswith("monitor.created"):
            monitors.setdefault(event["orgid"], []).append(event["time"][:10])
    for stall in stalls.iter_rows(named=True):
        end = (stall["ended_on"] or date(2100, 1, 1)).isoformat()
        days = posting.get(stall["organization_id"], [])
        if stall["cause"] == "no_host":
            assert not [day for day in days if day < end]
        elif stall["cause"] == "hosts_without_monitor":
            made = monitors.get(stall["organization_id"], [])
            assert (
                not [day for day in made if day < end][:1]
                or min(made) >= (date.fromisoformat(end) - timedelta(days=1)).isoformat()
            )
        elif stall["cause"] != "agent_silent":
            assert days


def test_touches_shorten_stalls_and_spare_the_held_out(world, events):
    stalls = world["truth"]["stalls"]
    held = stalls.filter(pl.col("is_held_out"))
    assert len(held) > 5 and not held["is_touched"].any()
    out = set(world["truth"]["organizations"].filter("is_touch_held_out")["organization_id"])
    touched = {e["orgid"] for e in events if e["type"].endswith("touch.logged")}
    assert touched and not touched & out

    def lasting(rows: pl.DataFrame) -> float:
        days = (pl.col("ended_on").fill_null(OPTIONS.end) - pl.col("started_on")).dt.total_days()
        return rows.select(days.mean()).item()

    assert lasting(stalls.filter("is_touched")) < lasting(stalls.filter(~pl.col("is_touched")))


def test_hazards_cover_the_living_days_and_explain_the_churns(world):
    hazards, churns = world["truth"]["hazards"], world["truth"]["churns"]
    assert not hazards.select("organization_id", "state_date").is_duplicated().any()
    assert hazards["state_date"].min() == OPTIONS.start
    assert hazards["state_date"].max() == OPTIONS.end - timedelta(days=1)
    drawn = churns.filter(~pl.col("cause").is_in(["payment", "trial_expired"]))
    expected = hazards["churn_hazard"].sum()
    assert abs(len(drawn) - expected) < 4 * expected**0.5
    asked = drawn.join(
        hazards,
        left_on=["organization_id", "requested_on"],
        right_on=["organization_id", "state_date"],
    )
    assert len(asked) == len(drawn)
    assert (asked["cause"] == asked["hidden_state"]).all()


def test_telemetry_gap_silences_many_hosts_for_a_day(world, by_type):
    gaps = world["truth"]["causes"].filter(pl.col("cause") == "telemetry_gap")
    assert len(gaps) and gaps["organization_id"].null_count() == len(gaps)
    reports = Counter(e["data"]["date"] for e in by_type["metering.host.reported"])
    for gap in gaps["started_on"]:
        before = (gap - timedelta(days=1)).isoformat()
        assert reports[gap.isoformat()] < 0.7 * reports[before]


def test_snapshots_stay_a_small_share(world):
    types = world["summary"].types
    share = sum(n for name, n in types.items() if ".api." in name) / sum(types.values())
    assert share < 0.12


def test_trials_last_as_told(by_type):
    for event in by_type["billing.trial.started"]:
        ends = date.fromisoformat(event["data"]["trial"]["endsAt"][:10])
        began = date.fromisoformat(event["time"][:10])
        assert (ends - began).days == TRIAL_DAYS


SMALL = {"organizations": 12, "start": date(2025, 4, 1), "days": 45, "seed": 7}


def test_a_rerun_gives_the_same_bytes_whatever_the_threads(tmp_path):
    code = (
        "import sys; from datetime import date; from pathlib import Path;"
        "from mackerel_cs.simulate import SimulationOptions, run; out = Path(sys.argv[1]);"
        f"run(SimulationOptions(**{SMALL!r}), out / 'raw', out / 'truth')"
    ).replace("datetime.date", "date")
    prints = []
    for threads, salt in (("1", "0"), ("4", "1")):
        folder = tmp_path / threads
        environment = os.environ | {"POLARS_MAX_THREADS": threads, "PYTHONHASHSEED": salt}
        subprocess.run([sys.executable, "-c", code, str(folder)], check=True, env=environment)
        prints.append(fingerprint(folder))
    assert len(prints[0]) > 40
    assert prints[0] == prints[1]


def test_another_seed_gives_another_world(tmp_path):
    for seed in (1, 2):
        run(
            SimulationOptions(**SMALL | {"seed": seed}), tmp_path / str(seed), tmp_path / f"t{seed}"
        )
    assert fingerprint(tmp_path / "1") != fingerprint(tmp_path / "2")


def test_more_organizations_leave_the_lines_of_the_others_alone(tmp_path):
    for count in (12, 16):
        options = SimulationOptions(**SMALL | {"organizations": count})
        run(options, tmp_path / str(count), tmp_path / f"truth{count}")
    few, many = (
        {(e["id"], json.dumps(e["data"])) for e in good_lines(tmp_path / name)}
        for name in ("12", "16")
    )
    assert len(few) > 1000 and few < many


def test_more_days_leave_the_earlier_files_alone(tmp_path):
    for days in (45, 75):
        options = SimulationOptions(**SMALL | {"days": days})
        run(options, tmp_path / str(days), tmp_path / f"truth{days}")
    short, long = (fingerprint(tmp_path / name) for name in ("45", "75"))
    last = max(short)  # the newest date may still receive lines
    short.pop(last)
    assert len(short) > 40
    assert {name: long.get(name) for name in short} == short


@pytest.mark.parametrize("format_", ["jsonl", "jsonl.gz", "parquet"])
def test_every_format_holds_the_same_lines(tmp_path, format_):
    run(SimulationOptions(**SMALL), tmp_path / "zst", tmp_path / "t1")
    run(SimulationOptions(**SMALL, format=format_), tmp_path / "other", tmp_path / "t2")
    for path in sorted((tmp_path / "zst").rglob("part-*")):
        lines = lines_of(path)
        other = tmp_path / "other" / path.relative_to(tmp_path / "zst")
        other = other.with_name(other.name.replace("jsonl.zst", format_))
        if format_ == "parquet":
            frame = pl.read_parquet(other)
            assert set(frame.schema.values()) == {pl.String}
            assert len(frame) == len(lines)
            for line, row in zip(lines[:50], frame.head(50).iter_rows(named=True), strict=True):
                try:
                    event = json.loads(line)
                except json.JSONDecodeError:
                    continue
                if row["id"] == event.get("id") and event.get("time") != "yesterday":
                    assert row["time"] == event.get("time")
                    assert row["orgid"] == event.get("orgid")
                    assert json.loads(row["data"]) == event["data"]
        elif format_ == "jsonl.gz":
            assert gzip.decompress(other.read_bytes()).decode().splitlines() == lines
        else:
            assert other.read_text().splitlines() == lines


def test_an_occupied_log_is_refused_and_append_never_rewrites(tmp_path):
    options = SimulationOptions(**SMALL | {"days": 5})
    run(options, tmp_path / "raw", tmp_path / "truth")
    before = fingerprint(tmp_path / "raw")
    with pytest.raises(UserError, match="not empty"):
        run(options, tmp_path / "raw", tmp_path / "truth")
    assert fingerprint(tmp_path / "raw") == before
    run(options, tmp_path / "raw", tmp_path / "truth", append=True)
    after = fingerprint(tmp_path / "raw")
    assert {name: after[name] for name in before} == before
    assert len(after) == 2 * len(before)


@pytest.mark.parametrize(
    "wrong",
    [
        {"organizations": 0},
        {"days": 0},
        {"late_rate": 0.9},
        {"broken_rate": -0.1},
        {"format": "csv"},
        {"seed": -1},
        {"start": date(1999, 1, 1)},
    ],
)
def test_wrong_options_are_refused_with_a_remedy(wrong):
    with pytest.raises(UserError) as caught:
        SimulationOptions(**wrong)
    assert caught.value.remedy


def test_no_disorder_when_none_is_asked(tmp_path):
    rates = dict.fromkeys(["late_rate", "duplicate_rate", "broken_rate", "out_of_order_rate"], 0.0)
    summary = run(SimulationOptions(**SMALL, **rates), tmp_path / "raw", tmp_path / "truth")
    assert summary.disorders == {}
    for path in (tmp_path / "raw").rglob("part-*"):
        received = [json.loads(line)["receivedtime"] for line in lines_of(path)]
        assert received == sorted(received)


def test_the_command_says_what_it_wrote_and_refuses_kindly(tmp_path):
    command = [sys.executable, "-m", "mackerel_cs", "simulate", "--organizations", "3"]
    command += ["--days", "3", "--out", "raw", "--truth", "truth"]
    first = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "lines of" in first.stderr and (tmp_path / "truth" / "stalls.parquet").exists()
    again = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert again.returncode == 2
    assert "not empty" in again.stderr and "Traceback" not in again.stderr
    wrong = [*command[:-4], "--late-rate", "0.9"]
    refused = subprocess.run(wrong, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert refused.returncode == 2 and "Traceback" not in refused.stderr


def test_schema_drift_shows_as_a_field_nobody_was_told_of(world, by_type):
    drift = world["truth"]["causes"].filter(pl.col("cause") == "schema_drift")["started_on"]
    extra = {
        e["data"]["date"] for e in by_type["metering.host.reported"] if "collector" in e["data"]
    }
    assert len(drift) and extra == {day.isoformat() for day in drift}


@pytest.mark.parametrize(
    "odd",
    [
        {"organizations": 1, "days": 1},
        {"organizations": 5, "days": 40, "start": date(2024, 6, 15)},
        {"organizations": 3, "days": 2, "start": date(2026, 12, 31), "format": "parquet"},
    ],
)
def test_odd_spans_work(tmp_path, odd):
    summary = run(SimulationOptions(**odd), tmp_path / "raw", tmp_path / "truth")
    assert summary.organizations <= odd["organizations"]
    assert len(list((tmp_path / "truth").glob("*.parquet"))) == 6


def test_a_folder_that_cannot_be_made_is_refused(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(UserError, match="cannot be written"):
        run(SimulationOptions(**SMALL), tmp_path / "file" / "raw", tmp_path / "truth")


def test_the_log_before_the_price_change_knows_the_old_regime_only(tmp_path):
    options = SimulationOptions(organizations=8, days=100, start=date(2024, 5, 1))
    run(options, tmp_path / "raw", tmp_path / "truth")
    regimes = {
        event["data"]["subscription"]["billingRegime"]
        for event in good_lines(tmp_path / "raw")
        if event["type"] == "io.mackerel.billing.subscription.changed"
    }
    assert regimes == {"host"}
