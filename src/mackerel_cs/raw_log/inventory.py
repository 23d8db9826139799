"""The table of raw files: one row a file, in the order of their paths."""

import hashlib
import os
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from mackerel_cs.errors import UserError
from mackerel_cs.raw_log import problems, repair
from mackerel_cs.raw_log.cache import FileKey, load_cache, save_cache
from mackerel_cs.raw_log.examine import ENVELOPE, Findings, examine_parquet, examine_text
from mackerel_cs.raw_log.landing import Landing
from mackerel_cs.raw_log.returning import Returning
from mackerel_cs.raw_log.rows import SCHEMA, RawFile
from mackerel_cs.settings import Settings

TEXT, PARQUET, REPAIRED = "text", "parquet", "repaired"

_FORMATS = {
    f".{name}{suffix}": f"jsonl{suffix}"
    for name in ("jsonl", "ndjson", "json")
    for suffix in ("", ".gz", ".zst")
} | {".parquet": PARQUET}
# Problems that leave a file readable as it lies.
_HARMLESS = {problems.NO_RECEIVED_DATE}
_RECEIVED_DATE = re.compile(r"(?:^|/)received_date=([^/]*)/")
_GLOB = re.compile(r"[*?\[\]]")
_THREADS = 2
_NAMED_IN_MESSAGE = 5


def inspect(settings: Settings, landing: Landing | None = None) -> pa.Table:
    """Look at every raw file once and say how SQL may read it.

    Files that were seen before (path, size and modification time) are not read again. Writes into
    the folder of `landing` (of DuckDB where none is given): sidecars of damaged files and of what
    the engine does not read, empty files that keep SQL's lists of files from being empty, and what
    was seen. A file that was not seen before is first scrubbed of whoever was erased. Raises
    UserError when there is no log or no right to read it.
    """
    landing = landing or Landing.of_duckdb(settings)
    paths = event_files(settings)
    returning = Returning(settings)
    _write_empty_files(landing, settings)
    known = load_cache(settings, landing)
    with ThreadPoolExecutor(_THREADS) as pool:
        rows = list(pool.map(lambda path: _row(path, settings, landing, known, returning), paths))
    save_cache(settings, landing, known, rows)
    return pa.Table.from_pylist([asdict(row) for _, row in rows], schema=SCHEMA)


def require_readable(files: pa.Table) -> None:
    """Raise UserError when good lines would be missing because a file cannot be read at all."""
    unreadable = [
        row["file_path"]
        for row in files.select(["file_path", "file_problem"]).to_pylist()
        if row["file_problem"] == problems.UNREADABLE
    ]
    if unreadable:
        named = ", ".join(unreadable[:_NAMED_IN_MESSAGE])
        more = len(unreadable) - _NAMED_IN_MESSAGE
        raise UserError(
            f"{len(unreadable)} raw file(s) cannot be read: {named}"
            + (f" and {more} more" if more > 0 else ""),
            "Their lines would be missing from the marts. Give this user the right to read them, "
            "fetch them again, or move them out of the raw log if they are no event files.",
        )


def event_files(settings: Settings) -> list[Path]:
    """Every event file, in the order of their names; UserError when there is none."""
    events = settings.events
    _require_folders(settings)
    found = sorted(_walk(events), key=lambda path: _relative(path, events).encode())
    if not found:
        raise UserError(
            f"The raw event log {events} holds no event files (.jsonl, .ndjson, .json, each also "
            "as .gz or .zst, or .parquet).",
            "Make sample logs with `mackerel-cs simulate`, bring real ones in with "
            "`mackerel-cs collect`, or point MACKEREL_CS_RAW at the folder that holds `events/`.",
        )
    return found


def _require_folders(settings: Settings) -> None:
    if _GLOB.search(str(settings.data.absolute())):
        raise UserError(
            f"The data folder {settings.data} has one of * ? [ ] in its path: SQL would read it "
            "as a pattern.",
            "Point MACKEREL_CS_DATA at a folder without these characters.",
        )
    try:
        is_there = settings.events.is_dir()
    except PermissionError:
        raise _no_rights(settings.events) from None
    if not is_there:
        raise UserError(
            f"There is no raw event log at {settings.events}.",
            "Make sample logs with `mackerel-cs simulate`, bring real ones in with "
            "`mackerel-cs collect`, or point MACKEREL_CS_RAW at the folder that holds `events/`.",
        )


def _no_rights(path: Path | str) -> UserError:
    return UserError(
        f"No right to read the raw event log folder {path}.",
        "Give this user the right to list and read it (chmod -R u+rX), or point MACKEREL_CS_RAW "
        "at a raw log it may read.",
    )


