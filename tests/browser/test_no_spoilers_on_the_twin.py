"""Three viewers of the twin, each behind the live edge, see every goal once and never too early."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser, Page

from local.twin.twin import Twin
from tests.browser.schedule_errors import BEHIND_SECONDS, programme_time
from tests.browser.twin_rig import TwinRig, assert_each_version_is_shown_in_time, twin_rig
from tests.support.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.twin]
GOALS = 6
NEAR, OFFLINE = 5, 60
"""The viewer who is this many seconds behind loses the network during two of the goals."""


@pytest.fixture
def rig(twin: Twin, browser: Browser) -> Iterator[TwinRig]:
    with twin_rig(twin, browser, "no-spoilers", BEHIND_SECONDS) as rig:
        yield rig


def test_each_viewer_sees_every_goal_with_the_own_picture_in_spite_of_an_outage(rig: TwinRig) -> None:
    # WHEN goals fall, and one viewer has no network for some of them
    due: dict[int, datetime] = {}
    for number in range(1, GOALS + 1):
        due[number] = rig.goal(number)
        if number in (2, 4):
            rig.contexts[OFFLINE].set_offline(number == 2)
        # A goal that a newer one has overtaken need not be shown.
        rig.wait_until_shown(NEAR, number)
    # THEN each version is shown when the picture is there, once and in order
    assert_each_version_is_shown_in_time(rig, due)
    # AND a pause keeps the screen, and jumping back shows what was due there and nothing later
    page = rig.pages[NEAR]
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(1_500)
    assert _score(page) == GOALS
    for _ in range(3):
        page.get_by_role("button", name="Back 10 s").click()
    page.wait_for_function("() => !document.querySelector('video').seeking")
    at, _ = programme_time(rig.url, float(page.evaluate("document.querySelector('video').currentTime")))
    expected = sum(moment <= at for moment in due.values())
    eventually(lambda: _score(page) == expected, f"the score of {expected} goals")


def _score(page: Page) -> int:
    """Return the away team's goals in the header."""
    return int(str(page.locator("[data-score]").get_attribute("data-score")).split("-")[1])
