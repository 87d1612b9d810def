"""Deliveries are counted and their latencies summarised."""

import pickle
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from local.play.replay.deliveries import DeliveryLog, percentiles
from local.play.replay.screen import Reception, Screen

TRACE = {
    "signalReceivedAt": 1000,
    "momentDetectedAt": 1010,
    "contextBuiltAt": 1030,
    "plannedAt": 1060,
    "recommendedAt": 1100,
    "postedAt": 1120,
}


def components(
    version: int = 1,
    *,
    rungs: Sequence[str] = ("cohort", "editorial"),
    snapshot: bool = False,
    trace: Mapping[str, int] = TRACE,
) -> dict[str, Any]:
    placements = [{"rung": rung} for rung in rungs]
    return {
        "matchId": "m1",
        "version": version,
        "placements": placements,
        "snapshot": snapshot,
        "trace": trace,
    }


def test_a_screen_shows_only_newer_versions() -> None:
    screen = Screen()
    received = [screen.receive("m1", version) for version in (0, 3, 2, 3, 4)]
    assert received == ["shown", "shown", "stale", "duplicate", "shown"]
    assert screen.receive("m2", 1) is Reception.SHOWN
    assert (screen.shows("m1", 4), screen.shows("m1", 5), screen.shows("m3", 0)) == (True, False, False)


def test_a_screen_prefers_the_viewers_own_message_of_a_version() -> None:
    screen = Screen()
    own = (False, True, True, False)
    received = [screen.receive("m1", 3, is_own=is_own) for is_own in own]
    assert received == ["shown", "shown", "duplicate", "outranked"]
    assert screen.receive("m1", 4) is Reception.SHOWN


def test_deliveries_are_counted_by_reception() -> None:
    log = DeliveryLog()
    log.add(0, components(snapshot=True, rungs=("popularity",)), Reception.SHOWN, 1000)
    log.add(0, components(2), Reception.SHOWN, 1150)
    log.add(0, components(2), Reception.DUPLICATE, 1160)
    log.add(0, components(1), Reception.STALE, 1170)
    log.add(0, components(3, rungs=()), Reception.SHOWN, 1180)
    summary = log.deliveries_summary()
    assert (summary["delivered"], summary["snapshots"]) == (4, 1)
    assert (summary["duplicates"], summary["stale_dropped"]) == (1, 1)
    assert summary["by_rung"] == {"viewer": 0, "cohort": 1, "popularity": 1, "editorial": 0, "keep": 1}
    assert summary["placements_by_rung"]["editorial"] == 1


def test_latency_counts_shown_pushes_with_a_complete_trace() -> None:
    log = DeliveryLog()
    log.add(0, components(2), Reception.SHOWN, 1150)
    log.add(1, components(2), Reception.SHOWN, 1200)
    log.add(2, components(2), Reception.DUPLICATE, 9000)
    log.add(3, components(2, snapshot=True), Reception.SHOWN, 9000)
    log.add(4, components(2, trace={"plannedAt": 1}), Reception.SHOWN, 9000)
    summary = log.latency_summary()
    assert summary["moment_to_screen"] == {"p50": 175.0, "p95": 197.5, "p99": 199.5, "max": 200.0}
    assert summary["by_step"] == {
        "detect": 10.0,
        "context": 20.0,
        "plan": 30.0,
        "recommend": 40.0,
        "post": 75.0,
    }


def test_percentiles_of_nothing_are_none() -> None:
    assert percentiles([]) == {"p50": None, "p95": None, "p99": None, "max": None}


def test_logs_of_several_processes_merge() -> None:
    first, second = DeliveryLog(), DeliveryLog()
    for log in (first, second):
        log.viewers = 2
        log.errors["INTERNAL"] += 1
        log.add(0, components(), Reception.SHOWN, 1150)
    first.merge(second)
    summary = first.deliveries_summary()
    assert (summary["viewers"], summary["delivered"], summary["errors"]) == (4, 2, {"INTERNAL": 2})


@pytest.mark.parametrize("reception", list(Reception))
def test_reception_survives_being_sent_between_processes(reception: Reception) -> None:
    log = DeliveryLog()
    log.add(0, components(), reception, 1150)
    assert pickle.loads(pickle.dumps(log)).deliveries == log.deliveries
