"""Real payloads into the raw log: recognised, kept as they are, added once and whole."""

import base64
import gzip
import json
import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import zstandard
from typer.testing import CliRunner

from conftest import PAYLOADS, REPOSITORY, RunCli
from mackerel_cs import raw_log
from mackerel_cs.cli import application
from mackerel_cs.errors import UserError
from mackerel_cs.settings import Settings

AT = "2026-03-01T02:03:05Z"
EXAMPLES = PAYLOADS / "webhooks" / "examples.jsonl"
DOCUMENTED = PAYLOADS / "api" / "documentation_examples"
BODIES = PAYLOADS / "api" / "client_bodies"


def collect(
    run_cli: RunCli, *words: str, stdin: str | bytes = b"", at: str | None = AT, ok: bool = True
) -> "subprocess.CompletedProcess[str]":
    moment = ["--received-at", at] if at else []
    return run_cli("collect", *words, *moment, stdin=stdin, is_ok=ok)


@pytest.fixture
def run_cli(settings: Settings) -> RunCli:
    """The command line in this process: there are many payloads, and processes start slowly."""

    def run(*words: str, stdin: str | bytes, is_ok: bool) -> "subprocess.CompletedProcess[str]":
        result = CliRunner().invoke(application(list(words)), words, input=stdin)
        error = result.exception if isinstance(result.exception, UserError) else None
        assert error or result.exit_code == 0 or not is_ok, result.output
        code = error.exit_code if error else result.exit_code
        return subprocess.CompletedProcess(words, code, result.stdout, str(error or ""))

    return run


def files(settings: Settings) -> list[Path]:
    return sorted(path for path in settings.events.rglob("*") if path.is_file())


def texts(settings: Settings) -> list[str]:
    return [line for path in files(settings) for line in path.read_text("utf-8").split("\n")[:-1]]


def lines(settings: Settings) -> list[dict[str, Any]]:
    return [json.loads(text) for text in texts(settings)]


def body(text: str) -> str:
    """The text that stands in `data`: it is the last attribute of a line."""
    return text.split('"data":', 1)[1][:-1]


def test_each_webhook_example_is_one_event_with_its_own_text(
    run_cli: RunCli, settings: Settings
) -> None:
    collect(run_cli, str(EXAMPLES))
    originals = EXAMPLES.read_text("utf-8").splitlines()
    assert [body(text) for text in texts(settings)] == originals
    for line, original in zip(lines(settings), map(json.loads, originals), strict=True):
        assert line["source"] == "mackerel/webhook"
        assert line["type"] == f"io.mackerel.webhook.{original['event']}"
        assert line["receivedtime"] == AT
        assert "orgid" not in line
        assert ("time" in line) == (original["event"] in ("alert", "alertGroup"))
    (row,) = raw_log.inspect(settings).to_pylist()
    assert (row["line_count"], row["file_problem"]) == (len(originals), None)
    assert str(row["received_date"]) == "2026-03-01"


def test_every_api_body_is_recognised_object_by_object(run_cli: RunCli, settings: Settings) -> None:
    done = collect(run_cli, str(BODIES), "--org", "2wpLU5fBXbG")
    expected = []
    for path in sorted(BODIES.glob("*.json")):
        response = json.loads(path.read_text("utf-8"))
        (objects,) = (value for value in response.values() if isinstance(value, list))
        expected += objects
    found = lines(settings)
    assert [line["data"] for line in found] == expected
    assert {line["orgid"] for line in found} == {"2wpLU5fBXbG"}
    assert {line["source"] for line in found} == {"mackerel/api"}
    assert {line["type"].removeprefix("io.mackerel.api.") for line in found} == {
        "alert", "alert-log", "aws-integration", "channel", "dashboard", "downtime", "host",
        "invitation", "monitor", "notification-group", "role", "service", "user",
    }  # fmt: skip
    assert "note" not in done.stdout


@pytest.mark.parametrize("path", sorted(DOCUMENTED.glob("*.json")), ids=lambda path: path.stem)
def test_every_documented_example_is_kept(run_cli: RunCli, settings: Settings, path: Path) -> None:
    collect(run_cli, str(path))
    content = json.loads(path.read_text("utf-8"))
    found = lines(settings)
    wrapped = path.stem in ("monitors__list__15", "monitors__get__16", "graph-annotations__get__02")
    if "event" in content:
        assert [line["type"] for line in found] == ["io.mackerel.webhook.alert"]
        assert found[0]["time"] == "2016-09-06T02:48:12Z"  # its statusChangedAt
    elif wrapped:
        assert {line["type"] for line in found} <= {
            "io.mackerel.api.monitor",
            "io.mackerel.api.graph-annotation",
        }
        (content,) = content.values()
        content = content if isinstance(content, list) else [content]
    else:
        assert [line["type"] for line in found] == ["io.mackerel.api.unrecognized"]
    kept = [line["data"] for line in found]
    assert kept == (content if wrapped else [content])


