"""The app is accessible: by keyboard, with a screen reader, in both colour schemes, on small screens."""

from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from local.play.browser.messages import components, placement
from tests.browser.accessibility import violations
from tests.browser.app_rig import BEFORE, AppRig, screenshot, wait_for_picture
from tests.support.waiting import eventually

pytestmark = pytest.mark.browser
SCREENS = (
    ("poll-next-goal", "win-probability", "player-card-scorer", "feed-fans"),
    ("quiz-history", "scarf-final", "prediction-next-goal", "advert-car"),
    ("shirt-home", "food-snacks", "quiz-rules", "feed-experts"),
    ("chat-friends", "advert-airline", "food-pizza", "feed-fans"),
    ("line-ups", "match-schedule", "food-drinks", "advert-sponsor"),
    ("poll-var", "player-card-set-piece", "player-card-chance", "feed-experts"),
)

SMALL_TARGETS = """() => {
    const every = (root) => [...root.querySelectorAll('*')].flatMap((each) =>
        [each, ...(each.shadowRoot ? every(each.shadowRoot) : [])]);
    return every(document)
        .filter((each) => each.matches('button, summary, input, select, a[href]'))
        .map((each) => (each.matches('[type=checkbox], [type=radio]') ? each.closest('label') : each))
        .map((each) => [each, each.offsetWidth, each.offsetHeight])
        .filter(([, width, height]) => width && height && (width < 44 || height < 44))
        .map(([each, width, height]) => `${width}x${height} ${each.outerHTML.slice(0, 120)}`);
}"""


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


def test_the_app_speaks_the_language_that_the_viewer_chooses(
    app: AppRig, open_app: Callable[..., Page]
) -> None:
    page = open_app()
    wait_for_picture(page)
    app.touchline.push(components(1, *map(placement, SCREENS[0]), at=BEFORE))
    poll = page.locator('[data-component="poll-next-goal"]')
    expect(poll.get_by_role("heading")).to_have_text("Who scores next?")
    page.get_by_text("Giulia").click()
    page.get_by_role("button", name="Italiano").click()
    expect(poll.get_by_role("heading")).to_have_text("Chi segna il prossimo gol?")
    for words in ("Nessuno", "La partita finora", "Gol: Ciro Immobile", "Un voto a testa."):
        expect(page.get_by_text(words).first).to_be_visible()
    assert page.locator("html").get_attribute("lang") == "it"
    assert violations(page) == []
    # AND so does every component, which no title of the English catalogue stays on
    for version, names in enumerate(SCREENS, start=2):
        app.touchline.push(components(version, *map(placement, names), at=BEFORE))
        for name in names:
            heading = page.locator(f'[data-component="{name}"]').get_by_role("heading", level=2)
            expect(heading).not_to_have_text(str(placement(name)["title"]))
        screenshot(page, f"screen-{version - 1}-italian")
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
    # Vote; the line above says why the poll is there, and names Italy too
    _tab_to(page, "Because Italy scored")
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


@pytest.mark.parametrize(
    ("context", "width"),
    [
        ({"viewport": {"width": 320, "height": 640}, "has_touch": True}, 320),
        ({"viewport": {"width": 390, "height": 844}, "has_touch": True}, 390),
        ({"viewport": {"width": 820, "height": 1180}, "has_touch": True}, 820),
    ],
    indirect=["context"],
    ids=["narrow phone", "phone", "tablet"],
)
def test_a_small_screen_needs_no_sideways_scrolling(
    app: AppRig, open_app: Callable[..., Page], width: int
) -> None:
    page = open_app()
    wait_for_picture(page)
    app.touchline.push(components(1, *map(placement, SCREENS[0]), at=BEFORE))
    expect(page.locator("[data-slot]")).to_have_count(4)
    page.wait_for_timeout(600)
    screenshot(page, f"width-{width}")
    eventually(lambda: page.evaluate("document.documentElement.scrollWidth") <= width, "a page that fits")
    # The newest entry of the ticker is there as a whole, in one or two lines.
    entry = page.locator('[data-component="feed-fans"] li').first
    fits = "each => each.scrollWidth <= each.clientWidth && each.clientHeight < 72"
    eventually(lambda: entry.evaluate(fits), "an entry that fits")
    # A finger hits every control of every component, and of the opened menus.
    for version, names in enumerate(SCREENS, start=1):
        app.touchline.push(components(version, *map(placement, names), at=BEFORE))
        for name in names:
            expect(page.locator(f'[data-component="{name}"]')).to_be_visible()
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        page.wait_for_timeout(600)
        assert [target for frame in page.frames for target in frame.evaluate(SMALL_TARGETS)] == []
        if version == 1:
            screenshot(page, f"targets-{width}")


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
