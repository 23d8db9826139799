"""What is wrong with the seeds of the health score, and with what people say, stops the build."""

import shutil
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from compiled_models import CompiledModels, Rows
from conftest import REPOSITORY
from mackerel_cs import build as building
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.errors import UserError
from mackerel_cs.publish import publish_build
from mackerel_cs.settings import Settings

SEEDS = [
    "health_bands",
    "health_components",
    "health_profile_rules",
    "health_thresholds",
    "health_versions",
    "health_weights",
    "lifecycle_signs",
    "plans",
]
BANDS = "health_bands_cover_every_score"
KNOWN = "health_components_are_known"
OVERRIDES = "health_overrides_say_who_and_how_long"
PLANS = "every_scored_organization_has_a_plan"
PROFILES = "health_profiles_match_one"
THRESHOLDS = "health_thresholds_differ"
VERSIONS = "health_versions_are_in_force"
WEIGHTS = "health_weights_sum_to_100"
TODAY = date(2026, 3, 1)

# What is done to a seed; the test that is red for it; what its row and its reason say.
BAD_SEEDS: dict[str, tuple[str, str, dict[str, Any], str]] = {
    "weights that do not sum": (
        "update {health_weights} set weight = weight + 1 "
        "where score_version = 1 and profile = 'free' and component = 'payment'",
        WEIGHTS,
        {"score_version": 1, "profile": "free", "weight_sum": 101},
        "The weights of a profile must be 0 or more and add up to 100",
    ),
    "a weight below 0": (
        "update {health_weights} set weight = case component when 'payment' then -1 "
        "when 'automation' then weight + 1 else weight end "
        "where score_version = 1 and profile = 'free'",
        WEIGHTS,
        {"score_version": 1, "profile": "free", "weight_sum": 100},
        "must be 0 or more",
    ),
    "a hole between bands": (
        "update {health_bands} set from_score = 76 where score_version = 1 and band = 'green'",
        BANDS,
        {"score_version": 1, "band": "yellow", "below_score": 75},
        "There is a hole up to the next band, which begins at 76",
    ),
    "bands that overlap": (
        "update {health_bands} set below_score = 51 where score_version = 1 and band = 'red'",
        BANDS,
        {"score_version": 1, "band": "red", "below_score": 51},
        "It overlaps the next band, which begins at 50",
    ),
    "two bands without an upper end": (
        "update {health_bands} set below_score = null where score_version = 1 and band = 'yellow'",
        BANDS,
        {"score_version": 1, "band": "yellow", "below_score": None},
        "It overlaps the next band, which begins at 75",
    ),
    "no band for 100": (
        "update {health_bands} set below_score = 100 where score_version = 1 and band = 'green'",
        BANDS,
        {"score_version": 1, "band": "green", "below_score": 100},
        "The highest band must have no upper end, so that it holds 100",
    ),
    "no band for 0": (
        "update {health_bands} set from_score = 1 where score_version = 1 and band = 'red'",
        BANDS,
        {"score_version": 1, "band": "red", "from_score": 1},
        "The lowest band must begin at 0",
    ),
    "a version without bands": (
        "delete from {health_bands} where score_version = 2",
        BANDS,
        {"score_version": 2, "band": None},
        "The version has no band",
    ),
    "a plan and stage without a profile": (
        "delete from {health_profile_rules} where score_version = 1 and rule_name = 'anybody'",
        PROFILES,
        {"score_version": 1, "plan": "standard", "stage": "mature"},
        "No rule matches this plan and stage",
    ),
    "two rules of one precedence": (
        "update {health_profile_rules} set precedence = 40 "
        "where score_version = 1 and rule_name = 'enterprise'",
        PROFILES,
        {"score_version": 1, "plan": "enterprise", "stage": "trial"},
        "Two rules of the same precedence match this plan and stage: enterprise and trial",
    ),
    "a rule that decides for nobody": (
        "update {health_profile_rules} set stage = 'trial' "
        "where score_version = 1 and rule_name = 'enterprise'",
        PROFILES,
        {"score_version": 1, "plan": "enterprise", "stage": "trial", "profile": "enterprise"},
        "Nobody can have this profile by the rule enterprise",
    ),
    "a profile nobody has": (
        "delete from {health_profile_rules} where score_version = 1 and profile = 'enterprise'",
        PROFILES,
        {"score_version": 1, "profile": "enterprise"},
        "No rule names the profile: it matches nobody",
    ),
    "a profile without weights": (
        "delete from {health_weights} where score_version = 1 and profile = 'enterprise'",
        PROFILES,
        {"score_version": 1, "profile": "enterprise"},
        "The profile has no weights",
    ),
    "a weight of an unknown component": (
        "update {health_weights} set component = 'moon_phase' "
        "where score_version = 1 and profile = 'free' and component = 'payment'",
        KNOWN,
        {"seed_name": "health_weights", "score_version": 1, "profile": "free"}
        | {"component": "moon_phase"},
        "No model measures such a component: see the macro health_components",
    ),
    "a threshold of an unknown component": (
        "update {health_thresholds} set component = 'moon_phase' "
        "where score_version = 1 and component = 'payment'",
        KNOWN,
        {"seed_name": "health_thresholds", "score_version": 1, "component": "moon_phase"},
        "No model measures such a component",
    ),
    "a missing threshold": (
        "delete from {health_thresholds} where score_version = 2 and component = 'payment'",
        KNOWN,
        {"seed_name": "health_thresholds", "score_version": 2, "component": "payment"},
        "The seed has no row for this component",
    ),
    "a component that is not described": (
        "delete from {health_components} where component = 'payment'",
        KNOWN,
        {"seed_name": "health_components", "component": "payment"},
        "The seed has no row for this component",
    ),
    "a component in another place": (
        "update {health_components} set place = 99 where component = 'payment'",
        KNOWN,
        {"seed_name": "health_components", "component": "payment"},
        "Its place is not the one in the macro health_components",
    ),
    "worst as good as best": (
        "update {health_thresholds} set worst_at = best_at "
        "where score_version = 1 and component = 'payment'",
        THRESHOLDS,
        {"score_version": 1, "component": "payment", "worst_at": 0, "best_at": 0},
        "Worst and best must be two different numbers",
    ),
    "a threshold without a number": (
        "update {health_thresholds} set best_at = null "
        "where score_version = 1 and component = 'payment'",
        THRESHOLDS,
        {"score_version": 1, "component": "payment", "best_at": None},
        "Worst and best must be two different numbers",
    ),
    "two versions on one date": (
        "update {health_versions} set effective_from = date '2014-05-08' where score_version = 2",
        VERSIONS,
        {"score_version": 2, "effective_from": date(2014, 5, 8)},
        "Another version comes into force on the same date",
    ),
    "a log that is older than the first version": (
        "update {health_versions} set effective_from = date '2026-01-01' where score_version = 1",
        VERSIONS,
        {"effective_from": date(2026, 1, 1)},
        "No version is in force on",
    ),
    "candidates only": (
        "update {health_versions} set effective_from = null",
        VERSIONS,
        {"effective_from": None},
        "No version is in force on",
    ),
}