def test_an_object_without_wrapper_is_what_the_user_says(
    run_cli: RunCli, settings: Settings
) -> None:
    path = DOCUMENTED / "notification-groups__create__01.json"
    collect(run_cli, str(path), "--object", "notification-group")
    assert [line["type"] for line in lines(settings)] == ["io.mackerel.api.notification-group"]


def test_a_list_of_bare_objects_is_an_event_each(run_cli: RunCli, settings: Settings) -> None:
    collect(run_cli, "--object", "host", stdin='[{"id":"a"},\n {"id":"b"}]')
    assert [line["data"]["id"] for line in lines(settings)] == ["a", "b"]
    assert {line["type"] for line in lines(settings)} == {"io.mackerel.api.host"}


@pytest.mark.parametrize(
    "bare",
    [
        '{"name":"My-Service","memo":"","roles":["db"]}',
        '{"id":"x","name":"h","roles":{"S":["r"]}}',
        '{"id":"x","name":"g","monitors":[{"id":"m"}],"services":[{"name":"s"}]}',
        '{"id":"x","type":"service","service":"s","name":"m"}',
        '{"hosts":["not","objects"]}',
        "[1, 2]",
        '"text"',
        "null",
        "12345678901234567890123456789012345678901234567890",
        "{}",
        "[]",
    ],
)
def test_what_only_looks_like_a_response_is_unrecognized_and_whole(
    run_cli: RunCli, settings: Settings, bare: str
) -> None:
    done = collect(run_cli, stdin=bare)
    (text,) = texts(settings)
    assert body(text) == bare
    assert json.loads(text)["type"] == "io.mackerel.api.unrecognized"
    assert "--object" in done.stdout


def test_paging_is_no_object_and_other_parts_are_named(run_cli: RunCli, settings: Settings) -> None:
    done = collect(run_cli, stdin='{"alerts":[{"id":"1"}],"nextId":"2","total":7}')
    assert [line["data"] for line in lines(settings)] == [{"id": "1"}]
    assert "total" in done.stdout
    assert "nextId" not in done.stdout


def test_an_empty_response_adds_nothing(run_cli: RunCli, settings: Settings) -> None:
    done = collect(run_cli, stdin='{"alerts":[]}')
    assert "Nothing to add" in done.stdout
    assert files(settings) == []


def test_eventbridge_is_the_webhook_within(run_cli: RunCli, settings: Settings) -> None:
    detail = (DOCUMENTED / "eventbridge__top__01.json").read_text("utf-8").replace("\n", "")
    event = '{"version":"0","detail-type":"x","source":"aws.partner/mackerel.io/a/b","detail":%s}'
    collect(run_cli, stdin=event % detail)
    (text,) = texts(settings)
    assert body(text) == detail
    assert json.loads(text)["type"] == "io.mackerel.webhook.alert"


def test_an_unknown_webhook_event_is_kept_under_its_name(
    run_cli: RunCli, settings: Settings
) -> None:
    done = collect(run_cli, stdin='{"event":"invitationSent","orgName":"o"}')
    assert [line["type"] for line in lines(settings)] == ["io.mackerel.webhook.invitationSent"]
    assert "not known yet" in done.stdout


AWKWARD = (
    '{"event":"sample", "big":123456789012345678901234567890, "float":1.50, "tiny":1e-999,'
    ' "a":1, "a":2, "é":"\\u00e9\\ud800", "nested":[[],{}], "digits":' + "9" * 5000 + "}"
)


def test_numbers_keys_and_escapes_stay_as_they_were(run_cli: RunCli, settings: Settings) -> None:
    collect(run_cli, stdin=AWKWARD)
    assert [body(text) for text in texts(settings)] == [AWKWARD]


