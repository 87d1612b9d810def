"""Tests of the reports of what viewers saw."""

from dataclasses import replace

import pytest

from domain.delivery_mode import DeliveryMode
from local.account.plan.reports import Reports
from tests.unit.local.account.plan.planned_stage import CAPACITY

ROOM = 8_500.0


def reports(mode: DeliveryMode, *, viewers: int = 1_000_000, impression_share: float = 1.0) -> Reports:
    capacity = replace(CAPACITY, impression_share=impression_share)
    return Reports(capacity=capacity, mode=mode, viewers=viewers)


@pytest.mark.parametrize("mode", DeliveryMode)
def test_who_sees_or_clicks_reports_within_half_a_minute(mode: DeliveryMode) -> None:
    of_all = reports(mode)
    assert of_all.per_second == pytest.approx(1_050_000 / 30)
    assert of_all.seconds(10_000) == pytest.approx(105)


def test_the_largest_share_fits_and_a_hundredth_more_does_not() -> None:
    share = reports(DeliveryMode.BROADCAST).largest_share(ROOM)
    assert share is not None
    assert reports(DeliveryMode.BROADCAST, impression_share=share).per_second <= ROOM
    assert reports(DeliveryMode.BROADCAST, impression_share=share + 0.01).per_second > ROOM


def test_all_impressions_fit_where_there_is_room() -> None:
    assert reports(DeliveryMode.BROADCAST, viewers=1_000).largest_share(ROOM) == 1


def test_no_share_fits_more_clicks_than_there_is_room_for() -> None:
    assert reports(DeliveryMode.BROADCAST, viewers=10_000_000).largest_share(ROOM) is None


def test_connections_report_every_impression() -> None:
    sampled = reports(DeliveryMode.CONNECTIONS, impression_share=0.1)
    assert sampled.per_second == reports(DeliveryMode.CONNECTIONS).per_second
    assert sampled.largest_share(ROOM) is None
