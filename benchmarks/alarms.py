"""Alarms against the departures the simulator planted, by cause.

Weights, thresholds and signs were judged before any outcome was looked at; only seed 42 was seen.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

import duckdb

from benchmarks.stumbles import share
from benchmarks.tables import markdown
from benchmarks.worlds import added_by_name, built_worlds, refuse_seen
from mackerel_cs.settings import Settings

# A departure is its notice: what comes after it is no warning.
LEAD_DAYS = 30
# An alarm that is older says nothing of the notice, and a notice that comes later nothing of it.
WITHIN_DAYS = 120
# Before, the log is too young to have seen anything fall.
LEARNING_DAYS = 90
# Which leading causes of an alarm name what was planted.
NAMES = {
    "champion_lost": ("people_acting", "people_active"),
    "declining": ("people_active", "dashboards_used", "people_acting"),
    "flooded": ("alerts_acted_on", "hours_to_close", "in_trouble"),
    "migrating": ("hosts_reporting",),
    "onboarding": ("trial_stalling",),
    "payment": ("payment_late", "payment"),
    "stalled": (
        "in_trouble", "trial_stalling", "channels_working", "hosts_reporting", "alerts_acted_on",
        "hosts_in_roles", "monitors_per_role",
    ),
    "trial_expired": ("trial_stalling",),
}  # fmt: skip

_SCORES = """
    with as_of as (select * from intermediate.int_as_of),
    departures as (
        select churns.organization_id, churns.cause, churns.requested_on
        from read_parquet($truth || '/churns.parquet') as churns
        cross join as_of
        where churns.requested_on between as_of.log_start_date + $learning and as_of.as_of_date
    ),
    alarms as (
        select alarms.*, min(departures.requested_on) as requested_on
        from customer_success.fct_alarms as alarms
        left join departures
            on alarms.organization_id = departures.organization_id
            and departures.requested_on > alarms.alarmed_date
        group by all
    ),
    warned as (
        select
            departures.organization_id, departures.cause, departures.requested_on,
            min(alarms.alarmed_date) as first_alarmed_date,
            arg_min(alarms.leading_cause, alarms.alarmed_date) as first_named
        from departures
        left join alarms
            on departures.organization_id = alarms.organization_id
            and departures.requested_on = alarms.requested_on
            and alarms.alarmed_date >= departures.requested_on - $within
        group by all
    )
    select
        cause,
        count(*),
        count(first_alarmed_date),
        count(*) filter (where first_alarmed_date <= requested_on - $lead),
        count(*) filter (where list_contains($names, cause || ':' || first_named))
    from warned
    group by cause
    order by cause
"""
# Alarms of accounts that had given notice are no warnings; of the last ones nothing is known yet.
_ALARMS = """
    with notices as (
        select organization_id, requested_on, ended_on
        from read_parquet($truth || '/churns.parquet')
    )
    select
        count(*),
        count(*) filter (
            where exists (
                select 1 from notices
                where notices.organization_id = alarms.organization_id
                and notices.requested_on > alarms.alarmed_date
                and notices.requested_on <= alarms.alarmed_date + $within
            )
        )
    from customer_success.fct_alarms as alarms
    cross join intermediate.int_as_of as as_of
    where alarms.alarmed_date + $within <= as_of.as_of_date
    and not exists (
        select 1 from notices
        where notices.organization_id = alarms.organization_id
        and alarms.alarmed_date
            between notices.requested_on and coalesce(notices.ended_on, as_of.as_of_date)
    )
"""


@dataclass
class DepartureScore:
    """Departures of one planted cause, and how many alarms told of them."""

    cause: str
    planted: int = 0
    warned: int = 0
    warned_early: int = 0
    named: int = 0


@dataclass
class AlarmScore:
    """Alarms whose time is over, and those a notice followed."""

    alarms: int = 0
    right: int = 0


Scores = tuple[list[DepartureScore], AlarmScore]


def measure(
    seeds: Sequence[int], organizations: int, folder: Path | None, *, is_built: bool
) -> Scores:
    """Scores of all seeds together."""
    refuse_seen(seeds, "Alarms")
    worlds = built_worlds(seeds, organizations, folder, "fct_alarms", is_built=is_built)
    return added(map(read_scores, worlds))


def read_scores(settings: Settings) -> Scores:
    """Scores of one warehouse against the truth beside it."""
    truth = {"truth": str(settings.truth), "within": WITHIN_DAYS}
    names = [f"{cause}:{one}" for cause, causes in NAMES.items() for one in causes]
    told = truth | {"learning": LEARNING_DAYS, "lead": LEAD_DAYS, "names": names}
    with duckdb.connect(str(settings.warehouse), read_only=True) as connection:
        departures = connection.execute(_SCORES, told).fetchall()
        alarms = connection.execute(_ALARMS, truth).fetchall()
    return [DepartureScore(*row) for row in departures], AlarmScore(*alarms[0])


def added(by_seed: Iterable[Scores]) -> Scores:
    """The counts of several runs, cause by cause."""
    by_cause, alarms = zip(*by_seed, strict=True)
    departures = added_by_name(chain.from_iterable(by_cause))
    all_alarms = AlarmScore(sum(one.alarms for one in alarms), sum(one.right for one in alarms))
    return sorted(departures, key=lambda one: one.cause), all_alarms


def tables(scores: Scores) -> str:
    """Recall and attribution by planted cause, then the precision of alarms, as Markdown."""
    departures, alarms = scores
    everything = added_by_name(replace(one, cause="all") for one in departures)
    head = (
        "planted cause", "departures", "warned of", "recall (95 %)", f"{LEAD_DAYS} days ahead",
        "recall (95 %)", "cause named", "of those warned of (95 %)",
    )  # fmt: skip
    by_cause = markdown(head, map(_cells, [*departures, *everything]), left=1)
    precision = markdown(
        ("alarms", f"notice within {WITHIN_DAYS} days", "precision (95 %)"),
        [(str(alarms.alarms), str(alarms.right), share(alarms.right, alarms.alarms))],
        left=0,
    )
    return f"{by_cause}\n\n{precision}"


def _cells(score: DepartureScore) -> list[str]:
    return [
        score.cause,
        str(score.planted),
        str(score.warned),
        share(score.warned, score.planted),
        str(score.warned_early),
        share(score.warned_early, score.planted),
        str(score.named),
        share(score.named, score.warned),
    ]