def test_a_body_over_several_lines_becomes_one_line(run_cli: RunCli, settings: Settings) -> None:
    collect(run_cli, stdin='\ufeff{\r\n  "event": "sample",\n\t"message": "a\\nb"\n}\n')
    assert [body(text) for text in texts(settings)] == [
        '{  "event": "sample",\t"message": "a\\nb"}'
    ]


def test_values_need_nothing_between_them(run_cli: RunCli, settings: Settings) -> None:
    collect(run_cli, stdin='{"event":"sample"}{"event":"alert"}\n\n[{"event":"hostStatus"}]')
    types = [line["type"].rpartition(".")[2] for line in lines(settings)]
    assert types == ["sample", "alert", "hostStatus"]


@pytest.mark.parametrize(
    ("stdin", "broken"),
    [
        (b'{"event":"sample"}\n{"event":\n{"event":"sample"}\n', [b'{"event":']),
        (b'{"event":"sample"}\n{"event":"sample"}\nplain words\nmore', [b"plain words\nmore"]),
        (b'{"event":"sample"}\n{"event":"sample"}\n{"event":"\xe7"}', [b'{"event":"\xe7"}']),
        (b'{"event":"sample"}\n{"a":NaN}\n{"event":"sample"}', [b'{"a":NaN}']),
        (b'{"event":"sample"}\n{"event":"\xff"}\n{"event":"sample"}', [b'{"event":"\xff"}']),
        (b'{"event":"sample"}\n{"a":"line\nfeed"}\n{"event":"sample"}', [b'{"a":"line\nfeed"}']),
        (b'{"event":"sample"}\n{"event":"sample"}\n' + b"[" * 100_000, [b"[" * 100_000]),
        (b'{"event":"sample"}\n\x1f\x8b\0\n{"event":"sample"}', [b"\x1f\x8b\0"]),
    ],
)
def test_what_is_no_json_is_kept_for_quarantine(
    run_cli: RunCli, settings: Settings, stdin: bytes, broken: list[bytes]
) -> None:
    done = collect(run_cli, stdin=stdin)
    found = lines(settings)
    assert [line["data"]["event"] for line in found if "data" in line] == ["sample"] * 2
    kept = [base64.b64decode(line["data_base64"]) for line in found if "data_base64" in line]
    assert kept == broken
    assert "quarantined" in done.stdout


def test_of_a_response_only_the_spoilt_object_is_spoilt(
    run_cli: RunCli, settings: Settings
) -> None:
    collect(run_cli, stdin=b'{"users":[{"id":"a"},{"id":"\xff"}]}')
    assert [line["type"] for line in lines(settings)] == ["io.mackerel.api.user"] * 2
    assert ["data" in line for line in lines(settings)] == [True, False]


@pytest.mark.parametrize(
    ("alert", "time"),
    [
        ('{"statusChangedAt":1,"closedAt":2,"openedAt":3}', "1970-01-01T00:00:01Z"),
        ('{"closedAt":1693746690,"openedAt":3}', "2023-09-03T13:11:30Z"),
        ('{"statusChangedAt":null,"closedAt":null,"openedAt":3}', "1970-01-01T00:00:03Z"),
        ('{"openedAt":253402300799}', "9999-12-31T23:59:59Z"),
        ('{"openedAt":253402300800}', None),
        ('{"openedAt":"1"}', None),
        ('{"openedAt":true}', None),
        ('{"openedAt":-62135596800}', None),
        ('{"openedAt":99999999999999999999}', None),
        ("[]", None),
    ],
)
def test_the_time_is_what_the_producer_says(
    run_cli: RunCli, settings: Settings, alert: str, time: str | None
) -> None:
    collect(run_cli, stdin=f'{{"event":"alert","alert":{alert}}}')
    assert lines(settings)[0].get("time") == time


ALERT = '{"event":"alert","orgName":"o","alert":{"openedAt":1693746690}}'
STATUS = '{"event":"hostStatus","orgName":"o"}'


def ids(settings: Settings) -> list[str]:
    return [line["id"] for line in lines(settings)]


def test_a_redelivered_alert_is_a_duplicate_and_a_repeated_status_is_not(
    run_cli: RunCli, settings: Settings
) -> None:
    collect(run_cli, stdin=f"{ALERT}\n{ALERT}\n{STATUS}\n{STATUS}")
    collect(run_cli, stdin=f"{STATUS}\n{ALERT}", at="2026-03-02T00:00:00+09:00")
    assert [len(Counter(ids(settings))), len(ids(settings))] == [4, 6]


