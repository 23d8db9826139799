"""Detected stumbles against the stalls the simulator planted, by cause.

Every threshold was looked at with seed 42 only, so that no figure may come from that seed.
"""

from collections.abc import Iterable, Sequence
from itertools import chain
from pathlib import Path

import duckdb

from benchmarks.intervals import wilson
from benchmarks.matching import CauseScore, Stall, Stumble, scores
from benchmarks.tables import markdown
from benchmarks.worlds import added_by_name, built_worlds, refuse_seen
from mackerel_cs.settings import Settings

# A stall without an end outlasted its organization or the simulated days.
_STALLS = """
    select
        stalls.organization_id,
        stalls.cause,
        stalls.started_on,
        coalesce(stalls.ended_on, organizations.ended_on, as_of.as_of_date + 1) as ended_on
    from read_parquet($truth || '/stalls.parquet') as stalls
    inner join read_parquet($truth || '/organizations.parquet') as organizations
        on stalls.organization_id = organizations.organization_id
    cross join intermediate.int_as_of as as_of
    order by all
"""
_STUMBLES = """
    select organization_id, cause, started_date, counted_from_date, last_seen_date
    from customer_success.fct_stumbles
    order by all
"""
_CAUSES = "select cause, counts_after_days from core.stumble_causes order by cause"


def measure(
    seeds: Sequence[int], organizations: int, folder: Path | None, *, is_built: bool
) -> list[CauseScore]:
    """Scores by cause, all seeds together."""
    refuse_seen(seeds, "Thresholds")
    worlds = built_worlds(seeds, organizations, folder, "fct_stumbles", is_built=is_built)
    return added(map(read_scores, worlds))


def read_scores(settings: Settings) -> list[CauseScore]:
    """Scores of one warehouse against the truth beside it."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        stalls = connection.execute(_STALLS, {"truth": str(settings.truth)}).fetchall()
        stumbles = connection.execute(_STUMBLES).fetchall()
        causes = dict(connection.execute(_CAUSES).fetchall())
    return scores((Stall(*row) for row in stalls), (Stumble(*row) for row in stumbles), causes)


def added(by_seed: Iterable[Iterable[CauseScore]]) -> list[CauseScore]:
    """The counts of several runs, cause by cause."""
    return added_by_name(chain.from_iterable(by_seed))


def table(by_cause: Iterable[CauseScore]) -> str:
    """Recall and precision with their intervals, as Markdown."""
    head = (
        "cause", "stalls", "found", "recall (95 %)", "stumbles", "right", "precision (95 %)",
        "median days until it counts", "too short: stalls", "found",
    )  # fmt: skip
    return markdown(head, map(_cells, by_cause), left=1)


def _cells(score: CauseScore) -> list[str]:
    days = score.median_days_to_count
    # Of a cause that is never planted nobody knows which stumble is right.
    is_planted = score.stalls + score.short_stalls > 0
    return [
        score.cause,
        str(score.stalls),
        str(score.found),
        share(score.found, score.stalls),
        str(score.stumbles),
        str(score.right),
        share(score.right, score.stumbles) if is_planted else "",
        "" if days is None else f"{days:g}",
        str(score.short_stalls),
        str(score.short_found),
    ]


def share(hits: int, trials: int) -> str:
    """A share with its interval; empty where there was nothing to count."""
    interval = wilson(hits, trials)
    if interval is None:
        return ""
    low, high = interval
    return f"{hits / trials:.2f} ({low:.2f}-{high:.2f})"