@pytest.fixture(scope="module")
def models(built_project: Settings) -> Iterator[CompiledModels]:
    with CompiledModels(built_project) as models:
        for name in SEEDS:
            models.give_seed(name)
        yield models


def test_the_seeds_as_they_are_are_green(models: CompiledModels) -> None:
    for test in (BANDS, KNOWN, PROFILES, THRESHOLDS, VERSIONS, WEIGHTS):
        assert models.found_by(test) == []


@pytest.mark.parametrize("fault", BAD_SEEDS)
def test_a_bad_seed_is_named_with_its_row_and_the_reason(
    models: CompiledModels, fault: str
) -> None:
    change, test, row, reason = BAD_SEEDS[fault]
    models.connection.execute("begin")
    try:
        relations = {name: models.relation(name) for name in SEEDS}
        models.connection.execute(change.format(**relations))
        found = models.found_by(test)
    finally:
        models.connection.execute("rollback")
    assert any(row.items() <= one.items() and reason in one["reason"] for one in found), found


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        ({"author_id": None}, "It names no author"),
        ({"author_id": ""}, "It names no author"),
        ({"band": "purple"}, "The band must be red, yellow or green"),
        ({"band": None}, "The band must be red, yellow or green"),
        ({"expires_date": None}, "It names no day on which it expires"),
        ({"expires_date": TODAY}, "It expires before it holds"),
        ({"expires_date": TODAY - timedelta(1)}, "It expires before it holds"),
    ],
)
def test_a_bad_override_is_red_until_a_later_one(
    models: CompiledModels, told: dict[str, Any], reason: str
) -> None:
    bad = override(TODAY, "bad") | told
    assert found_in_overrides(models, [override(TODAY, "good")]) == []
    (found,) = found_in_overrides(models, [bad])
    row = {"organization_id": "o", "set_date": TODAY, "event_key": "bad"}
    assert row.items() <= found.items()
    assert found["reason"].startswith(f"{reason}: set the band anew")
    elsewhere = override(TODAY + timedelta(1), "elsewhere") | {"organization_id": "other"}
    assert found_in_overrides(models, [bad, elsewhere]) == [found]
    assert found_in_overrides(models, [bad, override(TODAY + timedelta(1), "good")]) == []


