"""Judging the evidence: every expectation of every boundary in one checkpoint, with Data Docs."""

import os
import shutil
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

# Before the library is imported: it asks once whether it may report its use.
os.environ["GX_ANALYTICS_ENABLED"] = "false"

import great_expectations as gx
import pandas as pd  # type: ignore[import-untyped]
from great_expectations.core import ExpectationValidationResult, RunIdentifier
from great_expectations.data_context.types.base import ProgressBarsConfig
from great_expectations.expectations.metadata_types import FailureSeverity

from mackerel_cs.check.data_docs import make_offline
from mackerel_cs.check.evidence import Boundary, Evidence
from mackerel_cs.check.report import CheckReport, Finding

_SEEN_ROWS = 5
_SITE = "data_docs"
# Where the log holds no accepted line there is no date; a run must have one to be filed under.
_NO_DATE = date(1970, 1, 1)


def judge(
    boundaries: Sequence[Boundary],
    frames: Mapping[str, pd.DataFrame],
    folder: Path,
    as_of_date: date | None,
    compared_with: str,
) -> CheckReport:
    """Validate each evidence and write the Data Docs below `folder`."""
    context = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    docs = folder / _SITE
    shutil.rmtree(docs, ignore_errors=True)
    _add_site(context, docs)
    # Filed under the date it is about, not under the clock: a rerun gives the same pages.
    run_id = RunIdentifier(
        run_name=f"as_of_{as_of_date}",
        run_time=datetime.combine(as_of_date or _NO_DATE, time(), UTC),
    )
    findings: list[Finding] = []
    for boundary in boundaries:
        source = context.data_sources.add_pandas(boundary.name)
        for evidence in boundary.evidence:
            frame = frames[evidence.name]
            batch = source.add_dataframe_asset(evidence.name).add_batch_definition_whole_dataframe(
                "all"
            )
            suite = context.suites.add(_suite(boundary, evidence))
            definition = context.validation_definitions.add(
                gx.ValidationDefinition(name=evidence.name, data=batch, suite=suite)
            )
            result = definition.run(
                batch_parameters={"dataframe": frame},
                result_format={
                    "result_format": "COMPLETE",
                    "unexpected_index_column_names": list(evidence.key),
                },
                run_id=run_id,
            )
            findings += [
                _finding(boundary, evidence, found) for found in result.results if not found.success
            ]
    context.build_data_docs(site_names=[_SITE])
    make_offline(docs)
    return CheckReport(
        expectation_count=sum(
            len(evidence.expectations) for boundary in boundaries for evidence in boundary.evidence
        ),
        findings=tuple(findings),
        data_docs=docs / "index.html",
        compared_with=compared_with,
    )


def _add_site(context: Any, docs: Path) -> None:
    for name in context.variables.data_docs_sites or {}:
        context.delete_data_docs_site(name)
    context.add_data_docs_site(
        _SITE,
        {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(docs.absolute()),
            },
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
        },
    )


def _suite(boundary: Boundary, evidence: Evidence) -> gx.ExpectationSuite:
    return gx.ExpectationSuite(
        name=f"{boundary.name}.{evidence.name}",
        # Copies: a suite marks its expectations as its own.
        expectations=[expectation.copy(deep=True) for expectation in evidence.expectations],
        notes=f"{boundary.title}: {evidence.holds}",
    )


def _finding(boundary: Boundary, evidence: Evidence, found: ExpectationValidationResult) -> Finding:
    configuration = found.expectation_config
    if configuration is None:
        raise AssertionError("a validation result names its expectation")
    notes = configuration.notes
    return Finding(
        boundary=boundary.title,
        evidence=evidence.name,
        expected=configuration.description or configuration.type,
        seen=_seen(evidence, found),
        remedy=notes if isinstance(notes, str) else " ".join(notes or []),
        is_critical=configuration.severity == FailureSeverity.CRITICAL,
    )


def _seen(evidence: Evidence, found: ExpectationValidationResult) -> str:
    """The first offending rows and how many more; the observed value where there are none."""
    rows = found.result.get("unexpected_index_list") or []
    if not rows:
        raised = (found.exception_info or {}).get("exception_message")
        return str(raised) if raised else f"observed {found.result.get('observed_value')}"
    told = [_told(evidence, row) for row in rows[:_SEEN_ROWS]]
    more = len(rows) - len(told)
    return "\n".join(told + ([f"... and {more:,} more"] if more else []))


def _told(evidence: Evidence, row: dict[str, Any]) -> str:
    """Such as `core.fct_alerts, opened_date: days_ahead 1`."""
    key = ", ".join(_shown(row[name]) for name in evidence.key)
    cells = (f"{name} {_shown(cell)}" for name, cell in row.items() if name not in evidence.key)
    return ": ".join(part for part in (key, ", ".join(cells)) if part)


def _shown(cell: Any) -> str:
    """A cell as people write it: 0.333, 2026-03-01, none."""
    if cell == "" or pd.isna(cell):
        return "none"
    if isinstance(cell, float):
        return f"{cell:.4g}" if cell % 1 else f"{cell:.0f}"
    if isinstance(cell, datetime):
        return f"{cell:%Y-%m-%d}"
    return str(cell)
