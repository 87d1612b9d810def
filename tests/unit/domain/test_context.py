"""The context grows, forgets nothing newer, and is made of the registry's words."""

import json
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.context import MatchContext, initial_context, merge, remember
from domain.errors import InvalidFieldError
from domain.match import Score
from domain.moment import Moment, MomentType
from domain.registry import CONTEXT_REGISTRY
from domain.salience import HOLD_SECONDS, SALIENCE
from tests.unit.domain.strategies import MATCH, moment, played_moments


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
def test_columns_are_always_the_registrys(moments: list[Moment]) -> None:
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
    # GIVEN a card soon after a goal, which tells of no second goal and changes nothing on a screen
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


def test_moments_of_one_goal_make_one_version_with_the_greatest_as_headline() -> None:
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
def test_a_context_survives_its_own_json(moments: list[Moment]) -> None:
    context = merge(initial_context(MATCH), MATCH, moments) or initial_context(MATCH)
    assert MatchContext.from_dict(json.loads(json.dumps(context.to_dict()))) == context


def test_a_context_with_a_foreign_word_is_refused_by_name() -> None:
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
