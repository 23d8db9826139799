"""The raw event log on disk: which files there are, how SQL may read each, and what is wrong."""

from mackerel_cs.raw_log.inventory import event_files, inspect, require_readable
from mackerel_cs.raw_log.landing import Landing
from mackerel_cs.raw_log.rows import SCHEMA

__all__ = ["SCHEMA", "Landing", "event_files", "inspect", "require_readable"]
