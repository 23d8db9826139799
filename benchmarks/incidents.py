"""Incidents found in the log against those the simulator planted, by kind.

Every planted incident is declared, too: what is scored is what the log alone shows.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

import duckdb

from benchmarks.stumbles import share
from benchmarks.tables import markdown
from benchmarks.worlds import added_by_name, built_worlds
from mackerel_cs.settings import Settings

# Planted is what began in the days the log shows; found right is what overlaps the first day of
# one of its kind. One world a row: found gaps and fields are few enough to be counted at once.
_SCORES = """
    with planted as (
        select causes.cause as kind, causes.started_on
        from read_parquet($truth || '/causes.parquet') as causes
        inner join intermediate.int_as_of as as_of
            on causes.started_on between as_of.log_start_date and as_of.as_of_date
        where causes.cause in ('telemetry_gap', 'schema_drift')
    ),
    pairs as (
        select planted.kind, planted.started_on, found.found_incident_id
        from planted
        inner join intermediate.int_found_incidents as found
            on planted.kind = found.incident_kind
            and planted.started_on between found.started_date and found.last_date
    )
    select
        kinds.kind,
        (select count(*) from planted where kind = kinds.kind),
        (select count(distinct started_on) from pairs where kind = kinds.kind),
        (select count(*) from intermediate.int_found_incidents where incident_kind = kinds.kind),
        (select count(distinct found_incident_id) from pairs where kind = kinds.kind),
        (
            select count(*) from customer_success.dim_incidents
            where incident_kind = kinds.kind and incident_source = 'found'
        )
    from (values ('telemetry_gap'), ('schema_drift')) as kinds (kind)
    order by kinds.kind
"""


@dataclass
class KindScore:
    """What became of one kind; `undeclared` are rows of dim_incidents only the log tells of."""

    kind: str
    planted: int = 0
    found: int = 0
    detected: int = 0
    right: int = 0
    undeclared: int = 0


def measure(
    seeds: Sequence[int], organizations: int, folder: Path | None, *, is_built: bool
) -> list[KindScore]:
    """Scores by kind, all seeds together."""
    worlds = built_worlds(seeds, organizations, folder, "dim_incidents", is_built=is_built)
    return added(map(read_scores, worlds))


def read_scores(settings: Settings) -> list[KindScore]:
    """Scores of one warehouse against the truth beside it."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        rows = connection.execute(_SCORES, {"truth": str(settings.truth)}).fetchall()
    return [KindScore(*row) for row in rows]


def added(by_seed: Iterable[Sequence[KindScore]]) -> list[KindScore]:
    """The counts of several runs, kind by kind."""
    return added_by_name(chain.from_iterable(by_seed))


def table(by_kind: Iterable[KindScore]) -> str:
    """Recall and precision with their intervals, as Markdown."""
    head = (
        "kind", "planted", "found", "recall (95 %)", "in the log", "right", "precision (95 %)",
        "rows of their own",
    )  # fmt: skip
    return markdown(head, map(_cells, by_kind), left=1)


def _cells(score: KindScore) -> list[str]:
    return [
        score.kind,
        str(score.planted),
        str(score.found),
        share(score.found, score.planted),
        str(score.detected),
        str(score.right),
        share(score.right, score.detected),
        str(score.undeclared),
    ]
