"""The app in a browser: its rig, and what tests do with its page."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.sync_api import Page

from domain.match import Score
from local.play.browser.scripted_touchline import ScriptedTouchline
from local.play.web.clock import FrameContent
from local.play.web.site import WebSite
from paths import REPORTS_FOLDER
from tests.support.waiting import eventually

REPORTS = REPORTS_FOLDER / "browser"
KICK_OFF = datetime(2021, 6, 11, 19, 0, 0, tzinfo=UTC)
BEFORE = KICK_OFF - timedelta(hours=1)


@dataclass
class Programme:
    """Programme time, which runs faster than wall-clock time."""

    started_at: float
    speed: float = 2.0

    def now(self) -> datetime:
        return KICK_OFF + timedelta(seconds=(time.monotonic() - self.started_at) * self.speed)

    def frame_content(self) -> FrameContent:
        now = self.now()
        minutes, seconds = divmod(int((now - KICK_OFF).total_seconds()), 60)
        return FrameContent(programme_time=now, clock=f"{minutes}:{seconds:02d}", score=Score())


@dataclass
class AppRig:
    """The app, its scripted server, its video stream and the statistics of its match, oldest first.

    `off` lists the components switched off.
    """

    site: WebSite
    touchline: ScriptedTouchline
    programme: Programme
    off: list[str]
    statistics: list[dict[str, Any]]

    def reported(self) -> list[dict[str, Any]]:
        """Return every interaction that viewers have reported."""
        requests = self.touchline.sent_by_viewers("interact")
        return [each for request in requests for each in request["interactions"]]

    def wait_for_report(self, kind: str, count: int = 1) -> None:
        """Wait until viewers have reported so many interactions of a type."""
        eventually(lambda: self._reported_of(kind) >= count, f"{count} of {kind} to be reported")

    def _reported_of(self, kind: str) -> int:
        return sum(each["type"] == kind for each in self.reported())


def wait_for_picture(page: Page) -> None:
    """Wait until the picture is on the screen."""
    page.wait_for_function("() => document.querySelector('video')?.currentTime > 0", timeout=60_000)


def screenshot(page: Page, name: str) -> None:
    """Save a screenshot of the page with the reports."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=REPORTS / f"{name}.png")
