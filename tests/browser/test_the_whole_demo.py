"""The whole demo in a real browser: a match is replayed through the twin to two personas."""

import asyncio
import threading
import time
from dataclasses import replace

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from domain.metrics import Metric
from domain.moment import Moment
from domain.signal import Signal
from local.play.demo.demo_match import load_demo_feed
from local.play.demo.training import train
from local.play.feeds.bundled import TURKEY_ITALY_LINE_UPS
from local.play.feeds.feed import Feed
from local.play.replay.persona import Message, Persona
from local.play.replay.personas import personas
from local.play.replay.plan import ReplayPlan
from local.play.replay.replay import replay
from local.play.web.clock import ProgrammeClock
from local.play.web.twin_site import twin_site
from local.twin.twin import Twin
from tests.browser.app_rig import screenshot, wait_for_picture
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.browser,
    pytest.mark.twin,
    # The training history is one large upload, and the twin runs in this process.
    pytest.mark.filterwarnings("default:Sending a large body:ResourceWarning"),
]
SPEED = 15.0
ADULT, MINOR = "persona-giulia", "persona-luca"


class ClockObserver:
    """Moves the programme clock with the replay."""

    def __init__(self, clock: ProgrammeClock) -> None:
        self.signal_posted = clock.signal_posted

    def moment_published(self, moment: Moment) -> None: ...

    def message_shown(self, persona: Persona, message: Message) -> None: ...


def test_two_personas_see_different_components_after_a_goal(twin: Twin, context: BrowserContext) -> None:
    # GIVEN a trained twin and two personas with the app open
    feed = load_demo_feed()
    train(twin, feed.match, personas(feed.match))
    feed = replace(feed, signals=around_the_first_goal(feed))
    clock = ProgrammeClock(begins_at=feed.signals[0].occurred_at, speed=SPEED, now=time.monotonic)
    with twin_site(twin, feed, line_ups=TURKEY_ITALY_LINE_UPS, clock=clock) as site:
        match = threading.Thread(target=asyncio.run, args=(replay(twin, _plan(feed), ClockObserver(clock)),))
        pages = {viewer: _open(context, f"{site.url}/?viewer={viewer}") for viewer in (ADULT, MINOR)}
        # WHEN the match is replayed
        match.start()
        # THEN both screens show the goal, and different components
        for viewer, page in pages.items():
            expect(page.locator('[data-score="0-1"]')).to_be_visible(timeout=120_000)
            page.bring_to_front()
            expect(page.locator("[data-slot]").first).to_be_visible()
            screenshot(page, f"goal-{viewer}")
        assert _shown(pages[ADULT]) != _shown(pages[MINOR])
        # AND their interactions are recorded
        eventually(lambda: twin.metric_total(Metric.INTERACTIONS_IMPRESSION) > 0, "an impression")
        before = _engagements(twin)
        _engage(pages[ADULT])
        eventually(lambda: _engagements(twin) > before, "an engagement")
        match.join()


def around_the_first_goal(feed: Feed) -> tuple[Signal, ...]:
    """Return the kick-off, and the signals around the first goal, at 52:12 of the match."""
    return tuple(
        signal
        for signal in feed.signals
        if (entry := signal.match_event)
        and (
            (entry.period == 1 and entry.clock_seconds < 20)
            or (entry.period == 2 and 370 < entry.clock_seconds < 620)
        )
    )


def _engage(page: Page) -> None:
    """Click the last button of a component: the first ones may only choose a stake or a size."""
    components = page.locator("[data-slot] .mounted").filter(has_not=page.locator("form"))
    components.filter(has=page.locator("button:enabled")).first.locator("button:enabled").last.click()


def _engagements(twin: Twin) -> float:
    kinds = (Metric.INTERACTIONS_CLICK, Metric.INTERACTIONS_CONVERSION)
    return sum(twin.metric_total(kind) for kind in kinds)


def _plan(feed: Feed) -> ReplayPlan:
    return ReplayPlan(
        match=feed.match,
        signals=feed.signals,
        specs=[],
        personas=personas(feed.match)[:1],
        speed=SPEED,
        provider="statsbomb",
        engine="embedded",
    )


def _open(context: BrowserContext, url: str) -> Page:
    page = context.new_page()
    page.goto(url)
    wait_for_picture(page)
    return page


def _shown(page: Page) -> set[str]:
    return {each["component"] for each in page.evaluate("window.shown")}
