"""Three viewers of the twin, each behind the live edge, see every goal once and never too early."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from domain.match import Score, Side
from domain.moment import Moment, MomentType
from lambdas.adapters.dynamo_matches import DynamoMatchStore
from local.play.demo.demo_match import load_demo_feed
from local.play.feeds.bundled import TURKEY_ITALY_LINE_UPS
from local.play.replay.personas import operators, personas
from local.play.replay.token_minter import TokenMinter
from local.play.web.programme import programme, statsbomb_squads
from local.play.web.sign_in import PersonaSignIn
from local.play.web.site import WebSite
from local.play.web.stream import LiveStream
from local.twin.twin import Twin
from tests.browser.app_rig import KICK_OFF, Programme, wait_for_picture
from tests.browser.deployed import announce, publish
from tests.browser.schedule_errors import BEHIND_SECONDS, error_ms, programme_time
from tests.support.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.twin]
MATCH = replace(load_demo_feed().match, id="no-spoilers", kick_off=KICK_OFF)
SPEED = 2.5
GOALS = 6
OFFLINE = 20
"""The viewer who is this many seconds behind loses the network during two of the goals."""


@dataclass
class TwinRig:
    """The twin's app, its programme, and a browser context and page per distance behind the live edge."""

    twin: Twin
    url: str
    programme: Programme
    contexts: dict[int, BrowserContext]
    pages: dict[int, Page] = field(default_factory=dict)

    def goal(self, number: int) -> datetime:
        """Publish a goal of the away team at the live edge, await its context, and return its time."""
        at = self.programme.now()
        now_ms = int(time.time() * 1000)
        moment = Moment(
            id=f"{MATCH.id}:GOAL:{number}",
            match_id=MATCH.id,
            type=MomentType.GOAL,
            signal_id=f"feed-{number}",
            period=1,
            clock_seconds=(at - KICK_OFF).total_seconds(),
            occurred_at=at,
            score=Score(away=number),
            side=Side.AWAY,
            received_at_ms=now_ms,
            detected_at_ms=now_ms,
        )
        publish(self.twin, moment)
        eventually(lambda: self._version() == number, f"version {number}")
        return at

    def _version(self) -> int:
        matches = DynamoMatchStore(self.twin.client("dynamodb"), self.twin.output("MatchesTableName"), _now)
        _, context, _ = matches.match_state(MATCH.id)
        return context.version if context else 0


@pytest.fixture
def rig(twin: Twin, browser: Browser) -> Iterator[TwinRig]:
    outputs = announce(twin, MATCH)
    minter = TokenMinter(issuer=outputs.token_issuer, audience=outputs.token_audience)
    clock = Programme(started_at=time.monotonic(), speed=SPEED)
    with (
        WebSite(
            socket_url=outputs.web_socket_url,
            programme=programme(MATCH, squads=statsbomb_squads(TURKEY_ITALY_LINE_UPS)),
            sign_in=PersonaSignIn(personas=personas(MATCH), minter=minter),
            operators=PersonaSignIn(personas=operators(), minter=minter),
            stream=LiveStream(clock.frame_content),
        ) as site,
        ExitStack() as open_contexts,
    ):
        contexts = {
            behind: open_contexts.enter_context(browser.new_context(viewport={"width": 1280, "height": 800}))
            for behind in BEHIND_SECONDS
        }
        rig = TwinRig(twin=twin, url=site.url, programme=clock, contexts=contexts)
        for behind, context in contexts.items():
            context.add_init_script(path=Path(__file__).with_name("shown.js"))
            page = rig.pages[behind] = context.new_page()
            page.goto(f"{site.url}/?viewer=persona-giulia&behind={behind / SPEED}")
        for page in rig.pages.values():
            page.locator(".state.open").wait_for(timeout=30_000)
            wait_for_picture(page)
        yield rig


def test_each_viewer_sees_every_goal_with_the_own_picture_in_spite_of_an_outage(rig: TwinRig) -> None:
    # WHEN goals fall, and one viewer has no network for some of them
    due: dict[int, datetime] = {}
    for number in range(1, GOALS + 1):
        due[number] = rig.goal(number)
        if number in (2, 4):
            rig.contexts[OFFLINE].set_offline(number == 2)
        time.sleep(1)
    for behind, page in rig.pages.items():
        page.wait_for_function(f"() => window.shown.some((each) => each.version === {GOALS})", timeout=90_000)
        # THEN each version is shown when the picture is there, once and in order
        seen = [each for each in page.evaluate("window.shown") if each["version"] > 0]
        first = {each["version"]: each for each in reversed(seen)}
        assert sorted(first) == list(range(1, GOALS + 1)), f"{behind} s behind"
        for slot in {each["slot"] for each in seen}:
            versions = [each["version"] for each in seen if each["slot"] == slot]
            assert versions == sorted(set(versions)), f"{behind} s behind, {slot}"
        early = min(error_ms(rig.url, due[each["version"]], each["picture"]) for each in seen)
        assert early > -1, f"{behind} s behind: {-early:.0f} ms too early"
    # AND a pause keeps the screen, and jumping back shows what was due there and nothing later
    page = rig.pages[5]
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(1_500)
    assert _score(page) == GOALS
    for _ in range(3):
        page.get_by_role("button", name="Back 10 s").click()
    page.wait_for_timeout(1_000)
    at, _ = programme_time(rig.url, float(page.evaluate("document.querySelector('video').currentTime")))
    assert _score(page) == sum(moment <= at for moment in due.values())


def _now() -> datetime:
    return datetime.now(UTC)


def _score(page: Page) -> int:
    """Return the away team's goals in the header."""
    return int(str(page.locator("[data-score]").get_attribute("data-score")).split("-")[1])
