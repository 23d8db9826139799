"""A project of a few models around the real landing and the real macros: its days cost seconds.

`fct_thing_days` has a row a day that is that day's own, `fct_thing_totals` one that follows from
all days before it.
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from mackerel_cs.settings import Settings

# What lies in the raw log at first: (organization, date it happened, amount) by arrival date.
FIRST_DAYS = {
    "2026-01-10": [("a", "2026-01-10", 7), ("b", "2026-01-10", 20)],
    "2026-02-20": [("a", "2026-02-19", 8), ("b", "2026-02-19", 2)],
    "2026-03-02": [("a", "2026-03-01", 4), ("b", "2026-03-02", 2)],
}
MODELS = {
    "staging/things/stg_things.sql": """
select {{ envelope_columns() }}, cast({{ json_text('data', '$.amount') }} as bigint) as amount
from {{ ref('land_events') }}
where {{ is_new() }}
""",
    "intermediate/int_organizations.sql": """
{{ config(meta={'is_remembered': true}) }}
select organization_id, min(occurred_date) as created_date
from {{ ref('stg_things') }} group by organization_id
""",
    "intermediate/int_as_of.sql": """
{{ config(meta={'is_remembered': true}) }}
select
    cast({{ business_date('max(received_at)') }} - interval '1' day as date) as as_of_date,
    {{ business_date('min(received_at)') }} as log_start_date,
    max(received_at) as known_at
from {{ ref('stg_things') }}
""",
    "intermediate/identity/int_touched_days.sql": """
select distinct organization_id, {{ business_date('occurred_at') }} as touched_date
from {{ ref('land_events') }}
where {{ is_late_news() }} or {{ is_after_last_build('occurred_at') }}
""",
    "intermediate/identity/int_touched_organizations.sql": """
select touched.organization_id, min(touched.touched_date) as touched_from_date
from {{ ref('int_touched_days') }} as touched
inner join {{ ref('int_organizations') }} as organizations
    on touched.organization_id = organizations.organization_id
group by touched.organization_id
""",
    "intermediate/int_thing_days.sql": """
{{ config(materialized='incremental', incremental_strategy='touched_days',
    meta={'date_column': 'thing_date'}) }}
select organization_id, occurred_date as thing_date, sum(amount) as amount
from {{ on_touched_days(ref('stg_things'), 'occurred_date') }}
group by organization_id, occurred_date
""",
    "marts/core/fct_thing_days.sql": """
{{ config(materialized='incremental', incremental_strategy='touched_days',
    meta={'date_column': 'thing_date'}) }}
select organization_id, thing_date, amount, amount >= 10 as is_busy
from {{ on_touched_days(ref('int_thing_days'), 'thing_date') }}
""",
    "marts/core/fct_thing_totals.sql": """
{{ config(materialized='incremental', incremental_strategy='onward',
    meta={'date_column': 'thing_date'}) }}
with days as (
    select * from {{ onward(ref('int_thing_days'), 'thing_date') }}
)

select
    days.organization_id,
    days.thing_date,
    cast(sum(earlier.amount) as integer) as total_amount
from days
inner join {{ ref('int_thing_days') }} as earlier
    on days.organization_id = earlier.organization_id and earlier.thing_date <= days.thing_date
group by days.organization_id, days.thing_date
""",
}


def lay_out(project: Path, repository: Path) -> None:
    """Write the project, with the macros and the landing of the repository's."""
    for name in ("macros", "tests/generic", "models/landing", "models/docs"):
        shutil.copytree(repository / name, project / name)
    (project / "seeds").mkdir()
    for name in (
        "profiles.yml",
        "models/groups.yml",
        "seeds/quarantine_reasons.csv",
        "seeds/quarantine_reasons.yml",
    ):
        shutil.copy(repository / name, project / name)
    # Contracts belong to the real models; their columns are not these.
    text = (repository / "dbt_project.yml").read_text("utf-8")
    (project / "dbt_project.yml").write_text(
        text.replace("enforced: true", "enforced: false"), encoding="utf-8"
    )
    for name, sql in MODELS.items():
        path = project / "models" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(sql, encoding="utf-8")


def deliver(
    settings: Settings, received_date: str, things: Sequence[tuple[str, str, int]], name: str = "a"
) -> Path:
    """Write a raw file of events (organization, date it happened, amount); return where."""
    path = settings.events / f"received_date={received_date}" / f"{name}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (
        {
            "specversion": "1.0",
            "id": f"{received_date}-{name}-{number}",
            "source": "things",
            "type": "thing",
            "time": f"{date}T03:00:00Z",
            "receivedtime": f"{received_date}T04:00:00Z",
            "orgid": organization,
            "data": {"amount": amount},
        }
        for number, (organization, date, amount) in enumerate(things)
    )
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return path


def rows(settings: Settings, query: str) -> list[tuple[Any, ...]]:
    """What the warehouse answers."""
    with duckdb.connect(str(settings.warehouse), read_only=True) as warehouse:
        return warehouse.execute(query).fetchall()


def marts(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Every row of both marts."""
    return {
        name: rows(settings, f"select * from core.{name} order by all")
        for name in ("fct_thing_days", "fct_thing_totals")
    }
