"""From events to files: envelopes, arrival, disorder, and the log by date of arrival (UTC).

A date's file is written once, when nothing more can arrive on that date; what is still on its way
(150 days at most) waits, so that memory grows with the delay and not with the simulated days.
"""

import gzip
import io
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl
import pyarrow.parquet as pq
import zstandard

from mackerel_cs.simulate.catalogue import TYPES
from mackerel_cs.simulate.ids import snowflakes
from mackerel_cs.simulate.moments import DAY_MS, date_of, moments_text
from mackerel_cs.simulate.options import SimulationOptions, SimulationSummary
from mackerel_cs.simulate.randomness import hashed, uniform

ZSTD_LEVEL = 1
GZIP_LEVEL = 5
BROKEN = (
    "truncated",
    "not_json",
    "missing_id",
    "missing_type",
    "missing_receivedtime",
    "bad_time",
    "data_not_object",
)
LATE, TWICE, SPOILT, ASTRAY, IDENTITY, DELAY = 31, 32, 33, 34, 35, 36
Mark = tuple[int, str, str | None]
GOOD, COPY, WRECK = 0, 1, 2
ODD_STEP = np.uint64(0x9E3779B1)
SIX_HOURS = DAY_MS // 4
IMPORT_MS = 600_000

_HAS_TIME = np.array([kind.has_time for kind in TYPES])
_HAS_ORGANIZATION = np.array([kind.has_organization for kind in TYPES])
_TAIL = np.array([kind.tail_days for kind in TYPES], dtype=np.float64)
_TYPE_TEXT = pl.Series([f'","source":"{kind.source}","type":"{kind.name}",' for kind in TYPES])


@dataclass(frozen=True)
class Disorder:
    """One disorderly line of a file; lines count from 1."""

    file: str
    line_number: int
    disorder: str
    detail: str | None


