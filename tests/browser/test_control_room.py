"""The control room in a real browser, in front of the twin: operators follow and control a match."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any, Literal

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from domain.match import Score, Side
from domain.moment import Moment, MomentType
from domain.signal import PostCounts, Signal, SignalKind
from local.play.demo.demo_match import load_demo_feed
from local.play.feeds.bundled import TURKEY_ITALY_LINE_UPS
from local.play.replay.pacing import constant
from local.play.replay.personas import personas
from local.play.replay.stack_outputs import StackOutputs
from local.play.replay.token_minter import TokenMinter
from local.play.web.clock import ProgrammeClock
from local.play.web.twin_site import twin_site
from local.twin.twin import Twin
from tests.browser.accessibility import violations
from tests.browser.app_rig import screenshot
from tests.browser.deployed import announce, publish
from tests.support.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.twin]
MATCH = replace(load_demo_feed().match, id="control-room-match")
FOLLOW = """({url, token, match}) => {
    window.messages = [];
    window.socket = new WebSocket(url, ['touchline.v1', token]);
    window.socket.onmessage = (message) => window.messages.push(JSON.parse(message.data));
    window.socket.onopen = () => window.socket.send(JSON.stringify({action: 'subscribe', matchId: match}));
}"""
TIMEOUT_MS = 30_000
FIRST_SEQUENCE = int((MATCH.kick_off + timedelta(hours=1)).timestamp())
"""Above the numbers that the twin's detector gives to the moments it finds in the posts."""


@dataclass
class Rig:
    """The twin with its web app and the viewers' sockets; publishes moments as the analytics do."""

    twin: Twin
    url: str
    control_room_url: str
    outputs: StackOutputs
    minter: TokenMinter
    viewers: list[Page] = field(default_factory=list)

    def publish_moment(self, minute: int, kind: MomentType = MomentType.GOAL, **changes: Any) -> str:
        """Publish a moment of the first half, and return its id."""
        at_ms = int(time.time() * 1000)
        fields: dict[str, Any] = {
            "id": f"{MATCH.id}:{kind.value}:{minute}",
            "match_id": MATCH.id,
            "type": kind,
            "signal_id": f"feed-{minute}",
            "period": 1,
            "clock_seconds": 60.0 * minute,
            "occurred_at": MATCH.kick_off + timedelta(minutes=minute),
            "score": Score(),
            "received_at_ms": at_ms - 9,
            "detected_at_ms": at_ms,
            "sequence": FIRST_SEQUENCE + minute,
            **changes,
        }
        moment = Moment(**fields)
        publish(self.twin, moment)
        return moment.id

    def put_posts(self) -> None:
        """Put half an hour of posts that become more and more negative."""
        records = []
        for minute in range(30):
            posts = PostCounts(
                interval_seconds=60,
                count=40 + (minute % 7) * 6 + (160 if minute in (12, 13, 24) else 0),
                sentiment_sum=(12 - minute) * 0.9,
                sentiment_count=20,
            )
            signal = Signal(
                id=f"posts-{minute}",
                match_id=MATCH.id,
                source="jetstream",
                kind=SignalKind.POSTS,
                occurred_at=MATCH.kick_off + timedelta(minutes=minute),
                posts=posts,
            )
            records.append({"Data": json.dumps(signal.to_dict()).encode(), "PartitionKey": MATCH.id})
        stream = self.twin.output("SignalsStreamName")
        self.twin.client("kinesis").put_records(StreamName=stream, Records=records)

    def follow(self, context: BrowserContext) -> None:
        """Subscribe each persona to the match, over a socket of the browser."""
        for persona in personas(MATCH):
            page = context.new_page()
            page.goto(f"{self.url}/config.json")
            token = self.minter.id_token(persona.traits)
            page.evaluate(FOLLOW, {"url": self.outputs.web_socket_url, "token": token, "match": MATCH.id})
            page.wait_for_function("() => window.messages.length > 0", timeout=TIMEOUT_MS)
            self.viewers.append(page)

    def received(self, moment_id: str) -> list[bool]:
        """Return for each viewer if a moment was received."""
        received = "id => window.messages.some((message) => message.moment?.id === id)"
        return [bool(page.evaluate(received, moment_id)) for page in self.viewers]

    def wait_until_all_receive(self, moment_id: str) -> None:
        """Wait until every viewer has received a moment."""
        received = "id => window.messages.some((message) => message.moment?.id === id)"
        for page in self.viewers:
            page.wait_for_function(received, arg=moment_id, timeout=TIMEOUT_MS)


