"""What a build has to do, known before dbt is started: nothing, what is new, or everything."""

import json
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from mackerel_cs.fingerprint import Fingerprint
from mackerel_cs.good_builds import BACKFILLING, SUPERSEDED, GoodBuild, last_good_build
from mackerel_cs.ledger import Ledger, compare_ledger
from mackerel_cs.settings import Settings


@dataclass(frozen=True)
class Plan:
    """What the warehouse holds, and what this build makes of it.

    `last` and `ledger` are null where there was no good build yet. `why_anew` says why everything
    is made anew, null where the build goes on from the last good one.
    """

    last: GoodBuild | None
    ledger: Ledger | None
    why_anew: str | None
    is_judged: bool

    @property
    def is_nothing_new(self) -> bool:
        """Whether the warehouse already is what this build would make, judged as it would be."""
        is_raw_log = self.ledger is not None and self.ledger.is_raw_log
        return self.why_anew is None and is_raw_log and self.is_judged

    def is_published(self, settings: Settings) -> bool:
        """Whether what people read is the last good build of this engine."""
        try:
            manifest = json.loads((settings.published / "manifest.json").read_text("utf-8"))
        except (OSError, ValueError):
            return False
        is_ours = manifest.get("engine") == settings.engine
        return is_ours and self.last is not None and manifest["good_build"] == self.last.as_json()


def plan_build(
    settings: Settings, files: pa.Table, wanted: Fingerprint, *, full_refresh: bool
) -> Plan:
    """Hold the raw files and the fingerprint of the build that is wanted against the warehouse.

    UserError when a landed file has changed or vanished, unless everything is refreshed.
    """
    last, ledger = _known(settings, files)
    if last is None or ledger is None:
        return Plan(None, None, "this is the first build", is_judged=False)
    if full_refresh:
        why_anew: str | None = "--full-refresh was given"
    else:
        ledger.require_append_only()
        why_anew = _why_anew(last, ledger, wanted)
    return Plan(last, ledger, why_anew, is_judged=last.guards_fingerprint == wanted.guards)


def _known(settings: Settings, files: pa.Table) -> tuple[GoodBuild | None, Ledger | None]:
    if not settings.warehouse.exists():
        return None, None
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        last = last_good_build(connection)
        return last, compare_ledger(connection, files, last) if last else None


def _why_anew(last: GoodBuild, ledger: Ledger, wanted: Fingerprint) -> str | None:
    """Null when the build can go on; the SQL (continues_last_build) decides by the same."""
    if last.build_fingerprint == SUPERSEDED:
        return "the last build that made everything anew was not finished"
    if last.build_fingerprint == BACKFILLING:
        return "a backfill was not finished"
    changes = []
    if last.project_fingerprint != wanted.project:
        changes.append("the project has changed")
    if last.given_vars != wanted.given_vars:
        changes.append(f"other vars were given ({differences(last.given_vars, wanted.given_vars)})")
    if last.engine_version != wanted.engine_version:
        changes.append(f"DuckDB was {last.engine_version}, is {wanted.engine_version}")
    if changes:
        return " and ".join(changes)
    if ledger.lost_arrivals:
        return "files that an unfinished build had taken in have changed or gone"
    return None


def differences(before: str, now: str) -> str:
    """Such as `as_of_date=2026-03-31, not 2026-03-30`."""
    pairs = zip(now.split("; "), before.split("; "), strict=False)
    told = [f"{new}, not {old.partition('=')[2] or 'empty'}" for new, old in pairs if new != old]
    return "; ".join(told)
