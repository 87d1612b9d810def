"""The same match by the documents of each provider, to the same score, dismissals and phase."""

import pytest

from domain.match_event import MatchEventType
from domain.moment import MomentType
from tests.support.polled_documents import (
    AWAY,
    HOME,
    PROVIDERS,
    Event,
    Polling,
    document_of,
    entries_of,
    types_of,
)

GOAL = Event(kind="goal", minute=23, team=HOME, id=501, after="1-0")
RED = Event(kind="red", minute=61, team=AWAY, player="Dan Pike", id=502)


@pytest.fixture(params=PROVIDERS)
def provider(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


def test_a_whole_match_is_sent_once_and_ends_as_its_last_document_says(provider: str) -> None:
    polling = Polling(provider)
    own_goal = Event(kind="own goal", minute=45, added=2, team=HOME, player="Eve Rook", id=503, after="2-0")
    late = Event(kind="penalty", minute=90, added=4, team=AWAY, player="Flo Tern", id=504, after="2-1")
    sub = Event(kind="sub", minute=70, team=AWAY, player="Gus Wren", id=505)
    documents = [
        document_of(provider, "before", None, None),
        document_of(provider, "first half", 1),
        document_of(provider, "first half", 24, (1, 0), [GOAL]),
        document_of(provider, "half-time", 45, (2, 0), [GOAL, own_goal]),
        document_of(provider, "second half", 62, (2, 0), [GOAL, own_goal, RED]),
        document_of(provider, "second half", 71, (2, 0), [GOAL, own_goal, RED, sub]),
        document_of(provider, "finished", 90, (2, 1), [GOAL, own_goal, RED, sub, late]),
    ]
    for document in documents:
        polling.poll(document)
        assert polling.poll(document) == (), "a document that is polled again has nothing new"
        polling.restart()
        assert polling.poll(document) == (), "nor has it after a restart"
    assert (polling.score, polling.sent_off, polling.phase) == ((2, 1), (0, 1), "finished")
    assert len({moment.id for moment in polling.moments}) == len(polling.moments)
    found = [moment.type for moment in polling.moments]
    assert found.count(MomentType.GOAL) == 2
    assert found.count(MomentType.OWN_GOAL) == 1
    goal = next(moment for moment in polling.moments if moment.type is MomentType.OWN_GOAL)
    assert (goal.period, goal.clock_seconds) == (1, 46 * 60)


def test_a_goal_of_minute_23_has_the_clock_22_00(provider: str) -> None:
    polling = Polling(provider)
    signals = polling.poll(document_of(provider, "first half", 24, (1, 0), [GOAL]))
    goal = next(each for each in entries_of(signals) if each.type is MatchEventType.GOAL)
    assert goal.order == (1, 22 * 60)


def test_a_goal_that_vanishes_is_withdrawn_and_reinstated_when_it_reappears(provider: str) -> None:
    polling = Polling(provider)
    with_goal = document_of(provider, "first half", 24, (1, 0), [GOAL])
    without = document_of(provider, "first half", 25, (0, 0))
    polling.poll(with_goal)
    for _ in range(3):
        assert types_of(polling.poll(without)) == [MatchEventType.ENTRY_WITHDRAWN]
        assert polling.score == (0, 0)
        assert types_of(polling.poll(with_goal)) == [MatchEventType.GOAL]
        assert polling.score == (1, 0)


def test_a_goal_that_vanishes_while_the_score_counts_it_stays(provider: str) -> None:
    polling = Polling(provider)
    polling.poll(document_of(provider, "first half", 24, (1, 0), [GOAL]))
    assert types_of(polling.poll(document_of(provider, "first half", 25, (1, 0)))) == []
    assert polling.score == (1, 0)


def test_an_empty_list_is_believed_when_it_comes_twice(provider: str) -> None:
    polling = Polling(provider)
    yellow = Event(kind="yellow", minute=30, team=HOME, id=510)
    polling.poll(document_of(provider, "second half", 62, (0, 0), [yellow, RED]))
    assert types_of(polling.poll(document_of(provider, "second half", 63))) == []
    assert polling.sent_off == (0, 1)
    polling.poll(document_of(provider, "second half", 64))
    assert polling.sent_off == (0, 0)


def test_a_document_without_a_list_says_nothing_of_the_entries(provider: str) -> None:
    polling = Polling(provider)
    polling.poll(document_of(provider, "second half", 62, (0, 0), [RED]))
    for minute in (63, 64):
        polling.poll(document_of(provider, "second half", minute, (0, 0), None))
    assert polling.sent_off == (0, 1)


def test_the_score_is_stated_where_it_is_ahead_of_the_entries_until_they_come(provider: str) -> None:
    polling = Polling(provider)
    signals = polling.poll(document_of(provider, "first half", 24, (1, 0), None))
    assert MatchEventType.SCORE_CORRECTION in types_of(signals)
    assert polling.score == (1, 0)
    polling.poll(document_of(provider, "first half", 25, (1, 0), [GOAL]))
    assert polling.score == (1, 0)
    polling.poll(document_of(provider, "first half", 26, (1, 1), [GOAL]))
    assert polling.score == (1, 1)
    polling.poll(document_of(provider, "first half", 27, (1, 0), [GOAL]))
    assert polling.score == (1, 0)


def test_two_goals_of_a_player_in_a_minute_are_two(provider: str) -> None:
    polling = Polling(provider)
    second = Event(kind="goal", minute=23, team=HOME, id=511, after="2-0")
    signals = polling.poll(document_of(provider, "first half", 24, (2, 0), [GOAL, second]))
    assert types_of(signals).count(MatchEventType.GOAL) == 2
    assert polling.score == (2, 0)
    polling.poll(document_of(provider, "first half", 25, (1, 0), [GOAL]))
    assert polling.score == (1, 0)


@pytest.mark.parametrize(
    "amended",
    [
        Event(kind="goal", minute=23, team=HOME, player="Hal Yew", id=501, after="1-0"),
        Event(kind="goal", minute=25, team=HOME, id=501, after="1-0"),
        Event(kind="goal", minute=25, team=HOME, id=999, after="1-0"),
        Event(kind="penalty", minute=23, team=HOME, id=501, after="1-0"),
    ],
    ids=["scorer", "minute", "minute and id", "kind"],
)
def test_a_goal_that_changes_is_amended_not_remade(provider: str, amended: Event) -> None:
    polling = Polling(provider)
    first = polling.poll(document_of(provider, "first half", 26, (1, 0), [GOAL]))
    then = polling.poll(document_of(provider, "first half", 26, (1, 0), [amended]))
    goals = [each for each in entries_of((*first, *then)) if each.type is MatchEventType.GOAL]
    assert [goal.revision for goal in goals] == [1, 2]
    assert goals[0].id == goals[1].id
    assert types_of(then) == [MatchEventType.GOAL]
    assert polling.score == (1, 0)


def test_a_yellow_card_that_becomes_a_red_one_is_amended(provider: str) -> None:
    polling = Polling(provider)
    yellow = Event(kind="yellow", minute=61, team=AWAY, player="Dan Pike", id=502)
    polling.poll(document_of(provider, "second half", 62, (0, 0), [yellow]))
    assert types_of(polling.poll(document_of(provider, "second half", 63, (0, 0), [RED]))) == [
        MatchEventType.CARD
    ]
    assert polling.sent_off == (0, 1)


def test_a_red_card_beside_the_second_yellow_card_sends_one_player_off(provider: str) -> None:
    polling = Polling(provider)
    second = Event(kind="second", minute=61, team=AWAY, player="Dan Pike", id=512)
    polling.poll(document_of(provider, "second half", 62, (0, 0), [second, RED]))
    assert polling.sent_off == (0, 1)


def test_full_time_is_revoked_when_extra_time_follows(provider: str) -> None:
    polling = Polling(provider)
    polling.poll(document_of(provider, "second half", 90))
    polling.poll(document_of(provider, "finished", 90))
    assert polling.phase == "finished"
    polling.poll(document_of(provider, "break", 90))
    assert polling.phase != "finished"
    polling.poll(document_of(provider, "extra time", 91))
    assert polling.phase == "extra_time"
    late = Event(kind="goal", minute=119, team=AWAY, id=513, after="0-1")
    polling.poll(document_of(provider, "extra time, second half", 120, (0, 1), [late]))
    polling.poll(document_of(provider, "finished after extra time", 120, (0, 1), [late]))
    assert (polling.score, polling.phase) == ((0, 1), "finished")


def test_a_match_that_is_suspended_keeps_its_state_and_resumes(provider: str) -> None:
    polling = Polling(provider)
    polling.poll(document_of(provider, "second half", 62, (1, 0), [GOAL, RED]))
    suspended = document_of(provider, "suspended", 62, (1, 0), [GOAL, RED])
    assert types_of(polling.poll(suspended)) == []
    assert polling.phase == "second_half"
    polling.poll(document_of(provider, "second half", 63, (1, 0), [GOAL, RED]))
    assert (polling.score, polling.sent_off) == ((1, 0), (0, 1))


def test_a_goal_that_comes_late_is_added_where_it_belongs(provider: str) -> None:
    polling = Polling(provider)
    second = Event(kind="goal", minute=40, team=AWAY, player="Flo Tern", id=514, after="1-1")
    polling.poll(document_of(provider, "half-time", 45, (0, 1), [second]))
    polling.poll(document_of(provider, "half-time", 45, (1, 1), [GOAL, second]))
    assert polling.score == (1, 1)
    assert any(moment.type is MomentType.EQUALISER for moment in polling.moments)
