"""What happens to the connection does not happen to the viewer."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page

from local.play.browser.messages import components, placement
from tests.browser.conftest import KICK_OFF, Night, picture_runs

pytestmark = pytest.mark.browser
BEFORE = KICK_OFF - timedelta(hours=1)


@pytest.fixture
def page(night: Night, watch: Callable[..., Page]) -> Page:
    page = watch()
    picture_runs(page)
    night.touchline.push(components(1, placement("poll-next-goal"), at=BEFORE))
    page.locator('[data-version="1"]').wait_for()
    return page


def _resumes(night: Night, page: Page) -> None:
    page.locator('[data-version="2"]').wait_for(timeout=40_000)
    assert night.touchline.sent_by_viewers("subscribe")[-1]["lastVersion"] == 1
    assert [each["version"] for each in page.evaluate("window.shown")] == [1, 2]


def test_it_resumes_when_the_server_was_restarted(night: Night, page: Page) -> None:
    night.touchline.stop()
    page.locator(".state.waiting, .state.connecting").first.wait_for()
    assert page.locator('[data-version="1"]').is_visible()
    night.touchline.push(components(2, placement("poll-next-goal"), at=BEFORE))
    night.touchline.start()
    _resumes(night, page)


def test_a_viewer_behind_sees_everything_that_fell_while_the_server_was_away(
    night: Night, watch: Callable[..., Page]
) -> None:
    # GIVEN a viewer six seconds of the programme behind the live edge
    page = watch(behind=6 / night.programme.speed)
    picture_runs(page)
    night.touchline.push(components(1, placement("poll-next-goal"), at=BEFORE))
    page.locator('[data-version="1"]').wait_for()
    # WHEN three moments fall while the connection is lost
    night.touchline.cut()
    at = night.programme.now()
    for version in (2, 3, 4):
        moment = components(version, placement("poll-next-goal"), at=at + timedelta(seconds=version))
        night.touchline.push(moment)
    # THEN each comes with the viewer's own picture, once and in order
    page.wait_for_function("() => window.shown.at(-1)?.version === 4", timeout=40_000)
    assert [each["version"] for each in page.evaluate("window.shown")] == [1, 2, 3, 4]


def test_it_resumes_when_the_gateway_closes_the_connection(night: Night, page: Page) -> None:
    night.touchline.cut()
    night.touchline.push(components(2, placement("poll-next-goal"), at=BEFORE))
    _resumes(night, page)


def test_it_resumes_when_the_network_was_gone(night: Night, context: BrowserContext, page: Page) -> None:
    context.set_offline(True)
    page.locator(".state.waiting, .state.connecting").first.wait_for()
    night.touchline.push(components(2, placement("poll-next-goal"), at=BEFORE))
    context.set_offline(False)
    _resumes(night, page)


def test_what_was_done_while_away_is_told_afterwards(
    night: Night, context: BrowserContext, page: Page
) -> None:
    context.set_offline(True)
    page.locator(".state.waiting, .state.connecting").first.wait_for()
    page.get_by_role("button", name="Nobody").click()
    context.set_offline(False)
    page.locator(".state.open").wait_for(timeout=40_000)
    page.wait_for_timeout(500)
    acts = [act for each in night.touchline.sent_by_viewers("interact") for act in each["interactions"]]
    assert [act["type"] for act in acts if act["type"] == "conversion"] == ["conversion"]
