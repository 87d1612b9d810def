"""Values survive a round trip through JSON, and wrong fields are named."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.cohort import Cohort
from domain.errors import InvalidFieldError
from domain.match import Match, Score, Side
from domain.match_event import Card, MatchEvent, MatchEventType
from domain.moment import Moment, MomentType
from domain.signal import PostCounts, Signal, SignalKind
from tests.support.match_moments import MATCH, moment
from tests.support.signal_json import GOAL

texts = st.text(min_size=1, max_size=20).filter(str.strip)
match_events = st.builds(
    MatchEvent,
    id=texts,
    type=st.just(MatchEventType.CARD),
    period=st.integers(1, 5),
    clock_seconds=st.floats(0, 5000),
    side=st.sampled_from(Side),
    player=st.none() | texts,
    card=st.sampled_from(Card),
)


def assert_survives_a_round_trip(kind: SignalKind, **fields: Any) -> None:
    at = datetime(2021, 6, 11, 19, tzinfo=UTC)
    signal = Signal(id="s", match_id="m", source="test", kind=kind, occurred_at=at, **fields)
    assert Signal.from_dict(json.loads(json.dumps(signal.to_dict()))) == signal


@given(match_events, st.integers(0, 2**40))
def test_a_signal_survives_a_round_trip(match_event: MatchEvent, received_at_ms: int) -> None:
    fields = {"match_event": match_event, "received_at_ms": received_at_ms}
    assert_survives_a_round_trip(SignalKind.MATCH_EVENT, **fields)


def test_counted_posts_survive_a_round_trip() -> None:
    posts = PostCounts(interval_seconds=10, count=7, sentiment_sum=-1.5, sentiment_count=3)
    assert_survives_a_round_trip(SignalKind.POSTS, posts=posts)


def test_matches_and_moments_survive_a_round_trip() -> None:
    assert Match.from_dict(json.loads(json.dumps(MATCH.to_dict()))) == MATCH
    goal = moment(1, MomentType.RED_CARD, score=Score(home=1), away_sent_off=1)
    assert Moment.from_dict(json.loads(json.dumps(goal.to_dict()))) == goal


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"id": ""}, "id"),
        ({"kind": "telepathy"}, "kind"),
        ({"occurred_at": "2021-06-11T20:23:30"}, "occurred_at"),
        ({"occurred_at": 5}, "occurred_at"),
        ({"posts": {"interval_seconds": 1, "count": 1}}, "posts"),
        ({"match_event": "goal"}, "match_event"),
        ({"match_event": {**GOAL["match_event"], "period": 6}}, "match_event.period"),
        ({"match_event": {**GOAL["match_event"], "period": True}}, "match_event.period"),
        ({"match_event": {**GOAL["match_event"], "side": None}}, "match_event.side"),
        (
            {"match_event": {**GOAL["match_event"], "clock_seconds": float("nan")}},
            "match_event.clock_seconds",
        ),
        ({"match_event": {**GOAL["match_event"], "type": "goal_cancelled"}}, "match_event.related_id"),
        ({"match_event": {**GOAL["match_event"], "type": "card"}}, "match_event.card"),
        ({"match_event": {**GOAL["match_event"], "type": "score_correction"}}, "match_event.score"),
    ],
)
def test_a_wrong_field_is_named(change: dict[str, object], field: str) -> None:
    with pytest.raises(InvalidFieldError) as caught:
        Signal.from_dict({**GOAL, **change})
    assert caught.value.field == field


def test_a_long_value_is_shortened_in_the_error() -> None:
    with pytest.raises(InvalidFieldError) as caught:
        Signal.from_dict({**GOAL, "id": "x" * 5000})
    assert len(str(caught.value)) < 250


@given(
    st.builds(
        Cohort,
        favourite_team=st.sampled_from(["Italy", "unknown"]),
        age_band=st.sampled_from(["13-17", "18-24", "65+", "unknown"]),
        country=st.sampled_from(["IT", "GB"]),
        tier=st.sampled_from(["free", "premium"]),
    )
)
def test_a_cohort_survives_a_round_trip_through_its_key(cohort: Cohort) -> None:
    assert Cohort.from_key(cohort.key) == cohort
    assert cohort.pseudo_user_id == f"cohort:{cohort.key}"
