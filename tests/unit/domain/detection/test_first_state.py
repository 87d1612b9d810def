"""A state that the first version of the detectors stored is read by this one, in the middle of a match."""

import json

from domain.detection.engine import MatchEngine
from domain.detection.outcome import Verdict
from domain.match import Score
from domain.match_event import MatchEventType
from domain.moment import Moment, MomentType
from domain.signal import Signal
from paths import ROOT
from tests.support.detection_run import standing_moments
from tests.support.feed_entries import AWAY, HOME, entry, goal

STATE = ROOT / "tests" / "events" / "engine_state_first_version.json"
"""Home scored (e-s-first), away had a goal disallowed (e-s-second) and a player sent off (e-s-card)."""


def restored() -> MatchEngine:
    engine = MatchEngine("m")
    engine.restore(json.loads(STATE.read_text()))
    return engine


def observe(engine: MatchEngine, *signals: Signal) -> list[Moment]:
    return [moment for signal in signals for moment in engine.observe(signal).moments]


def test_the_match_goes_on_where_it_was() -> None:
    engine = restored()
    assert (engine.situation.score, engine.situation.away_sent_off) == (Score(home=1), 1)
    [scored] = [m for m in observe(engine, goal(HOME, 1, 40)) if m.type is MomentType.GOAL]
    assert (scored.score, scored.away_sent_off) == (Score(home=2), 1)
    assert scored.sequence is not None


def test_what_was_observed_before_is_a_duplicate() -> None:
    again = goal(HOME, 1, 20, "Ada", signal_id="s-first")
    assert restored().observe(again).verdict is Verdict.DUPLICATE


def test_an_entry_of_before_is_withdrawn_and_its_moment_retracted_under_its_old_id() -> None:
    withdrawal = entry(MatchEventType.ENTRY_WITHDRAWN, 1, 41, related_id="e-s-first")
    engine = restored()
    retracted = [moment.root_id for moment in observe(engine, withdrawal) if moment.is_retracted]
    assert "m:GOAL:s-first" in retracted
    assert engine.situation.score == Score()


def test_an_entry_of_before_is_amended_and_not_counted_twice() -> None:
    amended = entry(MatchEventType.GOAL, 1, 20, entry_id="e-s-first", side=AWAY, player="Ada", sent_minute=41)
    engine = restored()
    revisions = observe(engine, amended)
    assert engine.situation.score == Score(away=1)
    assert "m:GOAL:s-first" in {moment.root_id for moment in standing_moments(revisions)}


def test_the_state_is_stored_in_the_new_form() -> None:
    engine = restored()
    state = engine.state()
    assert state["feed"]["version"] == 2
    again = MatchEngine("m")
    again.restore(json.loads(json.dumps(state)))
    assert again.state() == state