class Delivery:
    """Takes blocks of events, delivers them, and writes the dates that are complete."""

    def __init__(self, options: SimulationOptions, raw: Path, opened: int, ids: pl.Series) -> None:
        """`ids` are the organizations\' ids by number; `opened` is when the log begins."""
        self.options = options
        self.raw = raw
        self.opened = opened
        self.ids = ids
        self.waiting: list[pl.DataFrame] = []
        self.summary = SimulationSummary()
        self.disorders: list[Disorder] = []
        self._counts: Counter[str] = Counter()
        self._types = np.zeros(len(TYPES), dtype=np.int64)

    def take(self, events: pl.DataFrame) -> None:
        """Send events on their way."""
        options, seed = self.options, self.options.seed
        code = events["code"].to_numpy()
        moment = events["moment"].to_numpy()
        organization = events["organization"].to_numpy()
        key = events["key"].to_numpy()
        identity = hashed(seed, IDENTITY, organization, code, key)
        # Odd steps from the organization's own start: what it writes in one millisecond differs.
        low = hashed(seed, IDENTITY + 100, organization) + key * ODD_STEP
        delay = (150 - 1900 * np.log1p(-uniform(seed, DELAY, identity))).astype(np.int64)
        chance = uniform(seed, LATE, identity)
        tail = _TAIL[code]
        is_late = (chance < options.late_rate) & (tail > 0) & (moment >= self.opened)
        share = chance / max(options.late_rate, 1e-12)
        days = np.exp(np.where(is_late, share, 0) * np.log(np.maximum(tail, 1)))
        delay = np.where(is_late, (days * DAY_MS).astype(np.int64), delay)
        received = moment + delay
        is_import = moment < self.opened
        received = np.where(is_import, self.opened + _hash_in(identity, IMPORT_MS), received)
        base = events.with_columns(
            pl.Series("identity", identity),
            pl.Series("low", low),
            pl.Series("received", received),
            pl.Series("is_late", is_late),
            pl.Series("kind", np.full(len(moment), GOOD, dtype=np.uint8)),
        ).drop("key")
        frames = [base]
        twice = np.flatnonzero(uniform(seed, TWICE, identity) < options.duplicate_rate)
        again = hashed(seed, TWICE + 100, identity[twice])
        later = np.where(
            again % np.uint64(2) == 0, _hash_in(again, 300_000), _hash_in(again, 3 * DAY_MS)
        )
        frames.append(_again(base, twice, received[twice] + 1000 + later, identity[twice], COPY))
        spoilt = np.flatnonzero(uniform(seed, SPOILT, identity) < options.broken_rate)
        wreck = hashed(seed, SPOILT + 100, identity[spoilt])
        ruin = _again(base, spoilt, received[spoilt] + 900, wreck, WRECK)
        frames.append(ruin.with_columns(pl.Series("low", wreck)))
        self.waiting.append(pl.concat(frames))

    def write(self, before: int) -> None:
        """Write every arrival date before a UTC day number."""
        rows = pl.concat(self.waiting)
        del self.waiting[:]
        day = rows["received"].to_numpy() // DAY_MS
        is_ready = day < before
        self.waiting.append(rows.filter(pl.Series(~is_ready)))
        rows, day = rows.filter(pl.Series(is_ready)), day[is_ready]
        if not len(rows):
            return
        identity = rows["identity"].to_numpy()
        received = rows["received"].to_numpy()
        kind = rows["kind"].to_numpy()
        chance = uniform(self.options.seed, ASTRAY, identity, kind)
        is_astray = (chance < self.options.out_of_order_rate) & (kind == GOOD)
        shift = (chance / max(self.options.out_of_order_rate, 1e-12) * 2 - 1) * SIX_HOURS
        place = received + np.where(is_astray, shift, 0).astype(np.int64)
        order = np.lexsort((kind, identity, place, day))
        rows, day = rows[order], day[order]
        texts = self._texts(rows)
        marks = _marks(rows, is_astray[order])
        bounds = np.flatnonzero(np.diff(day, prepend=day[0] - 1, append=day[-1] + 1))
        for start, stop in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
            part = {name: (column.slice(start, stop - start)) for name, column in texts.items()}
            name = self._file(int(day[start]), part, rows[start:stop])
            while marks and marks[-1][0] < stop:
                row, disorder, detail = marks.pop()
                self.disorders.append(Disorder(name, row - start + 1, disorder, detail))
                self._counts[disorder] += 1
        good = rows["code"].to_numpy()[rows["kind"].to_numpy() == GOOD]
        self._types += np.bincount(good, minlength=len(TYPES))

    def finish(self) -> SimulationSummary:
        """The figures of everything written."""
        self.summary.disorders = dict(sorted(self._counts.items()))
        self.summary.types = {
            kind.name: int(count) for kind, count in zip(TYPES, self._types, strict=True) if count
        }
        return self.summary

    def _texts(self, rows: pl.DataFrame) -> dict[str, pl.Series]:
        code = rows["code"].to_numpy()
        moment = rows["moment"].to_numpy()
        organization = rows["organization"].to_numpy()
        ids = snowflakes(moment, rows["low"].to_numpy())
        received = moments_text(rows["received"].to_numpy(), thousandths=False)
        has_time, has_organization = _HAS_TIME[code], _HAS_ORGANIZATION[code]
        named = self.ids.gather(np.where(has_organization, organization, 0))
        if self.options.format == "parquet":
            time = moments_text(moment, thousandths=True)
            return {
                "specversion": pl.Series(["1.0"] * len(rows)),
                "id": ids,
                "source": pl.Series([kind.source for kind in TYPES]).gather(code),
                "type": pl.Series([kind.name for kind in TYPES]).gather(code),
                "time": time.set(pl.Series(~has_time), None),
                "receivedtime": received,
                "orgid": named.set(pl.Series(~has_organization), None),
                "data": rows["data"],
            }
        frame = pl.select(
            pl.concat_str(
                pl.lit('{"specversion":"1.0","id":"'),
                ids,
                _TYPE_TEXT.gather(code),
                pl.when(pl.Series(has_time))
                .then(
                    pl.concat_str(
                        pl.lit('"time":"'), moments_text(moment, thousandths=True), pl.lit('",')
                    )
                )
                .otherwise(pl.lit("")),
                pl.lit('"receivedtime":"'),
                received,
                pl.when(pl.Series(has_organization))
                .then(pl.concat_str(pl.lit('","orgid":"'), named, pl.lit('","data":')))
                .otherwise(pl.lit('","data":')),
                rows["data"],
                pl.lit("}\n"),
            ).alias("line")
        )
        return {"line": frame.to_series()}

    def _file(self, day: int, part: dict[str, pl.Series], rows: pl.DataFrame) -> str:
        """Write one file of one date, beside what is there; the bytes depend on the lines only."""
        folder = self.raw / "events" / f"received_date={date_of(day).isoformat()}"
        folder.mkdir(parents=True, exist_ok=True)
        suffix = self.options.format
        number = 0
        while (folder / f"part-{number:05d}.{suffix}").exists():
            number += 1
        path = folder / f"part-{number:05d}.{suffix}"
        wrecks = np.flatnonzero(rows["kind"].to_numpy() == WRECK).tolist()
        kinds = [_wreck(value) for value in rows["identity"].to_numpy()[wrecks].tolist()]
        if suffix == "parquet":
            content = _parquet(part, wrecks, kinds)
        else:
            lines = part["line"]
            for row, kind in zip(wrecks, kinds, strict=True):
                lines[row] = spoil(lines[row], kind)
            content = _packed(lines, suffix)
        unfinished = path.with_name(f".{path.name}.tmp")  # a reader never sees half a file
        unfinished.write_bytes(content)
        unfinished.rename(path)
        self.summary.files += 1
        self.summary.lines += len(rows)
        self.summary.bytes += len(content)
        self.summary.first_date = self.summary.first_date or date_of(day)
        self.summary.last_date = date_of(day)
        return str(path.relative_to(self.raw))


