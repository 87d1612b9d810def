"""The context has growing versions, the newest state, and the registry's values."""

import json
from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.context import MatchContext, initial_context, merge, remember
from domain.errors import InvalidFieldError
from domain.match import Score
from domain.moment import OPERATOR, RETRACTED, REVISES, Detail, Moment, MomentType
from domain.registry import CONTEXT_REGISTRY
from domain.salience import HOLD_SECONDS, SALIENCE
from domain.situation import Situation
from tests.support.match_moments import MATCH, moment, played_moments


def merged(*moments: Moment, context: MatchContext | None = None) -> MatchContext:
    after = merge(context or initial_context(MATCH), MATCH, moments)
    assert after is not None
    return after


def test_every_moment_type_has_a_word_of_the_registry() -> None:
    assert set(SALIENCE) == set(MomentType)
    words = set(CONTEXT_REGISTRY.column("MATCH_EVENT").vocabulary)
    assert {salience.word for salience in SALIENCE.values()} <= words


def test_level_with_five_minutes_left_is_expressible() -> None:
    # GIVEN a match that is level, WHEN 85 minutes are played
    context = merged(moment(1, MomentType.LEVEL_LATE, period=2, clock_seconds=2400.0))
    # THEN phase and score difference say so
    assert context.columns["MATCH_PHASE"] == "last_five_minutes"
    assert context.columns["SCORE_DIFFERENCE"] == "level"


def test_the_version_before_the_first_moment_is_zero_and_valid() -> None:
    context = initial_context(MATCH)
    assert context.version == 0
    assert CONTEXT_REGISTRY.validate(context.columns) == context.columns
    assert context.columns["OCCASION"] == "group@neutral_ground"


@given(played_moments())
def test_columns_always_have_values_of_the_registry(moments: list[Moment]) -> None:
    context = initial_context(MATCH)
    for each in moments:
        context = merge(context, MATCH, [each]) or context
        assert CONTEXT_REGISTRY.validate(context.columns) == context.columns


@given(played_moments())
def test_a_repeated_moment_changes_nothing(moments: list[Moment]) -> None:
    # GIVEN a context with all moments merged
    context = initial_context(MATCH)
    for each in moments:
        context = merge(context, MATCH, [each]) or context
    # WHEN each comes again THEN there is no new version
    for each in moments:
        assert merge(context, MATCH, [each]) is None


@given(played_moments(), st.randoms(use_true_random=False))
def test_the_state_after_all_moments_does_not_depend_on_their_order(
    moments: list[Moment], chance: object
) -> None:
    # GIVEN the same moments in play order and shuffled
    shuffled = list(moments)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    contexts = []
    for sequence in (moments, shuffled):
        context = initial_context(MATCH)
        for each in sequence:
            context = merge(context, MATCH, [each]) or remember(context, MATCH, [each]) or context
        contexts.append(context)
    # THEN the score is that of the last moment in play, however they came
    assert contexts[0].score == contexts[1].score == moments[-1].score
    assert contexts[0].order == contexts[1].order


@given(played_moments())
def test_versions_grow_by_one(moments: list[Moment]) -> None:
    context = initial_context(MATCH)
    for each in moments:
        after = merge(context, MATCH, [each])
        if after is not None:
            assert after.version == context.version + 1
            context = after


def test_a_goal_that_comes_after_its_own_correction_changes_nothing() -> None:
    # GIVEN a card soon after a goal, which knows no second goal and changes nothing on a screen
    context = merged(moment(1, clock_seconds=60.0, score=Score(home=1)))
    card = moment(2, MomentType.YELLOW_CARD, clock_seconds=90.0, score=Score(home=1))
    assert merge(context, MATCH, [card]) is None
    aware = remember(context, MATCH, [card])
    assert aware is not None
    assert aware.version == context.version
    # WHEN a second goal, disallowed before the card, comes late
    disallowed = moment(3, clock_seconds=80.0, score=Score(home=2))
    # THEN the score stays
    assert merge(aware, MATCH, [disallowed]) is None
    assert remember(aware, MATCH, [disallowed]) is None


