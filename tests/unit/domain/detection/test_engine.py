"""One engine runs all detectors of a match, and numbers what it publishes."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from domain.crowd.match_crowd import MatchCrowd
from domain.detection.engine import MatchEngine
from domain.detection.outcome import Part, Verdict
from domain.match import Score
from domain.match_event import MatchEventType
from domain.moment import Moment, MomentType
from domain.signal import PostCounts, Signal, SignalKind
from tests.support.feed_entries import AWAY, HOME, KICK_OFF, clock, end_of_match, entry, goal


class LoudCrowd:
    """A crowd that spikes at every count, and notices every goal."""

    def __init__(self, match_id: str) -> None:
        self._match_id = match_id
        self._heard = 0

    def verdict_of(self, signal: Signal) -> Verdict:
        return Verdict.ACCEPTED

    def observe(self, signal: Signal) -> Sequence[Moment]:
        self._heard += 1
        return [
            Moment(
                id=f"{self._match_id}:MENTION_SPIKE:{self._heard}",
                match_id=self._match_id,
                type=MomentType.MENTION_SPIKE,
                signal_id=signal.id,
                period=1,
                clock_seconds=0,
                occurred_at=signal.occurred_at,
                score=Score(),
            )
        ]

    def decorate(self, moments: Sequence[Moment]) -> Sequence[Moment]:
        return [replace(moment, details={**moment.details, "noticed": True}) for moment in moments]

    def state(self) -> dict[str, Any]:
        return {"heard": self._heard}

    def restore(self, state: Mapping[str, Any]) -> None:
        self._heard = state["heard"]


def posts(minutes_after_kick_off: float) -> Signal:
    return Signal(
        id=f"posts-{minutes_after_kick_off}",
        match_id="m",
        source="crowd",
        kind=SignalKind.POSTS,
        occurred_at=KICK_OFF + timedelta(minutes=minutes_after_kick_off),
        posts=PostCounts(interval_seconds=10, count=9),
    )


def test_a_moment_of_the_crowd_is_placed_in_play_with_the_score_of_the_match() -> None:
    engine = MatchEngine("m", crowd=LoudCrowd)
    engine.observe(goal(HOME, 1, 10))

    [spike] = engine.observe(posts(11.5)).moments

    assert (spike.period, spike.clock_seconds, spike.score) == (1, 690, Score(home=1))


def test_moments_of_the_feed_are_shown_to_the_crowd() -> None:
    engine = MatchEngine("m", crowd=LoudCrowd)
    [scored] = [m for m in engine.observe(goal(HOME, 1, 10)).moments if m.type is MomentType.GOAL]
    assert scored.details["noticed"]


def test_without_a_crowd_posts_are_accepted_and_lead_to_nothing() -> None:
    outcome = MatchEngine("m").observe(posts(1))
    assert (outcome.verdict, outcome.moments, outcome.changed) == (Verdict.ACCEPTED, (), frozenset())


def test_the_parts_that_a_signal_changed_are_enough_for_a_checkpoint() -> None:
    # GIVEN an engine, and a checkpoint of which only what changed is written anew
    engine, kept = MatchEngine("m", crowd=LoudCrowd), {}
    for signal in (posts(1), clock(1, 2), goal(HOME, 1, 10), clock(1, 11), posts(11), end_of_match()):
        for part in engine.observe(signal).changed:
            kept[part.value] = engine.state_of(part)
        # THEN an engine that goes on from it has the same story, crowd and broadcast
        restored = MatchEngine("m", crowd=LoudCrowd)
        restored.restore(kept)
        for part in (Part.CROWD, Part.BROADCAST, Part.PUBLICATION):
            assert restored.state_of(part) == engine.state_of(part)
        assert restored.state()["feed"]["log"] == engine.state()["feed"]["log"]
        assert restored.state()["feed"]["published"] == engine.state()["feed"]["published"]


def test_a_count_of_posts_changes_no_more_than_the_crowd_unless_it_makes_a_moment() -> None:
    engine = MatchEngine("m", crowd=MatchCrowd)
    engine.observe(goal(HOME, 1, 10))
    assert engine.observe(posts(11)).changed == {Part.CROWD}


def test_an_engine_goes_on_from_its_state_crowd_and_all() -> None:
    before, after = MatchEngine("m", crowd=LoudCrowd), MatchEngine("m", crowd=LoudCrowd)
    for signal in (goal(HOME, 1, 10), clock(1, 11), posts(11)):
        before.observe(signal)
    after.restore(before.state())
    assert after.observe(posts(12)) == before.observe(posts(12))


def test_a_closed_engine_forgets_the_crowd_too() -> None:
    engine = MatchEngine("m", crowd=LoudCrowd)
    engine.observe(end_of_match())
    engine.close()
    assert engine.observe(posts(200)).moments == ()
    assert engine.state()["crowd"] is None


def test_every_moment_has_the_next_number_whichever_detector_found_it() -> None:
    engine = MatchEngine("m", crowd=LoudCrowd)
    signals = (goal(HOME, 1, 10), posts(11), goal(HOME, 1, 12, signal_id="second"), posts(12.5))
    withdrawal = entry(MatchEventType.GOAL_CANCELLED, 1, 13, related_id="e-second")
    moments = [moment for signal in (*signals, withdrawal) for moment in engine.observe(signal).moments]
    numbers = [moment.sequence for moment in moments]
    first = numbers[0]
    assert first is not None
    assert numbers == list(range(first, first + len(moments)))
    assert MomentType.MENTION_SPIKE in {moment.type for moment in moments}
    assert any(moment.is_retracted for moment in moments)


def test_every_moment_carries_the_situation_at_its_number() -> None:
    engine = MatchEngine("m")
    engine.observe(goal(HOME, 1, 30))
    # a goal that comes late has the score after it, and the situation of now
    [late, *revised] = engine.observe(goal(AWAY, 1, 10)).moments
    assert late.score == Score(away=1)
    for moment in (late, *revised):
        assert moment.situation is not None
        assert moment.situation.score == Score(home=1, away=1)
        assert (moment.situation.period, moment.situation.clock_seconds) == (1, 1800)


def test_an_engine_that_lost_its_state_goes_on_above_the_numbers_that_it_gave() -> None:
    before, after = MatchEngine("m"), MatchEngine("m")
    given = [moment.sequence for moment in before.observe(goal(HOME, 1, 10)).moments]
    [*_, anew] = after.observe(goal(HOME, 1, 12)).moments
    assert (anew.sequence or 0) > max(number or 0 for number in given)


def test_closing_refuses_the_corrections_that_still_wait() -> None:
    engine = MatchEngine("m")
    waiting = entry(MatchEventType.ENTRY_WITHDRAWN, 1, 5, related_id="never")
    engine.observe(waiting)

    [refusal] = engine.close()

    assert refusal.signal.id == waiting.id
    assert refusal.signal.match_event == waiting.match_event
    assert "never is not known" in refusal.reason
    assert engine.close() == ()
    assert engine.observe(goal(HOME, 1, 6)).verdict is Verdict.LATE


def test_closing_refuses_a_chain_of_corrections_that_waits() -> None:
    engine = MatchEngine("m")
    for number, named in enumerate(("never", "e-0", "e-1")):
        engine.observe(entry(MatchEventType.ENTRY_WITHDRAWN, 1, 5, entry_id=f"e-{number}", related_id=named))
    assert {refusal.signal.match_event.id for refusal in engine.close() if refusal.signal.match_event} == {
        "e-0",
        "e-1",
        "e-2",
    }
