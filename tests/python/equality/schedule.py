"""How events are delivered: in which landing and file, how late, how often, beside what."""

import shutil
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import pyarrow as pa
from hypothesis import strategies as st

from equality.world import START, Event
from mackerel_cs import raw_log
from mackerel_cs.settings import Settings

_LAST_CUT = 60
# As a build that is red: its models are there, and nothing says that they are good.
ALL_BUT_THE_RECORD = 0.98


@dataclass(frozen=True)
class Delivery:
    """One line of an event: received some days late, in a file that came some days late.

    `other`: how far away in the list of events of its type the one is whose data it carries.
    """

    received_late: int = 0
    landed_late: int = 0
    other: int = 0
    is_moved: bool = False
    is_broken: bool = False


# By name, the first being what a smallest schedule is made of. Late by 1, 20 and 150 days, twice,
# and replaced: received earlier, or at the same moment, but landed later, so that another content
# counts from then on.
WAYS: dict[str, tuple[Delivery, ...]] = {
    "never": (),
    "at once": (Delivery(),),
    "a day late": (Delivery(1, 1),),
    "20 days late": (Delivery(20, 20),),
    "150 days late": (Delivery(150, 150),),
    "file a day late": (Delivery(0, 1),),
    "file 20 days late": (Delivery(0, 20),),
    "file 150 days late": (Delivery(0, 150),),
    "twice at once": (Delivery(), Delivery()),
    "again 20 days on": (Delivery(), Delivery(20, 20)),
    "other data 20 days on": (Delivery(), Delivery(20, 20, other=1)),
    "replaced": (Delivery(2, 2), Delivery(0, 20)),
    "replaced, data differ": (Delivery(2, 2, other=1), Delivery(0, 20)),
    "replaced, time and organization differ": (Delivery(2, 2, is_moved=True), Delivery(0, 150)),
    "replaced twice": (
        Delivery(3, 3, other=1),
        Delivery(2, 20, other=2),
        Delivery(0, 150, is_moved=True),
    ),
    "replaced, broken at first": (Delivery(0, 0, is_broken=True), Delivery(1, 20)),
    "a tie": (Delivery(0, 0, other=1), Delivery(0, 20)),
    "broken": (Delivery(is_broken=True),),
}
# How many events come at once for each that comes in a way of its own: where many are late, one
# hides what another failed to touch.
_ORDERLY = (20, 300, 1_500)


@dataclass(frozen=True)
class Landing:
    """What is peculiar to one landing: the days before `until` arrive with it."""

    until: int
    file_count: int = 1
    is_reversed: bool = False
    has_empty_file: bool = False
    is_replayed: bool = False
    # Builds that die before the good one, each after this share of its statements.
    kills: tuple[float, ...] = ()
    # No good one follows them: the next landing comes first.
    is_given_up: bool = False


@dataclass(frozen=True)
class Schedule:
    """A way for each event, and the landings; the last one takes all that is left."""

    ways: tuple[str, ...]
    landings: tuple[Landing, ...]
    is_first_empty: bool


@dataclass(frozen=True)
class File:
    """A file of a landing; `told` says of each line what it is."""

    path: str
    lines: tuple[str, ...]
    told: tuple[str, ...]


def schedules(events: Sequence[Event], max_landings: int = 5) -> st.SearchStrategy[Schedule]:
    """Any schedule; smaller is: fewer events, fewer landings, fewer oddities."""
    shares = st.floats(0, 1, exclude_max=True, width=16) | st.just(ALL_BUT_THE_RECORD)
    landing = st.builds(
        Landing,
        until=st.integers(0, _LAST_CUT) | st.integers(0, 200),
        file_count=st.integers(1, 3),
        is_reversed=st.booleans(),
        has_empty_file=st.booleans(),
        is_replayed=st.booleans(),
        kills=st.just(()) | st.lists(shares, max_size=2).map(tuple),
        is_given_up=st.booleans(),
    )
    return st.builds(
        Schedule,
        ways=_ways(events),
        landings=st.lists(
            landing, min_size=2, max_size=max_landings, unique_by=lambda one: one.until
        ).map(lambda found: tuple(sorted(found, key=lambda one: one.until))),
        is_first_empty=st.booleans(),
    )


