"""The documentation site, opened as a reader would: from the disk, in a browser, offline."""

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from selenium import webdriver
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.remote.webelement import WebElement
from selenium.webdriver.support.wait import WebDriverWait

from conftest import RunCli, cli
from mackerel_cs.settings import Settings

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
BROWSER_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--window-size=1440,1000",
)
PATIENCE_SECONDS = 30
ROWS = "tbody tr"
MODEL = "fct_organization_days"
NODES_OF_THE_GRAPH = (
    "return document.querySelector('#cy')._cyreg.cy.nodes(':visible').map(node => node.id())"
)
COLOURS_OF_THE_GRAPH = """
    const colours = new Set();
    for (const canvas of document.querySelectorAll('#cy canvas')) {
        const {width, height} = canvas;
        const {data} = canvas.getContext('2d').getImageData(0, 0, width, height);
        for (let i = 0; i < data.length; i += 4) {
            if (data[i + 3] === 255) colours.add(data.slice(i, i + 3).join());
        }
    }
    return colours.size;
"""


@pytest.fixture(scope="module")
def installation(built_project: Settings, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of a finished build, with its site."""
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(built_project.data, folder / "data", symlinks=True)
    shutil.copytree(built_project.data.parent / "target", folder / "target")
    (folder / "raw").symlink_to(built_project.raw)
    cli(folder, "docs")
    return folder


@pytest.fixture(scope="module")
def site(installation: Path) -> Path:
    return installation / "data" / "site"


class Browser:
    """A headless browser that tells what went wrong on a page."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, page: Path, fragment: str = "") -> None:
        # A blank page between: a change of the fragment alone would not load the page anew.
        self.driver.get("about:blank")
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.driver.get(page.as_uri() + fragment)

    def wait(self, what: Callable[[webdriver.Chrome], Any], told: str) -> Any:
        # A page may draw a part of itself anew while it is looked at.
        waiting = WebDriverWait(
            self.driver, PATIENCE_SECONDS, ignored_exceptions=[StaleElementReferenceException]
        )
        return waiting.until(what, told)

    def element(self, selector: str) -> WebElement:
        found: WebElement = self.wait(
            lambda driver: next(
                (e for e in driver.find_elements(By.CSS_SELECTOR, selector) if e.is_displayed()),
                None,
            ),
            f"nothing on the page is {selector}",
        )
        return found

    def errors(self) -> list[str]:
        """Errors of the console since the page was opened; advice differs by browser and load."""
        return [
            entry["message"]
            for entry in self.driver.get_log("browser")
            if entry["level"] == "SEVERE"
        ]

    def requests(self) -> list[str]:
        """What the page asked for since it was opened."""
        messages = [json.loads(e["message"])["message"] for e in self.driver.get_log("performance")]
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver_program = shutil.which("chromedriver")
    if program is None or driver_program is None:
        pytest.fail("chromium or chromedriver is missing: run scripts/install_browser")
    options = webdriver.ChromeOptions()
    options.binary_location = program
    for flag in (*BROWSER_FLAGS, f"--user-data-dir={tmp_path_factory.mktemp('browser')}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(driver_program))
    yield Browser(driver)
    driver.quit()


def _is_at_home(address: str) -> bool:
    return address.startswith(("file:", "data:", "about:", "blob:"))


def test_every_page_opens_without_errors_and_asks_nobody(site: Path, browser: Browser) -> None:
    pages = [(page, "") for page in sorted(site.rglob("*.html"))]
    model_page = f"#!/model/model.mackerel_cs.{MODEL}"
    pages += [(site / "dbt" / "index.html", model_page), (site / "index.html", "#marts")]
    assert len(pages) > 15
    for page, fragment in pages:
        browser.open(page, fragment)
        browser.wait(
            lambda driver: driver.execute_script("return document.readyState") == "complete",
            f"{page} does not finish loading",
        )
        assert browser.errors() == [], page
        strange = [address for address in browser.requests() if not _is_at_home(address)]
        # The browser's own first tab is no page of ours.
        assert [a for a in strange if not a.startswith("chrome:")] == [], page


def test_the_overview_explains_the_layers(site: Path, browser: Browser) -> None:
    browser.open(site / "dbt" / "index.html")
    text = browser.wait(
        lambda driver: (
            (body := driver.find_element(By.TAG_NAME, "body").text)
            and "The layers" in body
            and body
        ),
        "the overview is not shown",
    )
    for word in ("landing", "staging", "intermediate", "marts", "publish", "lineage"):
        assert word in text


def test_a_model_is_found_by_search_and_its_lineage_is_shown(site: Path, browser: Browser) -> None:
    browser.open(site / "dbt" / "index.html")
    search = browser.element("#search")
    search.click()
    search.send_keys(MODEL)
    found = browser.wait(
        lambda driver: next(
            (
                result
                for result in driver.find_elements(By.CSS_SELECTOR, ".search-result")
                if result.text.startswith(f"{MODEL} model")
            ),
            None,
        ),
        f"the search does not find {MODEL}",
    )
    found.click()
    browser.wait(
        lambda driver: MODEL in driver.find_element(By.TAG_NAME, "h1").text,
        "the model's page does not open",
    )
    browser.element("[title='View Lineage Graph']").click()
    nodes = browser.wait(
        lambda driver: driver.execute_script(NODES_OF_THE_GRAPH), "the lineage graph is empty"
    )
    assert f"model.mackerel_cs.{MODEL}" in nodes
    assert "model.mackerel_cs.int_organization_spine" in nodes
    browser.wait(
        lambda driver: driver.execute_script(COLOURS_OF_THE_GRAPH) > 2,
        "the lineage graph is not drawn",
    )
    assert browser.errors() == []


def test_the_links_of_the_start_page_lead_somewhere(site: Path, browser: Browser) -> None:
    browser.open(site / "index.html")
    links = browser.driver.execute_script(
        "return [...document.querySelectorAll('a')].map(link => link.getAttribute('href'))"
    )
    assert {"dbt/index.html", "expectations/index.html"} <= set(links)
    manifest = json.loads((site.parents[1] / "target" / "manifest.json").read_text("utf-8"))
    for link in links:
        page, _, fragment = link.partition("#")
        assert (site / page).exists(), link
        if fragment.startswith("!/model/"):
            assert fragment.removeprefix("!/model/") in manifest["nodes"], link
        elif fragment:
            assert browser.driver.find_elements(By.ID, fragment), link
    browser.driver.find_element(By.LINK_TEXT, MODEL).click()
    browser.wait(
        lambda driver: MODEL in driver.find_element(By.TAG_NAME, "h1").text,
        "the mart's link does not open its page",
    )


def test_the_start_page_tells_the_numbers_of_the_build(
    site: Path, installation: Path, browser: Browser
) -> None:
    browser.open(site / "index.html")
    text = browser.driver.find_element(By.TAG_NAME, "body").text
    published = json.loads(
        (installation / "data" / "published" / "manifest.json").read_text("utf-8")
    )
    assert published["as_of_date"] in text
    assert published["build_id"] in text
    with duckdb.connect(str(installation / "data" / "warehouse.duckdb"), read_only=True) as db:
        outcomes = db.execute(
            "select count(*) from landing.land_line_outcomes group by outcome"
        ).fetchall()
    for (line_count,) in outcomes:
        assert f"{line_count:,}" in text
    rows = {
        row.find_element(By.TAG_NAME, "a").text: row.text
        for row in browser.driver.find_elements(By.CSS_SELECTOR, "tbody tr")
    }
    assert rows.keys() == {model["model"] for model in published["models"]}
    for model in published["models"]:
        assert rows[model["model"]].endswith(f"{model['row_count']:,}")


def test_data_docs_list_every_validation(site: Path, browser: Browser) -> None:
    browser.open(site / "expectations" / "index.html")
    validations = list((site / "expectations" / "validations").rglob("*.html"))
    assert validations
    browser.wait(
        lambda driver: (
            len([row for row in driver.find_elements(By.CSS_SELECTOR, ROWS) if row.is_displayed()])
            == len(validations)
        ),
        f"the table never had {len(validations)} rows",
    )


def test_the_site_names_no_place_of_the_machine(site: Path, installation: Path) -> None:
    for page in site.rglob("*.html"):
        assert str(installation) not in page.read_text("utf-8"), page


def test_docs_leave_the_artifacts_of_the_build_alone(
    installation: Path, built_project: Settings
) -> None:
    for name in ("manifest.json", "run_results.json"):
        built = built_project.data.parent / "target" / name
        assert (installation / "target" / name).read_bytes() == built.read_bytes()


def test_without_a_warehouse_the_message_says_what_to_do(run_cli: RunCli) -> None:
    done = run_cli("docs", is_ok=False)
    assert done.returncode == 2
    assert "mackerel-cs build" in done.stderr


def test_what_dbt_cannot_document_is_told_and_the_old_site_stays(
    installation: Path, site: Path
) -> None:
    before = (site / "index.html").read_bytes()
    broken = cli(installation, "docs", is_ok=False, project=_broken_project(installation))
    assert broken.returncode == 1
    assert "dbt could not write its documentation" in broken.stderr
    assert "Traceback" not in broken.stderr
    assert (site / "index.html").read_bytes() == before


def _broken_project(folder: Path) -> Path:
    """A project whose only model does not parse."""
    project = folder / "broken"
    (project / "models").mkdir(parents=True)
    (project / "dbt_project.yml").write_text("name: broken\nprofile: mackerel_cs\n")
    (project / "profiles.yml").write_text(
        "mackerel_cs: {target: t, outputs: {t: {type: duckdb, path: ':memory:'}}}\n"
    )
    (project / "models" / "bad.sql").write_text("select {{ nothing(")
    return project
