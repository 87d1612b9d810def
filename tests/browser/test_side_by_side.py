"""The page of a local site that shows the app as several personas side by side."""

import pytest
from playwright.sync_api import BrowserContext, expect

from local.play.browser.messages import components, placement
from tests.browser.accessibility import violations
from tests.browser.app_rig import AppRig, screenshot

pytestmark = pytest.mark.browser
LATENCY_MS = 160


def test_two_screens_are_shown_with_the_moment_the_latency_and_the_reason(
    app: AppRig, context: BrowserContext
) -> None:
    # GIVEN the page with two personas, whose pictures run
    page = context.new_page()
    page.goto(f"{app.site.side_by_side_url}?viewers=persona-giulia,persona-emre")
    articles = page.locator("article")
    expect(articles).to_have_count(2)
    for index in range(2):
        frame = articles.nth(index).frame_locator("iframe")
        expect(frame.locator(".state.open")).to_be_visible(timeout=30_000)
    # WHEN a goal reaches their screens
    card = {**placement("player-card-scorer"), "constraints": ["no-quiz-after-a-goal"]}
    goal = components(1, card, at=app.programme.now())
    goal["trace"] = {"signalReceivedAt": 1_000_000, "postedAt": 1_000_000 + LATENCY_MS}
    app.touchline.push(goal)
    # THEN each has beside it the moment, the latency and the reason, once its own picture is there
    for index in range(2):
        article = articles.nth(index)
        expect(article.locator(".moment")).to_contain_text("Goal: Ciro Immobile", timeout=30_000)
        expect(article.locator(".moment")).to_contain_text(f"sent {LATENCY_MS} ms after the news")
        why = article.locator("li")
        expect(why).to_contain_text("Because Italy scored")
        expect(why).to_contain_text("Kept out: No quiz after a goal")
        expect(article.frame_locator("iframe").locator("[data-component]")).to_have_count(1)
    expect(articles.nth(0).locator("li")).to_contain_text("for Italy")
    screenshot(page, "side-by-side")
    assert violations(page) == []
    # AND when one screen changes its language, the page and the other screens do too
    screen = articles.nth(0).frame_locator("iframe")
    screen.get_by_text("Giulia").click()
    screen.get_by_role("button", name="Italiano").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Un momento, schermi diversi")
    expect(articles.nth(0).locator("li")).to_contain_text("Esclusi: Niente quiz dopo un gol")
    for index in range(2):
        status = articles.nth(index).locator(".moment")
        expect(status).to_contain_text("Gol: Ciro Immobile", timeout=30_000)
        expect(status).to_contain_text(f"inviato {LATENCY_MS} ms dopo la notizia")
    # AND a third persona joins
    page.get_by_role("button", name="Sam").press("Enter")
    expect(articles).to_have_count(3)
