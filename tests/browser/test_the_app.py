"""The app in a real browser."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import KICK_OFF, Night, picture_runs, screenshot
from tests.browser.messages import components, placement

pytestmark = pytest.mark.browser
ALL = (
    "poll-next-goal", "quiz-rules", "win-probability", "prediction-next-goal", "player-card-scorer",
    "shirt-home", "food-pizza", "feed-fans", "chat-friends", "advert-car",
)  # fmt: skip


def test_every_component_of_the_catalogue_comes_alive(night: Night, watch: Callable[..., Page]) -> None:
    page = watch()
    picture_runs(page)
    for version, component in enumerate(ALL, start=1):
        night.touchline.push(components(version, placement(component), at=KICK_OFF - timedelta(hours=1)))
        region = page.locator(f'[data-component="{component}"]')
        expect(region).to_be_visible()
        expect(region.locator(".remote > *").or_(region.locator("button")).first).to_be_visible()
        screenshot(page, f"component-{component}")


def test_what_a_viewer_does_comes_back(night: Night, watch: Callable[..., Page]) -> None:
    page = watch()
    picture_runs(page)
    night.touchline.push(components(1, placement("poll-next-goal"), at=KICK_OFF - timedelta(hours=1)))
    page.locator('[data-version="1"]').wait_for()
    page.wait_for_timeout(3500)
    page.get_by_role("button", name="Italy").click()
    page.get_by_role("button", name="Close Who scores next?").click()
    expect(page.locator("[data-slot]")).to_have_count(0)
    page.wait_for_timeout(300)
    acts = [act for each in night.touchline.sent_by_viewers("interact") for act in each["interactions"]]
    assert [act["type"] for act in acts] == ["impression", "conversion", "dismissal"]
    assert {(act["componentId"], act["version"]) for act in acts} == {("poll-next-goal", 1)}
    assert night.touchline.sent_by_viewers("sync")
