"""Schedules that do not exist any more are forgotten."""

from datetime import UTC, datetime, timedelta

from local.twin.services.eventbridge.first_seen import FirstSeen

NOW = datetime(2026, 11, 24, 10, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)


def test_a_schedule_keeps_the_time_when_it_was_seen_first() -> None:
    seen = FirstSeen()
    seen.note(["kick-off m1"], NOW)
    seen.note(["kick-off m1", "kick-off m2"], LATER)
    assert (seen.since("kick-off m1"), seen.since("kick-off m2")) == (NOW, LATER)


def test_schedules_of_past_matches_are_forgotten() -> None:
    seen = FirstSeen()
    for number in range(100):
        seen.note([f"kick-off m{number}"], NOW)
    assert len(seen) == 1


def test_a_schedule_that_is_made_again_counts_from_then() -> None:
    seen = FirstSeen()
    seen.note(["tick"], NOW)
    seen.note([], NOW)
    seen.note(["tick"], LATER)
    assert seen.since("tick") == LATER
