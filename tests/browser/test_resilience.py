"""A lost connection loses the viewer nothing."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import BrowserContext, Page, Route

from local.play.browser.messages import components, placement
from tests.browser.app_rig import BEFORE, AppRig, wait_for_picture
from tests.browser.schedule_errors import wait_for_distance

pytestmark = pytest.mark.browser
BEHIND = 12
"""Seconds of video."""


@pytest.fixture
def page(app: AppRig, open_app: Callable[..., Page]) -> Page:
    page = open_app()
    wait_for_picture(page)
    app.touchline.push(components(1, placement("poll-next-goal"), at=BEFORE))
    page.locator('[data-version="1"]').wait_for()
    return page


def assert_resumed(app: AppRig, page: Page) -> None:
    page.locator('[data-version="2"]').wait_for(timeout=90_000)
    assert app.touchline.sent_by_viewers("subscribe")[-1]["lastVersion"] == 1
    assert [each["version"] for each in page.evaluate("window.shown")] == [1, 2]


def test_the_app_resumes_after_a_restart_of_the_server(app: AppRig, page: Page) -> None:
    app.touchline.stop()
    page.locator(".state.waiting, .state.connecting").first.wait_for()
    assert page.locator('[data-version="1"]').is_visible()
    app.touchline.push(components(2, placement("poll-next-goal"), at=BEFORE))
    app.touchline.start()
    assert_resumed(app, page)


def test_a_viewer_behind_live_sees_every_moment_of_an_outage(
    app: AppRig, open_app: Callable[..., Page]
) -> None:
    # GIVEN a viewer further behind the live edge than a new connection takes, with all its attempts
    wait_for_distance(app.site.url, BEHIND)
    page = open_app(behind=BEHIND)
    wait_for_picture(page)
    app.touchline.push(components(1, placement("poll-next-goal"), at=BEFORE))
    page.locator('[data-version="1"]').wait_for()
    # WHEN three moments fall while the connection is lost
    app.touchline.cut()
    at = app.programme.now()
    for version in (2, 3, 4):
        moment = components(version, placement("poll-next-goal"), at=at + timedelta(seconds=version))
        app.touchline.push(moment)
    # THEN each is shown with the viewer's own picture, once and in order
    page.wait_for_function("() => window.shown.at(-1)?.version === 4", timeout=90_000)
    assert [each["version"] for each in page.evaluate("window.shown")] == [1, 2, 3, 4]


def test_the_app_resumes_after_the_gateway_closes_the_connection(app: AppRig, page: Page) -> None:
    app.touchline.cut()
    app.touchline.push(components(2, placement("poll-next-goal"), at=BEFORE))
    assert_resumed(app, page)


def test_the_app_resumes_after_a_loss_of_network(app: AppRig, context: BrowserContext, page: Page) -> None:
    context.set_offline(True)
    page.locator(".state.waiting, .state.connecting").first.wait_for()
    app.touchline.push(components(2, placement("poll-next-goal"), at=BEFORE))
    context.set_offline(False)
    assert_resumed(app, page)


def test_a_stream_and_a_programme_that_come_late_are_loaded(
    app: AppRig, context: BrowserContext, open_app: Callable[..., Page]
) -> None:
    # GIVEN the programme file and the manifest of the stream are missing at first
    missing = {"**/matches/*.json": 2, "**/live.m3u8": 3}

    def answer(pattern: str) -> Callable[[Route], None]:
        def handle(route: Route) -> None:
            missing[pattern] -= 1
            if missing[pattern] >= 0:
                route.fulfill(status=404)
            else:
                route.fallback()

        return handle

    for pattern in missing:
        context.route(pattern, answer(pattern))
    # WHEN they are published THEN the app starts, and the picture too
    wait_for_picture(open_app())
    assert max(missing.values()) < 0


def test_interactions_while_offline_are_sent_afterwards(
    app: AppRig, context: BrowserContext, page: Page
) -> None:
    context.set_offline(True)
    page.locator(".state.waiting, .state.connecting").first.wait_for()
    page.get_by_role("button", name="Nobody").click()
    context.set_offline(False)
    page.locator(".state.open").wait_for(timeout=90_000)
    app.wait_for_report("conversion")
    page.wait_for_timeout(500)
    assert [act["type"] for act in app.reported() if act["type"] == "conversion"] == ["conversion"]
