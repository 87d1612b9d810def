"""Two viewers on channels, each behind the live edge, see every goal once and never too early."""

from collections.abc import Iterator
from datetime import datetime

import pytest
from playwright.sync_api import Browser

from domain.delivery_mode import DeliveryMode
from local.play.replay.catalogue import publish_catalogue
from local.twin.provision.synthesis import ensure_assembly
from local.twin.twin import Twin
from tests.browser.twin_rig import TwinRig, assert_each_version_is_shown_in_time, twin_rig
from tests.support.waiting import eventually

pytestmark = [pytest.mark.browser, pytest.mark.twin]
NEAR, FAR = 5, 45
"""Seconds behind the live edge; the viewer who is further behind loses the network during a goal."""
GOALS = 4


@pytest.fixture
def rig(browser: Browser) -> Iterator[TwinRig]:
    with Twin.start(ensure_assembly(DeliveryMode.BROADCAST)) as twin:
        publish_catalogue(twin)
        with twin_rig(twin, browser, "goals-on-channels", (NEAR, FAR)) as rig:
            yield rig


def test_each_viewer_sees_every_goal_with_the_own_picture_in_spite_of_an_outage(rig: TwinRig) -> None:
    # WHEN goals fall, and one viewer has no network for some of them
    due: dict[int, datetime] = {}
    for number in range(1, GOALS + 1):
        due[number] = rig.goal(number)
        if number in (1, 2):
            rig.contexts[FAR].set_offline(number == 1)
        # A goal that a newer one has overtaken need not be shown.
        rig.wait_until_shown(NEAR, number)
    # THEN each version is shown when the picture is there, once and in order
    assert_each_version_is_shown_in_time(rig, due)
    # AND each was published to the audience, not to the viewers
    assert rig.twin.metric_total("SubscribeSuccess") >= 4
    eventually(lambda: rig.twin.metric_total("Published") >= GOALS + 1, "the publishes to be counted")
    assert rig.twin.metric_total("Published") == GOALS + 1
