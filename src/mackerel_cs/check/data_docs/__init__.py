"""Data Docs that need no network: what their pages fetch from elsewhere is laid beside them.

The library's pages load styles and scripts from content networks and their logo, with a time
stamp, from the maker's storage: without a network they are blank, with one they tell who reads.
`vendor/` holds the versions the pages ask for (jQuery 3.7.1, Bootstrap 4.3.1, bootstrap-table
1.19.1; MIT, licences beside them), taken unchanged but for their links to source maps.
"""

import re
import shutil
from importlib.resources import as_file, files
from pathlib import Path

_STYLES = (
    "bootstrap.min.css",
    "bootstrap-table.min.css",
    "bootstrap-table-filter-control.min.css",
    "data_docs.css",
)
_SCRIPTS = (
    "jquery.min.js",
    "bootstrap.bundle.min.js",
    "bootstrap-table.min.js",
    "bootstrap-table-filter-control.min.js",
    "data_docs.js",
)
_REMOTE_SCRIPT = re.compile(r'<script\s+src="https?://[^"]*"[^>]*></script>\s*')
_REMOTE_STYLE = re.compile(r'<link\s[^>]*href="https?://[^"]*"[^>]*>\s*')
_REMOTE_IMAGE = re.compile(r'(<img\s[^>]*?src=")https?://[^"]*/([\w-]+\.\w+)(?:\?[^"]*)?"')
_FAVICON = re.compile(r'(<link\s[^>]*?href=")[^"]*(static/images/favicon\.ico")')
_FOOTER = re.compile(r"<footer>.*?</footer>", re.DOTALL)


def make_offline(folder: Path) -> None:
    """Rewrite every page below the folder so that it asks for nothing outside of it."""
    assets = folder / "static" / "vendor"
    with as_file(files(__package__) / "vendor") as vendor:
        shutil.copytree(vendor, assets)
    for page in sorted(folder.rglob("*.html")):
        root = "../" * (len(page.relative_to(folder).parts) - 1)
        page.write_text(_mended(page.read_text("utf-8"), root), encoding="utf-8")


def _mended(html: str, root: str) -> str:
    """One page; `root` leads from it to the top folder."""
    html = _REMOTE_SCRIPT.sub("", html)
    html = _REMOTE_STYLE.sub("", html)
    html = _REMOTE_IMAGE.sub(rf'\g<1>{root}static/images/\g<2>"', html)
    html = _FAVICON.sub(rf"\g<1>{root}\g<2>", html)
    html = _FOOTER.sub("", html)
    vendor = f"{root}static/vendor"
    styles = "".join(f'<link rel="stylesheet" href="{vendor}/{name}">\n' for name in _STYLES)
    scripts = "".join(f'<script src="{vendor}/{name}"></script>\n' for name in _SCRIPTS)
    # First in the head: the page's own styles come after Bootstrap's, its scripts after jQuery.
    return html.replace("<head>", f"<head>\n{styles}{scripts}", 1)
