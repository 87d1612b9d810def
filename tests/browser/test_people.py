"""The app is accessible: by keyboard, with a screen reader, in both colour schemes, on small screens."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from local.play.browser.messages import components, placement
from tests.browser.accessibility import violations
from tests.browser.app_rig import BEFORE, AppRig, screenshot, wait_for_picture

pytestmark = pytest.mark.browser
SCREENS = (
    ("poll-next-goal", "win-probability", "player-card-scorer", "feed-fans"),
    ("quiz-history", "scarf-final", "prediction-next-goal", "advert-car"),
    ("shirt-home", "food-snacks", "quiz-rules", "feed-experts"),
    ("chat-friends", "advert-airline", "food-pizza", "feed-fans"),
    ("line-ups", "match-schedule", "food-drinks", "advert-sponsor"),
    ("poll-var", "player-card-set-piece", "player-card-chance", "feed-experts"),
)


@pytest.mark.parametrize("scheme", ["dark", "light"])
def test_axe_finds_no_violation(
    app: AppRig, context: BrowserContext, open_app: Callable[..., Page], scheme: Literal["dark", "light"]
) -> None:
    page = open_app()
    page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
    page.reload()
    page.locator(".state.open").wait_for()
    wait_for_picture(page)
    for version, names in enumerate(SCREENS, start=1):
        app.touchline.push(components(version, *map(placement, names), at=BEFORE))
        for name in names:
            expect(page.locator(f'[data-component="{name}"]')).to_be_visible()
        screenshot(page, f"screen-{version}-{scheme}")
        assert violations(page) == []


def test_axe_finds_no_violation_on_the_sign_in_page(app: AppRig, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(app.site.url)
    page.get_by_role("button", name="Giulia").wait_for()
    screenshot(page, "sign-in")
    assert violations(page) == []


def test_a_keyboard_is_enough(app: AppRig, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(app.site.url)
    page.get_by_role("button", name="Giulia").wait_for()
    _tab_to(page, "Giulia")
    page.keyboard.press("Enter")
    page.locator(".state.open").wait_for()
    wait_for_picture(page)
    app.touchline.push(components(1, placement("poll-next-goal"), at=BEFORE))
    page.locator('[data-version="1"]').wait_for()
    # Vote
    _tab_to(page, "Italy")
    page.keyboard.press("Space")
    expect(page.get_by_text("You chose Italy")).to_be_visible()
    # Hide a region and close the menu with Escape
    _tab_to(page, "Layout", backwards=True)
    page.keyboard.press("Enter")
    _tab_to(page, "Beside the picture")
    page.keyboard.press("Space")
    expect(page.locator("[data-slot]")).to_have_count(0)
    page.keyboard.press("Escape")
    expect(page.get_by_text("Panel stands")).to_be_hidden()


@pytest.mark.parametrize(("width", "height"), [(390, 844), (820, 1180)])
def test_a_small_screen_needs_no_sideways_scrolling(
    app: AppRig, open_app: Callable[..., Page], width: int, height: int
) -> None:
    page = open_app()
    page.set_viewport_size({"width": width, "height": height})
    wait_for_picture(page)
    app.touchline.push(components(1, *map(placement, SCREENS[0]), at=BEFORE))
    expect(page.locator("[data-slot]")).to_have_count(4)
    page.wait_for_timeout(600)
    screenshot(page, f"width-{width}")
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def _tab_to(page: Page, name: str, *, backwards: bool = False) -> None:
    """Press Tab until the element with this name has the focus."""
    focused = """() => {
        let at = document.activeElement;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        return at?.labels?.[0]?.innerText ?? at?.ariaLabel ?? at?.innerText ?? '';
    }"""
    for _ in range(40):
        page.keyboard.press("Shift+Tab" if backwards else "Tab")
        if name in page.evaluate(focused):
            return
    raise AssertionError(f"expected Tab to reach {name}")
