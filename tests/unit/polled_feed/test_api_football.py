"""What only API-Football's documents have: video reviews, kicks, entries in a second document."""

from typing import Any

import pytest

from domain.match import Stage
from domain.match_event import MatchEventType
from domain.moment import MomentType
from polled_feed.api_football import read_api_football
from polled_feed.errors import DocumentError
from polled_feed.snapshot import Phase
from tests.support.polled_documents import AWAY, HOME, Event, Polling, api_football, entries_of, types_of

GOAL = Event(kind="goal", minute=23, team=HOME)
CANCELLED = Event(kind="var", minute=25, team=HOME, info="Goal cancelled")


def test_a_goal_that_a_review_took_away_is_disallowed() -> None:
    polling = Polling("api-football")
    polling.poll(api_football("1H", 24, (1, 0), [GOAL]))
    signals = polling.poll(api_football("1H", 26, (0, 0), [CANCELLED]))
    assert types_of(signals) == [MatchEventType.GOAL_CANCELLED]
    assert polling.score == (0, 0)
    assert MomentType.GOAL_DISALLOWED in [moment.type for moment in polling.moments]


def test_a_goal_that_the_document_still_lists_beside_its_review_is_disallowed() -> None:
    polling = Polling("api-football")
    polling.poll(api_football("1H", 24, (1, 0), [GOAL]))
    polling.poll(api_football("1H", 26, (0, 0), [GOAL, CANCELLED]))
    assert polling.score == (0, 0)
    another = Event(kind="goal", minute=30, team=HOME)
    polling.poll(api_football("1H", 31, (1, 0), [CANCELLED, another]))
    assert polling.score == (1, 0)


def test_a_review_that_comes_after_the_goal_vanished_makes_it_disallowed() -> None:
    polling = Polling("api-football")
    polling.poll(api_football("1H", 24, (1, 0), [GOAL]))
    polling.poll(api_football("1H", 25, (0, 0)))
    assert types_of(polling.poll(api_football("1H", 26, (0, 0), [CANCELLED]))) == [
        MatchEventType.GOAL_CANCELLED
    ]
    assert MomentType.GOAL_DISALLOWED in [moment.type for moment in polling.moments]


def test_a_penalty_is_awarded_by_a_review_and_missed() -> None:
    polling = Polling("api-football")
    confirmed = Event(kind="var", minute=50, team=AWAY, info="Penalty confirmed")
    missed = Event(kind="missed", minute=52, team=AWAY)
    polling.poll(api_football("2H", 53, (0, 0), [confirmed, missed]))
    found = [moment.type for moment in polling.moments]
    assert {MomentType.PENALTY_AWARDED, MomentType.PENALTY_MISSED} <= set(found)


def test_other_reviews_are_counted_and_named() -> None:
    upgrade = Event(kind="var", minute=50, team=AWAY, info="Card upgrade")
    assert read_api_football(api_football("2H", 53, (0, 0), [upgrade])).unread == {"var card upgrade": 1}


def test_a_shoot_out_after_extra_time_has_its_kicks_and_no_more_goals() -> None:
    polling = Polling("api-football")
    kicks = [
        Event(kind="kick", minute=120, added=1, team=HOME),
        Event(kind="kick missed", minute=120, added=2, team=AWAY),
    ]
    polling.poll(api_football("ET", 118, (1, 1), None))
    for status in ("P", "PEN"):
        document = api_football(status, 120, (1, 1), kicks)
        document["response"][0]["score"]["extratime"] = {"home": 0, "away": 0}
        polling.poll(document)
    assert polling.score == (1, 1)
    assert polling.phase == "finished"
    shots = [moment for moment in polling.moments if moment.type is MomentType.SHOOT_OUT_KICK]
    assert [moment.details["scored"] for moment in shots] == [True, False]


def test_a_shoot_out_right_after_normal_time_has_no_extra_time() -> None:
    polled = read_api_football(api_football("PEN", 90, (1, 1)))
    assert polled.periods == (1, 2, 5)


def test_the_players_of_a_substitution_may_be_swapped_in_a_later_document() -> None:
    polling = Polling("api-football")
    document = api_football("2H", 70, (0, 0), [Event(kind="sub", minute=69, team=HOME)])
    first = polling.poll(document)
    event = document["response"][0]["events"][0]
    event["player"], event["assist"] = event["assist"], event["player"]
    second = polling.poll(document)
    assert types_of(second) == [MatchEventType.SUBSTITUTION]
    assert entries_of(second)[-1].id in {each.id for each in entries_of(first)}


def test_entries_may_be_in_a_document_of_their_own() -> None:
    fixtures = api_football("1H", 24, (1, 0), None)
    events = {
        "get": "fixtures/events",
        "response": api_football("1H", 24, (1, 0), [GOAL])["response"][0]["events"],
    }
    polling = Polling("api-football")
    polling.poll([fixtures, events])
    assert polling.score == (1, 0)
    assert any(moment.player == "Ada Quill" for moment in polling.moments)


def test_the_match_is_read_for_its_announcement() -> None:
    document = api_football("NS", None, None)
    document["response"][0]["league"]["round"] = "Quarter-finals"
    match = read_api_football(document).match
    assert (match.home.name, match.stage, match.venue.name) == ("Norton", Stage.KNOCKOUT, "Mill Lane")


@pytest.mark.parametrize(
    ("status", "phase"),
    [
        ("NS", Phase.NOT_STARTED),
        ("PST", Phase.OFF),
        ("ABD", Phase.OFF),
        ("SUSP", Phase.INTERRUPTED),
        ("INT", Phase.INTERRUPTED),
    ],
)
def test_a_status_without_play_makes_no_whistle(status: str, phase: Phase) -> None:
    document = api_football(status, None, None)
    assert read_api_football(document).phase is phase
    assert Polling("api-football").poll(document) == ()


@pytest.mark.parametrize(
    ("document", "field"),
    [
        ({"get": "fixtures", "errors": {"rateLimit": "Too many requests"}, "response": []}, "errors"),
        ({"get": "fixtures", "errors": [], "response": []}, "document"),
        (api_football("QQ", 1, (0, 0)), "fixture.status.short"),
        (None, "response"),
    ],
)
def test_a_document_that_is_no_match_is_refused_with_its_field(document: Any, field: str) -> None:
    with pytest.raises(DocumentError, match=f"^{field}: expected "):
        read_api_football(document)


def test_one_of_several_matches_is_chosen_by_its_id() -> None:
    document = api_football("1H", 24, (1, 0))
    other = api_football("1H", 24, (3, 0))["response"][0]
    other["fixture"]["id"] = 77
    document["response"].append(other)
    assert read_api_football(document, "77").match.id == "77"
    with pytest.raises(DocumentError, match="2 matches"):
        read_api_football(document, "78")
