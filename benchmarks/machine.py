"""The machine a figure was measured on: without it no figure means anything."""

import os

import duckdb
import psutil

GB = 1e9


def described() -> str:
    """Cores this process may use, memory, and how busy the machine was before."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    memory = psutil.virtual_memory().total / GB
    load = os.getloadavg()[0]
    return (
        f"{cores} cores, {memory:.0f} GB of memory, DuckDB {duckdb.__version__}; "
        f"load average {load:.1f} when the run began"
    )
