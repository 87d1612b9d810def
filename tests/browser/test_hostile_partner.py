"""A hostile partner in a real browser: it gets nothing, sends nothing, and the shell works on."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, Route, expect

from local.play.browser.messages import components, placement
from tests.browser.app_rig import BEFORE, AppRig, wait_for_picture
from tests.browser.partners import hash_of

pytestmark = pytest.mark.browser
BUNDLE = Path(__file__).with_name("hostile.js")
URL = "/remotes/hostile/remoteEntry.js"
LEAK = "http://leak.example/taken"
SHOW, TRY_EVERYTHING, REPORT_CLICKS, STEAL_FOCUS, FLOOD, LEAVE = range(5, 11)
"""The versions on which the bundle acts."""


class Hostile:
    """A page of the app with the hostile partner, and what left the browser."""

    def __init__(self, app: AppRig, page: Page) -> None:
        self.app = app
        self.page = page
        self.left: list[str] = []
        targets = {"app": app.site.url, "socket": app.touchline.url, "leak": LEAK}
        self._source = BUNDLE.read_text().replace('"TARGETS"', json.dumps(targets))
        page.context.route("**/leak.example/**", self._leaked)
        page.context.on("page", lambda opened: self.left.append(f"popup {opened.url}"))
        page.on("download", lambda download: self.left.append(f"download {download.url}"))
        page.on("dialog", lambda dialog: self.left.append(f"dialog {dialog.message}"))
        page.route(f"**{URL}*", self._answer)

    def push(self, version: int) -> None:
        """Place the partner, with a replacement and a neighbour."""
        hostile = placement("poll-next-goal", url=URL, integrity=hash_of(self._source), isolation="frame")
        self.app.touchline.push(
            components(
                version,
                {**hostile, "componentId": "hostile"},
                placement("win-probability"),
                at=BEFORE,
                alternatives=(placement("chat-friends"),),
            )
        )

    def push_until(self, version: int, said: str) -> None:
        """Place the partner, and wait until it says this on the console: to ask it would be a gesture."""
        with self.page.expect_console_message(lambda message: message.text == said, timeout=60_000):
            self.push(version)

    def show(self) -> Frame:
        """Place the partner, and return its frame once it is ready."""
        self.push(SHOW)
        expect(self.page.locator("iframe.partner")).to_have_attribute("data-state", "ready")
        return next(each for each in self.page.frames if each.url.endswith("/frame.html"))

    def reported(self) -> list[tuple[str, str]]:
        """Return type and component of what the shell reported as the viewer's, without impressions."""
        reported = self.app.reported()
        return [(each["type"], each["componentId"]) for each in reported if each["type"] != "impression"]

    def _answer(self, route: Route) -> None:
        headers = {"Access-Control-Allow-Origin": "*", "Content-Type": "text/javascript"}
        route.fulfill(body=self._source, headers=headers)

    def _leaked(self, route: Route) -> None:
        self.left.append(route.request.url)
        route.fulfill(body="")


@pytest.fixture
def hostile(app: AppRig, open_app: Callable[..., Page]) -> Hostile:
    page = open_app()
    wait_for_picture(page)
    return Hostile(app, page)


def test_nothing_that_a_hostile_partner_tries_succeeds(hostile: Hostile) -> None:
    page, address = hostile.page, hostile.page.url
    page.evaluate("localStorage.setItem('touchline.secret', 'a token')")
    connections = len(hostile.app.touchline.tokens)
    frame = hostile.show()
    # WHEN it tries everything, while the viewer does nothing
    hostile.push_until(TRY_EVERYTHING, "has tried everything")
    page.wait_for_timeout(500)
    # THEN each attempt was made, and refused
    outcomes = frame.evaluate("outcomes")
    assert outcomes.pop("end") == "refused"
    succeeded = {name: each for name, each in outcomes.items() if not each.startswith("refused")}
    print(
        json.dumps({"figure": "hostile_attempts_that_succeed", "value": len(succeeded), "of": len(outcomes)})
    )
    assert succeeded == {}
    assert len(outcomes) == frame.evaluate("attempts")
    assert frame.evaluate("forged") > 10
    # AND nothing left the browser, and nobody acted as the viewer
    assert (hostile.left, page.url) == ([], address)
    assert len(hostile.app.touchline.tokens) == connections
    assert hostile.reported() == []
    # AND the shell works on, with its neighbour, and with a frame of a bounded height
    box = page.locator("iframe.partner").bounding_box()
    assert box
    assert box["height"] <= 720
    expect(page.locator('[data-component="win-probability"]')).to_be_visible()
    # WHEN the viewer presses the partner's button, THEN the click is reported, for what is shown
    hostile.push_until(REPORT_CLICKS, "listens to clicks")
    page.frame_locator("iframe.partner").get_by_role("button").click()
    hostile.app.wait_for_report("click")
    page.wait_for_timeout(500)
    assert hostile.reported() == [("click", "hostile")]


def test_a_click_on_the_shell_is_none_on_a_partner_that_takes_the_focus(hostile: Hostile) -> None:
    hostile.show()
    hostile.page.get_by_role("button", name="Pause").click()
    hostile.push_until(STEAL_FOCUS, "has the focus")
    hostile.page.wait_for_timeout(1_500)
    assert hostile.reported() == []
    assert hostile.page.evaluate("document.activeElement.className") == "partner"


@pytest.mark.parametrize("attack", [FLOOD, LEAVE])
def test_a_partner_that_floods_or_leaves_is_replaced(hostile: Hostile, attack: int) -> None:
    hostile.show()
    hostile.push(attack)
    expect(hostile.page.locator('[data-component="chat-friends"]')).to_be_visible()
    assert hostile.left == []
    expect(hostile.page.locator('[data-component="win-probability"]')).to_be_visible()
