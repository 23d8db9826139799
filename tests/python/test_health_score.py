"""The health score and its ledger of causes against the same computed with fractions."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor
from typing import Any

import duckdb
import jinja2
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as configured
from hypothesis import strategies as st

from compiled_models import CompiledModels, Rows
from conftest import REPOSITORY
from mackerel_cs.settings import Settings

with (REPOSITORY / "seeds" / "health_components.csv").open(encoding="utf-8") as file:
    COMPONENTS = [row["component"] for row in csv.DictReader(file)]

FIRST, DAYS = date(2026, 3, 1), 4
# Version 2 comes into force on the third day; version 3 is a candidate.
VERSIONS = {1: (date(2014, 5, 8), FIRST + timedelta(2)), 2: (FIRST + timedelta(2), None)}
CANDIDATE = 3
LEAST_COVERAGE = 60
BANDS = [("red", 0, 50), ("yellow", 50, 75), ("green", 75, None)]
MODELS = [
    "int_health_scores",
    "fct_health_scores",
    "fct_health_score_components",
    "int_health_day_pairs",
    "int_health_change_terms",
    "fct_health_score_changes",
]
SHOWN = ["int_health_scores", "fct_health_score_components", "fct_health_score_changes"]

Points = dict[str, int | None]
Weights = dict[str, int]


@dataclass(frozen=True)
class Day:
    """An organization on a date: its profile, and its points under each version."""

    profile: str
    points: dict[int, Points]


# A day without health: the organization had left.
Life = list[Day | None]


@dataclass(frozen=True)
class World:
    """Weights by version and profile, and the lives of some organizations."""

    weights: dict[tuple[int, str], Weights]
    lives: list[Life]


@st.composite
def all_weights(draw: st.DrawFn) -> Weights:
    """Whole percents that sum to 100, of all components or of few."""
    count = draw(st.sampled_from([1, 2, 3, len(COMPONENTS)]))
    names = draw(st.permutations(COMPONENTS))[:count]
    cuts = draw(st.lists(st.integers(0, 100), min_size=count - 1, max_size=count - 1).map(sorted))
    parts = zip([0, *cuts], [*cuts, 100], strict=True)
    some = dict(zip(names, [end - start for start, end in parts], strict=True))
    return {name: some.get(name, 0) for name in COMPONENTS}


# Most are known.
A_POINT = st.integers(0, 125).map(lambda number: number if number <= 100 else None)
SOME_POINTS = st.dictionaries(st.sampled_from(COMPONENTS), A_POINT, max_size=5)


@st.composite
def lives(draw: st.DrawFn) -> Life:
    """From day to day a few components change, and now and then the profile."""
    count = len(COMPONENTS)
    told = draw(st.lists(A_POINT, min_size=count, max_size=count))
    points: Points = dict(zip(COMPONENTS, told, strict=True))
    otherwise = draw(SOME_POINTS)
    life: Life = []
    for place in range(DAYS):
        points = points | draw(SOME_POINTS)
        by_version = {1: points, 2: points | otherwise, CANDIDATE: otherwise | points}
        day = Day(draw(st.sampled_from(["a", "b"])), by_version)
        life.append(draw(st.sampled_from([day, day, day, None])) if place else day)
    return life


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """A few organizations under three versions of two profiles."""
    keys = [(version, profile) for version in (*VERSIONS, CANDIDATE) for profile in "ab"]
    return World(
        {key: draw(all_weights()) for key in keys},
        draw(st.lists(lives(), min_size=1, max_size=6)),
    )


@pytest.fixture(scope="module")
def models(built_project: Settings) -> Iterator[CompiledModels]:
    """The models, with the tables in which no world differs."""
    with CompiledModels(built_project) as models:
        models.give_seed("health_components")
        periods = [*VERSIONS.items(), (CANDIDATE, (None, None))]
        models.give(
            "int_health_versions",
            [
                {
                    "score_version": version,
                    "valid_from": valid_from,
                    "valid_to": valid_to,
                    "is_candidate": version == CANDIDATE,
                }
                for version, (valid_from, valid_to) in periods
            ],
        )
        models.give(
            "health_bands",
            [
                {"score_version": version, "band": band, "from_score": start, "below_score": end}
                for version, _ in periods
                for band, start, end in BANDS
            ],
        )
        models.give(
            "int_health_profiles",
            [
                {"score_version": version, "plan": f"of_{name}", "stage": "any", "profile": name}
                for version, _ in periods
                for name in "ab"
            ],
        )
        texts, dates = (
            ("organization_id", "band", "author_id"),
            ("expires_date", "valid_from", "valid_to"),
        )
        of_nobody = dict.fromkeys(texts, "nobody") | dict.fromkeys(dates, FIRST)
        models.give("int_health_overrides", [of_nobody])
        effect = {"organization_id": "nobody", "effect_date": FIRST, "incident_ids": "none"}
        models.give("int_incident_effects", [effect])
        yield models


def test_scores_contributions_and_causes_are_what_fractions_say(models: CompiledModels) -> None:
    @configured(
        max_examples=25,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(worlds())
    def holds(world: World) -> None:
        lay_out(models, world)
        models.make(MODELS)
        scores, parts, causes = (models.rows(name) for name in SHOWN)
        assert {
            (*key(row), row["score_version"]): (row["known_weight"], row["score"], row["band"])
            for row in scores
        } == dict(expected_scores(world))
        assert {(*key(row), row["component"]): row["contribution"] for row in parts} == dict(
            expected_contributions(world)
        )
        assert {
            (*key(row), row["cause"], row["component"]): row["score_change"] for row in causes
        } == dict(expected_causes(world))

    holds()


def key(row: dict[str, Any]) -> tuple[str, date]:
    """Organization and date."""
    return row["organization_id"], row["state_date"]


def lay_out(models: CompiledModels, world: World) -> None:
    """Make the tables the models read."""
    lived: Rows = []
    judged: list[tuple[dict[str, Any], Day]] = []
    for number, life in enumerate(world.lives):
        for place, day in enumerate(life):
            lived.append({"organization_id": f"o{number}", "state_date": FIRST + timedelta(place)})
            if day:
                judged.append((lived[-1], day))
    models.give("int_organization_spine", lived)
    spine = [of | {"plan": f"of_{day.profile}", "stage": "any"} for of, day in judged]
    models.give("int_health_spine", spine)
    points = [
        of | {"score_version": version} | points
        for of, day in judged
        for version, points in day.points.items()
    ]
    models.give("int_health_points", points)
    nothing = {f"{name}_{part}": None for name in COMPONENTS for part in ("part", "whole")}
    measures = [of | {"is_deaf_date": False} | nothing for of, _ in judged]
    models.give("int_health_measures", measures)
    weights = [
        {"score_version": version, "profile": profile}
        | {f"{name}_weight": weight for name, weight in weights.items()}
        for (version, profile), weights in world.weights.items()
    ]
    models.give("int_health_weights", weights)


def judged_days(world: World) -> Iterator[tuple[str, date, Day, Day | None]]:
    """Each day with health, and the day before where that had it too."""
    for number, life in enumerate(world.lives):
        for place, (before, day) in enumerate(zip([None, *life], life, strict=False)):
            if day:
                yield f"o{number}", FIRST + timedelta(place), day, before


def version_on(on_date: date) -> int:
    """The version in force."""
    return 2 if on_date >= FIRST + timedelta(2) else 1


def known(points: Points, weights: Weights) -> Weights:
    """Weights of what is known."""
    return {name: weight for name, weight in weights.items() if points[name] is not None}


def shares(weights: Weights) -> dict[str, Fraction]:
    """Normalised weights; nothing for all where there is no weight."""
    total = sum(weights.values())
    return {name: Fraction(weights[name], total) for name in weights} if total else {}


def score_of(points: Points, weights: Weights) -> Fraction | None:
    """The exact score; none where nothing with a weight is known."""
    parts = shares(known(points, weights))
    if not parts:
        return None
    return sum((part * (points[name] or 0) for name, part in parts.items()), Fraction(0))


def rounded(exact: Fraction) -> Decimal:
    """Four decimals, halves up."""
    return Decimal(floor(exact * 10_000 + Fraction(1, 2))) / 10_000


def steps(start: Fraction, moves: list[tuple[Any, Fraction]]) -> Iterator[tuple[Any, Decimal]]:
    """What each move adds to what was rounded before it."""
    for name, move in moves:
        yield name, rounded(start + move) - rounded(start)
        start += move


def expected_scores(world: World) -> Iterator[tuple[Any, Any]]:
    for organization, on_date, day, _ in judged_days(world):
        for version, points in day.points.items():
            weights = world.weights[version, day.profile]
            score = score_of(points, weights)
            weight = sum(known(points, weights).values())
            band = "grey"
            if score is not None and weight >= LEAST_COVERAGE:
                band = next(
                    name
                    for name, start, end in BANDS
                    if start <= score < (101 if end is None else end)
                )
            told = None if score is None else rounded(score)
            yield (organization, on_date, version), (weight, told, band)


def expected_contributions(world: World) -> Iterator[tuple[Any, Any]]:
    for organization, on_date, day, _ in judged_days(world):
        version = version_on(on_date)
        points, weights = day.points[version], world.weights[version, day.profile]
        parts = shares(known(points, weights))
        moves = [(name, part * (points[name] or 0)) for name, part in parts.items()]
        contributions = dict(steps(Fraction(0), moves))
        for name, weight in weights.items():
            if weight:
                yield (organization, on_date, name), contributions.get(name)


def expected_causes(world: World) -> Iterator[tuple[Any, Any]]:
    for organization, on_date, day, before in judged_days(world):
        if not before:
            continue
        version, version_before = version_on(on_date), version_on(on_date - timedelta(1))
        score = score_of(day.points[version], world.weights[version, day.profile])
        old_weights = world.weights[version, before.profile]
        score_before = score_of(before.points[version], old_weights)
        shown_before = score_of(
            before.points[version_before], world.weights[version_before, before.profile]
        )
        if score is None or shown_before is None:
            continue
        if version != version_before:
            reached = score if score_before is None else score_before
            yield (
                (organization, on_date, "weights", "all"),
                rounded(reached) - rounded(shown_before),
            )
        if score_before is not None:
            moves = moves_of(
                before.points[version],
                day.points[version],
                old_weights,
                world.weights[version, day.profile],
            )
            assert score_before + sum(move for _, move in moves) == score
            for cause, change in steps(score_before, [one for one in moves if one[1]]):
                yield (organization, on_date, *cause), change


def moves_of(
    points_before: Points, points_after: Points, old: Weights, new: Weights
) -> list[tuple[tuple[str, str], Fraction]]:
    """The causes by definition: shares of the weights n, points x, and 0 for the day before.

    Behaviour is (x1 - x0)(n1 + n0)/2, of each component known on both days; the rest,
    (n1 - n0)(x1 + x0)/2, is profile as far as the new profile moves the shares of what was known.
    """
    nowhere = dict.fromkeys(COMPONENTS, Fraction(0))
    n0 = nowhere | shares(known(points_before, old))
    n1 = nowhere | shares(known(points_after, new))
    kept = shares(known(points_before, new))
    n_kept = nowhere | kept if kept else n0
    behaviour, profile, data = [], Fraction(0), Fraction(0)
    for name in COMPONENTS:
        told = [one for one in (points_before[name], points_after[name]) if one is not None]
        if not told:
            continue
        x0, x1 = told[0], told[-1]
        behaviour.append((("behaviour", name), (x1 - x0) * (n1[name] + n0[name]) / 2))
        profile += (n_kept[name] - n0[name]) * (x1 + x0) / 2
        data += (n1[name] - n_kept[name]) * (x1 + x0) / 2
    return [*behaviour, (("profile", "all"), profile), (("data", "all"), data)]


WHOLE = st.integers(1, 2**31)


@configured(max_examples=30, deadline=None, database=None, derandomize=True)
@given(
    st.lists(
        st.tuples(st.integers(-(2**51), 2**51), WHOLE)
        # Quotients beside a half: there a rounding error would show.
        | st.tuples(st.integers(-(2**18), 2**18), WHOLE, st.integers(-1, 1)).map(
            lambda told: ((2 * told[0] + 1) * told[1] // 2 + told[2], told[1])
        ),
        min_size=1,
        max_size=200,
    )
)
def test_rounded_ratio_is_exact(ratios: list[tuple[int, int]]) -> None:
    macro = (REPOSITORY / "macros" / "analytics" / "rounded_ratio.sql").read_text("utf-8")
    sql = jinja2.Template(macro + "{{ rounded_ratio('n', 'd') }}").render()
    values = ", ".join(
        f"({place}, {n}::bigint, {d}::bigint)" for place, (n, d) in enumerate(ratios)
    )
    found = duckdb.sql(
        f"select {sql} from (values {values}) as ratios (place, n, d) order by place"
    ).fetchall()
    assert [one for (one,) in found] == [floor(Fraction(n, d) + Fraction(1, 2)) for n, d in ratios]
