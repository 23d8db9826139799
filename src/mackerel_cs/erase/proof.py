"""The proof: every byte of every file that is left is searched for the identifiers.

Text is searched as it stands; compressed files, Parquet and DuckDB files decoded, and then once
more as bytes, because a file may keep what no reader shows. The report names no identifier.
"""

import json
import os
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import duckdb
import pyarrow as pa

from mackerel_cs.console import progress
from mackerel_cs.erase.register import CASE_EXACT, EMAIL, email_hash
from mackerel_cs.erase.scrub import Scrubber
from mackerel_cs.erase.words import whole_words
from mackerel_cs.raw_log import repair
from mackerel_cs.raw_log.rewrite import Plain, decoded, encoded, is_parquet
from mackerel_cs.raw_log.streams import DamagedStreamError
from mackerel_cs.settings import Settings

_DUCKDB_MAGIC, _MAGIC_OFFSET = b"DUCK", 8
# Shorter ones stand in compressed bytes by chance.
_LEAST_BYTES = 8
_BLOCK_BYTES = 16 << 20
_ROWS = 20_000
_TEXT_COLUMNS = """
select schema_name, table_name, column_name
from duckdb_columns()
where
    table_oid in (select table_oid from duckdb_tables())
    and regexp_matches(data_type, 'VARCHAR|BLOB|JSON|ENUM')
"""
_SAID = """
select concat_ws(' ', schema_name, table_name, column_name, comment) from duckdb_columns()
union all
select concat_ws(' ', schema_name, table_name, comment, sql) from duckdb_tables()
union all
select concat_ws(' ', schema_name, view_name, comment, sql) from duckdb_views()
"""


_FORMS = [
    "in clear, in any case (ids: as they are)",
    "escaped as in JSON",
    "encoded as in URLs",
    "addresses: SHA-256 of the lower-cased address, as hex",
]


@dataclass(frozen=True)
class Identifier:
    """One identifier in clear, in memory only."""

    kind: str
    value: str

    def forms(self) -> set[str]:
        """How it may be written."""
        forms = {self.value, json.dumps(self.value)[1:-1], quote(self.value, safe="")}
        return forms | {email_hash(self.value)} if self.kind == EMAIL else forms


@dataclass
class Searched:
    """What the search of one file did and found."""

    file: str
    kind: str
    bytes_on_disk: int
    bytes_decoded: int = 0
    findings: int = 0
    inside_longer_words: int = 0
    unreadable: str | None = None


@dataclass
class Proof:
    """The whole search."""

    identifiers: dict[str, int]
    searched_by_digest: int
    kept: dict[str, int]
    files: list[Searched] = field(default_factory=list)

    @classmethod
    def of(cls, identifiers: list[Identifier], kept: dict[str, int], by_digest: int) -> "Proof":
        """A search for these identifiers that has not begun."""
        counts = Counter(one.kind for one in identifiers)
        return cls(dict(sorted(counts.items())), by_digest, kept)

    @property
    def findings(self) -> int:
        """How often an identifier was found; 0 is the proof."""
        return sum(one.findings for one in self.files)


class Search:
    """Searches text and bytes for identifiers."""

    def __init__(
        self, identifiers: list[Identifier], scrubber: Scrubber | None, settings: Settings
    ) -> None:
        """`scrubber` knows by digest those that are not known in clear."""
        self._scrubber = scrubber
        self._limits: dict[str, Any] = {
            "memory_limit": os.environ.get("MACKEREL_CS_MEMORY_LIMIT", "2GB"),
            "threads": os.environ.get("MACKEREL_CS_THREADS", "2"),
            "temp_directory": str(settings.data / "tmp"),
        }
        self._forms = {
            form.casefold(): (form, whole_words(form, is_case_exact=one.kind in CASE_EXACT))
            for one in identifiers
            for form in one.forms()
        }
        self._inside = Counter[str]()

    def file(self, path: Path) -> Searched:
        """Search what a file says, and its name."""
        kind, texts = self._texts(path)
        searched = Searched(str(path), kind, path.stat().st_size)
        self._text(str(path), searched)
        if searched.findings:
            searched.file = f"a name that holds an identifier, below {self._tellable(path)}"
        try:
            for text in texts:
                self._text(text, searched)
        except (OSError, pa.ArrowException, duckdb.Error, DamagedStreamError) as error:
            searched.unreadable = getattr(error, "problem", type(error).__name__)
        return searched

    def _tellable(self, path: Path) -> Path:
        """The nearest folder above whose path holds no identifier."""
        for folder in path.parents:
            probe = Searched("", "", 0)
            self._text(str(folder), probe)
            if not probe.findings:
                return folder
        return Path()

    def _texts(self, path: Path) -> tuple[str, Iterator[str]]:
        """What a file is, and its text in blocks."""
        if is_parquet(path):
            return "parquet", _joined(text for text, _ in repair.parquet_lines(path))
        if _is_duckdb(path):
            return "duckdb", self._tables(path)
        plain = Plain(path)
        return plain.compression or "text", _lines(plain)

    def _tables(self, path: Path) -> Iterator[str]:
        """Every value of every column that can hold text, of every table."""
        with duckdb.connect(str(path), read_only=True, config=self._limits) as connection:
            yield json.dumps(connection.execute(_SAID).fetchall(), ensure_ascii=False)
            for schema, table, column in connection.execute(_TEXT_COLUMNS).fetchall():
                names = [name.replace('"', '""') for name in (schema, table, column)]
                values = connection.execute(
                    'select distinct cast("{2}" as varchar) from "{0}"."{1}" '
                    'where "{2}" is not null'.format(*names)
                )
                while rows := values.fetchmany(_ROWS):
                    yield "\n".join(row[0] for row in rows)

    def _text(self, text: str, searched: Searched) -> None:
        """Count whole words, and apart from them what is only a piece of a longer word."""
        searched.bytes_decoded += len(text)
        low = text.casefold()
        for folded, (_, pattern) in self._forms.items():
            if folded not in low:
                continue
            whole = len(pattern.findall(text))
            searched.findings += whole
            if not whole:
                self._inside[folded] += 1
                searched.inside_longer_words += 1
        if self._scrubber and self._scrubber.holds(text):
            searched.findings += 1

    def bytes_of(self, path: Path, searched: Searched) -> None:
        """Look at a file's bytes as they are for every form no longer word is made of."""
        forms = [
            encoded(form)
            for folded, (form, _) in self._forms.items()
            if len(form) >= _LEAST_BYTES and not self._inside[folded]
        ]
        longest = max(map(len, forms), default=1)
        with path.open("rb") as file:
            tail = b""
            while block := file.read(_BLOCK_BYTES):
                data = tail + block
                searched.findings += sum(data.count(form) for form in forms)
                tail = data[len(data) - longest + 1 :]


