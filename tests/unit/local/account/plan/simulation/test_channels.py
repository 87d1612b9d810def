"""Tests of a version in the mode `broadcast`."""

from dataclasses import replace

import pytest

from local.account.plan.simulation.channels import ChannelsOutcome, ChannelsRun, metered_events
from tests.unit.local.account.plan.planned_stage import CAPACITY, exact_steps


def play(
    viewers: int, *, matches: int = 1, message_bytes: int = 5_000, inbound: float = 2_000, named: int = 0
) -> ChannelsOutcome:
    return ChannelsRun(
        capacity=replace(CAPACITY, named_viewers=named),
        measured=replace(exact_steps(), audience_bytes=message_bytes),
        viewers=viewers,
        matches=matches,
        audiences=40,
        cohorts=40,
        inbound_per_second=inbound,
        outbound_per_second=1_000_000,
        seed=1,
    ).play()


@pytest.mark.parametrize(("viewers", "matches"), [(1, 1), (39, 1), (1_000_003, 1), (5_000, 3)])
def test_every_viewer_is_told_once(viewers: int, matches: int) -> None:
    assert play(viewers, matches=matches).receptions.viewers == viewers * matches


def test_publishes_and_times_do_not_grow_with_a_small_audience() -> None:
    few, many = play(100), play(5_000)
    assert many.publishes == few.publishes == 40
    assert many.busy_seconds == pytest.approx(few.busy_seconds)
    assert many.receptions.last == pytest.approx(few.receptions.last, rel=0.1)


@pytest.mark.parametrize(("message_bytes", "seconds"), [(5_000, 2), (13_000, 6)])
def test_a_large_audience_takes_the_time_of_the_outbound_events(message_bytes: int, seconds: float) -> None:
    # GIVEN two million viewers, a million events a second, and messages of one and of three events
    receptions = play(2_000_000, message_bytes=message_bytes).receptions
    assert receptions.last - receptions.first == pytest.approx(seconds, rel=0.1)


def test_a_message_is_metered_by_five_kilobytes() -> None:
    assert [metered_events(size) for size in (1, 5_120, 5_121, 13_400)] == [1, 1, 2, 3]


def test_a_publish_that_is_throttled_is_tried_again() -> None:
    outcome = play(1_000, inbound=20)
    assert outcome.throttled > 0
    assert outcome.receptions.viewers == 1_000


def test_viewers_who_are_asked_for_by_name_have_messages_of_their_own() -> None:
    outcome = play(1_000, named=100)
    assert outcome.publishes == 140
    assert outcome.receptions.viewers == 1_000
