"""What only football-data.org's documents have: a score with kicks, minutes as text, absent lists."""

import pytest

from polled_feed.errors import DocumentError
from polled_feed.football_data import read_football_data
from tests.support.polled_documents import AWAY, HOME, Event, Polling, football_data


def test_the_kicks_of_a_shoot_out_are_no_goals() -> None:
    polled = read_football_data(
        football_data(
            "FINISHED",
            120,
            (5, 6),
            [],
            "PENALTY_SHOOTOUT",
            extraTime={"home": 0, "away": 0},
            penalties={"home": 4, "away": 5},
        )
    )
    assert polled.score is not None
    assert (polled.score.home, polled.score.away, polled.periods) == (1, 1, (1, 2, 3, 4, 5))


def test_a_minute_may_be_a_text_with_added_time() -> None:
    polled = read_football_data(football_data("IN_PLAY", "45+2", (0, 0)))
    assert (polled.periods, polled.minute) == ((1,), (1, 46 * 60.0))


def test_without_a_minute_the_half_time_score_tells_the_halves_apart() -> None:
    first = football_data("IN_PLAY", None, (0, 0), halfTime={"home": None, "away": None})
    second = football_data("IN_PLAY", None, (0, 0), halfTime={"home": 0, "away": 0})
    assert read_football_data(first).periods == (1,)
    assert read_football_data(second).periods == (1, 2)


def test_without_the_paid_details_the_score_is_stated() -> None:
    polling = Polling("football-data")
    for score in ((1, 0), (1, 1), (1, 2)):
        polling.poll(football_data("IN_PLAY", 60, score, None))
        assert polling.score == score


@pytest.mark.parametrize("named", [HOME, AWAY])
def test_an_own_goal_goes_to_the_side_whose_score_grew(named: dict[str, object]) -> None:
    own_goal = Event(kind="own goal", minute=30, team=named, after="1-0")
    polling = Polling("football-data")
    polling.poll(football_data("IN_PLAY", 31, (1, 0), [own_goal]))
    assert polling.score == (1, 0)


def test_an_error_document_is_refused() -> None:
    with pytest.raises(DocumentError, match="quota"):
        read_football_data({"errorCode": 429, "message": "You reached your quota"})
