"""The guard at the two boundaries: what landed, and what people will read.

DuckDB measures each boundary into small tables of evidence, one pass a table; Great Expectations
judges the evidence. So two million lines cost the library no more than two hundred, and its own
DuckDB support (which reads results after it has closed the connection) is not needed.
"""

from mackerel_cs.check.report import CheckReport, Finding
from mackerel_cs.check.run import run

__all__ = ["CheckReport", "Finding", "run"]