def test_a_late_moment_does_not_take_the_score_back() -> None:
    # GIVEN a goal at 60 seconds
    context = merged(moment(2, clock_seconds=60.0, score=Score(home=2)))
    # WHEN an older goal comes late THEN nothing changes
    assert merge(context, MATCH, [moment(1, clock_seconds=30.0, score=Score(home=1))]) is None


def test_a_disallowed_goal_survives_its_goal_coming_later() -> None:
    # GIVEN a goal taken back at the second at which it fell
    context = merged(moment(1, MomentType.GOAL_DISALLOWED, clock_seconds=60.0, score=Score()))
    # WHEN the goal itself comes afterwards THEN the score stays
    after = merge(context, MATCH, [moment(1, clock_seconds=60.0, score=Score(home=1))])
    assert after is None


def test_moments_of_one_goal_make_one_version_with_the_highest_rank_as_headline() -> None:
    goal = moment(1, clock_seconds=60.0, score=Score(home=3))
    rush = moment(1, MomentType.GOAL_RUSH, clock_seconds=60.0, score=Score(home=3))
    context = merged(goal, rush)
    assert context.version == 1
    assert context.headline == rush
    assert context.columns["MATCH_EVENT"] == "goal_rush"


def test_a_goal_keeps_the_headline_against_a_substitution_for_a_minute() -> None:
    goal = moment(1, clock_seconds=60.0, score=Score(home=1))
    context = merged(goal)
    soon = moment(2, MomentType.SUBSTITUTION, clock_seconds=61.0, score=Score(home=1))
    assert merge(context, MATCH, [soon]) is None
    later = moment(3, MomentType.SUBSTITUTION, clock_seconds=60.0 + HOLD_SECONDS, score=Score(home=1))
    assert merged(later, context=context).columns["MATCH_EVENT"] == "substitution"


def test_a_sending_off_leaves_a_team_short_until_the_end() -> None:
    context = merged(moment(1, MomentType.RED_CARD, clock_seconds=60.0, away_sent_off=1))
    assert context.columns["TEAM_COMPOSITION"] == "away_short"
    context = merged(moment(2, clock_seconds=300.0, score=Score(home=1), away_sent_off=1), context=context)
    assert context.columns["TEAM_COMPOSITION"] == "away_short"


@pytest.mark.parametrize(
    ("moments", "phase"),
    [
        ([moment(1, MomentType.KICK_OFF)], "first_half"),
        ([moment(1, MomentType.HALF_TIME, clock_seconds=2800.0)], "half_time"),
        ([moment(1, MomentType.KICK_OFF, period=2)], "second_half"),
        ([moment(1, period=2, clock_seconds=2400.0)], "last_five_minutes"),
        ([moment(1, MomentType.EXTRA_TIME, period=3)], "extra_time"),
        ([moment(1, period=4, clock_seconds=10.0)], "extra_time"),
        ([moment(1, MomentType.SHOOT_OUT, period=5)], "shoot_out"),
        ([moment(1, MomentType.FULL_TIME, period=2, clock_seconds=2900.0)], "finished"),
    ],
)
def test_the_phase_follows_play(moments: list[Moment], phase: str) -> None:
    assert merged(*moments).columns["MATCH_PHASE"] == phase


def test_placements_wait_for_the_moments_own_media_time() -> None:
    goal = moment(1, clock_seconds=60.0)
    window = merged(goal).media_window(MATCH)
    assert window.not_before == goal.occurred_at
    assert window.valid_until == goal.occurred_at + timedelta(seconds=SALIENCE[goal.type].valid_seconds)


@given(played_moments())
def test_a_context_is_the_same_after_json(moments: list[Moment]) -> None:
    context = merge(initial_context(MATCH), MATCH, moments) or initial_context(MATCH)
    assert MatchContext.from_dict(json.loads(json.dumps(context.to_dict()))) == context


def test_a_context_with_an_unknown_value_is_refused_by_field() -> None:
    broken = initial_context(MATCH).to_dict()
    broken["columns"]["MATCH_PHASE"] = "tea_time"
    with pytest.raises(InvalidFieldError, match=r"columns\.MATCH_PHASE: expected one of before"):
        MatchContext.from_dict(broken)


