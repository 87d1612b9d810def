"""A live feed takes entries back, changes them and gives them again; screens follow in any order."""

import json
import random
from collections import Counter
from dataclasses import dataclass
from typing import Any

import pytest

from domain.detection.engine import MatchEngine
from domain.detection.outcome import Verdict
from domain.match import Score
from domain.match_event import Card, MatchEventType
from domain.moment import MomentType
from domain.signal import Signal
from tests.support.arrival_orders import arrival_orders
from tests.support.detection_run import Run, detect
from tests.support.feed_entries import AWAY, HOME, MADE_BY_TIME, clock, end_of_match, entry, goal, half_time

M, T = MatchEventType, MomentType
KICK_OFF = entry(M.PERIOD_START, 1, 0, "kick-off")
MOST_ORDERS = 150


def card(entry_id: str, minute: float, shown: Card, **fields: Any) -> Signal:
    """Return a card; each call is a signal of its own."""
    return entry(M.CARD, 1, minute, entry_id=entry_id, card=shown, side=HOME, player="Ada", **fields)


def scored(entry_id: str, minute: float, side: Any = HOME, **fields: Any) -> Signal:
    """Return a goal; each call is a signal of its own."""
    return entry(M.GOAL, 1, minute, entry_id=entry_id, side=side, player="Ada", **fields)


def withdrawn(
    related_id: str, minute: float, kind: MatchEventType = M.ENTRY_WITHDRAWN, **fields: Any
) -> Signal:
    """Return a withdrawal."""
    return entry(kind, 1, minute, related_id=related_id, **fields)


@dataclass(frozen=True, kw_only=True)
class Case:
    """A first half as the feed tells it, and what is right at half-time."""

    signals: tuple[Signal, ...]
    score: tuple[int, int] = (0, 0)
    sent_off: tuple[int, int] = (0, 0)
    standing: tuple[MomentType, ...] = ()
    refused: int = 0


