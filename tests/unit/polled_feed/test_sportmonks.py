"""What only Sportmonks-like documents have: entry ids, rescinded cards, periods, the score after a goal."""

import pytest

from domain.match_event import MatchEventType
from domain.moment import MomentType
from polled_feed.errors import DocumentError
from polled_feed.sportmonks import read_sportmonks
from tests.support.polled_documents import AWAY, HOME, Event, Polling, sportmonks, types_of

RED = Event(kind="red", minute=61, team=AWAY, player="Dan Pike", id=502)


def test_a_rescinded_card_is_withdrawn() -> None:
    polling = Polling("sportmonks")
    yellow = Event(kind="yellow", minute=30, team=HOME, id=503)
    document = sportmonks("INPLAY_2ND_HALF", 62, (0, 0), [yellow, RED])
    polling.poll(document)
    assert polling.sent_off == (0, 1)
    document["data"]["events"][1]["rescinded"] = True
    assert types_of(polling.poll(document)) == [MatchEventType.ENTRY_WITHDRAWN]
    assert polling.sent_off == (0, 0)


@pytest.mark.parametrize("named", [HOME, AWAY])
def test_an_own_goal_goes_to_the_side_whose_score_grew(named: dict[str, object]) -> None:
    own_goal = Event(kind="own goal", minute=30, team=named, after="0-1", id=504)
    polling = Polling("sportmonks")
    polling.poll(sportmonks("INPLAY_1ST_HALF", 31, (0, 1), [own_goal]))
    assert polling.score == (0, 1)


def test_ids_that_change_with_every_document_make_no_signals() -> None:
    polling = Polling("sportmonks")
    polling.poll(sportmonks("INPLAY_2ND_HALF", 62, (0, 0), [RED]))
    again = Event(kind="red", minute=61, team=AWAY, player="Dan Pike", id=9)
    assert polling.poll(sportmonks("INPLAY_2ND_HALF", 62, (0, 0), [again])) == ()


def test_the_period_of_an_event_is_the_one_it_names() -> None:
    document = sportmonks("INPLAY_2ND_HALF", 3, (0, 0), [RED])
    document["data"]["periods"].append({"id": 70, "counts_from": 0, "minutes": 45, "started": 1773500460})
    document["data"]["events"][0] |= {"period_id": 70, "minute": 47}
    polled = read_sportmonks(document)
    assert polled.entries is not None
    assert (polled.entries[0].period, polled.entries[0].clock_seconds) == (1, 46 * 60.0)
    assert set(polled.period_starts) == {1}


def test_a_goal_under_review_is_nothing_until_it_is_cancelled() -> None:
    polling = Polling("sportmonks")
    goal = Event(kind="goal", minute=23, team=HOME, id=505, after="1-0")
    polling.poll(sportmonks("INPLAY_1ST_HALF", 24, (1, 0), [goal]))
    review = Event(kind="var", minute=24, team=HOME, id=505, info="Goal under review")
    assert types_of(polling.poll(sportmonks("INPLAY_1ST_HALF", 24, (1, 0), [goal, review]))) == []
    cancelled = Event(kind="var", minute=24, team=HOME, id=505, info="Goal cancelled")
    polling.poll(sportmonks("INPLAY_1ST_HALF", 25, (0, 0), [cancelled]))
    assert polling.score == (0, 0)
    assert MomentType.GOAL_DISALLOWED in [moment.type for moment in polling.moments]


def test_a_shoot_out_has_its_kicks() -> None:
    polling = Polling("sportmonks")
    kicks = [
        Event(kind="kick", minute=120, team=HOME, id=1),
        Event(kind="kick missed", minute=120, team=AWAY, id=2),
    ]
    polling.poll(sportmonks("INPLAY_PENALTIES", None, (0, 0), kicks))
    polling.poll(sportmonks("FT_PEN", None, (0, 0), kicks))
    shots = [moment for moment in polling.moments if moment.type is MomentType.SHOOT_OUT_KICK]
    assert [moment.details["scored"] for moment in shots] == [True, False]
    assert (polling.score, polling.phase) == ((0, 0), "finished")


def test_an_error_document_is_refused() -> None:
    with pytest.raises(DocumentError, match="rate limit"):
        read_sportmonks({"message": "You have reached the rate limit"})