@pytest.fixture(scope="module")
def rig(twin: Twin) -> Iterator[Rig]:
    feed = replace(load_demo_feed(), match=MATCH)
    outputs = announce(twin, MATCH)
    clock = ProgrammeClock(match_id=MATCH.id, times=[MATCH.kick_off], pace=constant(1), now=time.monotonic)
    with twin_site(twin, feed, line_ups=TURKEY_ITALY_LINE_UPS, clock=clock) as site:
        yield Rig(
            twin=twin,
            url=site.url,
            control_room_url=site.control_room_url,
            outputs=outputs,
            minter=TokenMinter(issuer=outputs.token_issuer, audience=outputs.token_audience),
        )


def test_an_operator_controls_a_match(rig: Rig, context: BrowserContext) -> None:
    # GIVEN viewers who follow a match, and an operator who signs in
    context.set_default_timeout(TIMEOUT_MS)
    rig.follow(context)
    desk = context.new_page()
    desk.goto(rig.control_room_url)
    expect(desk.get_by_role("button", name="Olga")).to_be_visible()
    screenshot(desk, "control-room-sign-in")
    assert violations(desk) == []
    desk.get_by_role("button", name="Olga").click()
    expect(desk.get_by_role("heading", name=f"{MATCH.home.name} 0–0 {MATCH.away.name}")).to_be_visible()
    # WHEN a goal falls THEN the timeline, the screens and the cohort table show it
    rig.put_posts()
    rig.publish_moment(1, MomentType.KICK_OFF)
    first = rig.publish_moment(12, score=Score(away=1), side=Side.AWAY, player="Ciro Immobile")
    expect(desk.locator(f'.timeline [data-moment="{first}"]')).to_be_visible()
    rig.wait_until_all_receive(first)
    expect(desk.locator('h1[data-score="0-1"]')).to_be_visible()
    desk.get_by_text("Each cohort").click()
    expect(desk.locator(".cohorts tbody tr").filter(has_text="Italy · 25-34 · IT · premium")).to_be_visible()
    # AND the verdict names what is wrong: no campaign serves here
    verdict = desk.get_by_role("region", name="Verdict")
    expect(verdict).to_contain_text("Degraded")
    expect(verdict).to_contain_text("of the screens are served without the recommender")
    # WHEN goals are held THEN the next one waits, and no viewer receives it
    desk.get_by_role("button", name="goal", exact=True).click()
    _command(desk, "Hold goal", "VAR is checking")
    expect(desk.locator(".state-line")).to_contain_text("On hold: goal")
    second = rig.publish_moment(24, score=Score(away=2), side=Side.AWAY, player="Lorenzo Insigne")
    expect(desk.locator(f'.moments li.held[data-moment="{second}"]')).to_be_visible()
    desk.wait_for_timeout(2_000)
    assert rig.received(second) == [False] * len(rig.viewers)
    desk.mouse.move(0, 0)
    screenshot(desk, "control-room-held")
    # UNTIL they are released
    _command(desk, "Release everything", "the goal stands")
    rig.wait_until_all_receive(second)
    expect(desk.locator('h1[data-score="0-2"]')).to_be_visible()
    # WHEN a moment is injected THEN viewers receive it
    inject = desk.get_by_role("region", name="Inject")
    inject.get_by_label("Moment").select_option("INJURY")
    inject.get_by_role("button", name="Inject").click()
    expect(inject.get_by_role("alert")).to_have_text("Choose the team that it is for.")
    inject.get_by_role("button", name=MATCH.home.name).click()
    _command(desk, "Inject", "the feed is silent")
    expect(desk.locator(".moments li").filter(has_text="injury")).to_be_visible()
    injected = str(desk.locator(".moments li").filter(has_text="injury").get_attribute("data-moment"))
    assert ":INJURY:operator-" in injected
    rig.wait_until_all_receive(injected)
    # WHEN a shown component is frozen THEN it leaves every screen
    shown = desk.locator(".cohorts .plain").first
    frozen, title = str(shown.get_attribute("data-freezes")), shown.inner_text()
    shown.click()
    _confirm(desk, "the partner asked for it")
    expect(desk.get_by_role("button", name=f"{title} · thaw")).to_be_visible()
    version = desk.locator("[data-version]").get_attribute("data-version")
    for page in rig.viewers:
        page.wait_for_function(
            "([id, version]) => { const newest = window.messages.filter((each) => each.type === 'components')"
            ".reduce((a, b) => (b.version > a.version ? b : a)); return newest.version >= version &&"
            " newest.frozen?.includes(id) &&"
            " ![...newest.placements, ...newest.alternatives].some((each) => each.componentId === id); }",
            arg=[frozen, int(str(version))],
            timeout=TIMEOUT_MS,
        )
    # WHEN it is thawed THEN it can be chosen again, in a newer version
    desk.get_by_role("button", name=f"{title} · thaw").click()
    _confirm(desk, "the partner is well again")
    expect(desk.get_by_role("button", name=f"{title} · thaw")).to_have_count(0)
    newer = "version => window.messages.some((each) => each.version > version && !each.frozen)"
    for page in rig.viewers:
        page.wait_for_function(newer, arg=int(str(version)), timeout=TIMEOUT_MS)
    # WHEN the moment on the screens is cancelled THEN it leaves them, and the list says so
    desk.locator(f'.moments li[data-moment="{injected}"]').get_by_role("button", name="Cancel injury").click()
    _confirm(desk, "nobody is hurt")
    expect(desk.locator(f'.moments li.cancelled[data-moment="{injected}"]')).to_be_visible()
    for page in rig.viewers:
        page.wait_for_function(
            "id => window.messages.filter((each) => each.type === 'components')"
            ".reduce((a, b) => (b.version > a.version ? b : a)).moment?.id !== id",
            arg=injected,
            timeout=TIMEOUT_MS,
        )
    # WHEN an operator corrects the score with the steppers THEN the command is executed
    correct = desk.get_by_role("region", name="Correct")
    correct.get_by_role("button", name=f"One more goal for {MATCH.home.name}").click()
    _command(desk, "Correct the score", "the feed has lost a goal")
    expect(desk.get_by_role("dialog")).to_have_count(0)
    # AND a viewer's command is refused
    viewer = rig.viewers[0]
    command = {
        "action": "operate",
        "requestId": "x",
        "matchId": MATCH.id,
        "command": "hold",
        "reason": "mine",
    }
    viewer.evaluate("command => window.socket.send(JSON.stringify(command))", command)
    viewer.wait_for_function("() => window.messages.some((each) => each.code === 'FORBIDDEN')")
    # AND the audit log has each operator, command and reason
    desk.reload()
    desk.get_by_role("button", name="Jan").click()
    audit = desk.locator(".audit tbody tr[data-outcome=done]").filter(has_text="operator-olga")
    for words in (
        "hold",
        "release",
        "inject",
        "correct score",
        f"freeze {title}",
        f"thaw {title}",
        "cancel injury",
    ):
        expect(audit.filter(has_text=words).first).to_be_visible()
    expect(audit.filter(has_text="VAR is checking")).to_be_visible()
    # AND the refused viewer has added no line to it
    expect(desk.locator(".audit tr").filter(has_text="persona-giulia")).to_have_count(0)
    expect(desk.locator(".steps tbody tr").filter(has_text="post")).not_to_contain_text("·")
    desk.evaluate("scrollTo(0, 0)")
    screenshot(desk, "control-room")
    assert violations(desk) == []
    # AND the page fits and can be read in light colours, and on a phone
    _look_at(desk, "control-room-light", scheme="light", width=1440)
    _look_at(desk, "control-room-phone", scheme="dark", width=390)
    _look_at(desk, "control-room-phone-light", scheme="light", width=390)