CASES = {
    "a red card is withdrawn": Case(
        signals=(card("r", 10, Card.RED), withdrawn("r", 12)),
    ),
    "a red card is cancelled": Case(
        signals=(card("r", 10, Card.RED), withdrawn("r", 12, M.CARD_CANCELLED)),
    ),
    "a red card becomes yellow": Case(
        signals=(card("r", 10, Card.RED), card("r", 10, Card.YELLOW, sent_minute=12)),
        standing=(T.YELLOW_CARD,),
    ),
    "a yellow card becomes red": Case(
        signals=(card("y", 10, Card.YELLOW), card("y", 10, Card.RED, sent_minute=11)),
        sent_off=(1, 0),
        standing=(T.RED_CARD,),
    ),
    "a second yellow card is withdrawn and given as a red one": Case(
        signals=(
            card("y1", 5, Card.YELLOW),
            card("y2", 10, Card.SECOND_YELLOW),
            withdrawn("y2", 11),
            card("r", 10, Card.RED, sent_minute=12),
        ),
        sent_off=(1, 0),
        standing=(T.YELLOW_CARD, T.RED_CARD),
    ),
    "the card of another side's player": Case(
        signals=(
            card("r", 10, Card.RED),
            entry(M.CARD, 1, 10, entry_id="r", card=Card.RED, side=AWAY, player="Bea", sent_minute=12),
        ),
        sent_off=(0, 1),
        standing=(T.RED_CARD,),
    ),
    "one of two reports of a sending-off is withdrawn": Case(
        signals=(card("r1", 10, Card.RED), card("r2", 10.5, Card.RED), withdrawn("r1", 12)),
        sent_off=(1, 0),
        standing=(T.RED_CARD,),
    ),
    "a penalty is overturned": Case(
        signals=(
            entry(M.PENALTY_AWARDED, 1, 20, entry_id="p", side=HOME),
            withdrawn("p", 22, M.PENALTY_CANCELLED),
        ),
    ),
    "a missed penalty is retaken and scored": Case(
        signals=(
            entry(M.PENALTY_AWARDED, 1, 20, entry_id="p", side=HOME),
            entry(M.PENALTY_MISSED, 1, 21, entry_id="k", side=HOME),
            scored("k", 21, penalty=True, sent_minute=23),
        ),
        score=(1, 0),
        standing=(T.PENALTY_AWARDED, T.GOAL),
    ),
    "a substitution is cancelled": Case(
        signals=(
            entry(M.SUBSTITUTION, 1, 30, entry_id="s", side=AWAY, player="Cleo"),
            withdrawn("s", 31, M.SUBSTITUTION_CANCELLED),
        ),
    ),
    "an injury is withdrawn": Case(
        signals=(entry(M.INJURY_STOPPAGE, 1, 30, entry_id="i"), withdrawn("i", 31)),
    ),
    "a goal is disallowed": Case(
        signals=(scored("g", 20), withdrawn("g", 22, M.GOAL_CANCELLED)),
        standing=(T.GOAL_DISALLOWED,),
    ),
    "a goal is disallowed with its own time, long after": Case(
        signals=(
            scored("g", 20),
            clock(1, 21),
            clock(1, 26),
            withdrawn("g", 20, M.GOAL_CANCELLED),
        ),
        standing=(T.GOAL_DISALLOWED,),
    ),
    "a goal is disallowed and given again": Case(
        signals=(
            scored("g", 20),
            withdrawn("g", 21, M.GOAL_CANCELLED),
            scored("g", 20, sent_minute=22),
        ),
        score=(1, 0),
        standing=(T.GOAL,),
    ),
    "a goal is disallowed twice": Case(
        signals=(
            scored("g", 20),
            withdrawn("g", 21, M.GOAL_CANCELLED),
            scored("g", 20, sent_minute=22),
            withdrawn("g", 23, M.GOAL_CANCELLED),
        ),
        standing=(T.GOAL_DISALLOWED,),
    ),
    "the cancellation of a goal is withdrawn": Case(
        signals=(
            scored("g", 20),
            withdrawn("g", 21, M.GOAL_CANCELLED, entry_id="c"),
            withdrawn("c", 22),
        ),
        score=(1, 0),
        standing=(T.GOAL,),
    ),
    "a goal is deleted and made anew": Case(
        signals=(
            scored("g1", 20, own_goal=True),
            scored("g2", 20.5, own_goal=True, sent_minute=21),
            withdrawn("g1", 20),
        ),
        score=(1, 0),
        standing=(T.OWN_GOAL,),
    ),
    "a goal gets another second, scorer and side": Case(
        signals=(
            scored("g", 20),
            scored("g", 20.25, sent_minute=21),
            scored("g", 20.25, AWAY, own_goal=True, sent_minute=22),
        ),
        score=(0, 1),
        standing=(T.OWN_GOAL,),
    ),
    "a hat-trick loses its second goal": Case(
        signals=(
            *(scored(f"g{number}", 10.0 + 12 * number) for number in range(3)),
            withdrawn("g1", 36, M.GOAL_CANCELLED),
        ),
        score=(2, 0),
        standing=(T.GOAL, T.GOAL, T.GOAL_DISALLOWED),
    ),
    "a correction of another kind of entry": Case(
        signals=(card("r", 10, Card.RED), withdrawn("r", 12, M.GOAL_CANCELLED)),
        sent_off=(1, 0),
        standing=(T.RED_CARD,),
        refused=1,
    ),
    "the scorer of a card": Case(
        signals=(
            card("y", 10, Card.YELLOW),
            entry(M.SCORER_CHANGED, 1, 12, related_id="y", player="Bea"),
        ),
        standing=(T.YELLOW_CARD,),
        refused=1,
    ),
    "a goal and a sending-off are confirmed late": Case(
        signals=(
            *(clock(1, minute) for minute in (20, 22, 24, 26)),
            scored("g", 20),
            card("r", 20.5, Card.RED),
        ),
        score=(1, 0),
        sent_off=(1, 0),
        standing=(T.GOAL, T.RED_CARD),
    ),
}


def at_half_time(case: Case) -> list[Signal]:
    return [KICK_OFF, *case.signals, half_time(45)]


def check(case: Case, run: Run) -> None:
    context, whistles = run.context, (T.KICK_OFF, T.HALF_TIME)
    left_out = {T.EQUALISER, *MADE_BY_TIME}
    found = Counter(moment.type for moment in run.standing if moment.type not in left_out)
    assert found == Counter((*case.standing, *whistles))
    assert (context.score.home, context.score.away) == case.score
    assert (context.home_sent_off, context.away_sent_off) == case.sent_off
    assert context.columns["MATCH_PHASE"] == "half_time"
    short = {(0, 0): "even", (1, 0): "home_short", (0, 1): "away_short"}[case.sent_off]
    assert context.columns["TEAM_COMPOSITION"] == short
    refused = [each for each in run.refusals if each.reason.startswith("match_event.related_id")]
    assert len(refused) == case.refused