def test_another_organization_or_body_is_another_event(run_cli: RunCli, settings: Settings) -> None:
    collect(run_cli, stdin=ALERT)
    collect(run_cli, "--org", "a", stdin=ALERT)
    collect(run_cli, "--org", "b", stdin=ALERT)
    collect(run_cli, stdin=ALERT.replace("o", "p"))
    assert len(set(ids(settings))) == 4


def test_the_same_again_adds_nothing_and_rewrites_nothing(
    run_cli: RunCli, settings: Settings
) -> None:
    collect(run_cli, str(EXAMPLES))
    (path,) = files(settings)
    before = (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino)
    done = collect(run_cli, str(EXAMPLES), at="2026-03-01T11:03:05+09:00")
    assert "already" in done.stdout
    assert files(settings) == [path]
    assert (path.read_bytes(), path.stat().st_mtime_ns, path.stat().st_ino) == before


def test_the_folder_is_the_arrival_date_in_utc(run_cli: RunCli, settings: Settings) -> None:
    collect(run_cli, stdin=STATUS, at="2026-03-01T08:59:59.5+09:00")
    (path,) = files(settings)
    assert path.parent.name == "received_date=2026-02-28"
    assert lines(settings)[0]["receivedtime"] == "2026-02-28T23:59:59.500000Z"


def test_without_a_time_it_is_now(run_cli: RunCli, settings: Settings) -> None:
    collect(run_cli, stdin=STATUS, at=None)
    assert re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{6})?Z", lines(settings)[0]["receivedtime"]
    )


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.ZstdCompressor().compress])
def test_compressed_input(run_cli: RunCli, settings: Settings, tmp_path: Path, pack: Any) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a").write_bytes(pack(EXAMPLES.read_bytes()))
    collect(run_cli, str(tmp_path / "in"))
    assert [body(text) for text in texts(settings)] == EXAMPLES.read_text("utf-8").splitlines()


def test_a_source_of_ones_own(run_cli: RunCli, settings: Settings) -> None:
    collect(run_cli, "--source", "relay/tokyo", stdin=STATUS)
    assert lines(settings)[0]["source"] == "relay/tokyo"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nowhere.json"], "nowhere.json cannot be read"),
        (["--received-at", "2026-03-01"], "no time with a zone"),
        (["--received-at", "2026-03-01T00:00:00"], "no time with a zone"),
        (["--received-at", "0001-01-01T00:00:00+09:00"], "no time with a zone"),
        (["--received-at", "yesterday"], "no time with a zone"),
        (["--object", "Some Thing"], "no kind of object"),
    ],
)
def test_wrong_words_are_told_and_nothing_is_written(
    run_cli: RunCli, settings: Settings, words: list[str], says: str
) -> None:
    done = run_cli("collect", *words, stdin=STATUS, is_ok=False)
    assert done.returncode == 2
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not settings.events.exists() or files(settings) == []


def test_a_damaged_or_unreadable_input_adds_nothing(
    run_cli: RunCli, settings: Settings, tmp_path: Path
) -> None:
    cut = tmp_path / "cut.gz"
    cut.write_bytes(gzip.compress(EXAMPLES.read_bytes())[:-9])
    done = collect(run_cli, str(EXAMPLES), str(cut), ok=False)
    assert done.returncode == 2
    assert "cut.gz is a damaged compressed file" in done.stderr
    assert files(settings) == []


def test_a_killed_run_leaves_nothing_anyone_reads(settings: Settings, tmp_path: Path) -> None:
    """Killed after everything was written, before the file got its name."""
    killed = (
        "import os, pathlib, signal, sys\n"
        "pathlib.Path.rename = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from mackerel_cs.cli import main\n"
        f"sys.argv[1:] = ['collect', {str(EXAMPLES)!r}, '--received-at', {AT!r}]\n"
        "main()\n"
    )
    command = [sys.executable, "-c", killed]
    done = subprocess.run(command, cwd=REPOSITORY, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(files(settings)) == 1, "it was killed too early to show anything"
    with pytest.raises(UserError, match="holds no event files"):
        raw_log.inspect(settings)
    again = [sys.executable, "-m", "mackerel_cs", "collect", str(EXAMPLES), "--received-at", AT]
    subprocess.run(again, cwd=REPOSITORY, check=True, capture_output=True)
    (row,) = raw_log.inspect(settings).to_pylist()
    assert row["line_count"] == len(EXAMPLES.read_text("utf-8").splitlines())
