"""A partner's component runs in a sandboxed frame, and viewers cannot tell it from the shell's own."""

from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from local.play.browser.messages import components, placement
from tests.browser.accessibility import violations
from tests.browser.app_rig import BEFORE, AppRig, screenshot, wait_for_picture
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser
ACCENTS = {"dark": "#5eead4", "light": "#0f766e"}


def test_a_partners_component_works_in_its_frame_as_in_the_page(
    app: AppRig, open_app: Callable[..., Page]
) -> None:
    page = open_app()
    wait_for_picture(page)
    shown = (placement("food-pizza"), placement("food-snacks"), placement("advert-sponsor"))
    app.touchline.push(components(1, *shown, at=BEFORE))
    frames = [page.frame_locator(f'[data-component="{each["componentId"]}"] iframe') for each in shown]
    for frame, button in zip(frames, ("Ask for it", "Ask for it", "More"), strict=True):
        expect(frame.get_by_role("button", name=button)).to_be_visible()
    # THEN each frame has a name for screen readers, the height of its content, and the theme of the page
    for each in shown:
        expect(page.locator(f'iframe[title="{each["title"]}"]')).to_be_visible()
    for frame in frames:
        html = frame.locator("html")
        eventually(partial(html.evaluate, "each => each.scrollHeight <= innerHeight"), "the frame's height")
    expect(frames[0].locator("html")).to_have_attribute("data-theme", "dark")
    assert violations(page) == []
    screenshot(page, "frames-dark")
    page.get_by_role("button", name="Switch to light colours").click()
    for frame in frames:
        expect(frame.locator("html")).to_have_attribute("data-theme", "light")
        expect(frame.locator(":root")).to_have_css("--accent", ACCENTS["light"])
    screenshot(page, "frames-light")
    # WHEN the viewer uses one by the keyboard alone
    page.get_by_role("button", name="Close Pizza").focus()
    page.keyboard.press("Tab")
    expect(frames[0].get_by_role("button", name="One more")).to_be_focused()
    page.keyboard.press("Enter")
    expect(frames[0].get_by_role("status", name="How many")).to_have_text("2")
    # THEN the click is the viewer's, for that component
    app.wait_for_report("click")
    app.wait_for_report("impression", len(shown))
    page.wait_for_timeout(500)
    clicks = [each for each in app.reported() if each["type"] == "click"]
    assert [each["componentId"] for each in clicks] == ["food-pizza"]
    assert len([each for each in app.reported() if each["type"] == "impression"]) == len(shown)
    page.set_viewport_size({"width": 390, "height": 844})
    screenshot(page, "frames-phone-light")
