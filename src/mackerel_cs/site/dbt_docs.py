"""dbt's documentation as one page that needs no network."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from mackerel_cs.dbt_project import DbtProject
from mackerel_cs.errors import UserError
from mackerel_cs.settings import Settings

# Two slips of dbt's page (1.12) that a browser reports as errors: the icons' addresses are set
# before Angular has filled them in, and the favicon's address was never filled in.
_MENDS = {
    'xlink:href="{{ getIcon': 'ng-attr-href="{{ getIcon',
    "href=\"${require('./assets/favicons/favicon.ico')}\"": 'href="data:,"',
}
_ERRORS_SHOWN = 15


def write_dbt_docs(project: DbtProject, settings: Settings, folder: Path) -> None:
    """Write `index.html` into the folder; UserError with dbt's words when dbt fails.

    dbt works in a folder of its own, so that the artifacts of the last build stay as they are.
    """
    with tempfile.TemporaryDirectory(prefix="mackerel-cs-docs-") as place:
        target = Path(place)
        parsed = project.target / "partial_parse.msgpack"
        if parsed.exists():
            shutil.copy(parsed, target)
        _generate(project, settings, target)
        page = (target / "static_index.html").read_text("utf-8")
        # Where the machine keeps its files is nobody's business.
        page = page.replace(str(target), "target").replace(str(project.folder), ".")
    for slip, mend in _MENDS.items():
        page = page.replace(slip, mend)
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(page, encoding="utf-8")


def _generate(project: DbtProject, settings: Settings, target: Path) -> None:
    command = [sys.executable, "-m", "dbt.cli.main", "--quiet", "docs", "generate", "--static"]
    command += ["--project-dir", str(project.folder), "--profiles-dir", str(project.folder)]
    command += ["--target-path", str(target), "--vars", json.dumps(_given_vars(project))]
    places = {
        "MACKEREL_CS_RAW": str(settings.raw.absolute()),
        "MACKEREL_CS_DATA": str(settings.data.absolute()),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DBT_VERSION_CHECK": "false",
    }
    done = subprocess.run(
        command, env=os.environ | places, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = (done.stdout + done.stderr).strip().splitlines()
        raise UserError(
            "dbt could not write its documentation:\n" + "\n".join(lines[-_ERRORS_SHOWN:]),
            f"Run `mackerel-cs build` until it is green. The whole story is in {project.log}.",
            exit_code=1,
        )


def _given_vars(project: DbtProject) -> dict[str, object]:
    """The vars of the last build, so that the SQL on the pages is the SQL that ran."""
    try:
        results = json.loads((project.target / "run_results.json").read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    return dict(results["args"].get("vars") or {})
