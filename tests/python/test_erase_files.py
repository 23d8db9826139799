"""Raw files are rewritten in place: each format, each damage, and never half."""

import gzip
import json
import os
import tempfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import settings as configured
from hypothesis import strategies as st

from mackerel_cs import raw_log
from mackerel_cs.erase import identifiers
from mackerel_cs.erase.register import EMAIL, EVERYWHERE, FINISHED, SCRUBBED, USER_ID, Register
from mackerel_cs.erase.scrub import Scrubber
from mackerel_cs.errors import UserError
from mackerel_cs.raw_log import returning
from mackerel_cs.raw_log.rewrite import Plain, rewrite
from mackerel_cs.settings import Settings
from test_raw_log import DAY, PACK, look, only, put, read

PERSON, ADDRESS = "4QV7iTVi3ji", "aki.abe@x.example"


def erased(settings: Settings, state: str = FINISHED) -> Scrubber:
    """Record the person as erased; return what recognises them."""
    register = Register.load_or_create(settings)
    entries = register.entries(USER_ID, PERSON, EVERYWHERE, "who")
    register.add(entries + register.entries(EMAIL, ADDRESS, EVERYWHERE, "who"), {})
    register.mark_open(state)
    return Scrubber(register, register.erasures)


def envelope(number: int, **data: object) -> dict[str, str]:
    return {
        "specversion": "1.0",
        "id": str(number),
        "source": "mackerel/console",
        "type": "io.mackerel.console.user.joined",
        "time": "2026-03-01T01:00:00Z",
        "receivedtime": "2026-03-01T01:00:01Z",
        "orgid": "2wpLU5fBXbG",
        "data": json.dumps(data),
    }


def line(number: int, **data: object) -> bytes:
    """Spaces, and keys in an order of their own: what must come through as it is."""
    return json.dumps(envelope(number) | {"data": data}, indent=None).encode()


LINES = [
    line(1, user={"id": PERSON, "email": ADDRESS}),
    line(2, user={"id": "other", "email": "other@x.example"}),
    b"\xff\x00 not even text " + PERSON.encode(),
    line(3, user={"id": PERSON + "x"}) + b"\r",
    line(4, user={"id": "other"}, comment=f"ask {ADDRESS.upper()}")[:-9],
]


def plain(path: Path) -> list[bytes]:
    return b"".join(Plain(path)).split(b"\n")


@pytest.mark.parametrize("suffix", sorted(PACK))
@pytest.mark.parametrize("end", [b"", b"\n"])
def test_lines_that_name_nobody_keep_their_bytes(
    settings: Settings, suffix: str, end: bytes
) -> None:
    path = put(settings, f"a.jsonl{suffix}", PACK[suffix](b"\n".join(LINES) + end))
    path.chmod(0o640)
    assert rewrite(path, erased(settings))
    after = plain(path)
    assert len(after) == len([*LINES, *end])
    assert [after[1], after[3]] == [LINES[1], LINES[3]]
    whole = b"\n".join(after).lower()
    assert whole.count(PERSON.lower().encode()) == 1, "only as a piece of the longer id"
    assert ADDRESS.encode() not in whole
    assert path.stat().st_mode & 0o777 == 0o640
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_rows_of_parquet(settings: Settings) -> None:
    rows = [envelope(1, user={"id": PERSON, "email": ADDRESS}), envelope(2, user={"id": "other"})]
    path = settings.events / DAY / "a.parquet"
    path.parent.mkdir(parents=True)
    table = pa.Table.from_pylist(rows * 3)
    pq.write_table(table, path, row_group_size=2)
    scrubber = erased(settings)
    assert rewrite(path, scrubber)
    after = pq.ParquetFile(path)
    assert (after.num_row_groups, after.schema_arrow) == (3, table.schema)
    assert after.read().to_pylist() == [
        row | {"data": scrubber.scrub(row["data"])} for row in rows * 3
    ]
    assert PERSON not in str(after.read().to_pylist())
    assert not rewrite(path, scrubber), "nobody is left to replace"


def test_parquet_of_other_shapes(settings: Settings) -> None:
    path = settings.events / DAY / "a.parquet"
    path.parent.mkdir(parents=True)
    rows = [{"id": "1", "number": 1, "data": {"user": PERSON, "mails": [ADDRESS, None]}}]
    pq.write_table(pa.Table.from_pylist(rows), path)
    assert rewrite(path, erased(settings))
    (row,) = pq.read_table(path).to_pylist()
    assert row["number"] == 1
    assert row["data"]["user"].startswith("erased-")
    assert row["data"]["mails"][0].endswith("@erased.invalid")


