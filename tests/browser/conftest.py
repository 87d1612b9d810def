"""A real browser in front of the built app, with a scripted Touchline behind it."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from domain.match import Score
from local.play.browser.chromium import launch_options
from local.play.browser.scripted_touchline import ScriptedTouchline
from local.play.demo.demo_match import load_demo_feed
from local.play.feeds.bundled import TURKEY_ITALY_LINE_UPS
from local.play.replay.catalogue import publish_catalogue
from local.play.replay.personas import operators, personas
from local.play.replay.token_minter import TokenMinter
from local.play.web.clock import FrameContent
from local.play.web.programme import programme, statsbomb_squads
from local.play.web.sign_in import PersonaSignIn
from local.play.web.site import WebSite
from local.play.web.stream import LiveStream
from local.twin.twin import Twin
from paths import REPORTS_FOLDER

REPORTS = REPORTS_FOLDER / "browser"
KICK_OFF = datetime(2021, 6, 11, 19, 0, 0, tzinfo=UTC)


@dataclass
class Programme:
    """The programme's own time, which runs faster than the clock on the wall."""

    began_at: float
    speed: float = 2.0

    def now(self) -> datetime:
        return KICK_OFF + timedelta(seconds=(time.monotonic() - self.began_at) * self.speed)

    def frame_content(self) -> FrameContent:
        now = self.now()
        minutes, seconds = divmod(int((now - KICK_OFF).total_seconds()), 60)
        return FrameContent(programme_time=now, clock=f"{minutes}:{seconds:02d}", score=Score())


@dataclass
class Night:
    """The app, its server and its picture."""

    site: WebSite
    touchline: ScriptedTouchline
    programme: Programme
    off: list[str]


@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**launch_options())
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def twin() -> Iterator[Twin]:
    with Twin.start() as twin:
        publish_catalogue(twin)
        yield twin


@pytest.fixture(scope="package")
def house() -> Iterator[Night]:
    feed = load_demo_feed()
    clock = Programme(began_at=time.monotonic())
    off: list[str] = []
    with (
        ScriptedTouchline() as touchline,
        WebSite(
            socket_url=touchline.url,
            programme=programme(feed.match, squads=statsbomb_squads(TURKEY_ITALY_LINE_UPS)),
            sign_in=PersonaSignIn(
                personas=personas(feed.match), minter=TokenMinter(issuer="https://issuer", audience="app")
            ),
            operators=PersonaSignIn(
                personas=operators(), minter=TokenMinter(issuer="https://issuer", audience="app")
            ),
            stream=LiveStream(clock.frame_content),
            switched_off=lambda: off,
        ) as site,
    ):
        yield Night(site=site, touchline=touchline, programme=clock, off=off)


@pytest.fixture
def night(house: Night) -> Night:
    house.touchline.forget()
    house.off.clear()
    return house


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, color_scheme="dark")
    context.add_init_script(path=Path(__file__).with_name("shown.js"))
    yield context
    context.close()


@pytest.fixture
def watch(night: Night, context: BrowserContext) -> Callable[..., Page]:
    """Opens the app as a persona, `behind` seconds behind the live edge, once the picture runs."""

    def open_app(viewer: str = "persona-giulia", behind: float = 3) -> Page:
        page = context.new_page()
        page.goto(f"{night.site.url}/?viewer={viewer}&behind={behind}")
        page.locator(".state.open").wait_for()
        return page

    return open_app


def picture_runs(page: Page) -> None:
    """Wait until the picture is on the screen."""
    page.wait_for_function("() => document.querySelector('video')?.currentTime > 0", timeout=30_000)


def screenshot(page: Page, name: str) -> None:
    """Keep what the page looks like, for people to look at."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=REPORTS / f"{name}.png")
