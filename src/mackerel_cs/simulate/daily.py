"""What is frequent, drawn for a block of days at once: metering, page views, sign-ins, API keys.

Each draw is keyed by (organization, thing, day): it stays the same whoever else is simulated.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from mackerel_cs.simulate import words
from mackerel_cs.simulate.catalogue import CODES
from mackerel_cs.simulate.moments import (
    DAY_MS,
    HOUR_MS,
    MINUTE_MS,
    NEVER,
    ZONE_MS,
    days_text,
    tokyo_day,
)
from mackerel_cs.simulate.organization import Organization
from mackerel_cs.simulate.randomness import Keys, hashed, uniform
from mackerel_cs.simulate.world import OrganizationDay

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.float64]
EVENT_COLUMNS = {
    "code": pl.UInt8,
    "moment": pl.Int64,
    "organization": pl.Int64,
    "key": pl.UInt64,
    "data": pl.String,
}
# Types that tell of a whole day, and come shortly after its end.
SUMMARIES = ("metering.host.reported", "console.api-key.used")
METERING, PAGES, VISITS, TOOLS, CHOICE = 21, 22, 23, 24, 25
FULL_DAY = 1440
BACKLOG_SHARE, BACKLOG_MINUTES, SILENT_SHARE = 0.02, 900, 0.004
# On a day of schema drift the producer adds a field nobody was told of.
_UNANNOUNCED = pl.Series(['","date":"', '","collector":"v2","date":"'])
# People look in between 8 and 20 o'clock; a third of the spells begin with a sign-in.
FIRST_VISIT_MS, VISITING_MS = 8 * HOUR_MS, 12 * HOUR_MS
SIGN_IN_SHARE, BOARD_SHARE, ANOTHER_PAGE, MOST_PAGES = 0.3, 0.6, 0.72, 16


@dataclass(frozen=True)
class Block:
    """Days `first` to before `last`, with the activity of each organization on each day."""

    first: int
    last: int
    row_of: dict[int, int]
    activity: Real
    is_gap: npt.NDArray[np.bool_]
    is_drift: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, first: int, last: int, days: list[OrganizationDay], drift: set[int]) -> "Block":
        """Rows are organizations in the order they first occur."""
        row_of = {
            number: row for row, number in enumerate(dict.fromkeys(d.organization for d in days))
        }
        rows = _whole(row_of[one.organization] for one in days)
        columns = _whole(one.day - first for one in days)
        activity = np.zeros((len(row_of), last - first))
        is_gap = np.zeros((len(row_of), last - first), dtype=bool)
        activity[rows, columns] = [one.activity for one in days]
        is_gap[rows, columns] = [one.is_gap for one in days]
        is_drift = np.array([day in drift for day in range(first, last)])
        return cls(first, last, row_of, activity, is_gap, is_drift)


def _spans(starts: Whole, ends: Whole) -> tuple[Whole, Whole]:
    """(row, day) for each day of each half-open span."""
    lengths = np.maximum(ends - starts, 0)
    rows = np.repeat(np.arange(len(starts)), lengths)
    ahead = np.arange(len(rows)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    return rows, starts[rows] + ahead


def _frame(code: str, moment: Whole, number: Whole, key: Keys, data: pl.Series) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "code": pl.Series(np.full(len(moment), CODES[code], dtype=np.uint8)),
            "moment": moment,
            "organization": number,
            "key": key,
            "data": data,
        },
        schema=EVENT_COLUMNS,
    )


def metering(seed: int, organizations: list[Organization], block: Block) -> pl.DataFrame:
    """One line a host and day on which it posted."""
    numbers, heads, middles, tails, starts, ends, borns, dies, keys, doubles = (
        [] for _ in range(10)
    )
    for org in organizations:
        for host in org.hosts + org.gone:
            last = min(tokyo_day(min(host.retired, NEVER)) + 1, block.last)
            versions = host.versions
            for place, (day, is_posting, middle, tail) in enumerate(versions):
                end = versions[place + 1][0] if place + 1 < len(versions) else last
                start, end = max(day, block.first), min(end, last)
                if is_posting and start < end:
                    numbers.append(org.index)
                    heads.append(host.id)
                    middles.append(middle)
                    tails.append(tail)
                    starts.append(start)
                    ends.append(end)
                    borns.append(host.created)
                    dies.append(min(host.retired, NEVER))
                    keys.append(host.key)
                    doubles.append(host.is_double)
    if not numbers:
        return pl.DataFrame(schema=EVENT_COLUMNS)
    number = np.array(numbers, dtype=np.int64)
    key = np.array(keys, dtype=np.uint64)
    rows, days = _spans(np.array(starts, dtype=np.int64), np.array(ends, dtype=np.int64))
    opening = days * DAY_MS - ZONE_MS
    born = np.array(borns, dtype=np.int64)[rows]
    died = np.array(dies, dtype=np.int64)[rows]
    minutes = (np.minimum(opening + DAY_MS, died) - np.maximum(opening, born)) // MINUTE_MS
    chance = uniform(seed, METERING, number[rows], key[rows], days)
    lost = (chance / BACKLOG_SHARE * BACKLOG_MINUTES).astype(np.int64)
    lost = np.where(chance < BACKLOG_SHARE, lost, 0)  # posts older than a day are dropped (T10)
    lost += (chance * 1e4 % 3).astype(np.int64)
    samples = np.maximum(minutes - lost, 0)
    samples = np.where(np.array(doubles)[rows], samples + samples * 9 // 10, samples)
    block_rows = np.array([block.row_of[one] for one in numbers], dtype=np.int64)[rows]
    is_gap = block.is_gap[block_rows, days - block.first]
    kept = np.flatnonzero(
        (samples > 0) & ~is_gap & ((chance < 1 - SILENT_SHARE) | (minutes < FULL_DAY))
    )
    rows, days, samples = rows[kept], days[kept], samples[kept]
    unique = hashed(seed, METERING + 100, number[rows], key[rows], days)
    moment = (days + 1) * DAY_MS - ZONE_MS + 60_000 + (unique % np.uint64(900_000)).astype(np.int64)
    text = _text(
        '{"hostId":"',
        pl.Series(heads).gather(rows),
        _UNANNOUNCED.gather(block.is_drift[days - block.first].astype(np.int64)),
        days_text(days),
        pl.Series(middles).gather(rows),
        pl.Series(samples).cast(pl.String),
        pl.Series(tails).gather(rows),
    )
    return _frame("metering.host.reported", moment, number[rows], unique, text)


def visits(seed: int, organizations: list[Organization], block: Block) -> list[pl.DataFrame]:
    """Sign-ins, page views and dashboard views of the people there are."""
    people = People.of(organizations, block)
    rows, days = _spans(
        np.maximum(people.joined + 1, block.first), np.minimum(people.left, block.last)
    )
    level = block.activity[people.block_row[rows], days - block.first] * people.rate[rows]
    chance = uniform(seed, VISITS, people.number[rows], people.key[rows], days)
    kept = np.flatnonzero(chance < -np.expm1(-level))
    rows, days = rows[kept], days[kept]
    spell = hashed(seed, VISITS + 100, people.number[rows], people.key[rows], days)
    begin = days * DAY_MS - ZONE_MS + FIRST_VISIT_MS
    begin = begin + (spell % np.uint64(VISITING_MS)).astype(np.int64)
    signed = np.flatnonzero(uniform(seed, VISITS + 200, spell) < SIGN_IN_SHARE)
    text = _text(
        '{"actor":', people.actors.gather(rows[signed]), people.sign_ins.gather(rows[signed])
    )
    number = people.number[rows]
    frames = [_frame("console.user.signed-in", begin[signed], number[signed], spell[signed], text)]
    more = np.log1p(-uniform(seed, VISITS + 300, spell)) / np.log(ANOTHER_PAGE)
    pages = 1 + np.minimum(np.floor(more).astype(np.int64), MOST_PAGES)
    which = np.repeat(np.arange(len(rows)), pages)
    step = np.arange(len(which)) - np.repeat(np.cumsum(pages) - pages, pages)
    unique = hashed(seed, PAGES, spell[which], step)
    moment = begin[which] + 2_000 + step * 41_000 + (unique % np.uint64(37_000)).astype(np.int64)
    views = Views(rows[which], days[which], moment, unique)
    return frames + _pages(seed, people, views)


@dataclass(frozen=True)
class People:
    """Everybody who was a member in the block, as columns."""

    number: Whole
    block_row: Whole
    key: Keys
    rate: Real
    joined: Whole
    left: Whole
    actors: pl.Series
    sign_ins: pl.Series
    names: pl.Series
    later_names: pl.Series
    renamed: Whole
    board_start: Whole
    board_count: Whole
    boards: pl.Series
    board_created: Whole

    @classmethod
    def of(cls, organizations: list[Organization], block: Block) -> "People":
        """Collect them; dashboards are kept once an organization."""
        pairs = [(org, user) for org in organizations for user in org.users + org.former]
        boards = [board for org in organizations for board in org.dashboards]
        counts = {org.index: len(org.dashboards) for org in organizations}
        starts = dict(zip(counts, np.cumsum([0, *counts.values()]).tolist(), strict=False))
        return cls(
            number=_whole(org.index for org, _ in pairs),
            block_row=_whole(block.row_of[org.index] for org, _ in pairs),
            key=np.array([user.key for _, user in pairs], dtype=np.uint64),
            rate=np.array([user.rate for _, user in pairs], dtype=np.float64),
            joined=_whole(tokyo_day(user.joined) for _, user in pairs),
            left=_whole(tokyo_day(user.left) for _, user in pairs),
            actors=_strings(user.actor for _, user in pairs),
            sign_ins=_strings(
                f',"user":{{"id":"{user.id}"}},"method":"{user.method}",'
                f'"isMFA":{str(user.is_mfa).lower()}}}'
                for _, user in pairs
            ),
            names=_strings(org.names[0][1] for org, _ in pairs),
            later_names=_strings(org.names[-1][1] for org, _ in pairs),
            renamed=_whole(tokyo_day(org.names[-1][0]) for org, _ in pairs),
            board_start=_whole(starts[org.index] for org, _ in pairs),
            board_count=_whole(counts[org.index] for org, _ in pairs),
            boards=_strings(board.short for board in boards),
            board_created=_whole(board.created for board in boards),
        )


@dataclass(frozen=True)
class Views:
    """Pages looked at: the row of the person, the day, the moment and 64 bits of chance."""

    person: Whole
    day: Whole
    moment: Whole
    unique: Keys


def _pages(seed: int, people: People, views: Views) -> list[pl.DataFrame]:
    """What was looked at; some of it are dashboards, of those that exist."""
    person, unique = views.person, views.unique
    features = list(words.FEATURES)
    bounds = np.cumsum(list(words.FEATURES.values()))
    draw = uniform(seed, CHOICE, unique) * bounds[-1]
    feature = np.minimum(np.searchsorted(bounds, draw), len(features) - 1)
    count = people.board_count[person]
    place = people.board_start[person] + _below(unique, np.maximum(count, 1))
    created = np.append(people.board_created, NEVER)[np.where(count > 0, place, -1)]
    is_board = feature == features.index("dashboards")
    is_board &= (created < views.moment) & (uniform(seed, CHOICE + 100, unique) < BOARD_SHARE)
    seen, other = np.flatnonzero(is_board), np.flatnonzero(~is_board)
    actors = people.actors
    boards = _text(
        '{"actor":',
        actors.gather(person[seen]),
        ',"dashboard":',
        people.boards.gather(place[seen]),
        "}",
    )
    # A rename happens at night, before anybody looks: the day tells the name.
    renamed = views.day[other] >= people.renamed[person[other]]
    both = pl.concat([people.names, people.later_names])
    tails = _strings(f'/{words.PATHS.get(one, one)}","feature":"{one}"}}}}' for one in features)
    pages = _text(
        '{"actor":',
        actors.gather(person[other]),
        ',"page":{"path":"/orgs/',
        both.gather(person[other] + np.where(renamed, len(people.names), 0)),
        tails.gather(feature[other]),
    )
    number = people.number[person]
    return [
        _frame(kind, views.moment[chosen], number[chosen], unique[chosen], text)
        for kind, chosen, text in (
            ("console.dashboard.viewed", seen, boards),
            ("console.page.viewed", other, pages),
        )
    ]


def _below(unique: Keys, limit: Whole) -> Whole:
    """A whole number below a limit, from bits that are not used otherwise."""
    return (unique >> np.uint64(20)).astype(np.int64) % limit


def _whole(values: Iterable[int]) -> Whole:
    return np.fromiter(values, dtype=np.int64)


def _strings(values: Iterable[str]) -> pl.Series:
    return pl.Series(list(values), dtype=pl.String)


def _text(*parts: pl.Series | str) -> pl.Series:
    """Parts joined row by row."""
    joined = [pl.lit(part) if isinstance(part, str) else part for part in parts]
    return pl.select(pl.concat_str(joined)).to_series()


def tools(seed: int, organizations: list[Organization], block: Block) -> pl.DataFrame:
    """Requests by API key, one line a day, key and client."""
    keys = [(org, key) for org in organizations for key in org.keys + org.former_keys]
    if not keys:
        return pl.DataFrame(schema=EVENT_COLUMNS)
    number = np.array([org.index for org, _ in keys], dtype=np.int64)
    own = np.array([key.key for _, key in keys], dtype=np.uint64)
    start = np.array([tokyo_day(key.created) + 1 for _, key in keys], dtype=np.int64)
    end = np.array([tokyo_day(key.deleted) for _, key in keys], dtype=np.int64)
    ended = np.array([tokyo_day(org.ended) for org, _ in keys], dtype=np.int64)
    rate = np.array([{"mkr": 0.35, "api": 0.8, "terraform": 0.25}[key.client] for _, key in keys])
    rows, days = _spans(
        np.maximum(start, block.first), np.minimum(np.minimum(end, ended), block.last)
    )
    chance = uniform(seed, TOOLS, number[rows], own[rows], days)
    kept = np.flatnonzero(chance < rate[rows])
    rows, days, chance = rows[kept], days[kept], chance[kept]
    unique = hashed(seed, TOOLS + 100, number[rows], own[rows], days)
    moment = (days + 1) * DAY_MS - ZONE_MS + (unique % np.uint64(600_000)).astype(np.int64)
    count = 1 + (chance * 900 / rate[rows]).astype(np.int64)
    heads = pl.Series(
        [
            f'{{"actor":{key.actor},"apiKey":{{"id":"{key.id}","isRead":true,'
            f'"isWrite":{str(key.is_write).lower()}}},"client":"{key.client}","requestCount":'
            for _, key in keys
        ]
    )
    text = _text(heads.gather(rows), pl.Series(count).cast(pl.String), "}")
    return _frame("console.api-key.used", moment, number[rows], unique, text)
