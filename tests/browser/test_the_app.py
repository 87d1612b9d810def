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