@pytest.mark.parametrize("suffix", [".gz", ".zst"])
@pytest.mark.parametrize("damage", ["truncated", "corrupt", "trailing_bytes"])
def test_damaged_files_stay_damaged(settings: Settings, suffix: str, damage: str) -> None:
    many = [line(number, user={"id": PERSON, "n": number * 7919}) for number in range(4000)]
    data = PACK[suffix](b"\n".join(many))
    half = len(data) // 2
    data = {
        "truncated": data[:half],
        "corrupt": data[:half] + b"\xff" * 64 + data[half + 64 :],
        "trailing_bytes": data + b"\n" + LINES[0],
    }[damage]
    path = put(settings, f"a.jsonl{suffix}", data)
    before = only(settings)
    lines_before = read(before)
    scrubber = erased(settings)
    assert rewrite(path, scrubber)
    after = only(settings)
    assert (after["file_problem"], after["line_count"]) == (damage, before["line_count"])
    assert read(after) == [(scrubber.scrub(text or ""), why) for text, why in lines_before]


@configured(max_examples=50, deadline=None)
@given(
    words=st.lists(
        st.sampled_from(
            [PERSON.encode(), b"\n", b"\r", b'{"a":"', b'"}', b"\xff", b"x", b"\\", b"\\u0041"]
        ),
        max_size=30,
    ),
    suffix=st.sampled_from(sorted(PACK)),
    kept=st.none() | st.floats(0, 1),
)
def test_number_and_damage_of_lines_stay(
    words: list[bytes], suffix: str, kept: float | None
) -> None:
    packed = PACK[suffix](b" ".join(words))
    if kept is not None:
        packed = packed[: int(len(packed) * kept)]
    with tempfile.TemporaryDirectory() as folder:
        settings = Settings(Path(folder) / "raw", Path(folder) / "data")
        path = put(settings, f"a.jsonl{suffix}", packed)
        before = only(settings)
        is_changed = rewrite(path, erased(settings, SCRUBBED))
        after = only(settings)
        assert [damage for _, damage in read(after)] == [damage for _, damage in read(before)]
        assert after["file_problem"] == before["file_problem"]
        assert is_changed == (path.read_bytes() != packed)
        assert PERSON.encode() not in b"".join(Plain(path)).replace(b"\\" + PERSON.encode(), b"")


