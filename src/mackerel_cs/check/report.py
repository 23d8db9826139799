"""What a check found."""

from dataclasses import dataclass
from pathlib import Path

from rich.table import Table
from rich.text import Text


@dataclass(frozen=True)
class Finding:
    """An expectation that did not hold."""

    boundary: str
    evidence: str
    expected: str
    seen: str
    remedy: str
    is_critical: bool


@dataclass(frozen=True)
class CheckReport:
    """All expectations of all boundaries, judged once."""

    expectation_count: int
    findings: tuple[Finding, ...]
    data_docs: Path
    compared_with: str

    @property
    def is_green(self) -> bool:
        """Whether the marts may be published: nothing critical was found."""
        return not self.critical

    @property
    def critical(self) -> tuple[Finding, ...]:
        """Findings that keep the marts from being published."""
        return tuple(finding for finding in self.findings if finding.is_critical)

    @property
    def warnings(self) -> tuple[Finding, ...]:
        """Findings that somebody should look at."""
        return tuple(finding for finding in self.findings if not finding.is_critical)

    def table(self) -> Table:
        """The findings for a person, the critical ones first."""
        table = Table(show_lines=True, expand=True)
        for heading, ratio in (("", 1), ("expected", 4), ("seen", 4), ("what to do", 4)):
            table.add_column(heading, ratio=ratio, overflow="fold", min_width=7)
        for finding in self.critical + self.warnings:
            table.add_row(
                Text("RED", style="bold red") if finding.is_critical else "warning",
                Text(f"{finding.boundary}, {finding.evidence}:\n{finding.expected}"),
                Text(finding.seen),
                Text(finding.remedy),
            )
        return table