def override(set_date: date, event_key: str) -> dict[str, Any]:
    return {
        "organization_id": "o",
        "occurred_date": set_date,
        "occurred_at": datetime(set_date.year, set_date.month, set_date.day, 3),
        "event_key": event_key,
        "band": "red",
        "author_id": "cre-01",
        "expires_date": set_date + timedelta(28),
    }


def found_in_overrides(models: CompiledModels, overrides: Rows) -> Rows:
    types = ", ".join(
        f"cast({name} as {kind}) as {name}"
        for name, kind in {
            "organization_id": "varchar",
            "occurred_date": "date",
            "occurred_at": "timestamp",
            "event_key": "varchar",
            "band": "varchar",
            "author_id": "varchar",
            "expires_date": "date",
        }.items()
    )
    models.give("stg_cre__overrides", overrides, types)
    models.make(["int_health_overrides"])
    return models.found_by(OVERRIDES)


@pytest.mark.parametrize(
    ("organizations", "without_plan", "is_red"),
    [(1, 1, False), (10, 3, False), (10, 4, True), (200, 4, False), (200, 5, True)],
)
def test_organizations_without_a_plan_are_late_or_the_source_is(
    models: CompiledModels, organizations: int, without_plan: int, *, is_red: bool
) -> None:
    plans = ["unknown"] * without_plan + ["free"] * (organizations - without_plan)
    today = [
        {"organization_id": f"o{number}", "state_date": TODAY, "plan": plan}
        for number, plan in enumerate(plans)
    ]
    # Who had none before has one by now.
    before = [row | {"state_date": TODAY - timedelta(1), "plan": "unknown"} for row in today]
    models.give("int_health_spine", before + today)
    models.give("int_as_of", [{"as_of_date": TODAY}])
    found = models.found_by(PLANS)
    assert len(found) == (without_plan if is_red else 0)
    for row in found:
        assert row["reason"] == "No plan is known of it: the log lacks its billing events"


def test_a_bad_seed_stops_a_build_and_nothing_is_published(
    small: Settings, checks: list[str]
) -> None:
    publish_build(DbtProject.find().last_run(), small)
    published = (small.published / "current").readlink()
    project = DbtProject.find().folder
    for name in ("health_weights", "health_versions"):
        (project / "seeds").mkdir(exist_ok=True)
        for kind in ("csv", "yml"):
            shutil.copy(REPOSITORY / "seeds" / f"{name}.{kind}", project / "seeds")
    shutil.copy(REPOSITORY / "tests" / "data" / f"{WEIGHTS}.sql", project / "tests")
    seed = project / "seeds" / "health_weights.csv"
    told = seed.read_text("utf-8")
    seed.write_text(told.replace("1,free,payment,0,", "1,free,payment,1,"), "utf-8")
    with pytest.raises(UserError, match="Nothing was published") as error:
        building.build()
    assert error.value.problem.splitlines()[2:] == [
        "      - The weights of a profile must be 0 or more and add up to 100",
        "        score_version=1 profile=free weight_sum=101",
    ]
    assert (small.published / "current").readlink() == published
    assert checks == []
