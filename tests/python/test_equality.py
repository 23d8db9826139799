"""Whatever came when, however often a build died: in bits is what a full refresh makes of it."""

import re
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as configured

from equality.real import BEGUN_EMPTY, DAILY, EVENTS, real_builds
from equality.record import Models, Step
from equality.replay import BuildKilledError, Replay, Scripts, Warehouse, differing
from equality.schedule import (
    ALL_BUT_THE_RECORD,
    Landing,
    Schedule,
    as_table,
    files_of,
    put,
    schedules,
)
from equality.world import CALM, Event, simulated, whose
from mackerel_cs.settings import Settings

# What a build lists to be recomputed, added to what those before it have listed.
_UNFINISHED = re.compile(r"insert into (\S*unfinished_\S+)")
ROWS_SHOWN = 4
# Marts in which the organization must have been, for its absence to prove anything.
OF_HEALTH = (
    "fct_health_scores",
    "fct_health_score_components",
    "fct_health_score_changes",
    "fct_health_change_events",
)
# One list for all, with places and a budget, and deciles: there an organization more has its share.
OF_COMPARISON = {
    "fct_risk_weeks",
    "fct_alarms",
    "fct_alarm_verdicts",
    "int_score_card_accounts",
}
EVERY_EVENT = 1_000_000
# Schedules tried; each takes three builds or so.
SHORT, LONG = 6, 200


@dataclass
class Project:
    """What a session has found out about the project."""

    scripts: Scripts
    models: Models
    # Raw log and warehouse of the builds that were real.
    daily: Settings
    begun_empty: Settings
    counts: Counter[str] = field(default_factory=Counter)

    @property
    def relations(self) -> list[str]:
        """What must not depend on how events were delivered, as `schema.name`."""
        return [
            f"{model.schema}.{model.name}"
            for model in self.models
            if not model.meta.get("depends_on_deliveries")
        ]


@pytest.fixture(scope="session")
def project(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Project]:
    """The project as real builds of this session show it."""
    folders = [tmp_path_factory.mktemp(name) for name in ("daily", "begun_empty")]
    scripts, models = real_builds(*folders)
    settings = [Settings(folder / "raw", folder / "data") for folder in folders]
    found = Project(scripts, models, *settings)
    yield found
    told = f"equality: {found.counts['schedules']} schedules, {found.counts['builds']} builds"
    request.config.pluginmanager.getplugin("terminalreporter").write_line(f"\n{told}")


def test_a_replay_is_what_dbt_builds(project: Project) -> None:
    """Two builds of the same deliveries at that: neither a clock nor chance has a say."""
    with Replay(project.scripts) as ours, Warehouse.of_dbt(project.daily) as theirs:
        for _, files in in_turn(DAILY, EVENTS, project.daily):
            ours.build(files)
        assert not told_difference(project, ours, theirs)


def test_a_replay_of_a_build_begun_empty_is_what_dbt_builds(project: Project) -> None:
    with Replay(project.scripts) as ours, Warehouse.of_dbt(project.begun_empty) as theirs:
        ((_, files),) = in_turn(BEGUN_EMPTY, EVENTS, project.begun_empty)
        ours.build_empty(files)
        ours.build(files)
        assert not told_difference(project, ours, theirs)


def test_in_bits_is_what_it_is_at_once(project: Project) -> None:
    search(project, EVENTS, SHORT)


@pytest.mark.long
@pytest.mark.timeout(4 * 3600)
def test_in_bits_is_what_it_is_at_once_in_hundreds_of_schedules(
    project: Project, tmp_path: Path
) -> None:
    search(project, EVENTS + simulated(tmp_path), LONG)


def test_an_organization_more_changes_only_its_own_rows(project: Project, tmp_path: Path) -> None:
    everything = simulated(tmp_path, each=EVERY_EVENT)
    of_others = [one for one in everything if whose(one.envelope) not in (CALM, "calm-market")]
    with Replay(project.scripts) as more, Replay(project.scripts) as fewer:
        for replay, events in ((more, everything), (fewer, of_others)):
            at_once = Schedule(("at once",) * len(events), (Landing(200),), is_first_empty=False)
            folder = tmp_path / str(len(events))
            ((_, files),) = in_turn(at_once, events, Settings(folder / "raw", folder / "data"))
            replay.build(files)
        forgotten = more.forget(CALM)
        assert all(forgotten[f"customer_success.{name}"] for name in OF_HEALTH)
        models = [one for one in project.models if f"{one.schema}.{one.name}" in forgotten]
        # Landing and staging tell of lines, and of names nobody has been found for.
        models = [one for one in models if one.schema not in ("landing", "staging")]
        models = [one for one in models if one.name not in OF_COMPARISON]
        assert not told_difference(replace(project, models=models), more, fewer)


