"""The statements dbt sends to DuckDB, taken down while it builds.

What a model's statements are depends on the project and on whether the build goes on from an
earlier one, never on the data: which rows are recomputed is told by tables. So the statements of
one build are those of any.
"""

from dataclasses import dataclass
from graphlib import TopologicalSorter
from itertools import groupby
from typing import Any, NamedTuple

from benchmarks.recording import recorded
from dbt.cli.main import dbtRunner, dbtRunnerResult

_BUILD = ("--quiet", "--log-level-file", "none", "--no-write-json", "build", "--threads", "1")
# Data tests and unit tests leave nothing behind.
_BUILD += ("--exclude-resource-type", "test", "--exclude-resource-type", "unit_test")


class Model(NamedTuple):
    """What the comparison has to know of a model."""

    schema: str
    name: str
    meta: dict[str, Any]


Models = list[Model]


@dataclass(frozen=True)
class Step:
    """What dbt sent over one connection for one node; `node` is none for the run as a whole."""

    node: str | None
    statements: tuple[str, ...]


class Recorder:
    """A dbt project that is parsed once and built in this process, for which it is the only one."""

    def __init__(self) -> None:
        """Parse it."""
        self._manifest = _result(dbtRunner().invoke(["--quiet", "parse"]))

    def models(self) -> Models:
        """Each model's schema, name and meta; what reads another one comes after it."""
        nodes = {
            name: node
            for name, node in self._manifest.nodes.items()
            if node.resource_type == "model"
        }
        read = {
            name: sorted(nodes.keys() & set(node.depends_on_nodes)) for name, node in nodes.items()
        }
        return [
            Model(nodes[name].schema, nodes[name].name, dict(nodes[name].config.meta))
            for name in TopologicalSorter(read).static_order()
        ]

    def build(self, *words: str) -> list[Step]:
        """Run `dbt build` and take down its statements; RuntimeError when it is red."""
        with recorded() as sent:
            _result(dbtRunner(manifest=self._manifest).invoke([*_BUILD, *words]))
        told = [one for one in sent if not one.is_question]
        # One connection after the other, as one thread used them.
        return [
            Step(node, tuple(one.sql for one in group))
            for (node, _), group in groupby(told, key=lambda one: (one.node, id(one.cursor)))
        ]


def _result(done: dbtRunnerResult) -> Any:
    if not done.success:
        raise RuntimeError(f"dbt failed: {done.exception or done.result}")
    return done.result