@pytest.mark.parametrize("name", CASES)
def test_corrections_are_right_at_half_time(name: str) -> None:
    case = CASES[name]
    check(case, detect(at_half_time(case)))


@pytest.mark.parametrize("name", CASES)
def test_corrections_are_right_in_any_order_of_arrival_and_delivery(name: str) -> None:
    case = CASES[name]
    for number, arrived in enumerate(arrival_orders(at_half_time(case), most=MOST_ORDERS)):
        check(case, detect(arrived, delivered=random.Random(number)))


def test_an_envelope_that_repeats_with_other_content_amends_its_entry() -> None:
    first = scored("g", 20, signal_id="envelope")
    again = scored("g", 20.25, AWAY, signal_id="envelope", sent_minute=21)
    run = detect([KICK_OFF, first, again])
    assert run.situation.score == Score(away=1)


def test_an_envelope_that_repeats_unchanged_is_a_duplicate_even_of_a_withdrawn_entry() -> None:
    first = scored("g", 20, signal_id="envelope")
    run = detect([KICK_OFF, first, withdrawn("g", 21), first])
    assert run.verdicts[-1] == ("envelope", Verdict.DUPLICATE)
    assert run.situation.score == Score()


def test_an_older_revision_that_arrives_later_is_stale() -> None:
    newer, older = scored("g", 20, AWAY, revision=2), scored("g", 20, HOME, revision=1)
    run = detect([KICK_OFF, newer, older])
    assert run.verdicts[-1][1] is Verdict.STALE
    assert run.refusals == ()
    assert run.situation.score == Score(away=1)


def test_a_withdrawal_has_a_revision_of_the_entry_that_it_names() -> None:
    withdrawal = withdrawn("g", 21, revision=2)
    given_again = scored("g", 20, revision=3)
    late = scored("g", 20, revision=1)
    assert detect([KICK_OFF, withdrawal, late]).situation.score == Score()
    assert detect([KICK_OFF, given_again, withdrawal, late]).situation.score == Score(home=1)


def test_a_withdrawal_waits_for_its_entry_and_is_refused_if_that_is_of_another_kind() -> None:
    waiting = withdrawn("r", 12, M.GOAL_CANCELLED, signal_id="waiting")
    run = detect([KICK_OFF, waiting, card("r", 10, Card.RED)])
    assert dict(run.verdicts)["waiting"] is Verdict.WAITING
    assert run.refused() == {
        "waiting": "match_event.related_id: expected the id of a goal entry, r is a card"
    }
    assert run.situation.home_sent_off == 1


def test_a_withdrawal_of_an_entry_that_is_withdrawn_already_is_refused() -> None:
    again = withdrawn("g", 22, signal_id="again")
    run = detect([KICK_OFF, scored("g", 20), withdrawn("g", 21), again])
    assert run.refused() == {
        "again": "match_event.related_id: expected the id of an entry, g is withdrawn already"
    }


def test_a_withdrawal_may_name_the_envelope_of_its_entry() -> None:
    run = detect([KICK_OFF, scored("g", 20, signal_id="envelope"), withdrawn("envelope", 21)])
    assert run.situation.score == Score()


def test_an_entry_of_the_same_id_from_another_provider_is_another_entry() -> None:
    ours = scored("224", 20)
    theirs = Signal.from_dict({**scored("224", 30, AWAY).to_dict(), "source": "another"})
    run = detect([KICK_OFF, ours, theirs])
    assert run.situation.score == Score(home=1, away=1)
    assert len({moment.id for moment in run.moments}) == len(run.moments)
    # and each provider withdraws its own
    taken_back = Signal.from_dict({**withdrawn("224", 31).to_dict(), "source": "another"})
    assert detect([KICK_OFF, ours, theirs, taken_back]).situation.score == Score(home=1)


def test_anyone_may_withdraw_an_entry_that_a_single_provider_sent() -> None:
    operator = Signal.from_dict({**withdrawn("g", 21).to_dict(), "source": "operator"})
    assert detect([KICK_OFF, scored("g", 20), operator]).situation.score == Score()