def prove(search: Search, roots: Iterable[Path], proof: Proof) -> None:
    """Search every file below these folders (or these files); add each to the proof."""
    files = sorted({path.resolve() for root in roots for path in _files(root)})
    with progress("proving", total=2 * len(files)) as advance:
        for path in files:
            proof.files.append(search.file(path))
            advance()
        for path, searched in zip(files, proof.files, strict=True):
            if searched.kind != "text":
                search.bytes_of(path, searched)
            advance()


def _files(root: Path) -> Iterator[Path]:
    """Files below a folder, behind links too, each folder once."""
    if root.is_file():
        yield root
    seen: set[Path] = set()
    for folder, subfolders, names in os.walk(root, followlinks=True):
        place = Path(folder).resolve()
        if place in seen:
            subfolders.clear()
            continue
        seen.add(place)
        yield from (path for path in (place / name for name in names) if path.is_file())


def _is_duckdb(path: Path) -> bool:
    with path.open("rb") as file:
        file.seek(_MAGIC_OFFSET)
        return file.read(len(_DUCKDB_MAGIC)) == _DUCKDB_MAGIC


def _lines(plain: Plain) -> Iterator[str]:
    yield from map(decoded, plain)
    if plain.damage:
        yield decoded(plain.damage.rest)
        raise plain.damage


def _joined(lines: Iterable[str]) -> Iterator[str]:
    rows: list[str] = []
    for line in lines:
        rows.append(line)
        if len(rows) == _ROWS:
            yield "\n".join(rows)
            rows = []
    yield "\n".join(rows)


def write_report(proof: Proof, folder: Path, number: int) -> Path:
    """The report as JSON and as a page to read; return where the page is."""
    total = sum(one.bytes_on_disk for one in proof.files)
    unreadable = [one.file for one in proof.files if one.unreadable]
    report = {
        "erasure": number,
        "findings": proof.findings,
        "identifiers_searched_in_clear": proof.identifiers,
        "identifiers_searched_by_digest": proof.searched_by_digest,
        "names_kept": proof.kept,
        "forms": _FORMS,
        "file_count": len(proof.files),
        "byte_count": total,
        "decoded_character_count": sum(one.bytes_decoded for one in proof.files),
        "files": [asdict(one) for one in proof.files],
    }
    name = f"erasure-{number:04d}"
    text = json.dumps(report, indent=1, ensure_ascii=False) + "\n"
    (folder / f"{name}.json").write_text(text, encoding="utf-8", errors="backslashreplace")
    page = folder / f"{name}.md"
    page.write_text(_page(proof, number, total, unreadable), encoding="utf-8")
    return page


def _page(proof: Proof, number: int, total: int, unreadable: list[str]) -> str:
    kinds = Counter(one.kind for one in proof.files)
    found = [one for one in proof.files if one.findings]
    rows = [
        f"# Erasure {number}",
        "",
        f"**{'Nothing is left.' if not proof.findings else 'NOT erased: see below.'}** "
        f"Findings: {proof.findings}.",
        "",
        "| what | count |",
        "|---|--:|",
        f"| files searched | {len(proof.files):,} |",
        f"| bytes on disk | {total:,} |",
        f"| characters in them, decoded | {sum(one.bytes_decoded for one in proof.files):,} |",
        *(f"| files read as {kind} | {count:,} |" for kind, count in sorted(kinds.items())),
        *(f"| identifiers in clear: {kind} | {n} |" for kind, n in proof.identifiers.items()),
        f"| identifiers by digest | {proof.searched_by_digest} |",
        *(f"| {what} | {count} |" for what, count in proof.kept.items()),
        "| blocks where one is a piece of a longer word (no finding) | "
        f"{sum(one.inside_longer_words for one in proof.files)} |",
        "",
        "Searched for, each: " + "; ".join(_FORMS) + ".",
        "",
        *(f"- found {one.findings} times: {one.file}" for one in found),
        *(f"- could not be decoded, searched as bytes only: {name}" for name in unreadable),
    ]
    return "\n".join(rows).rstrip() + "\n"
