"""What the last check left beside its Data Docs, for publishing: its outcome and its measures."""

import json
import shutil
from dataclasses import asdict, dataclass
from pathlib import Path

from mackerel_cs.dbt_project import LastRun
from mackerel_cs.settings import Settings

MEASURES = "measures"
_NAME = "outcome.json"


@dataclass(frozen=True)
class Outcome:
    """How many expectations were judged, and how many of them did not hold."""

    expectation_count: int
    critical_count: int
    warning_count: int
    compared_with: str
    invocation_id: str


def keep(outcome: Outcome, settings: Settings) -> None:
    """Write it where `outcome_of` looks."""
    text = json.dumps(asdict(outcome), indent=2) + "\n"
    (settings.expectations / _NAME).write_text(text, encoding="utf-8")


def outcome_of(settings: Settings, last_run: LastRun) -> Outcome | None:
    """The outcome for the last dbt run; none where that was not checked."""
    path = settings.expectations / _NAME
    try:
        outcome = Outcome(**json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError):
        return None
    return outcome if outcome.invocation_id == invocation_id(last_run) else None


def hand_over_measures(settings: Settings, last_run: LastRun, published: Path) -> None:
    """Lay the measures of the last dbt run beside what is published; none where none were made."""
    measures = settings.expectations / MEASURES
    if outcome_of(settings, last_run) is not None and measures.is_dir():
        shutil.copytree(measures, published / MEASURES)


def invocation_id(last_run: LastRun) -> str:
    """What dbt calls its run."""
    return str(last_run.manifest["metadata"]["invocation_id"])