def test_a_moment_of_another_match_is_not_merged() -> None:
    foreign = Moment.from_dict({**moment(1).to_dict(), "match_id": "m2"})
    assert merge(initial_context(MATCH), MATCH, [foreign]) is None


def test_the_headline_carries_its_teams_name() -> None:
    nameless = Moment.from_dict({**moment(1).to_dict(), "team": None})
    headline = merged(nameless).headline
    assert headline is not None
    assert headline.team == "Turkey"


def test_a_retracted_moment_takes_no_headline() -> None:
    # GIVEN a goal, and a rush that the feed has taken back
    context = merged(moment(1, clock_seconds=60.0, score=Score(home=1)))
    fields = moment(2, MomentType.GOAL_RUSH, clock_seconds=60.0, score=Score(home=1)).to_dict()
    retracted = Moment.from_dict({**fields, "details": {"retracted": True}})
    # WHEN it is merged THEN the screen stays
    assert merge(context, MATCH, [retracted]) is None


def numbered(each: Moment, sequence: int, now: Situation) -> Moment:
    """Return the moment as the engine publishes it."""
    return replace(each, sequence=sequence, situation=now)


def now(clock_seconds: float, **fields: Any) -> Situation:
    """Return a situation of the first half."""
    return replace(Situation(period=1, clock_seconds=clock_seconds, phase="first_half"), **fields)


def retraction(of: Moment, sequence: int, situation: Situation) -> Moment:
    """Return the retraction of a moment."""
    details: dict[str, Detail] = {RETRACTED: True, REVISES: of.id}
    return numbered(replace(of, id=f"{of.id}~1", details=details), sequence, situation)


def test_the_state_is_that_of_the_highest_number_in_any_order_of_delivery() -> None:
    # GIVEN two sendings-off of one second, and an old moment that is revised after them
    first = numbered(moment(1, MomentType.RED_CARD, clock_seconds=60.0), 1, now(60.0, home_sent_off=1))
    second = numbered(
        moment(2, MomentType.RED_CARD, clock_seconds=60.0), 2, now(60.0, home_sent_off=1, away_sent_off=1)
    )
    late = numbered(
        moment(3, clock_seconds=10.0, score=Score(home=1)),
        3,
        now(60.0, home_sent_off=1, away_sent_off=1, score=Score(home=1)),
    )
    for delivered in permutations((first, second, late)):
        context = initial_context(MATCH)
        for each in delivered:
            context = merge(context, MATCH, [each]) or remember(context, MATCH, [each]) or context
        assert (context.home_sent_off, context.away_sent_off) == (1, 1)
        assert (context.score, context.sequence) == (Score(home=1), 3)
        assert context.columns["TEAM_COMPOSITION"] == "both_short"
        assert context.columns["MATCH_EVENT"] == "red_card"


def test_a_retraction_carries_the_newest_state_and_removes_its_headline() -> None:
    card = numbered(moment(1, MomentType.RED_CARD, clock_seconds=60.0), 1, now(60.0, home_sent_off=1))
    shown = merged(card)
    assert shown.columns["TEAM_COMPOSITION"] == "home_short"

    taken_back = merged(retraction(card, 2, now(120.0)), context=shown)

    assert taken_back.columns["TEAM_COMPOSITION"] == "even"
    assert taken_back.columns["MATCH_EVENT"] == "none"
    assert taken_back.headline is None


def test_a_moment_that_comes_after_its_own_retraction_takes_no_headline() -> None:
    card = numbered(moment(1, MomentType.RED_CARD, clock_seconds=60.0), 1, now(60.0, home_sent_off=1))
    context = initial_context(MATCH)
    taken_back = retraction(card, 2, now(120.0))
    context = merge(context, MATCH, [taken_back]) or remember(context, MATCH, [taken_back]) or context
    assert merge(context, MATCH, [card]) is None


def test_a_retraction_of_another_moment_leaves_the_headline() -> None:
    goal = numbered(moment(1, clock_seconds=60.0), 1, now(60.0))
    rush = numbered(moment(2, MomentType.GOAL_RUSH, clock_seconds=50.0), 2, now(60.0))
    context = merged(goal)
    after = remember(context, MATCH, [retraction(rush, 3, now(60.0))])
    assert after is not None
    assert after.headline == context.headline