def test_the_headline_leaves_the_screen_with_its_moment() -> None:
    # GIVEN screens that are about a sending-off
    shown = [KICK_OFF, card("r", 3, Card.RED)]
    before = detect(shown).context
    assert before.columns["MATCH_EVENT"] == "red_card"

    # WHEN it is taken back
    after = detect([*shown, withdrawn("r", 4, M.CARD_CANCELLED)]).context

    # THEN the next version is not about it, and no side is short
    assert after.version == before.version + 1
    assert after.headline is None
    assert after.columns["MATCH_EVENT"] == "none"
    assert after.columns["TEAM_COMPOSITION"] == "even"


def test_an_amended_headline_takes_the_place_of_the_one_shown() -> None:
    match = [KICK_OFF, scored("g", 20)]
    amended = entry(M.GOAL, 1, 20, entry_id="g", side=HOME, player="Bea", sent_minute=22)
    headline = detect([*match, amended]).context.headline
    assert headline is not None
    assert (headline.player, headline.root_id) == ("Bea", "m:GOAL:g")


def test_a_disallowed_goal_takes_the_headline_from_its_goal() -> None:
    cancelled = withdrawn("g", 5, M.GOAL_CANCELLED)
    run = detect([KICK_OFF, scored("g", 3), cancelled])
    assert run.context.columns["MATCH_EVENT"] == "goal_disallowed"
    assert [context.columns["MATCH_EVENT"] for context in run.contexts] == [
        "none",
        "kick_off",
        "goal",
        "goal_disallowed",
    ]


@pytest.mark.parametrize("number", range(6))
def test_two_red_cards_of_one_second_both_count_in_any_order_of_delivery(number: int) -> None:
    match = [
        KICK_OFF,
        card("r1", 10, Card.RED),
        entry(M.CARD, 1, 10, entry_id="r2", card=Card.RED, side=AWAY, player="Bea"),
    ]
    context = detect(match, delivered=random.Random(number)).context
    assert (context.home_sent_off, context.away_sent_off) == (1, 1)


def test_goals_of_one_second_are_in_the_order_of_their_arrival() -> None:
    # the ids would sort the other way
    run = detect([KICK_OFF, scored("e9", 20), scored("e10", 20, AWAY)])
    goals = {moment.id: moment for moment in run.standing}
    assert goals["m:GOAL:e9"].score == Score(home=1)
    assert goals["m:GOAL:e10"].score == Score(home=1, away=1)
    assert goals["m:EQUALISER:e10"].side is AWAY


def test_the_rebound_of_a_saved_penalty_comes_after_it_and_the_award_before() -> None:
    saved = entry(M.PENALTY_MISSED, 1, 20, entry_id="z-saved", side=HOME)
    rebound = scored("a-rebound", 20)
    award = entry(M.PENALTY_AWARDED, 1, 20, entry_id="m-award", side=HOME)
    run = detect([KICK_OFF, saved, rebound, award])
    scores = {moment.type: moment.score for moment in run.standing}
    assert scores[T.PENALTY_AWARDED] == scores[T.PENALTY_MISSED] == Score()
    assert scores[T.GOAL] == Score(home=1)


def test_five_kicks_with_one_clock_are_counted_in_the_order_of_their_arrival() -> None:
    kicks = [
        entry(M.SHOOT_OUT_KICK, 5, 1, entry_id=f"k{9 - number}", side=side, scored=number != 2)
        for number, side in enumerate([HOME, AWAY, HOME, AWAY, HOME])
    ]
    run = detect([KICK_OFF, *kicks])
    found = [moment for moment in run.moments if moment.type is T.SHOOT_OUT_KICK]
    assert [(kick.details["kicks_home"], kick.details["kicks_away"]) for kick in found] == [
        (1, 0),
        (1, 1),
        (1, 1),
        (1, 2),
        (2, 2),
    ]


def test_an_amended_entry_keeps_its_place_in_its_second_unless_its_time_changes() -> None:
    first, second = scored("first", 20), scored("second", 20, AWAY)
    renamed = entry(M.GOAL, 1, 20, entry_id="first", side=HOME, player="Bea", sent_minute=22)
    goals = {moment.root_id: moment.score for moment in detect([KICK_OFF, first, second, renamed]).standing}
    assert goals["m:GOAL:first"] == Score(home=1)
    moved = scored("first", 21, sent_minute=22)
    back = scored("first", 20, sent_minute=23)
    goals = {
        moment.root_id: moment.score for moment in detect([KICK_OFF, first, second, moved, back]).standing
    }
    assert goals["m:GOAL:first"] == Score(home=1, away=1)