def test_a_kill_leaves_the_old_file_or_the_new(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(settings, "a.jsonl", LINES[0])
    scrubber = erased(settings)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            rewrite(path, scrubber)
    assert path.read_bytes() == LINES[0]
    assert rewrite(path, scrubber)


def test_what_somebody_writes_meanwhile_is_not_lost(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = put(settings, "a.jsonl", LINES[0])
    scrubber = erased(settings)
    monkeypatch.setattr("shutil.copymode", lambda *_: path.write_bytes(LINES[0] * 2))
    with pytest.raises(OSError, match="somebody wrote into it meanwhile"):
        rewrite(path, scrubber)
    assert path.read_bytes() == LINES[0] * 2


def test_a_delivery_that_comes_again_brings_nobody_back(settings: Settings) -> None:
    erased(settings)
    path = put(settings, "a.jsonl.gz", gzip.compress(b"\n".join(LINES), mtime=0))
    first = only(settings)
    assert not any(PERSON in (text or "").split() for text, _ in read(first))
    assert ADDRESS not in str(read(first)).lower()
    assert first["size_bytes"] == path.stat().st_size
    # The very same delivery under its old name is the file that is there already.
    put(settings, "a.jsonl.gz", gzip.compress(b"\n".join(LINES), mtime=0))
    assert only(settings) == first


def test_a_file_that_was_looked_at_is_not_scrubbed_again(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased(settings)
    os.utime(put(settings, "a.jsonl", LINES[1]), (1, 1))
    look(settings)
    seen: list[Path] = []
    monkeypatch.setattr(returning, "rewrite", lambda path, _: bool(seen.append(path)))
    put(settings, "b.jsonl", LINES[1])
    look(settings)
    assert [path.name for path in seen] == ["b.jsonl"]


def test_nothing_is_done_while_nobody_was_erased(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(returning, "rewrite", lambda *_: pytest.fail("a file was touched"))
    put(settings, "a.jsonl", LINES[0])
    assert only(settings)["line_count"] == 1


def test_nobody_builds_on_a_half_scrubbed_log(settings: Settings) -> None:
    put(settings, "a.jsonl", LINES[0])
    erased(settings, "begun")
    with pytest.raises(UserError, match="An erasure was begun and did not end"):
        raw_log.inspect(settings)


def test_a_file_that_cannot_be_rewritten_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    erased(settings)
    put(settings, "a.jsonl", LINES[0])

    def refuse(*_: object) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(returning, "rewrite", refuse)
    with pytest.raises(UserError, match=r"a\.jsonl cannot be rewritten: Permission denied"):
        raw_log.inspect(settings)


def test_the_register_names_nobody(settings: Settings) -> None:
    erased(settings)
    folder = settings.data / "erasures"
    text = (folder / "register.json").read_text()
    assert PERSON not in text
    assert "aki" not in text
    assert {path.stat().st_mode & 0o777 for path in folder.iterdir()} == {0o600}


def test_a_register_that_cannot_be_written_is_told(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("mackerel_cs.erase.register.sync_file", full)
    with pytest.raises(UserError, match="cannot be written: No space left on device"):
        erased(settings)


def test_a_broken_register_stops_what_could_bring_people_back(settings: Settings) -> None:
    erased(settings)
    put(settings, "a.jsonl", LINES[0])
    (settings.data / "erasures" / "key").unlink()
    with pytest.raises(UserError, match=r"register of erasures .* cannot be read"):
        raw_log.inspect(settings)


def lines_of(*events: dict[str, object]) -> identifiers.Lines:
    return lambda: [json.dumps(event) for event in events]


def console(kind: str, orgid: str = "ours", **data: object) -> dict[str, object]:
    return {"id": "9", "type": f"io.mackerel.console.{kind}", "orgid": orgid, "data": data}


def actor(user: str, name: str) -> dict[str, str]:
    return {"type": "user", "userId": user, "screenName": name}


def test_what_the_log_tells_of_a_person() -> None:
    found = identifiers.people(
        lines_of(
            console("invitation.sent", actor=actor("boss", "bo"), invitation={"email": "n@x.jp"}),
            console("invitation.sent", actor=actor("u1", "aki"), invitation={"email": "m@x.jp"}),
            console(
                "invitation.accepted",
                actor=actor("u1", "aki"),
                invitation={"email": "N@x.jp"},
                user={"id": "u1"},
            ),
            console("monitor.created", "second", actor=actor("u1", "aki"), monitor={"name": "aki"}),
            {
                "type": "io.mackerel.api.user",
                "data": {"id": "u1", "email": "p@x.jp", "name": "A B"},
            },
            {"type": "com.zendesk.x", "data": {"requester": {"email": "P@x.jp", "name": "Aki A"}}},
            {"type": "com.zendesk.y", "data": {"ticket": {"subject": "Aki A cannot log in"}}},
            console("user.joined", user={"id": "u1", "fullName": "C"}),
            console("alert.closed", "third", reason="disk C was full"),
            console("channel.created", actor=actor("boss", "bo"), channel={"name": "to n@x.jp"}),
        ),
        {"u1", "nobody"},
    )
    person = found["u1"]
    assert person.addresses == {"n@x.jp", "p@x.jp"}
    assert person.names == {"A B", "Aki A"}
    assert person.shared_names == {"aki", "C"}, "a monitor, and a text elsewhere, say so too"
    assert person.organizations == {"ours", "second"}
    assert not found["nobody"].is_known


def test_an_id_of_a_thing_is_no_person() -> None:
    lines = lines_of(console("monitor.created", monitor={"id": "m1"}), {"id": "m1", "data": {}})
    assert not identifiers.people(lines, {"m1"})["m1"].is_known


def test_what_the_log_tells_of_an_organization() -> None:
    created = {"name": "acme", "displayName": "Acme Inc."}
    found = identifiers.organization(
        lines_of(
            console("organization.created", actor=actor("u1", "a"), organization=created),
            console("organization.renamed", organization={"name": "web", "previousName": "free"}),
            console("user.joined", user={"id": "u2"}),
            console("user.joined", "theirs", user={"id": "u2"}),
            console("organization.created", "theirs", organization={"name": "free"}),
            console("service.created", "theirs", service={"name": "web"}),
            {"id": "8", "type": "w", "data": {"orgName": "acme", "url": "https://x/orgs/acme/"}},
            {"id": "7", "source": "mackerel/cre", "orgid": "ours", "data": {"authorId": "cre-1"}},
        ),
        "ours",
    )
    assert found.names == {"acme", "Acme Inc"}
    assert found.shared_names == {"web"}
    assert found.kept_names == {"free"}
    assert found.members == {"u1"}, "u2 is in another organization as well"
