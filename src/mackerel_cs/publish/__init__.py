"""What passed becomes what people read, in one move.

published/
  marts.duckdb   -> current/marts.duckdb      the fixed names readers use
  parquet        -> current/parquet
  manifest.json  -> current/manifest.json
  current        -> builds/000012-3f9a1c20    replaced atomically: this is the one move
  builds/        the last few, so that readers who hold an older one can finish

`models` says what is published, `marts` and `parquet` write it, `manifest` says what it is,
`builds` moves it in and back, `command` is the command line's side.
"""

from mackerel_cs.publish.command import Published, publish, publish_build, require_green
from mackerel_cs.publish.models import Model, published_models

__all__ = ["Model", "Published", "publish", "publish_build", "published_models", "require_green"]
