"""Simulated worlds with known truth, built one after the other, and their scores added up."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from benchmarks.installation import installed
from mackerel_cs.errors import UserError
from mackerel_cs.settings import Settings

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Score = TypeVar("Score", bound="DataclassInstance")
# What was looked at while thresholds were judged says nothing about others.
SEEN_SEED = 42


def refuse_seen(seeds: Sequence[int], what: str) -> None:
    """UserError where the seed is among them with which `what` were looked at."""
    if SEEN_SEED in seeds:
        raise UserError(
            f"{what} were looked at with seed {SEEN_SEED}: it says nothing about others.",
            "Name other seeds with --seed.",
        )


def built_worlds(
    seeds: Sequence[int], organizations: int, folder: Path | None, mart: str, *, is_built: bool
) -> Iterator[Settings]:
    """Where each world's warehouse lies, with all that `mart` is made from."""
    for seed in seeds:
        with installed(folder and folder / f"seed-{seed}") as installation:
            if not is_built:
                installation.simulate(organizations, seed)
                without_tests = ("--exclude-resource-type", "test", "unit_test")
                installation.dbt("build", "--select", f"+{mart}", *without_tests)
            yield installation.settings


def added_by_name(scores: Iterable[Score]) -> list[Score]:
    """Scores of several worlds, name by name: every field but the name, the first, is added up."""
    totals: dict[str, Score] = {}
    for score in scores:
        name, *counts = (one.name for one in fields(score))
        total = totals.get(getattr(score, name))
        sums = {one: getattr(total, one) + getattr(score, one) for one in counts} if total else {}
        totals[getattr(score, name)] = replace(score, **sums)
    return list(totals.values())
