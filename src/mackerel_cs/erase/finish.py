"""Carrying out recorded erasures around a build: raw log before it, old publications after it.

A kill at any moment leaves an open erasure in the register; the next build carries on with it.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from mackerel_cs import raw_log
from mackerel_cs.console import err, progress, stage
from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.durable import sync_folder
from mackerel_cs.erase.proof import Identifier, Proof, Search, prove, write_report
from mackerel_cs.erase.register import EMAIL_HASH, EVERYWHERE, FINISHED, SCRUBBED, Register
from mackerel_cs.erase.scrub import Scrubber
from mackerel_cs.errors import UserError
from mackerel_cs.raw_log.returning import scrub_file
from mackerel_cs.raw_log.rewrite import SCRATCH_SUFFIX
from mackerel_cs.settings import Settings

# What dbt keeps between runs and needs no data for; the lock is held while the rest is removed.
_KEPT_IN_TARGET = frozenset({"build.lock", "partial_parse.msgpack"})


@dataclass(frozen=True)
class InClear:
    """The identifiers of an erasure while its command runs, and how many names were kept."""

    identifiers: list[Identifier] = field(default_factory=list)
    kept: dict[str, int] = field(default_factory=dict)


@contextmanager
def finishing(
    settings: Settings, project: DbtProject, in_clear: InClear | None = None
) -> Iterator[bool]:
    """Carry out open erasures around a build, under its lock; true when there are any.

    Before the build no raw file and nothing made from it holds the identifiers any more; what is
    published does until the new build is. A red build therefore leaves the erasure open.
    """
    register = Register.load(settings)
    if register is None or not register.open:
        yield False
        return
    with stage("erasing from the raw log"):
        _scrub(settings, register)
    _remove_derived(settings, project)
    register.mark_open(SCRUBBED)
    try:
        yield True
    except UserError as error:
        raise UserError(
            f"NOT ERASED YET: the raw log is clean, but the new build failed and what is "
            f"published still holds the identifiers.\n{error.problem}",
            f"{error.remedy} The next green `mackerel-cs build` finishes the erasure. To take "
            f"them from readers at once, delete {settings.published}.",
            exit_code=error.exit_code,
        ) from error
    with stage("proving"):
        _remove_old_publications(settings)
        _prove(settings, project, register, in_clear or InClear())


def _scrub(settings: Settings, register: Register) -> None:
    for folder in (settings.events, settings.truth):
        for left in folder.rglob(f".*{SCRATCH_SUFFIX}"):
            left.unlink()
    scrubber = Scrubber(register, register.erasures)
    paths = [*raw_log.event_files(settings), *sorted(settings.truth.glob("*.parquet"))]
    with progress("erasing", total=len(paths)) as advance:
        for path in paths:
            scrub_file(path, scrubber)
            advance()


def _remove_derived(settings: Settings, project: DbtProject) -> None:
    """Remove all that is made from the raw log, but what is published.

    What is known of raw files stays: it holds no text, and rewritten files are looked at again.
    """
    data = settings.data
    folders = [data / "landing" / "repaired", data / "spark", data / "tmp", data / "logs"]
    folders += [settings.expectations, settings.site, data / ".site.new"]
    folders += [settings.history, settings.published / "builds" / ".staging"]
    files = [*data.glob("warehouse.duckdb*"), *project.log.parent.glob("dbt.log*")]
    for path in project.target.iterdir():
        if path.name not in _KEPT_IN_TARGET:
            (folders if path.is_dir() else files).append(path)
    for path in files:
        path.unlink()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)
    sync_folder(data)


def _remove_old_publications(settings: Settings) -> None:
    current = (settings.published / "current").resolve()
    for folder in (settings.published / "builds").iterdir():
        if folder.resolve() != current:
            shutil.rmtree(folder)


def _prove(settings: Settings, project: DbtProject, register: Register, in_clear: InClear) -> None:
    known = {register.digest(one.value) for one in in_clear.identifiers}
    unknown = {
        entry.digest
        for erasure in register.open
        for entry in erasure.entries
        if entry.kind != EMAIL_HASH and entry.reach == EVERYWHERE
    } - known
    scrubber = Scrubber(register, register.open) if unknown else None
    proof = Proof.of(in_clear.identifiers, in_clear.kept, len(unknown))
    roots = [settings.raw, settings.data, project.target, *project.log.parent.glob("dbt.log*")]
    prove(Search(in_clear.identifiers, scrubber, settings), roots, proof)
    shutil.rmtree(settings.data / "tmp", ignore_errors=True)
    page = write_report(proof, register.folder, register.open[-1].number)
    if proof.findings:
        raise UserError(
            f"NOT ERASED YET: {proof.findings} findings in what is left; {page} names the files.",
            "Remove these files, or the identifiers from them, and run `mackerel-cs build`: it "
            "searches again. What is published is the new build, without the identifiers.",
            exit_code=1,
        )
    register.mark_open(FINISHED)
    err.print(f"erased: nothing found in {len(proof.files)} files; {page}")
