"""The built app in Chromium, with a live stream and a scripted server."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from playwright.sync_api import Browser, sync_playwright

from domain.match import Score
from local.play.browser.chromium import launch_options
from local.play.browser.messages import components, placement
from local.play.browser.scripted_touchline import ScriptedTouchline
from local.play.demo.demo_match import load_demo_feed
from local.play.feeds.bundled import TURKEY_ITALY_LINE_UPS
from local.play.replay.personas import operators, personas
from local.play.replay.token_minter import TokenMinter
from local.play.web.clock import FrameContent
from local.play.web.programme import programme, statsbomb_squads
from local.play.web.sign_in import PersonaSignIn
from local.play.web.site import WebSite
from local.play.web.stream import LiveStream

KICK_OFF = datetime(2021, 6, 11, 19, 0, 0, tzinfo=UTC)
COMPONENTS = ("poll-next-goal", "win-probability", "player-card-scorer", "feed-fans")


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """A network connection that Chromium emulates."""

    name: str
    latency_ms: float
    down_bytes_per_second: float
    up_bytes_per_second: float


SLOW_4G = Network(
    name="slow 4G", latency_ms=150, down_bytes_per_second=1.6e6 / 8, up_bytes_per_second=750e3 / 8
)
"""Lighthouse's mobile throttling: https://github.com/GoogleChrome/lighthouse/blob/main/docs/throttling.md"""
_SHOWN = """() => new Promise((resolve) => {
    const found = () => document.querySelector("[data-component] .remote") && resolve(performance.now());
    new MutationObserver(found).observe(document, {subtree: true, childList: true});
    found();
})"""


@contextmanager
def running_app() -> Iterator[tuple[Browser, str]]:
    """Yield a browser and the app's URL for a signed-in viewer, with components to show."""
    began = time.monotonic()
    feed = load_demo_feed()
    minter = TokenMinter(issuer="https://issuer", audience="app")

    def frame_content() -> FrameContent:
        passed = timedelta(seconds=time.monotonic() - began)
        return FrameContent(programme_time=KICK_OFF + passed, clock="0:00", score=Score())

    with (
        ScriptedTouchline() as touchline,
        WebSite(
            socket_url=touchline.url,
            programme=programme(feed.match, squads=statsbomb_squads(TURKEY_ITALY_LINE_UPS)),
            sign_in=PersonaSignIn(personas=personas(feed.match), minter=minter),
            operators=PersonaSignIn(personas=operators(), minter=minter),
            stream=LiveStream(frame_content),
            statistics=lambda: {"updates": []},
        ) as site,
        sync_playwright() as playwright,
    ):
        touchline.push(components(1, *map(placement, COMPONENTS), at=KICK_OFF - timedelta(hours=1)))
        browser = playwright.chromium.launch(**launch_options())
        time.sleep(5)  # lets the stream have segments to join
        yield browser, f"{site.url}/?viewer=persona-giulia"
        browser.close()


def first_placement_ms(browser: Browser, url: str, network: Network | None) -> float:
    """Return the time from navigation to the first component, with an empty cache."""
    context = browser.new_context(viewport={"width": 390, "height": 844})
    page = context.new_page()
    if network is not None:
        session = context.new_cdp_session(page)
        session.send("Network.enable")
        session.send(
            "Network.emulateNetworkConditions",
            {
                "offline": False,
                "latency": network.latency_ms,
                "downloadThroughput": network.down_bytes_per_second,
                "uploadThroughput": network.up_bytes_per_second,
            },
        )
    page.goto(url, wait_until="commit")
    shown = float(page.evaluate(_SHOWN))
    context.close()
    return shown
