"""Figures as a Markdown table, ready for the README."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Measurement:
    """One figure with its aim; `is_met` is None where nothing was aimed at."""

    name: str
    figure: str
    aim: str = ""
    is_met: bool | None = None


def measurements_table(measurements: Iterable[Measurement]) -> str:
    """One row a measurement."""
    met = {True: "yes", False: "**no**", None: ""}
    rows = [(one.name, one.figure, one.aim, met[one.is_met]) for one in measurements]
    return markdown(("what", "measured", "aim", "met"), rows, left=1)


def markdown(head: Sequence[str], rows: Iterable[Sequence[str]], *, left: int) -> str:
    """A Markdown table; the first `left` columns hold words, the others figures."""
    cells = [list(head), *([_escaped(cell) for cell in row] for row in rows)]
    widths = [max(3, *(len(row[place]) for row in cells)) for place in range(len(head))]

    def line(row: Sequence[str]) -> str:
        padded = (
            cell.ljust(width) if place < left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        return f"| {' | '.join(padded)} |"

    rule = (
        "-" * width if place < left else "-" * (width - 1) + ":"
        for place, width in enumerate(widths)
    )
    return "\n".join([line(cells[0]), f"| {' | '.join(rule)} |", *map(line, cells[1:])])


def _escaped(cell: str) -> str:
    return cell.replace("|", r"\|")