def test_a_viewer_is_refused_in_the_control_room(rig: Rig, context: BrowserContext) -> None:
    page = context.new_page()
    # The viewers' sign-in in place of the operators'.
    page.route(
        f"{rig.control_room_url}/personas**",
        lambda route: route.continue_(url=route.request.url.replace(rig.control_room_url, rig.url)),
    )
    page.goto(rig.control_room_url)
    page.get_by_role("button", name="Emre").click()
    expect(page.get_by_role("heading", name="Not for everybody")).to_be_visible(timeout=TIMEOUT_MS)


def test_a_keyboard_is_enough_to_hold_and_escape_cancels(rig: Rig, context: BrowserContext) -> None:
    page = context.new_page()
    page.goto(rig.control_room_url)
    page.get_by_role("button", name="Jan").press("Enter")
    page.get_by_role("button", name="Hold every moment").press("Enter", timeout=TIMEOUT_MS)
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("button", name="Hold every moment").press("Enter")
    page.keyboard.type("a fight in the stands")
    page.keyboard.press("Enter")
    expect(page.locator(".state-line")).to_contain_text("On hold: every moment", timeout=TIMEOUT_MS)


def _look_at(desk: Page, name: str, *, scheme: Literal["dark", "light"], width: int) -> None:
    desk.emulate_media(color_scheme=scheme)
    desk.set_viewport_size({"width": width, "height": 900})
    eventually(
        lambda: desk.evaluate("document.documentElement.scrollWidth") <= width, f"a page of {width} pixels"
    )
    screenshot(desk, name)
    assert violations(desk) == [], name


def _command(desk: Page, button: str, reason: str) -> None:
    desk.get_by_role("button", name=button, exact=True).click()
    _confirm(desk, reason)


def _confirm(desk: Page, reason: str) -> None:
    dialog = desk.get_by_role("dialog")
    dialog.get_by_label("Reason").fill(reason)
    dialog.get_by_role("button", name="Do it").click()
    expect(dialog).to_have_count(0)