def test_a_wrong_model_is_noticed_and_told_with_the_schedule(project: Project) -> None:
    def without_deletes(step: Step) -> Step:
        is_wrong = (step.node or "").endswith(".fct_organization_days")
        kept = (sql for sql in step.statements if not (is_wrong and sql.startswith("delete")))
        return replace(step, statements=tuple(kept))

    continuing = [without_deletes(step) for step in project.scripts.continuing]
    wrong = replace(project, scripts=replace(project.scripts, continuing=continuing))
    with pytest.raises(AssertionError) as failure:
        require_equality(wrong, DAILY, EVENTS)
    told = str(failure.value)
    assert told.startswith("customer_success.fct_organization_days (")
    assert "\nlanding 2\n  received_date=2025-04-" in told


def test_what_a_dead_build_had_touched_is_touched_again(project: Project) -> None:
    """Its second delivery, of another organization and time, counts once the build has died."""
    schedule = Schedule(
        ways=("replaced, time and organization differ",) * len(EVENTS),
        landings=(
            Landing(10),
            Landing(30, kills=(ALL_BUT_THE_RECORD,), is_given_up=True),
            Landing(200),
        ),
        is_first_empty=False,
    )
    require_equality(project, schedule, EVENTS)

    def forgetful(step: Step) -> Step:
        told = (_UNFINISHED.sub(r"delete from \1; \g<0>", sql) for sql in step.statements)
        return replace(step, statements=tuple(told))

    continuing = [forgetful(step) for step in project.scripts.continuing]
    assert continuing != project.scripts.continuing
    wrong = replace(project, scripts=replace(project.scripts, continuing=continuing))
    with pytest.raises(AssertionError, match="full refresh"):
        require_equality(wrong, schedule, EVENTS)


def search(project: Project, events: list[Event], count: int) -> None:
    """Look for a schedule that can be told from the tables it leaves."""

    @configured(
        max_examples=count,
        deadline=None,
        database=None,
        derandomize=True,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
    @given(schedules(events))
    def holds(schedule: Schedule) -> None:
        require_equality(project, schedule, events)

    holds()


def in_turn(
    schedule: Schedule, events: list[Event], settings: Settings
) -> Iterator[tuple[Landing, pa.Table]]:
    """Each landing with the inspection of the log as it is then; none before the first file."""
    is_begun = False
    for landing, files in zip(schedule.landings, files_of(schedule, events), strict=True):
        is_begun = is_begun or bool(files)
        if is_begun:
            yield landing, put(files, settings)


def require_equality(project: Project, schedule: Schedule, events: list[Event]) -> None:
    """AssertionError, with the schedule, when the order of deliveries can be told from a table."""
    project.counts["schedules"] += 1
    with (
        tempfile.TemporaryDirectory() as folder,
        Replay(project.scripts) as ours,
        Replay(project.scripts) as theirs,
    ):
        is_first_empty = schedule.is_first_empty
        files, is_good = None, False
        settings = Settings(Path(folder, "raw"), Path(folder, "data"))
        for landing, files in in_turn(schedule, events, settings):
            if is_first_empty:
                ours.build_empty(files)
                is_first_empty = False
            for share in landing.kills:
                with suppress(BuildKilledError):
                    ours.build(files, stop_at=share)
            project.counts["builds"] += len(landing.kills)
            is_good = not (landing.kills and landing.is_given_up)
            if is_good:
                ours.build(files)
                project.counts["builds"] += 1
        if files is None:
            return
        if not is_good:
            ours.build(files)
        theirs.build(files)
        project.counts["builds"] += 1
        told = told_difference(project, ours, theirs)
        if told:
            raise AssertionError(
                f"{told}\n\nSmallest schedule found:\n{as_table(schedule, events)}"
            )


def told_difference(project: Project, ours: Warehouse, theirs: Warehouse) -> str:
    """What differs, for people; nothing where all is equal."""
    lines = []
    for relation, columns, only in differing(ours, theirs, project.relations):
        lines.append(f"{relation} ({columns}): - full refresh, + bit by bit")
        lines += [f"  {sign} {row}" for sign, row in only[:ROWS_SHOWN]]
    return "\n".join(lines)
