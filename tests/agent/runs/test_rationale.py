"""The page, as text and in a real browser (Chromium, when there is one)."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Generator, Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from viscript import Image, Region
from viscript.agent.program.diagnostics import Diagnostic
from viscript.agent.runs import Run, RunError, Step, StepError
from viscript.agent.runs.rationale import MAX_STEPS, render, time_of
from viscript.agent.runs.views import MAX_ROWS
from viscript.tools.values import Box, DepthMap, Keypoint, Mask

ATTACK = "</q><script>document.title='taken'</script><img src=x onerror=alert(1)>"
PROGRAM = """\
people = find(image, "person")
signs = read_text(image)
far = depth(image)
blurred = blur_background(image, people)
answer = f"{count(people)} person; the sign says {signs[0].text}"
"""


def make_run(photo: Image, text: str = ATTACK) -> Run:
    """A run with every kind of value in it; `text` is what was read from the picture."""
    width, height = photo.size
    shape = np.zeros((height, width), np.bool_)
    shape[height // 4 :, width // 4 : width // 2] = True
    people = [
        Region(
            *(photo, Box(-5, -5, width + 5, height + 5), "person", 0.91, Mask(shape)),
            keypoints=(Keypoint("nose", width / 2, 40, 0.9),),
            method="selfie",
        ),
        Region(photo, Box(width - 9, height - 9, width, height), "a very long label " * 3, 0.5),
    ]
    signs = [Region(photo, Box(50, 50, 150, 90), "text", 0.8, text=text)]
    far = DepthMap(np.linspace(0, 1, width * height).reshape(height, width), "relative", True)
    blurred = Image.from_array(255 - photo.pixels, "blur_background")
    answer = f"1 person; the sign says {text}"
    steps = [
        Step(1, "find", 1, {"image": photo, "query": "person"}, people, 0.04, False, "", "nanodet"),
        Step(2, "read_text", 2, {"image": photo}, signs, 0.6, True, "", "rapidocr"),
        Step(3, "depth", 3, {"image": photo}, far, 0.2, False, "", "midas"),
        Step(4, "blur", 4, {"image": photo, "regions": people}, blurred, 0.1, False, "", "opencv"),
        Step(5, "count", 5, {"regions": people}, 1, 0.00004, False, "", ""),
    ]
    warning = Diagnostic("unused-name", "warning", 4, 1, 8, "blurred is never used", "use it")
    started = "2026-11-24T10:15:00.123+00:00"
    return Run(
        *(PROGRAM, "viscript", "embedded", [photo], started, [warning], steps, answer),
        seconds=0.95,
    )


def failed_run(photo: Image) -> Run:
    error = StepError("tool", "the picture is <b>too dark</b>", "use a lamp")
    step = Step(
        1, "find", 1, {"image": photo, "query": "dog"}, None, 0.1, False, "", "nanodet", error
    )
    return Run(
        *('x = find(image, "dog")', "viscript", "embedded", [photo], "2026-11-24T10:15:00"),
        steps=[step],
        error=RunError("tool", error.message, error.hint, 1, 1),
    )


class Page(HTMLParser):
    """The tags, ids, references and text of a page."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.ids: list[str] = []
        self.references: list[str] = []
        self.events: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name in ("href", "src", "action", "data", "srcset", "xlink:href"):
                self.references.append(value or "")
            if name.startswith("on") or name == "style":
                self.events.append(name)

    def handle_data(self, data: str) -> None:
        self.words += data


def test_the_page_needs_nothing_but_itself(coffee: Image) -> None:
    page = Page(render(make_run(coffee)))
    assert all(one.startswith(("data:", "#")) for one in page.references)
    assert not {"script", "iframe", "object", "form", "base"} & set(page.tags)
    assert page.events == []


def test_the_page_allows_only_its_own_style_and_data_pictures(coffee: Image) -> None:
    policy = re.search(r'Security-Policy" content="([^"]*)"', render(make_run(coffee)))
    assert policy is not None
    rules = dict(rule.split(" ", 1) for rule in policy[1].split("; "))
    assert rules["default-src"] == "'none'"
    assert rules["img-src"] == "data:"
    assert rules["style-src"].startswith("'sha256-")


@pytest.mark.parametrize(
    "text", [ATTACK, "{{ 7 * 7 }}", '" onload="x', "]]> --> <!--", "\u202egnp"]
)
def test_text_from_a_picture_is_shown_and_never_markup(text: str, coffee: Image) -> None:
    page = Page(render(make_run(coffee, text)))
    plain = Page(render(make_run(coffee, "hello")))
    assert page.tags == plain.tags
    assert page.events == []
    assert text in page.words


