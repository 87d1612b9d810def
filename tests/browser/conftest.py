"""Fixtures: a real browser, and the built app in front of a scripted server."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from local.play.browser.chromium import launch_options
from local.play.browser.scripted_touchline import ScriptedTouchline
from local.play.demo.demo_match import NEXT_MATCHES, load_demo_feed
from local.play.feeds.bundled import TURKEY_ITALY_LINE_UPS
from local.play.replay.catalogue import publish_catalogue
from local.play.replay.personas import operators, personas
from local.play.replay.token_minter import TokenMinter
from local.play.web.programme import programme, statsbomb_squads
from local.play.web.sign_in import PersonaSignIn
from local.play.web.site import WebSite
from local.play.web.stream import LiveStream
from local.twin.twin import Twin
from tests.browser.app_rig import AppRig, Programme

EXPECT_MS = 30_000
"""How long to wait for what is expected: a busy machine may take longer than Playwright's five seconds."""


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        expect.set_options(timeout=EXPECT_MS)
        browser = playwright.chromium.launch(**launch_options())
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def twin() -> Iterator[Twin]:
    with Twin.start() as twin:
        publish_catalogue(twin)
        yield twin


@pytest.fixture(scope="package")
def running_app() -> Iterator[AppRig]:
    feed = load_demo_feed()
    clock = Programme(started_at=time.monotonic())
    off: list[str] = []
    statistics: list[dict[str, Any]] = []
    with (
        ScriptedTouchline() as touchline,
        WebSite(
            socket_url=touchline.url,
            programme=programme(
                feed.match, squads=statsbomb_squads(TURKEY_ITALY_LINE_UPS), fixtures=NEXT_MATCHES
            ),
            sign_in=PersonaSignIn(
                personas=personas(feed.match), minter=TokenMinter(issuer="https://issuer", audience="app")
            ),
            operators=PersonaSignIn(
                personas=operators(), minter=TokenMinter(issuer="https://issuer", audience="app")
            ),
            stream=LiveStream(clock.frame_content),
            statistics=lambda: {"updates": statistics},
            switched_off=lambda: off,
        ) as site,
    ):
        yield AppRig(site=site, touchline=touchline, programme=clock, off=off, statistics=statistics)


@pytest.fixture
def app(running_app: AppRig) -> AppRig:
    running_app.touchline.forget()
    running_app.off.clear()
    running_app.statistics.clear()
    return running_app


@pytest.fixture
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    """A large screen in dark colours, unless a test gives options of its own."""
    options = {"viewport": {"width": 1440, "height": 900}, "color_scheme": "dark"}
    context = browser.new_context(**{**options, **getattr(request, "param", {})})
    context.add_init_script(path=Path(__file__).with_name("shown.js"))
    yield context
    context.close()


@pytest.fixture
def open_app(app: AppRig, context: BrowserContext) -> Callable[..., Page]:
    """Open the app as a persona, `behind` seconds behind the live edge."""

    def open_as(viewer: str = "persona-giulia", behind: float = 3) -> Page:
        page = context.new_page()
        page.goto(f"{app.site.url}/?viewer={viewer}&behind={behind}")
        page.locator(".state.open").wait_for()
        return page

    return open_as
