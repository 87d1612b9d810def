"""The app of a running twin on the pages of several viewers, each at a distance behind the live edge."""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page

from domain.match import Match, Score, Side
from domain.moment import Moment, MomentType
from lambdas.adapters.dynamo_matches import DynamoMatchStore
from local.play.demo.demo_match import load_demo_feed
from local.play.feeds.bundled import TURKEY_ITALY_LINE_UPS
from local.play.replay.personas import operators, personas
from local.play.replay.token_minter import TokenMinter
from local.play.web.app_delivery import delivery_origins, delivery_settings
from local.play.web.programme import programme, statsbomb_squads
from local.play.web.sign_in import PersonaSignIn
from local.play.web.site import WebSite
from local.play.web.stream import LiveStream
from local.twin.twin import Twin
from tests.browser.app_rig import KICK_OFF, Programme, wait_for_picture
from tests.browser.deployed import announce, publish
from tests.browser.schedule_errors import EARLY_MS, error_ms, wait_for_distance
from tests.support.waiting import eventually

SPEED = 2.5


@dataclass
class TwinRig:
    """The twin's app, its programme, and a browser context and page per distance behind the live edge."""

    twin: Twin
    match: Match
    url: str
    programme: Programme
    contexts: dict[int, BrowserContext]
    pages: dict[int, Page] = field(default_factory=dict)

    def goal(self, number: int) -> datetime:
        """Publish a goal of the away team at the live edge, await its context, and return its time."""
        at = self.programme.now()
        now_ms = int(time.time() * 1000)
        moment = Moment(
            id=f"{self.match.id}:GOAL:{number}",
            match_id=self.match.id,
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

    def wait_until_shown(self, behind: int, number: int) -> None:
        """Wait until the page so many seconds behind the live edge has shown a goal."""
        shown = "number => window.shown.some((each) => each.version >= number)"
        self.pages[behind].wait_for_function(shown, arg=number, timeout=60_000)

    def _version(self) -> int:
        matches = DynamoMatchStore(self.twin.client("dynamodb"), self.twin.output("MatchesTableName"), _now)
        _, context, _ = matches.match_state(self.match.id)
        return context.version if context else 0


@contextmanager
def twin_rig(twin: Twin, browser: Browser, match_id: str, behind_seconds: Sequence[int]) -> Iterator[TwinRig]:
    """Announce a match, and open a page for each distance, once its picture is on the screen."""
    match = replace(load_demo_feed().match, id=match_id, kick_off=KICK_OFF)
    outputs = announce(twin, match)
    minter = TokenMinter(issuer=outputs.token_issuer, audience=outputs.token_audience)
    clock = Programme(started_at=time.monotonic(), speed=SPEED)
    with (
        WebSite(
            socket_url=outputs.web_socket_url,
            programme=programme(match, squads=statsbomb_squads(TURKEY_ITALY_LINE_UPS)),
            sign_in=PersonaSignIn(personas=personas(match), minter=minter),
            operators=PersonaSignIn(personas=operators(), minter=minter),
            stream=LiveStream(clock.frame_content),
            statistics=lambda: {"updates": []},
            delivery=delivery_settings(outputs),
            delivery_origins=delivery_origins(outputs),
        ) as site,
        ExitStack() as open_contexts,
    ):
        contexts = {
            behind: open_contexts.enter_context(browser.new_context(viewport={"width": 1280, "height": 800}))
            for behind in behind_seconds
        }
        rig = TwinRig(twin=twin, match=match, url=site.url, programme=clock, contexts=contexts)
        for behind, context in contexts.items():
            context.add_init_script(path=Path(__file__).with_name("shown.js"))
            wait_for_distance(site.url, behind / SPEED)
            page = rig.pages[behind] = context.new_page()
            page.goto(f"{site.url}/?viewer=persona-giulia&behind={behind / SPEED}")
        for page in rig.pages.values():
            page.locator(".state.open").wait_for(timeout=60_000)
            wait_for_picture(page)
        yield rig


def assert_each_version_is_shown_in_time(rig: TwinRig, due: dict[int, datetime]) -> None:
    """Wait until every page shows the last version; each was shown with its picture, once and in order."""
    last = max(due)
    for behind, page in rig.pages.items():
        page.wait_for_function(f"() => window.shown.some((each) => each.version === {last})", timeout=90_000)
        seen = [each for each in page.evaluate("window.shown") if each["version"] > 0]
        first = {each["version"]: each for each in reversed(seen)}
        assert sorted(first) == sorted(due), f"{behind} s behind: {sorted(first)}"
        for slot in {each["slot"] for each in seen}:
            versions = [each["version"] for each in seen if each["slot"] == slot]
            assert versions == sorted(set(versions)), f"{behind} s behind, {slot}"
        errors = [error_ms(rig.url, due[each["version"]], each["picture"]) for each in seen]
        assert min(errors) > -EARLY_MS, f"{behind} s behind: {errors}"


def _now() -> datetime:
    return datetime.now(UTC)