def _walk(events: Path) -> Iterator[Path]:
    """Event files below a folder; links to folders are followed once."""

    def refuse(error: OSError) -> None:
        raise _no_rights(error.filename or events) from error

    seen: set[tuple[int, int]] = set()
    for folder, subfolders, names in os.walk(events, followlinks=True, onerror=refuse):
        place = Path(folder).stat()
        if (place.st_dev, place.st_ino) in seen:
            subfolders.clear()
            continue
        seen.add((place.st_dev, place.st_ino))
        # Names with a dot or an underscore in front are marks and half-written files.
        subfolders[:] = sorted(name for name in subfolders if not name.startswith((".", "_")))
        for name in names:
            if not name.startswith((".", "_")) and _format_of(name):
                yield Path(folder, name)


def _format_of(name: str) -> str | None:
    lower = name.lower()
    return next((kind for suffix, kind in _FORMATS.items() if lower.endswith(suffix)), None)


def _relative(path: Path, events: Path) -> str:
    """The path below `events`; a name that is no UTF-8 is written with escapes."""
    name = path.relative_to(events).as_posix()
    return os.fsencode(name).decode(errors="backslashreplace")


def _row(
    path: Path,
    settings: Settings,
    landing: Landing,
    known: dict[FileKey, RawFile],
    returning: Returning,
) -> tuple[FileKey, RawFile]:
    file_path = _relative(path, settings.events)
    try:
        key = _key(path, file_path)
        if (seen := known.get(key)) and Path(seen.read_path).exists():
            return key, seen
        if os.access(path, os.R_OK) and returning.scrub(path):
            key = _key(path, file_path)
    except OSError:
        return FileKey(file_path, 0, 0), _unreadable(file_path, landing, 0, None)
    examined = _examined(path, file_path, key.size, landing)
    if examined.file_problem != problems.UNREADABLE and _key(path, file_path) != key:
        raise UserError(
            f"1 raw file(s) grew or changed while they were read: {file_path}.",
            "Nothing of this build counts. Build again when they are complete.",
        )
    return key, examined


def _key(path: Path, file_path: str) -> FileKey:
    status = path.stat()
    return FileKey(file_path, status.st_size, status.st_mtime_ns)


def _examined(path: Path, file_path: str, size: int, landing: Landing) -> RawFile:
    file_format = _format_of(path.name) or ""
    try:
        findings = (
            examine_parquet(path) if file_format == PARQUET else examine_text(path, file_format)
        )
    except OSError:
        return _unreadable(file_path, landing, size, None)
    found = findings.problems
    if problems.UNREADABLE in found:
        return _unreadable(file_path, landing, size, findings.content_sha256)
    received_date = _received_date(file_path)
    if received_date is None:
        found.add(problems.NO_RECEIVED_DATE)
    read_path = str(path.absolute())
    if _GLOB.search(read_path) or not _is_unicode(read_path):
        found.add(problems.GLOB_IN_NAME)
    route = PARQUET if file_format == PARQUET else TEXT
    if found - _HARMLESS or not landing.reads(path):
        route = REPAIRED
        sidecar = _sidecar(landing, file_path, findings)
        lines = (
            repair.parquet_lines(path) if file_format == PARQUET else repair.text_lines(path, found)
        )
        findings.line_count = repair.write_sidecar(lines, sidecar)
        read_path = str(sidecar.absolute())
    return RawFile(
        file_path=file_path,
        read_path=read_path,
        received_date=received_date,
        file_format=file_format,
        read_route=route,
        size_bytes=size,
        content_sha256=findings.content_sha256,
        line_count=findings.line_count,
        file_problem=problems.gravest(found),
    )


def _sidecar(landing: Landing, file_path: str, findings: Findings) -> Path:
    """One sidecar a raw file: the same content delivered twice is two files with their lines."""
    name = hashlib.sha256(f"{file_path}\0{findings.content_sha256}".encode()).hexdigest()
    return landing.repaired / f"{name}.parquet"


def _unreadable(file_path: str, landing: Landing, size: int, sha256: str | None) -> RawFile:
    return RawFile(
        file_path=file_path,
        read_path=str(landing.empty.absolute() / "empty_repaired.parquet"),
        received_date=_received_date(file_path),
        file_format=_format_of(file_path) or "",
        read_route=REPAIRED,
        size_bytes=size,
        content_sha256=sha256,
        line_count=0,
        file_problem=problems.UNREADABLE,
    )


def _received_date(file_path: str) -> date | None:
    match = _RECEIVED_DATE.search(file_path)
    try:
        return date.fromisoformat(match[1]) if match else None
    except ValueError:
        return None


def _is_unicode(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _write_empty_files(landing: Landing, settings: Settings) -> None:
    folder = landing.empty
    try:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "empty.jsonl").touch()
        envelope = pa.schema([(name, pa.string()) for name in ENVELOPE])
        for name, schema in (("empty", envelope), ("empty_repaired", repair.SCHEMA)):
            if not (target := folder / f"{name}.parquet").exists():
                scratch = target.with_suffix(".tmp")
                pq.write_table(schema.empty_table(), scratch)
                scratch.replace(target)
    except PermissionError as error:
        raise UserError(
            f"No right to write into the data folder {settings.data}.",
            "Give this user the right to write there, or point MACKEREL_CS_DATA at another folder.",
        ) from error
