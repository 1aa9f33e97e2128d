"""The report in a real browser: headless Chromium opens it from the disk, with no network to speak of."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guerdon.report import picture, write_report
from guerdon.report.text import clean

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
if CHROMIUM is None or DRIVER is None:
    pytest.skip("no Chromium here: apt-get install chromium chromium-driver", allow_module_level=True)
webdriver = pytest.importorskip("selenium.webdriver", reason="no selenium here: pip install selenium")

FLAGS = (
    "headless no-sandbox disable-gpu disable-quic no-first-run disable-background-networking disable-component-update "
    "disable-sync disable-dev-shm-usage"
).split()

# The contrast of every visible text with the first opaque ground behind it (WCAG 2), worst first.
CONTRAST = """
const light = (c) => { const v = c / 255; return v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4; };
const parse = (c) => c.match(/[\\d.]+/g).map(Number);
const lum = (c) => 0.2126 * light(c[0]) + 0.7152 * light(c[1]) + 0.0722 * light(c[2]);
const ground = (e) => {
  for (; e; e = e.parentElement) {
    const c = parse(getComputedStyle(e).backgroundColor);
    if (c.length === 3 || c[3] === 1) return c;
  }
  throw new Error("no ground");
};
const found = [];
for (const e of document.querySelectorAll("body *")) {
  const own = [...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim());
  if (!own || !e.checkVisibility() || ["SCRIPT", "STYLE", "title", "desc"].includes(e.tagName)) continue;
  const style = getComputedStyle(e);
  const inside = e instanceof SVGElement;
  const [a, b] = [lum(parse(inside ? style.fill : style.color)), lum(ground(e))];
  found.push([(Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05), e.tagName + "." + e.getAttribute("class")]);
}
return found.sort((a, b) => a[0] - b[0]);
"""


class Browser:
    """A browser of its own profile, with the few things the tests ask it."""

    def __init__(self, profile: Path) -> None:
        options = webdriver.ChromeOptions()
        options.binary_location = CHROMIUM
        for flag in [*FLAGS, f"user-data-dir={profile}"]:
            options.add_argument(f"--{flag}")
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        service = webdriver.chrome.service.Service(DRIVER)
        self.driver = webdriver.Chrome(options=options, service=service)
        self.driver.set_page_load_timeout(60)

    def open(self, path: Path, *, scheme: str = "light", width: int = 1200) -> None:
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": width < 600}
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
        self.driver.get(path.as_uri())

    def ask(self, script: str, *arguments: object) -> Any:
        return self.driver.execute_script(script, *arguments)

    def requests(self) -> list[str]:
        """Every address asked for since the last time."""
        events = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [one["params"]["request"]["url"] for one in events if one["method"] == "Network.requestWillBeSent"]

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    one = Browser(tmp_path_factory.mktemp("profile"))
    yield one
    one.driver.quit()


@pytest.fixture(scope="module")
def report(run_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_report(run_folder, tmp_path_factory.mktemp("report") / "report.html")


def steps_of(run: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (run / "steps.jsonl").read_text(encoding="utf-8").splitlines()]


def test_an_injecting_completion_stays_text(browser: Browser, report: Path, injection: str) -> None:
    browser.open(report)
    assert browser.driver.title == "Facts from a sentence as JSON · Guerdon"
    shown = browser.ask("return [...document.querySelectorAll('pre.said')].map(e => e.textContent)")
    hostile = next(words for words in shown if "<script>" in words)
    assert hostile.startswith(injection.split("\n")[0])
    assert "ESC[31mredESC[0m ESC]0;pwnedBEL RLOesreverPDF zeroZWSPwidth nullNUL crCR loneU+D800" in hostile
    assert browser.ask("return document.querySelectorAll('script').length") == 2
    assert browser.ask("return document.querySelectorAll('img, iframe, object, form, [onload], [onerror]').length") == 0
    assert browser.ask("return [...document.links].filter(a => !a.getAttribute('href').startsWith('#')).length") == 0


def test_a_run_whose_every_name_injects_stays_text(
    browser: Browser, run_folder: Path, injection: str, tmp_path: Path
) -> None:
    run = tmp_path / "hostile"
    shutil.copytree(run_folder, run)
    info = json.loads((run / "run.json").read_text(encoding="utf-8"))
    hostile = {**info, **dict.fromkeys(("name", "model", "task", "reward_text"), injection)}
    hostile |= {"settings": {injection: injection}, "components": [injection]}
    (run / "run.json").write_text(json.dumps(hostile), encoding="utf-8")
    lines = (run / "steps.jsonl").read_text(encoding="utf-8").replace('"valid_json"', json.dumps(injection))
    (run / "steps.jsonl").write_text(lines, encoding="utf-8")
    browser.complaints()
    browser.open(write_report(run))
    assert browser.driver.title == " ".join(clean(f"{injection} · Guerdon").split())
    assert browser.complaints() == []
    # hovering writes the names of the components from the page's data
    browser.ask(
        "const chart = document.querySelector('.desk svg[data-chart=shares]');"
        "chart.dispatchEvent(new PointerEvent('pointermove', {clientX: 200}));"
    )
    assert "<script>" in browser.ask("return document.getElementById('tip').textContent")
    assert browser.ask("return document.querySelectorAll('script').length") == 2
    assert browser.driver.title.startswith("</script><script>document.title='pwned'")
    browser.open(write_poster(run))
    assert browser.ask("return document.querySelectorAll('script, img, a').length") == 0


def write_poster(run: Path) -> Path:
    path = run / "curve.svg"
    path.write_text(picture(run), encoding="utf-8")
    return path


@pytest.mark.parametrize("width", [1200, 390])
def test_it_loads_nothing_and_complains_of_nothing(browser: Browser, report: Path, width: int) -> None:
    browser.requests(), browser.complaints()
    browser.open(report, width=width)
    assert browser.requests() == [report.as_uri()]
    assert browser.complaints() == []
    assert browser.ask("return performance.getEntriesByType('resource').length") == 0


@pytest.mark.parametrize(("width", "size"), [(1200, "desk"), (390, "phone")])
def test_every_step_is_drawn(browser: Browser, report: Path, run_folder: Path, width: int, size: str) -> None:
    browser.open(report, width=width)
    steps = steps_of(run_folder)
    dots = f".{size} svg[data-chart=reward] .dots circle"
    assert browser.ask("return document.querySelectorAll(arguments[0]).length", dots) == 60
    assert browser.ask("return document.querySelector(arguments[0]).checkVisibility()", dots)
    line = browser.ask(f"return document.querySelector('.{size} svg[data-chart=reward] .line path').getAttribute('d')")
    assert line.count("M") + line.count("L") == 60
    bars = browser.ask(
        f"return [...document.querySelectorAll('.{size} svg[data-chart=shares] .bars')].map(g => g.childElementCount)"
    )
    names = list(steps[0]["components"])
    assert bars == [
        sum(1 for step in steps if abs(step["components"][name]["variance_share"]) > 1e-3) for name in names
    ]
    for index in range(4):
        each = f"svg[data-chart=component-{index}] .dots circle"
        assert browser.ask("return document.querySelectorAll(arguments[0]).length", each) == 60


def test_the_reward_curve_stands_where_the_rewards_are(browser: Browser, report: Path, run_folder: Path) -> None:
    browser.open(report)
    heights = browser.ask(
        "const dots = document.querySelectorAll('.desk svg[data-chart=reward] .dots circle');"
        "return [...dots].map(c => +c.getAttribute('cy'));"
    )
    rewards = [step["reward_mean"] for step in steps_of(run_folder)]
    edges = browser.ask(
        "const d = document.querySelector('.desk svg[data-chart=reward]').dataset; return [+d.top, +d.bottom]"
    )
    expected = [edges[1] - reward * (edges[1] - edges[0]) for reward in rewards]
    assert heights == pytest.approx(expected, abs=0.01)


@pytest.mark.parametrize("width", [1200, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_is_legible(browser: Browser, report: Path, scheme: str, width: int) -> None:
    browser.open(report, scheme=scheme, width=width)
    browser.ask("localStorage.clear()")
    browser.open(report, scheme=scheme, width=width)
    browser.ask("document.querySelectorAll('details').forEach(d => { d.open = true; })")
    found = browser.ask(CONTRAST)
    assert len(found) > 500
    assert found[0][0] >= 4.5, found[:5]
    ground = browser.ask("return getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(245, 245, 242)" if scheme == "light" else "rgb(15, 18, 22)")


def test_the_switch_changes_the_colours_and_is_remembered(browser: Browser, report: Path) -> None:
    browser.open(report, scheme="light")
    browser.ask("localStorage.clear()")
    browser.open(report, scheme="light")
    button = browser.driver.find_element("id", "theme")
    assert (button.is_displayed(), button.text) == (True, "Dark")
    button.click()
    assert button.text == "Light"
    assert browser.ask("return getComputedStyle(document.body).backgroundColor") == "rgb(15, 18, 22)"
    browser.open(report, scheme="light")
    assert browser.ask("return getComputedStyle(document.body).backgroundColor") == "rgb(15, 18, 22)"
    browser.driver.find_element("id", "theme").click()
    assert browser.ask("return getComputedStyle(document.body).backgroundColor") == "rgb(245, 245, 242)"
    browser.ask("localStorage.clear()")


def test_the_pointer_shows_a_step_in_every_drawing(browser: Browser, report: Path, run_folder: Path) -> None:
    browser.open(report)
    chart = browser.driver.find_element("css selector", ".desk svg[data-chart=reward]")
    browser.ask("arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", chart)
    dot = browser.driver.find_elements("css selector", ".desk svg[data-chart=reward] .dots circle")[29]
    webdriver.ActionChains(browser.driver).move_to_element(dot).perform()
    tip = browser.driver.find_element("id", "tip")
    assert tip.is_displayed()
    assert "step 30" in tip.text
    assert f"{steps_of(run_folder)[29]['reward_mean']:.3f}" in tip.text
    cursors = browser.ask("return document.querySelectorAll('svg .cursor:not([visibility])').length")
    assert cursors == browser.ask("return document.querySelectorAll('svg[data-chart]').length")
    webdriver.ActionChains(browser.driver).move_to_element(browser.driver.find_element("id", "theme")).perform()
    assert not tip.is_displayed()


def test_a_phone_needs_no_sideways_scrolling(browser: Browser, report: Path) -> None:
    browser.open(report, width=390)
    assert browser.ask("return document.documentElement.scrollWidth") == 390
    hidden = browser.ask("return [...document.querySelectorAll('.desk')].filter(e => e.checkVisibility()).length")
    assert hidden == 0
    for kind in ("held-out", "statuses"):
        wide = browser.ask(
            "const t = document.querySelector(arguments[0]); return t.scrollWidth <= t.parentElement.clientWidth",
            f"table.{kind}",
        )
        assert wide, kind


def test_the_page_reads_without_its_script(browser: Browser, report: Path) -> None:
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.open(report)
        source = browser.driver.find_element("css selector", "main").text
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert "On held-out prompts the reward rose" in source
    assert "What GRPO learns from" in source


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_picture_follows_the_reader_s_scheme(
    browser: Browser, run_folder: Path, tmp_path: Path, scheme: str
) -> None:
    path = tmp_path / "curve.svg"
    path.write_text(picture(run_folder), encoding="utf-8")
    browser.complaints()
    browser.open(path, scheme=scheme)
    fills = browser.ask("return ['.ground', '.title'].map(s => getComputedStyle(document.querySelector(s)).fill)")
    light, dark = ["rgb(253, 253, 252)", "rgb(28, 31, 36)"], ["rgb(22, 26, 32)", "rgb(232, 234, 237)"]
    assert fills == (light if scheme == "light" else dark)
    assert browser.complaints() == []