def test_a_revision_takes_the_place_of_the_headline_that_it_revises() -> None:
    goal = numbered(moment(1, clock_seconds=60.0), 1, now(60.0))
    details: dict[str, Detail] = {REVISES: goal.id}
    renamed = replace(goal, id=f"{goal.id}~1", player="Bea", details=details, sequence=2)
    context = merged(goal)
    for delivered in ([goal, renamed], [renamed, goal]):
        context = initial_context(MATCH)
        for each in delivered:
            context = merge(context, MATCH, [each]) or context
        assert context.headline is not None
        assert context.headline.player == "Bea"


def test_a_moment_that_is_published_long_after_it_happened_changes_the_state_alone() -> None:
    substitution = numbered(moment(1, MomentType.SUBSTITUTION, clock_seconds=900.0), 1, now(900.0))
    old = moment(2, clock_seconds=60.0)
    late = numbered(old, 2, now(900.0, score=Score(home=1)))
    context = merged(late, context=merged(substitution))
    assert context.score == Score(home=1)
    assert context.columns["MATCH_EVENT"] == "substitution"


def test_a_moment_of_higher_rank_that_comes_a_little_late_takes_the_headline() -> None:
    substitution = numbered(moment(1, MomentType.SUBSTITUTION, clock_seconds=90.0), 1, now(90.0))
    late = numbered(moment(2, clock_seconds=60.0), 2, now(95.0, score=Score(home=1)))
    assert merged(late, context=merged(substitution)).columns["MATCH_EVENT"] == "goal"


def test_a_number_is_newer_than_the_moments_of_a_version_without_numbers() -> None:
    context = merged(moment(1, clock_seconds=600.0, score=Score(home=2)))
    corrected = numbered(moment(2, clock_seconds=60.0), 7, now(660.0, score=Score(home=1)))
    context = merged(corrected, context=context)
    assert (context.score, context.sequence) == (Score(home=1), 7)


def test_a_moment_of_an_operator_counts_until_the_next_number() -> None:
    context = merged(numbered(moment(1, clock_seconds=60.0, score=Score(home=1)), 1, now(60.0)))
    stated = replace(
        moment(2, MomentType.SCORE_CORRECTED, clock_seconds=60.001, score=Score(home=3)),
        details={"source": OPERATOR},
    )
    context = merged(stated, context=context)
    assert (context.score, context.sequence) == (Score(home=3), 1)
    assert context.headline == stated
    after = numbered(moment(3, MomentType.SUBSTITUTION, clock_seconds=300.0), 2, now(300.0))
    assert merged(after, context=context).score == Score()


def test_an_unknown_phase_of_a_newer_version_leaves_the_phase() -> None:
    context = merged(numbered(moment(1, clock_seconds=60.0), 1, now(60.0)))
    odd = numbered(moment(2, clock_seconds=70.0), 2, now(70.0, phase="cooling_break"))
    assert merged(odd, context=context).columns["MATCH_PHASE"] == "first_half"


def test_what_a_newer_version_stored_is_read_and_the_next_moment_merged() -> None:
    # GIVEN a stored context with a column value, a headline and an earlier version that are unknown here
    context = merged(moment(1, clock_seconds=60.0, score=Score(home=1)))
    stored = merged(moment(2, clock_seconds=120.0, score=Score(home=2)), context=context).to_dict()
    for each in (stored, *stored["earlier"]):
        each["columns"] = {**each["columns"], "MATCH_EVENT": "pitch_invasion", "WEATHER": "rain"}
        if each["headline"]:
            each["headline"] = {**each["headline"], "type": "PITCH_INVASION"}
    with pytest.raises(InvalidFieldError):
        MatchContext.from_dict(stored)

    read = MatchContext.from_stored(stored)

    assert read.columns["MATCH_EVENT"] == "pitch_invasion"
    assert set(read.columns) == set(CONTEXT_REGISTRY.names)
    assert read.headline is None
    assert read.score == Score(home=2)
    assert merged(moment(3, clock_seconds=180.0, score=Score(home=3)), context=read).score == Score(home=3)
