"""Real builds by dbt, each series in a process of its own.

They give the scripts of all replays, and the warehouses these are held against.
"""

import os
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from conftest import REPOSITORY, environment
from equality.record import Models, Recorder, Step
from equality.replay import Scripts
from equality.schedule import Landing, Schedule, files_of, put
from equality.world import hand_made
from mackerel_cs.settings import Settings

EVENTS = hand_made()


def in_time(*until: int) -> Schedule:
    """Every event at once, in landings that end with the given days."""
    return Schedule(("at once",) * len(EVENTS), tuple(map(Landing, until)), is_first_empty=False)


DAILY, BEGUN_EMPTY = in_time(20, 40), in_time(40)


def real_builds(daily: Path, begun_empty: Path) -> tuple[Scripts, Models]:
    """Build `DAILY` landing by landing, and `BEGUN_EMPTY` with `--empty` before it."""
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as pool:
        going_on = pool.submit(_build_daily, daily)
        beginning = pool.submit(_build_begun_empty, begun_empty)
        (anew, continuing, models), (empty, anew_over) = going_on.result(), beginning.result()
    return Scripts(anew, anew_over, continuing, empty), models


def _build_daily(folder: Path) -> tuple[list[Step], list[Step], Models]:
    settings = _enter(folder)
    recorder = Recorder()
    first, second = files_of(DAILY, EVENTS)
    put(first, settings)
    anew = recorder.build()
    put(second, settings)
    return anew, recorder.build(), recorder.models()


def _build_begun_empty(folder: Path) -> tuple[list[Step], list[Step]]:
    put(files_of(BEGUN_EMPTY, EVENTS)[0], _enter(folder))
    recorder = Recorder()
    return recorder.build("--empty"), recorder.build()


def _enter(folder: Path) -> Settings:
    os.environ.update(environment(folder), MACKEREL_CS_THREADS="1")
    os.chdir(REPOSITORY)
    return Settings.from_environment()
