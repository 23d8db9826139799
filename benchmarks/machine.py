"""The machine a figure was measured on: without it no figure means anything."""

import os

import duckdb
import psutil

GB = 1e9


def cores() -> int:
    """Cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def described() -> str:
    """Cores, memory, and how busy the machine was before."""
    memory = psutil.virtual_memory().total / GB
    load = os.getloadavg()[0]
    return (
        f"{cores()} cores, {memory:.0f} GB of memory, DuckDB {duckdb.__version__}; "
        f"load average {load:.1f} when the run began"
    )
