"""The app in a real browser shows components and reports interactions."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from local.play.browser.messages import components, placement
from tests.browser.accessibility import violations
from tests.browser.app_rig import KICK_OFF, AppRig, screenshot, wait_for_picture

pytestmark = pytest.mark.browser
ALL = (
    "poll-next-goal", "quiz-rules", "win-probability", "prediction-next-goal", "player-card-scorer",
    "shirt-home", "food-pizza", "feed-fans", "chat-friends", "advert-car", "line-ups", "match-schedule",
)  # fmt: skip


def test_every_component_of_the_catalogue_renders(app: AppRig, open_app: Callable[..., Page]) -> None:
    page = open_app()
    wait_for_picture(page)
    for version, component in enumerate(ALL, start=1):
        app.touchline.push(components(version, placement(component), at=KICK_OFF - timedelta(hours=1)))
        region = page.locator(f'[data-component="{component}"]')
        expect(region).to_be_visible()
        expect(region.locator(".remote > *").or_(region.locator("button")).first).to_be_visible()
        screenshot(page, f"component-{component}")


def test_after_a_moment_its_afterwards_components_are_shown(
    app: AppRig, open_app: Callable[..., Page]
) -> None:
    page = open_app()
    wait_for_picture(page)
    goal = components(
        1,
        placement("player-card-scorer"),
        placement("poll-next-goal"),
        at=app.programme.now(),
        afterwards=(placement("chat-friends"), placement("win-probability")),
        lasts_seconds=8,
    )
    app.touchline.push(goal)
    expect(page.locator('[data-component="player-card-scorer"]')).to_be_visible()
    expect(page.locator('[data-component="chat-friends"]')).to_be_visible(timeout=15_000)
    expect(page.locator('[data-component="win-probability"]')).to_be_visible()
    expect(page.locator("[data-slot]")).to_have_count(2)


def test_when_nothing_is_due_the_match_so_far_is_shown(app: AppRig, open_app: Callable[..., Page]) -> None:
    page = open_app()
    wait_for_picture(page)
    # GIVEN a goal whose components are due for a few seconds of the programme
    goal = components(1, placement("poll-next-goal"), at=app.programme.now(), lasts_seconds=8)
    app.touchline.push(goal)
    page.locator('[data-version="1"]').wait_for()
    so_far = page.get_by_role("region", name="The match so far")
    expect(so_far).to_be_hidden()
    # WHEN their time is over THEN they leave, and the match so far is shown
    expect(page.locator("[data-slot]")).to_have_count(0, timeout=15_000)
    expect(so_far.get_by_text("Goal: Ciro Immobile")).to_be_visible()
    screenshot(page, "nothing-due")
    assert violations(page) == []


def test_a_viewers_interactions_are_sent(app: AppRig, open_app: Callable[..., Page]) -> None:
    page = open_app()
    wait_for_picture(page)
    app.touchline.push(components(1, placement("poll-next-goal"), at=KICK_OFF - timedelta(hours=1)))
    page.locator('[data-version="1"]').wait_for()
    page.wait_for_timeout(3500)
    page.get_by_role("button", name="Italy").click()
    page.get_by_role("button", name="Close Who scores next?").click()
    expect(page.locator("[data-slot]")).to_have_count(0)
    page.wait_for_timeout(300)
    acts = [act for each in app.touchline.sent_by_viewers("interact") for act in each["interactions"]]
    assert [act["type"] for act in acts] == ["impression", "conversion", "dismissal"]
    assert {(act["componentId"], act["version"]) for act in acts} == {("poll-next-goal", 1)}
    assert {each["action"] for each in app.touchline.requests} == {"subscribe", "interact"}
