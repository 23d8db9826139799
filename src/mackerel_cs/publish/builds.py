"""Folders of published builds, and the link that says which of them people read."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mackerel_cs.durable import sync_file, sync_folder
from mackerel_cs.errors import UserError

FIXED_NAMES = ("marts.duckdb", "parquet", "manifest.json")

_GONE = ".gone-"


class Builds:
    """The folder `published`."""

    def __init__(self, root: Path) -> None:
        """Nothing is made before something is published."""
        self._root = root
        self._folder = root / "builds"

    def current(self) -> Path | None:
        """The build people read; none before the first."""
        link = self._root / "current"
        return self._folder / link.readlink().name if link.is_symlink() else None

    @contextmanager
    def staging(self) -> Iterator[Path]:
        """An empty folder to write the next build into; gone afterwards, however that ends."""
        staging = self._folder / ".staging"
        # What a killed publication left.
        for left in (staging, *self._folder.glob(f"{_GONE}*")):
            shutil.rmtree(left, ignore_errors=True)
        staging.mkdir(parents=True)
        try:
            yield staging
        finally:
            shutil.rmtree(staging, ignore_errors=True)

    def add(self, staging: Path, build_id: str) -> Path:
        """Make what was written safe on the disk, and a build of its own; nobody reads it yet."""
        _sync_tree(staging)
        last = max((_number(path) for path in self._all()), default=0)
        folder = self._folder / f"{last + 1:06d}-{build_id}"
        staging.rename(folder)
        sync_folder(self._folder)
        return folder

    def publish(self, folder: Path, kept: int) -> None:
        """Point people to the build; keep it and the ones before it, `kept` in all.

        What lies between them was rolled back, or never pointed to: it goes.
        """
        previous = self.current()
        self._point_to(folder)
        earlier = self._before(_number(previous) + 1) if previous else []
        for path in self._all():
            if path not in (*earlier[1 - kept :], folder):
                # By another name first: nobody may go back to a half of it.
                shutil.rmtree(path.rename(path.with_name(f"{_GONE}{path.name}")))

    def roll_back(self) -> Path:
        """Point people to the build before the one they read; UserError when none is left."""
        current = self.current()
        if current is None:
            raise UserError(
                "Nothing is published: there is no build to go back from.",
                "Run `mackerel-cs build` first.",
            )
        earlier = self._before(_number(current))
        if not earlier:
            raise UserError(
                f"There is no build before {current.name} to go back to.",
                "MACKEREL_CS_KEPT_BUILDS says how many builds stay. What is published stays as it "
                "is; `mackerel-cs build` publishes the raw log as it is now.",
            )
        self._point_to(earlier[-1])
        return earlier[-1]

    def _point_to(self, folder: Path) -> None:
        """One rename, so that readers see all of the build or none of it."""
        _link(self._root / "current", Path("builds") / folder.name)
        for name in FIXED_NAMES:
            if not (self._root / name).is_symlink():
                _link(self._root / name, Path("current") / name)
        sync_folder(self._root)

    def _before(self, number: int) -> list[Path]:
        return [path for path in self._all() if _number(path) < number]

    def _all(self) -> list[Path]:
        """Every build, the oldest first."""
        found = (path for path in self._folder.iterdir() if path.name.split("-")[0].isdigit())
        return sorted(found, key=_number)


def _number(build: Path) -> int:
    return int(build.name.split("-")[0])


def _link(link: Path, target: Path) -> None:
    scratch = link.with_name(f".{link.name}.new")
    scratch.unlink(missing_ok=True)
    scratch.symlink_to(target)
    scratch.replace(link)


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            sync_file(path)
        else:
            sync_folder(path)
    sync_folder(folder)
