"""The whole demo in a real browser: a match is replayed through the twin to two personas.

What the terminal prints of one of them is what that persona's browser shows.
"""

import asyncio
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from domain.metrics import Metric
from domain.signal import Signal
from local.play.demo import observers
from local.play.demo.demo_match import load_demo_feed
from local.play.demo.observers import ClockedObserver, PrintingObserver
from local.play.demo.state import DemoState
from local.play.demo.tap_effect import TapEffect, control_of
from local.play.demo.training import train
from local.play.feeds.bundled import TURKEY_ITALY_LINE_UPS
from local.play.feeds.feed import Feed
from local.play.replay.pacing import constant
from local.play.replay.persona import Persona
from local.play.replay.persona_screen import Shown
from local.play.replay.personas import personas
from local.play.replay.plan import ReplayPlan
from local.play.replay.replay import replay
from local.play.web import clock as programme_clock
from local.play.web.clock import ProgrammeClock
from local.play.web.stream import LiveStream
from local.play.web.twin_site import twin_site
from local.twin.twin import Twin
from tests.browser.app_rig import screenshot, wait_for_picture
from tests.browser.schedule_errors import wait_for_distance
from tests.browser.screens import PrintedScreens, missing, record_screens, recorded_screens, second_of
from tests.support.waiting import eventually

pytestmark = [
    pytest.mark.browser,
    pytest.mark.twin,
    pytest.mark.lasting,
    # The training history is one large upload, and the twin runs in this process.
    pytest.mark.filterwarnings("default:Sending a large body:ResourceWarning"),
]
SPEED = 20.0
BEHIND_SECONDS = 10.0
"""How far behind the encoder the pictures are: further than the demo's, so that no version comes too late."""
ADULT, MINOR = "persona-giulia", "persona-luca"
LASTING_SECONDS = 1.0
"""A screen that is there for less may be one that is just changing: slots change one after another."""


def test_personas_see_different_components_and_the_terminal_prints_what_they_see(
    twin: Twin, context: BrowserContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (programme_clock, observers):
        monkeypatch.setattr(module, "BEHIND_SECONDS", BEHIND_SECONDS)
    # GIVEN a trained twin and two personas with the app open
    feed = load_demo_feed()
    train(twin, feed.match, personas(feed.match))
    feed = replace(feed, signals=around_the_first_goal(feed))
    clock = ProgrammeClock(
        match_id=feed.match.id,
        times=[signal.occurred_at for signal in feed.signals],
        pace=constant(SPEED),
        now=time.monotonic,
    )
    adult, *_ = personas(feed.match)
    printed = PrintedScreens(persona=adult.name, clock=clock)
    state = _state(feed, adult, clock)
    printer = PrintingObserver(state, printed.console())
    with twin_site(twin, feed, line_ups=TURKEY_ITALY_LINE_UPS, clock=clock) as site:
        reports: list[dict[str, Any]] = []
        playing = replay(twin, _plan(feed, adult, state.shown), ClockedObserver(printer, clock))
        match = threading.Thread(target=lambda: reports.append(asyncio.run(printer.follow(playing))))
        # The clock counts the second that a segment takes to come.
        behind = BEHIND_SECONDS - 1
        wait_for_distance(site.url, behind)
        pages = {
            viewer: _open(context, f"{site.url}/?viewer={viewer}&behind={behind}")
            for viewer in (ADULT, MINOR)
        }
        record_screens(pages[ADULT])
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
        # (the one whose screens are compared taps nothing: a tap changes what its own connection is sent)
        before = _engagements(twin)
        _engage(pages[MINOR])
        eventually(lambda: _engagements(twin) > before, "an engagement")
        match.join()
        ended = feed.signals[-1].occurred_at
        end = eventually(lambda: _reached(pages[ADULT], ended, site.stream), "the end of the match")
        on_terminal = printed.until(ended, site.stream)
        in_browser = recorded_screens(pages[ADULT], end)
    # AND the report has the goal
    (report,) = reports
    assert "OWN_GOAL" in {each["type"] for each in report["moments"]}
    assert report["match"]["score"] == [0, 1]
    # AND the browser shows every screen that the terminal prints, and no other
    # (a version that is late comes to each at a time of its own, so screens may be so much shorter)
    slowest_seconds = report["latency_ms"]["moment_to_screen"]["max"] / 1_000
    lasting = LASTING_SECONDS + max(0.0, slowest_seconds - BEHIND_SECONDS)
    assert missing(on_terminal, in_browser, seconds=lasting) == []
    assert missing(in_browser, on_terminal, seconds=lasting) == []


def around_the_first_goal(feed: Feed) -> tuple[Signal, ...]:
    """Return the kick-off, and the signals around the first goal, at 52:12 of the match.

    They last until the goal is over, and for longer than the time in which the app sells nothing after it.
    """
    return tuple(
        signal
        for signal in feed.signals
        if (entry := signal.match_event)
        and (
            (entry.period == 1 and entry.clock_seconds < 20)
            or (entry.period == 2 and 340 < entry.clock_seconds < 860)
        )
    )


def _state(feed: Feed, persona: Persona, clock: ProgrammeClock) -> DemoState:
    """Return the state of a terminal that prints the screens of one persona."""
    return DemoState(
        match=feed.match,
        signals=len(feed.signals),
        personas=(persona,),
        tap_effect=TapEffect(tapper=persona, control=control_of(persona)),
        picture=clock,
    )


def _reached(page: Page, programme_time: datetime, stream: LiveStream) -> float | None:
    """Return the second of the stream of a programme time, once the page's picture is there."""
    second = second_of(programme_time, stream)
    return second if page.evaluate("document.querySelector('video').currentTime") >= second else None


def _engage(page: Page) -> None:
    """Click the last button of a component: the first ones may only choose a stake or a size."""
    components = page.locator("[data-slot] .mounted").filter(has_not=page.locator("form"))
    components.filter(has=page.locator("button:enabled")).first.locator("button:enabled").last.click()


def _engagements(twin: Twin) -> float:
    kinds = (Metric.INTERACTIONS_CLICK, Metric.INTERACTIONS_CONVERSION)
    return sum(twin.metric_total(kind) for kind in kinds)


def _plan(feed: Feed, persona: Persona, shown: Callable[[Persona], Shown]) -> ReplayPlan:
    return ReplayPlan(
        match=feed.match,
        signals=feed.signals,
        specs=[],
        personas=[persona],
        pace=constant(SPEED),
        shown=shown,
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
