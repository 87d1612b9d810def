"""The statistics count a feed's entries by their last word, with the time since when they are so."""

from domain.match_event import Card, MatchEventType, ShotOutcome
from domain.signal import Signal
from domain.validation import format_instant
from local.play.web.statistics import StatisticsLog
from tests.support.feed_entries import AWAY, HOME, entry, goal


def counted(*signals: Signal) -> StatisticsLog:
    log = StatisticsLog("m")
    for signal in signals:
        assert signal.match_event is not None
        log.observe(signal, signal.match_event)
    return log


def totals(*signals: Signal) -> dict[str, list[int]]:
    """Return the newest numbers that are not zero for both."""
    newest = counted(*signals).document()["updates"][-1]
    return {name: pair for name, pair in newest.items() if name != "at" and pair != [0, 0]}


def shot(minute: float, outcome: ShotOutcome, entry_id: str | None = None) -> Signal:
    return entry(MatchEventType.SHOT, 1, minute, side=HOME, outcome=outcome, entry_id=entry_id)


def card(minute: float, kind: Card) -> Signal:
    return entry(MatchEventType.CARD, 1, minute, side=AWAY, card=kind)


def test_shots_corners_and_cards_are_counted_for_their_side() -> None:
    assert totals(
        shot(1, ShotOutcome.SAVED),
        shot(2, ShotOutcome.BLOCKED),
        goal(AWAY, 1, 3),
        entry(MatchEventType.PENALTY_MISSED, 1, 4, side=AWAY),
        entry(MatchEventType.CORNER, 1, 5, side=HOME),
        card(6, Card.YELLOW),
        card(7, Card.SECOND_YELLOW),
        card(8, Card.RED),
    ) == {
        "shots": [2, 2],
        "shotsOnTarget": [1, 1],
        "corners": [1, 0],
        "yellowCards": [0, 2],
        "redCards": [0, 2],
    }


def test_own_goals_and_kicks_of_a_shoot_out_are_no_shots() -> None:
    assert totals(goal(AWAY, 1, 3, own_goal=True), goal(HOME, 5, 1), shot(1, ShotOutcome.SAVED)) == {
        "shots": [1, 0],
        "shotsOnTarget": [1, 0],
    }


def test_what_the_feed_withdraws_or_amends_is_counted_anew() -> None:
    given = (shot(1, ShotOutcome.SAVED, "s"), card(2, Card.YELLOW))
    assert totals(*given, shot(1, ShotOutcome.OFF_TARGET, "s")) == {"shots": [1, 0], "yellowCards": [0, 1]}
    withdrawn = entry(MatchEventType.ENTRY_WITHDRAWN, 1, 3, related_id="s")
    assert totals(*given, withdrawn) == {"yellowCards": [0, 1]}


def test_each_change_has_the_time_since_when_it_is_known() -> None:
    early, late = shot(10, ShotOutcome.SAVED, "s"), card(20, Card.YELLOW)
    # An amendment that carries the time of what it amends, and entries that count for nothing
    amended = shot(10, ShotOutcome.BLOCKED, "s")
    nothing = entry(MatchEventType.OTHER, 1, 21, side=HOME)
    updates = counted(early, late, amended, nothing).document()["updates"]
    assert [each["at"] for each in updates] == [
        format_instant(each.occurred_at) for each in (early, late, late)
    ]
    assert [each["shotsOnTarget"] for each in updates] == [[1, 0], [1, 0], [0, 0]]
