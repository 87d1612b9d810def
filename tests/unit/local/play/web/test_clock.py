"""The picture's clock and score follow the signals of a replay."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from domain.match import Score
from domain.match_event import MatchEventType
from local.play.replay.pacing import constant
from local.play.web.clock import BEHIND_SECONDS, SHORTLY, ProgrammeClock
from tests.support.feed_entries import AWAY, HOME, KICK_OFF, entry, goal


@dataclass
class WallClock:
    seconds: float = 0.0

    def __call__(self) -> float:
        return self.seconds


def at_minute(minute: float) -> datetime:
    return KICK_OFF + timedelta(minutes=minute)


def programme_clock(now: WallClock | None = None, *minutes: float) -> ProgrammeClock:
    """Return a clock at ten times real time, of signals at these minutes."""
    times = [at_minute(minute) for minute in minutes or (1,)]
    return ProgrammeClock(match_id="m", times=times, pace=constant(10), now=now or WallClock())


def test_a_goal_that_is_disallowed_leaves_the_score() -> None:
    clock = programme_clock()
    clock.signal_posted(goal(HOME, 1, 10))
    clock.signal_posted(goal(AWAY, 1, 20, entry_id="second"))
    assert clock.frame_content().score == Score(home=1, away=1)
    clock.signal_posted(entry(MatchEventType.GOAL_CANCELLED, 1, 20, sent_minute=22, related_id="second"))
    assert clock.frame_content().score == Score(home=1)


def test_a_goal_that_the_feed_deletes_or_gives_to_the_other_side_leaves_the_score() -> None:
    clock = programme_clock()
    clock.signal_posted(goal(HOME, 1, 10, entry_id="first"))
    clock.signal_posted(goal(AWAY, 1, 10, entry_id="first", sent_minute=11))
    assert clock.frame_content().score == Score(away=1)
    clock.signal_posted(entry(MatchEventType.ENTRY_WITHDRAWN, 1, 10, sent_minute=12, related_id="first"))
    assert clock.frame_content().score == Score()


def test_viewers_see_a_programme_time_a_few_seconds_after_the_encoder() -> None:
    now = WallClock()
    clock = programme_clock(now, 1, 20)
    begins_at = clock.viewers_time()
    # The picture is at minute 1, and 5 seconds later at minute 20, to which it jumps.
    clock.signal_posted(goal(HOME, 1, 1))
    now.seconds = 5
    clock.signal_posted(goal(HOME, 1, 20))
    seen = []
    for second in (-1, 0, 3, 5, 7):
        now.seconds = BEHIND_SECONDS + second
        seen.append(clock.viewers_time())
    assert seen == [begins_at, at_minute(1), at_minute(1.5), at_minute(20), at_minute(20 + 20 / 60)]


def test_the_picture_waits_before_a_signal_that_is_late() -> None:
    now = WallClock()
    clock = programme_clock(now, 1, 1.5, 2)
    clock.signal_posted(goal(HOME, 1, 1))
    now.seconds = 2
    assert clock.frame_content().programme_time == at_minute(1 + 20 / 60)
    # The next signal is due after 3 seconds, and comes after 5.
    now.seconds = 5
    shown = clock.frame_content()
    assert (at_minute(1.5) - shown.programme_time, shown.score) == (SHORTLY, Score(home=1))
    clock.signal_posted(goal(HOME, 1, 1.5))
    shown = clock.frame_content()
    assert (shown.programme_time, shown.score) == (at_minute(1.5), Score(home=2))
    now.seconds = 5 + BEHIND_SECONDS - 0.5
    assert clock.viewers_time() == at_minute(1.5) - SHORTLY


def test_it_says_how_long_ago_viewers_saw_a_programme_time() -> None:
    now = WallClock()
    clock = programme_clock(now)
    times = [at_minute(minute) for minute in (0.5, 1, 1.5, 20)]
    assert clock.seconds_since(times[0]) < 0
    clock.signal_posted(goal(HOME, 1, 1))
    now.seconds = 5
    clock.signal_posted(goal(HOME, 1, 20))
    now.seconds = 7 + BEHIND_SECONDS
    assert [clock.seconds_since(each) for each in times] == [7, 7, 4, 2]
    # Before they do, the time is negative.
    assert clock.seconds_since(times[3] + timedelta(seconds=30)) == -1
