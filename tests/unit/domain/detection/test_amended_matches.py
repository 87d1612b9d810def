"""Any match, however it is amended, withdrawn and reinstated, ends as its clean final list."""

import json
import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from domain.detection.engine import MatchEngine
from domain.detection.outcome import Verdict
from domain.detection.rules import WINDOW_MOMENTS
from domain.moment import BACKGROUND, Moment, MomentType
from tests.support.amended_matches import AmendedMatch, amended_matches, properties
from tests.support.detection_run import content_of, detect, standing_moments
from tests.support.feed_entries import MADE_BY_TIME

FACTS = frozenset(MomentType) - WINDOW_MOMENTS - MADE_BY_TIME - {MomentType.GOAL_DISALLOWED}


def contents(moments: list[Moment]) -> list[str]:
    return sorted(repr(content_of(moment)) for moment in moments)


def independent_of_screens(moments: list[Moment]) -> list[Moment]:
    """Return the moments that are published whatever the screen shows, as if they had taken it."""
    return [
        replace(moment, details={key: moment.details[key] for key in moment.details if key != BACKGROUND})
        for moment in moments
        if moment.type in FACTS
    ]


@properties
@given(match=amended_matches(), data=st.data(), chance=st.randoms(use_true_random=False))
def test_an_amended_match_ends_as_the_clean_list_of_its_entries(
    match: AmendedMatch, data: st.DataObject, chance: random.Random
) -> None:
    # GIVEN the words on each entry in any order of arrival, and their moments in any order of delivery
    arrived = data.draw(match.arrivals())

    amended, clean = detect(arrived, delivered=chance), detect(match.clean)

    # THEN the moments that stand, the situation and the context are those of the clean list, but for
    # disallowed goals, which a clean list does not have, and what depends on the screen that they take
    if any(moment.type is MomentType.GOAL_DISALLOWED for moment in amended.standing):
        facts = independent_of_screens(amended.standing)
        assert contents(facts) == contents(independent_of_screens(clean.standing))
    else:
        assert contents(amended.standing) == contents(clean.standing)
    assert amended.situation == clean.situation
    if amended.moments:
        published = amended.moments[-1].situation
        assert published is not None
        context = amended.context
        assert (context.score, context.phase) == (published.score, published.phase)
        assert (context.home_sent_off, context.away_sent_off) == (
            published.home_sent_off,
            published.away_sent_off,
        )


@properties
@given(match=amended_matches(), data=st.data())
def test_no_moment_is_published_twice_and_every_one_has_the_next_number(
    match: AmendedMatch, data: st.DataObject
) -> None:
    moments = detect(data.draw(match.arrivals())).moments
    assert len({moment.id for moment in moments}) == len(moments)
    numbers = [moment.sequence for moment in moments]
    assert numbers == list(range(numbers[0] or 0, (numbers[0] or 0) + len(numbers))) if numbers else True


@properties
@given(match=amended_matches(), data=st.data())
def test_the_headline_is_never_a_moment_that_was_retracted(match: AmendedMatch, data: st.DataObject) -> None:
    run = detect(data.draw(match.arrivals()), delivered=data.draw(st.randoms(use_true_random=False)))
    headline = run.context.headline
    if headline is not None:
        assert headline.root_id in {moment.root_id for moment in run.standing}


@properties
@given(match=amended_matches(), data=st.data())
def test_a_restored_engine_continues_without_a_difference(match: AmendedMatch, data: st.DataObject) -> None:
    arrived = data.draw(match.arrivals())
    cut = data.draw(st.integers(0, len(arrived)))
    whole, before = MatchEngine("m"), MatchEngine("m")
    expected = [outcome for signal in arrived for outcome in [whole.observe(signal)]]
    found = [before.observe(signal) for signal in arrived[:cut]]
    after = MatchEngine("m")
    after.restore(json.loads(json.dumps(before.state())))
    found += [after.observe(signal) for signal in arrived[cut:]]

    assert found == expected
    assert after.state() == whole.state()


@properties
@given(match=amended_matches(), data=st.data())
def test_signals_that_come_again_change_nothing(match: AmendedMatch, data: st.DataObject) -> None:
    # GIVEN a match whose last signals come again in the same order, as after a restart
    arrived = data.draw(match.arrivals())
    engine = MatchEngine("m")
    observed = [(signal, engine.observe(signal)) for signal in arrived]
    moments = [moment for _, outcome in observed for moment in outcome.moments]
    kept = [signal for signal, outcome in observed if outcome.verdict is not Verdict.DUPLICATE]
    again = kept[data.draw(st.integers(0, len(kept))) :]

    outcomes = [engine.observe(signal) for signal in again]

    assert not [moment for outcome in outcomes for moment in outcome.moments]
    assert {outcome.verdict for outcome in outcomes} <= {
        Verdict.DUPLICATE,
        Verdict.STALE,
        Verdict.REFUSED,
    }
    assert standing_moments(moments) == detect(arrived).standing