@st.composite
def _ways(draw: st.DrawFn, events: Sequence[Event]) -> tuple[str, ...]:
    """A way for each event; whole topics may be left out, so that a failure shrinks fast."""
    times = draw(st.sampled_from(_ORDERLY))
    way = st.sampled_from(("never", *WAYS, *["at once"] * times))
    told = st.sampled_from((False, True, True, True))
    is_told = {topic: draw(told) for topic in sorted({one.topic for one in events})}
    return tuple(draw(way) if is_told[one.topic] else "never" for one in events)


def files_of(schedule: Schedule, events: Sequence[Event]) -> list[list[File]]:
    """The files of each landing; one without a file before it is none."""
    lines: dict[int, list[tuple[datetime, str, str]]] = defaultdict(list)
    for number, way in enumerate(schedule.ways):
        for delivery in WAYS[way]:
            at = _landing(schedule, events[number].day + delivery.landed_late)
            lines[at].append(_line(events, number, way, delivery))
    landings: list[list[File]] = []
    for number, landing in enumerate(schedule.landings):
        files = list(_files(number, landing, lines[number]))
        if landing.is_replayed and landings:
            files += [
                File(file.path.replace("/part", f"/replay-{number}-part"), file.lines, file.told)
                for file in landings[-1]
            ]
        landings.append(files)
    return landings


def _landing(schedule: Schedule, day: int) -> int:
    last = len(schedule.landings) - 1
    return next((at for at, landing in enumerate(schedule.landings) if day < landing.until), last)


def _line(
    events: Sequence[Event], number: int, way: str, delivery: Delivery
) -> tuple[datetime, str, str]:
    event = events[number]
    received = event.received_at + timedelta(days=delivery.received_late)
    envelope = dict(event.envelope)
    if delivery.other:
        same = [one for one in events if one.envelope["type"] == event.envelope["type"]]
        other = same[(same.index(event) + delivery.other) % len(same)]
        envelope["data"] = other.envelope["data"]
    if delivery.is_moved:
        moved = events[(number + len(events) // 2) % len(events)].envelope
        envelope |= {name: moved[name] for name in ("time", "orgid") if name in moved}
    line = Event(envelope, received).line(received)
    told = f"{envelope['id']} {envelope['type']} of {envelope.get('time')}: {way}"
    return received, line[: len(line) // 2] if delivery.is_broken else line, told


def _files(number: int, landing: Landing, lines: list[tuple[datetime, str, str]]) -> Iterator[File]:
    folders: dict[tuple[str, int], list[tuple[datetime, str, str]]] = defaultdict(list)
    for place, line in enumerate(sorted(lines, reverse=landing.is_reversed)):
        folders[line[0].date().isoformat(), place % landing.file_count].append(line)
    for (day, part), found in sorted(folders.items()):
        # Later landings come first by name: at a tie the name of the file decides.
        yield File(
            f"received_date={day}/part-{9 - number}-{part}.jsonl",
            tuple(line for _, line, _ in found),
            tuple(f"{received:%m-%d %H:%M:%S} {told}" for received, _, told in found),
        )
    if landing.has_empty_file:
        day = (START + timedelta(days=landing.until)).date().isoformat()
        yield File(f"received_date={day}/empty-{number}.jsonl", (), ())


def put(files: Sequence[File], settings: Settings) -> pa.Table:
    """Write the files beside those that are there; the inspection of the log as it is now."""
    for file in files:
        path = settings.events / file.path
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("".join(line + "\n" for line in file.lines), "utf-8")
    return raw_log.inspect(settings)


def clear(settings: Settings) -> None:
    """An installation without a log."""
    shutil.rmtree(settings.raw, ignore_errors=True)
    shutil.rmtree(settings.data, ignore_errors=True)


def as_table(schedule: Schedule, events: Sequence[Event]) -> str:
    """The schedule, for people: landing, files, lines."""
    told = [f"first build --empty: {'yes' if schedule.is_first_empty else 'no'}"]
    for number, (landing, files) in enumerate(
        zip(schedule.landings, files_of(schedule, events), strict=True), start=1
    ):
        kills = ", ".join(f"{share:.0%}" for share in landing.kills)
        then = "builds only" if landing.is_given_up else "after builds"
        told.append(f"landing {number}" + (f", {then} that died at {kills}" if kills else ""))
        for file in files:
            told.append(f"  {file.path}")
            told += [f"    {line}" for line in file.told or ("(empty)",)]
        if not files:
            told.append("  (nothing new)")
    return "\n".join(told)