def test_an_entry_that_becomes_an_ordinary_one_is_no_moment_any_more() -> None:
    run = detect([KICK_OFF, scored("g", 3), entry(M.OTHER, 1, 3, entry_id="g", sent_minute=4)])
    assert run.situation.score == Score()
    assert [moment.type for moment in run.standing] == [T.KICK_OFF]


def test_a_whistle_that_is_withdrawn_takes_its_phase_back() -> None:
    whistle = entry(M.PERIOD_END, 1, 30, entry_id="whistle")
    run = detect([KICK_OFF, whistle, withdrawn("whistle", 31)])
    assert run.context.columns["MATCH_PHASE"] == "first_half"
    end = entry(M.MATCH_END, 2, 48, entry_id="end")
    played = [KICK_OFF, goal(HOME, 2, 47), end]
    assert detect(played).context.columns["MATCH_PHASE"] == "finished"
    taken_back = detect([*played, withdrawn("end", 47)])
    assert taken_back.context.columns["MATCH_PHASE"] == "last_five_minutes"
    assert T.LATE_WINNER not in {moment.type for moment in taken_back.standing}


def test_a_chain_of_withdrawals_is_bounded() -> None:
    chain = [scored("w0", 20)]
    chain += [withdrawn(f"w{number}", 21, entry_id=f"w{number + 1}") for number in range(50)]
    run = detect([KICK_OFF, *chain])
    assert any("a circle or a chain" in reason for reason in run.refused().values())
    assert len(run.refusals) < 50


def test_corrections_that_wait_are_bounded() -> None:
    run = detect([KICK_OFF, *(withdrawn(f"unknown-{number}", 21) for number in range(120))])
    verdicts = Counter(verdict for _, verdict in run.verdicts)
    assert verdicts == {Verdict.ACCEPTED: 1, Verdict.WAITING: 100, Verdict.OVERFLOW: 20}
    assert run.refusals[0].reason.endswith("unknown-100 is not known, and 100 corrections wait")


def test_withdrawals_that_name_each_other_do_no_harm() -> None:
    one = withdrawn("two", 21, entry_id="one")
    two = withdrawn("one", 22, entry_id="two")
    run = detect([KICK_OFF, one, two, scored("g", 23)])
    assert run.situation.score == Score(home=1)
    assert run.refused() == {
        one.id: "match_event.related_id: expected the id of an entry, "
        "two is part of a circle or a chain of corrections"
    }


def test_an_entry_may_withdraw_itself() -> None:
    deleted = withdrawn("g", 21, entry_id="g")
    run = detect([KICK_OFF, scored("g", 20), deleted])
    assert run.situation.score == Score()
    assert run.refusals == ()


@pytest.mark.parametrize("number", range(4))
def test_the_state_follows_the_last_number_also_after_the_final_whistle(number: int) -> None:
    match = [KICK_OFF, scored("g", 20), half_time(45), end_of_match(2, 48)]
    late = [*match, withdrawn("g", 20, M.GOAL_CANCELLED)]
    context = detect(late, delivered=random.Random(number)).context
    assert (context.score, context.phase) == (Score(), "finished")


def test_what_withdraws_a_refused_withdrawal_waits_again_and_survives_a_restore() -> None:
    # GIVEN a withdrawal of a withdrawal that is refused when its entry comes
    engine = MatchEngine("m")
    inner = withdrawn("r", 12, M.GOAL_CANCELLED, entry_id="inner")
    outer = withdrawn("inner", 13, entry_id="outer")
    for signal in (KICK_OFF, inner, outer, card("r", 10, Card.RED)):
        engine.observe(signal)
    assert engine.situation.home_sent_off == 1
    # THEN its state can be restored, and the other is refused when the match is closed
    restored = MatchEngine("m")
    restored.restore(json.loads(json.dumps(engine.state())))
    assert restored.state() == engine.state()
    [refusal] = restored.close()
    assert refusal.signal.match_event == outer.match_event


def test_a_scorer_change_has_revisions_of_its_own() -> None:
    renamed = entry(M.SCORER_CHANGED, 1, 22, related_id="g", player="Bea", revision=1)
    run = detect([KICK_OFF, scored("g", 20, revision=3), renamed])
    [found] = [moment for moment in run.standing if moment.type is T.GOAL]
    assert found.player == "Bea"
