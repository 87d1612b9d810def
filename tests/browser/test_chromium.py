"""The Chromium of the npm package runs on a machine without a browser."""

import platform

import pytest
from playwright.sync_api import Browser

from local.play.browser.chromium import UNPACKED, packaged

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(platform.machine() != "x86_64", reason="the package is for x86-64 only"),
]


def test_the_packaged_chromium_starts_and_plays_the_stream(browser: Browser) -> None:
    options = packaged()
    assert options["executable_path"] == str(UNPACKED / "chromium")
    with browser.browser_type.launch(**options) as packaged_browser:
        page = packaged_browser.new_page()
        page.goto("data:text/html,<h1>Touchline</h1>")
        assert page.inner_text("h1") == "Touchline"
        assert page.evaluate("""MediaSource.isTypeSupported('video/mp4; codecs="vp09.00.10.08"')""")
