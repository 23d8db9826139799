"""`mackerel-cs backfill` on the whole project, held against a full refresh."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import pytest

from conftest import REPOSITORY, cli, environment
from mackerel_cs.settings import Settings

# A fix in each kind of model: read by arrival, by day, by key, from a date on.
FIXES = {
    "models/staging/metering/stg_metering__host_reports.sql": (
        "payload.sampleCount as sample_count",
        "payload.sampleCount + 1 as sample_count",
    ),
    "models/marts/core/fct_host_days.sql": (
        "host_days.plugin_count,",
        "host_days.plugin_count + 1 as plugin_count,",
    ),
    "models/intermediate/alerts/int_alert_episodes.sql": (
        "as seconds_to_close",
        "+ 1 as seconds_to_close",
    ),
    "models/intermediate/alerts/int_organization_alert_days.sql": (
        "case when worst_status = 'CRITICAL' then 1 else 0 end",
        "case when worst_status = 'CRITICAL' then 1 else 1 end",
    ),
}
FROM, TO = "2025-05-20", "2025-07-10"
DATED = {
    "core.fct_host_days": "state_date",
    "core.fct_events_daily": "event_date",
    "core.fct_alerts": "opened_date",
    "customer_success.fct_organization_days": "state_date",
}
WAIT_SECONDS = 600


def rows(folder: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(folder / "data" / "warehouse.duckdb"), read_only=True) as warehouse:
        return warehouse.execute(query).fetchall()


def dated(folder: Path, mart: str, where: str) -> list[tuple[Any, ...]]:
    return rows(folder, f"select * from {mart} where {DATED[mart]} {where} order by all")


def earlier(folder: Path, mart: str) -> list[tuple[Any, ...]]:
    """Rows before the window, but for days on which an alert was open that lasted into it."""
    return rows(
        folder,
        f"""
        select days.* from {mart} as days
        left join (
            select organization_id, min(opened_date) as opened_date
            from intermediate.int_alert_episodes
            where coalesce(closed_date, date '{FROM}') >= date '{FROM}'
            group by organization_id
        ) as alerts on days.organization_id = alerts.organization_id
        where {DATED[mart]} < least(date '{FROM}', alerts.opened_date)
        order by all
        """,
    )


def fixed_project(folder: Path) -> Path:
    """A copy of the project with the fixes in it."""
    project = folder / "project"
    project.mkdir()
    for name in ("models", "macros", "seeds", "tests", "expectations", "analyses"):
        shutil.copytree(REPOSITORY / name, project / name)
    for name in ("dbt_project.yml", "profiles.yml"):
        shutil.copy(REPOSITORY / name, project)
    for name, (before, after) in FIXES.items():
        path = project / name
        text = path.read_text("utf-8")
        assert before in text, name
        path.write_text(text.replace(before, after), "utf-8")
    return project


def kill_after_a_step(folder: Path, project: Path) -> None:
    """Start the backfill and kill it, dbt too, when its first month is recorded."""
    process = subprocess.Popen(
        [sys.executable, "-m", "mackerel_cs", "backfill", "--from", FROM, "--to", TO],
        cwd=project,
        env=os.environ | environment(folder),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "computing 2025-06-01 to 2025-06-30 again" in line:
            break
    time.sleep(5)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait(WAIT_SECONDS)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_a_window_is_as_a_full_refresh_makes_it_and_the_rest_as_it_was(
    built_project: Settings, tmp_path: Path
) -> None:
    before, folder = built_project.data.parent, tmp_path / "backfilled"
    shutil.copytree(before, folder, symlinks=True)
    project = fixed_project(tmp_path)
    kill_after_a_step(folder, project)
    published = folder / "data" / "published" / "manifest.json"
    assert published.read_bytes() == (before / published.relative_to(folder)).read_bytes()

    done = cli(folder, "backfill", "--from", FROM, "--to", TO, project=project)
    assert "going on with a backfill of which 1 steps are done" in done.stderr
    assert "computing 2025-05-20" not in done.stderr

    anew = tmp_path / "anew"
    anew.mkdir()
    (anew / "raw").symlink_to(before / "raw")
    cli(anew, "build", project=project)
    for mart in DATED:
        inside = f"between date '{FROM}' and date '{TO}'"
        expected = dated(anew, mart, inside)
        assert expected
        assert dated(folder, mart, inside) == expected, mart
        assert expected != dated(before, mart, inside) or mart == "core.fct_events_daily"
    outside = f"not between date '{FROM}' and date '{TO}'"
    assert dated(folder, "core.fct_host_days", outside) == dated(
        before, "core.fct_host_days", outside
    )
    # A row that follows from earlier ones changes from the window on, never before it. But an alert
    # that was open in the window is one of its rows, whenever it opened, and so are its
    # organization's days since then.
    for mart in DATED.keys() - {"core.fct_alerts"}:
        assert earlier(folder, mart) == earlier(before, mart), mart
    assert "Nothing new" in cli(folder, "build", project=project).stdout