def _hash_in(keys: npt.NDArray[np.uint64], width: int) -> npt.NDArray[np.int64]:
    return ((keys >> np.uint64(8)) % np.uint64(width)).astype(np.int64)


def _again(
    base: pl.DataFrame,
    rows: npt.NDArray[np.int64],
    received: npt.NDArray[np.int64],
    identity: npt.NDArray[np.uint64],
    kind: int,
) -> pl.DataFrame:
    """Copies of some rows that arrive at another time."""
    return base[rows].with_columns(
        pl.Series("received", received, dtype=pl.Int64),
        pl.Series("identity", identity, dtype=pl.UInt64),
        pl.Series("kind", np.full(len(rows), kind, dtype=np.uint8)),
        pl.lit(False).alias("is_late"),
    )


def _wreck(identity: int) -> str:
    return BROKEN[(identity >> 7) % len(BROKEN)]


def _marks(rows: pl.DataFrame, is_astray: npt.NDArray[np.bool_]) -> list[Mark]:
    """(row, disorder, detail) of everything that is not an orderly line, the last row first."""
    kind = rows["kind"].to_numpy()
    identity = rows["identity"].to_numpy()
    late: list[Mark] = [
        (row, "late", None) for row in np.flatnonzero(rows["is_late"].to_numpy()).tolist()
    ]
    twice: list[Mark] = [(row, "duplicate", None) for row in np.flatnonzero(kind == COPY).tolist()]
    astray: list[Mark] = [(row, "out_of_order", None) for row in np.flatnonzero(is_astray).tolist()]
    broken: list[Mark] = [
        (row, "broken", _wreck(int(identity[row])))
        for row in np.flatnonzero(kind == WRECK).tolist()
    ]
    return sorted(late + twice + astray + broken, key=lambda mark: mark[:2], reverse=True)


def spoil(line: str, kind: str) -> str:
    """A line as a failing producer leaves it."""
    body = line.rstrip("\n")
    if kind == "truncated":
        body = body[: len(body) * 2 // 3]
    elif kind == "not_json":
        body = "502 Bad Gateway: upstream closed the connection"
    elif kind == "bad_time":
        body = body.replace('"receivedtime":"2', '"time":"yesterday","receivedtime":"2')
        head, _, tail = body.partition('"time":"2')
        if tail:
            body = head + tail.partition('",')[2]
    elif kind == "data_not_object":
        body = body.partition(',"data":')[0] + ',"data":"none"}'
    else:
        field = kind.removeprefix("missing_")
        head, _, tail = body.partition(f'"{field}":"')
        body = head + tail.partition('",')[2]
    return body + "\n"


def _parquet(part: dict[str, pl.Series], wrecks: list[int], kinds: list[str]) -> bytes:
    columns = {name: column.to_list() for name, column in part.items()} if wrecks else {}
    for row, kind in zip(wrecks, kinds, strict=True):
        if kind in ("truncated", "not_json"):
            text = columns["data"][row]
            columns["data"][row] = text[: len(text) * 2 // 3]
        elif kind == "bad_time":
            columns["time"][row] = "yesterday"
        elif kind == "data_not_object":
            columns["data"][row] = '"none"'
        else:
            columns[kind.removeprefix("missing_")][row] = None
    frame = pl.DataFrame(columns or part, schema=dict.fromkeys(part, pl.String))
    buffer = io.BytesIO()
    table = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
    pq.write_table(table, buffer, compression="zstd", compression_level=ZSTD_LEVEL)
    return buffer.getvalue()


def _packed(lines: pl.Series, suffix: str) -> bytes:
    """The lines' bytes, taken from Arrow's own buffer without another copy line by line."""
    array = lines.to_arrow(compat_level=pl.CompatLevel.oldest())
    _, offsets, values = array.buffers()
    ends = np.frombuffer(offsets, dtype=np.int64)[array.offset : array.offset + len(array) + 1]
    text = memoryview(values)[int(ends[0]) : int(ends[-1])]
    if suffix == "jsonl.zst":
        return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(text)
    if suffix == "jsonl.gz":
        return gzip.compress(text, compresslevel=GZIP_LEVEL, mtime=0)
    return bytes(text)
