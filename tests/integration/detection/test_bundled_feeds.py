"""Every feed in kloppy's wheel can be loaded, and its goals and cards are detected."""

import pytest

from domain.match import Score
from domain.moment import Moment, MomentType
from local.play.feeds.bundled import BUNDLED_FEEDS, TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS
from local.play.feeds.loading import load_feed
from tests.support.real_matches import GOALS, moments_of, of_type


@pytest.mark.parametrize(
    ("provider", "events", "metadata", "score", "cards", "sent_off"),
    [
        ("statsbomb", "statsbomb_3788741_event.json", "statsbomb_3788741_lineup.json", (0, 3), 2, 0),
        ("statsbomb", "statsbomb_event.json", "statsbomb_lineup.json", (3, 1), 2, 0),
        ("statsbomb", "statsbomb_15986_event.json", "statsbomb_15986_lineup.json", (2, 2), 8, 1),
        ("wyscout", "wyscout_events_v2.json", None, (3, 2), 6, 0),
        ("wyscout", "wyscout_events_v3.json", None, (3, 0), 2, 0),
        ("datafactory", "datafactory_events.json", None, (4, 2), 3, 0),
        ("statsperform", "statsperform_event_ma3.json", "statsperform_event_ma1.json", (2, 1), 4, 1),
        ("statsperform", "statsperform_event_ma3.xml", "statsperform_event_ma1.xml", (2, 1), 4, 1),
        ("sportec", "sportec_events.xml", "sportec_meta.xml", (2, 0), 1, 0),
        ("impect", "impect_events.json", "impect_lineups.json", (5, 2), 0, 1),
        ("metrica", "metrica_events.json", "epts_metrica_metadata.xml", (0, 2), 1, 0),
    ],
)
def test_a_bundled_match_ends_with_its_score(
    provider: str, events: str, metadata: str | None, score: tuple[int, int], cards: int, sent_off: int
) -> None:
    # GIVEN a match of the provider
    feed = load_feed(provider, BUNDLED_FEEDS / events, BUNDLED_FEEDS / metadata if metadata else None)

    # WHEN its moments are detected
    moments = moments_of(feed.match.id, feed.signals)

    # THEN goals, cards, kick-offs and full time are found, in event time and with the score after them
    [full_time] = of_type(moments, MomentType.FULL_TIME)
    assert full_time.score == Score(home=score[0], away=score[1])
    assert len(of_type(moments, *GOALS)) == sum(score)
    assert len(of_type(moments, MomentType.YELLOW_CARD)) == cards
    assert len(of_type(moments, MomentType.RED_CARD)) == sent_off
    assert len(of_type(moments, MomentType.KICK_OFF)) == 2
    times = [signal.occurred_at for signal in feed.signals]
    assert times == sorted(times)


def test_the_demo_match_has_its_goals_substitutions_and_injuries() -> None:
    feed = load_feed("statsbomb", TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS)
    moments = moments_of(feed.match.id, feed.signals)

    assert (feed.match.id, feed.match.home.name, feed.match.away.name) == ("3788741", "Turkey", "Italy")
    assert [(m.type, m.clock_seconds, m.side, m.player) for m in of_type(moments, *GOALS)] == [
        ("OWN_GOAL", 432.643, "away", "Merih Demiral"),
        ("GOAL", 1233.192, "away", "Ciro Immobile"),
        ("GOAL", 2010.395, "away", "Lorenzo Insigne"),
    ]
    assert len(of_type(moments, MomentType.SUBSTITUTION)) == 9
    assert len(of_type(moments, MomentType.INJURY)) == 2


@pytest.mark.parametrize("match", ["statsbomb_3788741", "statsbomb", "statsbomb_15986"])
def test_a_statsbomb_match_without_its_line_ups_has_the_same_moments(match: str) -> None:
    feeds = [
        load_feed("statsbomb", BUNDLED_FEEDS / f"{match}_event.json", line_ups)
        for line_ups in (BUNDLED_FEEDS / f"{match}_lineup.json", None)
    ]
    with_file, without = (
        [without_names(m) for m in moments_of(feed.match.id, feed.signals)] for feed in feeds
    )
    assert without == with_file


def without_names(moment: Moment) -> tuple[object, ...]:
    """Return a moment without names: the line-ups have nicknames, and may lack a player."""
    return (moment.id, moment.type, moment.order, moment.side, moment.score)


def test_an_opta_penalty_and_own_goal_are_detected() -> None:
    # kloppy's Opta sample consists of single entries; those with impossible times are skipped
    feed = load_feed("opta", BUNDLED_FEEDS / "opta_f24.xml", BUNDLED_FEEDS / "opta_f7.xml")
    goals = of_type(moments_of(feed.match.id, feed.signals), *GOALS)
    assert [(m.type, m.side) for m in goals] == [("GOAL", "away"), ("OWN_GOAL", "home")]