def test_every_link_leads_to_a_place_in_the_page(coffee: Image) -> None:
    page = Page(render(make_run(coffee)))
    assert len(page.ids) == len(set(page.ids))
    places = {one[1:] for one in page.references if one.startswith("#")}
    assert places <= set(page.ids)
    assert {"step-1", "step-4", "step-5", "line-1", "pictures"} <= places


def test_a_failed_run_says_why_where_and_what_to_do(coffee: Image) -> None:
    page = Page(render(failed_run(coffee)))
    assert "the picture is <b>too dark</b>" in page.words
    assert "use a lamp" in page.words
    assert "b" not in page.tags
    assert "#step-1" in page.references


def test_a_program_that_does_not_check_is_shown_with_its_diagnostics() -> None:
    found = [
        Diagnostic("undefined-name", "error", 1, 10, 14, "there is no name imag", "try image"),
        Diagnostic("unused-name", "warning", 1, 1, 2, "x is never used"),
    ]
    run = Run("x = find(imag)", "viscript", "p", [], "2026-11-24T10:15:00", diagnostics=found)
    run.error = RunError("program", "there is no name imag", "try image", None, 1)
    html = render(run)
    assert "<mark>imag</mark>" in html
    assert "x is never used" in html


def test_a_page_stays_small_however_long_the_run_was(coffee: Image) -> None:
    regions = [Region(coffee, Box(i % 500, 5, i % 500 + 9, 30), f"ant {i}") for i in range(300)]
    step = Step(1, "find", 1, {"image": coffee}, regions, 0.1, False, "", "nanodet")
    run = make_run(coffee)
    run.steps = [step] * (MAX_STEPS + 7)
    run.program = "x = 1\n" * 5000
    html = render(run)
    assert len(html) < 4_000_000
    assert "… 7 more steps" in html
    assert f"… {300 - MAX_ROWS} more" in html
    assert "more lines" in html


def test_long_text_is_cut_and_says_so(coffee: Image) -> None:
    run = make_run(coffee, "x" * 100_000)
    assert re.search(r"… \d+ more characters", render(run))
    assert len(render(run)) < 400_000


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.00004, "40 µs"), (0.0003, "0.3 ms"), (0.043, "43 ms"), (1.24, "1.2 s"), (75, "75.0 s")],
)
def test_times_are_written_in_the_unit_that_suits_them(seconds: float, words: str) -> None:
    assert time_of(seconds) == words


# In a browser.

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
CHROMEDRIVER = shutil.which("chromedriver")
FLAGS = (
    *("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--no-first-run", "--hide-scrollbars"),
)
needs_browser = pytest.mark.skipif(
    CHROMIUM is None or CHROMEDRIVER is None,
    reason="needs Chromium and chromedriver: apt-get install chromium chromium-driver",
)
OUTSIDE_JS = """
return [...document.querySelectorAll('svg.picture')].flatMap(svg => {
  const frame = svg.getBoundingClientRect();
  return [...svg.querySelectorAll('rect, text, circle, image, use')]
    .map(one => [one.tagName + ' ' + one.textContent, one.getBoundingClientRect()])
    .filter(([_, box]) => box.left < frame.left - 1 || box.right > frame.right + 1
                       || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
    .map(([name, _]) => name);
})
"""


class Browser:
    """Chromium with the page of a run opened in it."""

    def __init__(self, driver: Any, folder: Path) -> None:
        self.driver = driver
        self._folder = folder

    def show(self, run: Run, width: int = 900, scheme: str = "light") -> None:
        """Opens the page of a run, from a file, in a window of a width."""
        path = self._folder / "rationale.html"
        path.write_text(render(run), "utf-8")
        for log in ("browser", "performance"):
            self.driver.get_log(log)
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": 800, "deviceScaleFactor": 1, "mobile": width < 500},
        )
        features = [
            {"name": "prefers-color-scheme", "value": scheme},
            {"name": "prefers-reduced-motion", "value": "reduce"},
        ]
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": features})
        self.driver.get(path.as_uri())

    def js(self, code: str) -> Any:
        """What a script in the page returns."""
        return self.driver.execute_script(code)

    @property
    def requests(self) -> list[str]:
        """The addresses that the page asked for."""
        messages = (json.loads(one["message"]) for one in self.driver.get_log("performance"))
        sent = (one["message"] for one in messages)
        return [
            one["params"]["request"]["url"]
            for one in sent
            if one["method"] == "Network.requestWillBeSent"
        ]


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Generator[Browser]:
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in FLAGS:
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(CHROMEDRIVER))
    try:
        yield Browser(driver, tmp_path_factory.mktemp("page"))
    finally:
        driver.quit()


