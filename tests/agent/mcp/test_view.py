"""The view of a run: what clients are told of it, and what a host's browser shows."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from mcp.client import Client
from mcp.server.apps import APP_MIME_TYPE, EXTENSION_ID

pytestmark = pytest.mark.anyio

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
PROGRAM = "people = find(image, 'person')\nanswer = f'<b>{count(people)}</b> people'"

HOST = """<!doctype html><meta charset="utf-8"><body><iframe id="view" width="800" height="600"
 sandbox="allow-scripts"></iframe><script>
const bytes = Uint8Array.from(atob("%(given)s"), (one) => one.charCodeAt(0));
const given = JSON.parse(new TextDecoder().decode(bytes));
const frame = document.getElementById("view");
window.told = [];
window.addEventListener("message", ({ source, data }) => {
  if (source !== frame.contentWindow) return;
  window.told.push(data.method ?? "");
  const answer = (result) =>
    source.postMessage({ jsonrpc: "2.0", id: data.id, result }, "*");
  if (data.method === "ui/initialize")
    answer({ protocolVersion: data.params.protocolVersion, hostInfo: { name: "h", version: "1" },
             hostCapabilities: {}, hostContext: {} });
  if (data.method === "ui/notifications/initialized")
    source.postMessage({ jsonrpc: "2.0", method: "ui/notifications/tool-result",
                         params: given.result }, "*");
  if (data.method === "resources/read") answer(given.pages[data.params.uri]);
});
frame.srcdoc = given.view;
</script>"""


async def test_runs_have_a_view_and_text_for_clients_without_views(
    connect: Callable[..., Client], album: Path
) -> None:
    async with connect() as client:
        tools = {one.name: one for one in (await client.list_tools()).tools}
        uri = (tools["run_program"].meta or {})["ui"]["resourceUri"]
        assert tools["ask_about_image"].meta == tools["run_program"].meta
        assert tools["find"].meta is None
        read = await client.read_resource(uri)
        assert read.contents[0].mime_type == APP_MIME_TYPE
        listed = {str(one.uri): one for one in (await client.list_resources()).resources}
        assert listed[uri].mime_type == APP_MIME_TYPE
        assert client.server_capabilities.extensions is not None
        assert EXTENSION_ID in client.server_capabilities.extensions
        given = {"program": PROGRAM, "images": str(album / "astronaut.png")}
        result = await client.call_tool("run_program", given)
        assert result.content[0].type == "text"
        assert "people" in result.content[0].text


@pytest.mark.skipif(not (CHROMIUM and DRIVER), reason="needs chromium and chromedriver")
async def test_a_host_shows_the_steps_with_their_pictures_and_nothing_runs(
    connect: Callable[..., Client], album: Path, tmp_path: Path
) -> None:
    async with connect() as client:
        uri = "ui://viscript/run"
        view = (await client.read_resource(uri)).contents[0]
        given = {"program": PROGRAM, "images": str(album / "astronaut.png")}
        result = await client.call_tool("run_program", given)
        assert result.structured_content is not None
        page = f"{result.structured_content['run']}/rationale"
        rationale = await client.read_resource(page)
    shown = _shown(
        tmp_path,
        {
            "view": view.model_dump()["text"],
            "result": result.model_dump(by_alias=True, mode="json"),
            "pages": {page: rationale.model_dump(by_alias=True, mode="json")},
        },
    )
    assert "ui/notifications/size-changed" in shown["told"]
    assert shown["steps"] >= 2
    assert "<b>" in shown["text"]
    assert shown["drawn"] > 20
    assert shown["rounded"] != "0px"
    assert shown["sideways"] <= 0


def _shown(folder: Path, given: dict[str, Any]) -> dict[str, Any]:
    """What the view shows once it has the run's page."""
    import base64

    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service
    from selenium.webdriver.support.ui import WebDriverWait

    data = base64.b64encode(json.dumps(given).encode()).decode()
    (folder / "host.html").write_text(HOST % {"given": data}, "utf-8")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(flag)
    driver: Any = webdriver.Chrome(options=options, service=Service(DRIVER))
    try:
        driver.get((folder / "host.html").as_uri())
        driver.switch_to.frame("view")
        shadow = "document.getElementById('page').shadowRoot"
        WebDriverWait(driver, 30).until(
            lambda _: driver.execute_script(f"return {shadow}?.querySelector('#answer') != null")
        )
        found = driver.execute_script(
            f"const root = {shadow}; return {{"
            " steps: root.querySelectorAll('[id^=step-]').length,"
            " text: root.querySelector('#answer').innerText,"
            " drawn: root.querySelector('svg.picture').getBoundingClientRect().width,"
            " rounded: getComputedStyle(root.querySelector('.card')).borderRadius,"
            " sideways: document.documentElement.scrollWidth - innerWidth }"
        )
        driver.switch_to.default_content()
        return {**found, "told": driver.execute_script("return window.told")}
    finally:
        driver.quit()
