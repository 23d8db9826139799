"""The start page: one file, no request to anywhere."""

from pathlib import Path

from jinja2 import Environment, PackageLoader, StrictUndefined

from mackerel_cs.site.facts import Facts


def write_start_page(facts: Facts, path: Path) -> None:
    """Write the page for the facts."""
    environment = Environment(
        loader=PackageLoader("mackerel_cs.site", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    page = environment.get_template("start.html").render(facts=facts)
    path.write_text(page, encoding="utf-8")