@needs_browser
@pytest.mark.parametrize("make", [make_run, failed_run])
def test_the_browser_asks_for_nothing_and_has_nothing_to_complain_about(
    make: Callable[[Image], Run], browser: Browser, coffee: Image
) -> None:
    browser.show(make(coffee))
    asked = [url for url in browser.requests if not url.startswith("data:")]
    assert [Path(url).name for url in asked] == ["rationale.html"]
    assert browser.driver.get_log("browser") == []


@needs_browser
def test_the_page_is_styled_and_its_pictures_are_drawn(browser: Browser, coffee: Image) -> None:
    browser.show(make_run(coffee))
    assert browser.driver.title == "Answer · viscript run"
    assert (
        browser.js("return getComputedStyle(document.querySelector('.card')).borderRadius") != "0px"
    )
    sizes = browser.js(
        "return [...document.querySelectorAll('svg.picture use')]"
        ".map(use => use.getBoundingClientRect().width)"
    )
    assert len(sizes) > 8
    assert min(sizes) > 20
    loaded = browser.js(
        "return Promise.all([...document.querySelectorAll('.store image')].map(one => {"
        " const probe = new Image(); probe.src = one.getAttribute('href');"
        " return probe.decode().then(() => probe.naturalWidth); }))"
    )
    assert min(loaded) > 0


@needs_browser
def test_what_was_read_from_a_picture_runs_nothing(browser: Browser, coffee: Image) -> None:
    browser.show(make_run(coffee, ATTACK))
    assert browser.driver.title != "taken"
    assert browser.js("return document.scripts.length") == 0
    assert ATTACK in browser.js("return document.querySelector('#answer').innerText")


@needs_browser
def test_links_jump_to_the_steps(browser: Browser, coffee: Image) -> None:
    from selenium.webdriver.common.by import By

    browser.show(make_run(coffee))
    browser.driver.find_element(By.CSS_SELECTOR, '#step-5 dd a[href="#step-1"]').click()
    assert browser.js("return location.hash") == "#step-1"
    assert browser.js("return document.querySelector(':target h3 code').textContent") == "find"
    top = browser.js("return document.querySelector(':target').getBoundingClientRect().top")
    assert 0 <= top < 50


@needs_browser
@pytest.mark.parametrize("width", [390, 900])
def test_overlays_lie_within_their_thumbnails_and_nothing_scrolls_sideways(
    width: int, browser: Browser, coffee: Image
) -> None:
    run = make_run(coffee)
    panorama = Image.from_array(np.tile(coffee.pixels[:60], (1, 6, 1)), "a" * 120 + ".png")
    tower = Image.from_array(np.tile(coffee.pixels[:, :30], (5, 1, 1)), "tower")
    run.images = [coffee, panorama, tower]
    browser.show(run, width)
    assert browser.js("return document.documentElement.clientWidth") == width
    assert browser.js("return document.documentElement.scrollWidth") == width
    assert browser.js(OUTSIDE_JS) == []
    assert browser.js("return document.querySelectorAll('svg .label text').length") >= 3


@needs_browser
def test_labels_can_be_read_on_a_phone(browser: Browser, coffee: Image) -> None:
    browser.show(make_run(coffee), 390)
    heights = browser.js(
        "return [...document.querySelectorAll('svg .label text')]"
        ".map(one => one.getBoundingClientRect().height)"
    )
    assert min(heights) >= 9


@needs_browser
def test_the_page_is_dark_where_people_want_it_dark(browser: Browser, coffee: Image) -> None:
    def brightness(of: str) -> float:
        color = browser.js(f"return getComputedStyle(document.body).{of}")
        return sum(map(int, re.findall(r"\d+", color)[:3])) / 3

    browser.show(make_run(coffee), scheme="light")
    assert brightness("backgroundColor") > 200 > 100 > brightness("color")
    browser.show(make_run(coffee), scheme="dark")
    assert brightness("backgroundColor") < 50 < 200 < brightness("color")
