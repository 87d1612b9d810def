"""Shoot-outs, own goals and clocks of each provider, in modified copies of bundled matches."""

import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from domain.detection.match_detector import MatchDetector
from domain.match import Score
from domain.match_event import MatchEventType
from domain.moment import Moment, MomentType
from local.play.feeds.bundled import BUNDLED_FEEDS, TURKEY_ITALY_EVENTS
from local.play.feeds.errors import FeedError
from local.play.feeds.feed import Feed
from local.play.feeds.loading import load_feed

GOALS = (MomentType.GOAL, MomentType.OWN_GOAL)


def moments_of(feed: Feed) -> list[Moment]:
    """Return the moments that a new detector finds in a feed."""
    detector = MatchDetector(feed.match.id)
    return [moment for signal in feed.signals for moment in detector.observe(signal).moments]


def of_type(moments: list[Moment], *types: MomentType) -> list[Moment]:
    return [moment for moment in moments if moment.type in types]


def rewritten(
    directory: Path, provider: str, events: str, metadata: str | None, rewrite: Callable[[Any], None]
) -> Feed:
    """Return a bundled match whose JSON was changed."""
    changed = rewritten_file(directory, events, rewrite)
    return load_feed(provider, changed, BUNDLED_FEEDS / metadata if metadata else None)


def rewritten_file(directory: Path, name: str, rewrite: Callable[[Any], None]) -> Path:
    value = json.loads((BUNDLED_FEEDS / name).read_text(encoding="utf-8"))
    rewrite(value)
    changed = directory / name
    changed.write_text(json.dumps(value))
    return changed


def statsbomb_shoot_out(events: list[dict[str, Any]]) -> None:
    """Add two kicks, one of them scored, right after the second half."""
    shot = next(event for event in events if event["type"]["name"] == "Shot")
    ends = [event for event in events if event["type"]["name"] in ("Half Start", "Half End")][-4:]
    outcomes = ({"id": 97, "name": "Goal"}, {"id": 100, "name": "Saved"})
    for second, outcome in enumerate(outcomes, start=60):
        kick = copy.deepcopy(shot)
        kick |= {"id": f"kick-{second}", "period": 5, "timestamp": f"00:01:{second - 60:02d}.000"}
        kick["shot"] |= {"outcome": outcome, "type": {"id": 88, "name": "Penalty"}}
        events.append(kick)
    for name, timestamp in (("Half Start", "00:00:00.000"), ("Half End", "00:02:00.000")):
        mark = next(event for event in ends if event["type"]["name"] == name)
        events.append({**copy.deepcopy(mark), "id": name, "period": 5, "timestamp": timestamp})
    events.sort(key=lambda event: (event["period"], event["timestamp"]))


def datafactory_shoot_out(match: dict[str, Any]) -> None:
    """Add kicks scored, saved and against the post, in entry types of their own."""
    incidences = match["incidences"]
    shooter = next(iter(incidences["shots"].values()))
    start = {"type": 54, "t": {"half": 5, "m": 120, "s": 0}, "time": "14:05:00"}
    incidences["status"]["99"] = start
    for number, kind in enumerate((55, 56, 183)):
        kick = {**shooter, "type": kind, "t": {"half": 5, "m": 120 + number, "s": 30}}
        incidences["penaltyShootout"][f"kick-{number}"] = kick


def wyscout_shoot_out(match: dict[str, Any]) -> None:
    """Add extra time with a pass in each half, then a scored and a missed kick."""
    events = match["events"]
    likeness = next(event for event in events if event["type"]["primary"] == "pass")
    shot = next(event for event in events if event["type"]["primary"] == "shot")
    for minute, period in ((91, "1E"), (106, "2E")):
        events.append({**copy.deepcopy(likeness), "id": minute, "matchPeriod": period, "minute": minute})
    for number, is_goal in enumerate((True, False)):
        kick = {**copy.deepcopy(shot), "id": number, "matchPeriod": "P", "minute": 121, "second": number}
        kick["type"] = {"primary": "penalty", "secondary": []}
        kick["shot"] |= {"isGoal": is_goal}
        events.append(kick)
    for periods in match["formations"].values():
        for period in ("1E", "2E", "P"):
            periods[period] = {}


def statsperform_shoot_out(match: dict[str, Any]) -> None:
    """Add a scored and a missed kick in period 5."""
    events = match["liveData"]["event"]
    kick = copy.deepcopy(next(event for event in events if event["typeId"] == 16))
    kick["qualifier"] = [each for each in kick["qualifier"] if each["qualifierId"] != 374]  # its second
    for minute, kind in ((41, 16), (42, 13)):
        at = f"2021-09-11T20:{minute}:00.000Z"
        events.append({**copy.deepcopy(kick), "id": kind, "typeId": kind, "periodId": 5, "timeStamp": at})
    for minute, kind in ((40, 32), (43, 30)):
        at = f"2021-09-11T20:{minute}:00.000Z"
        mark = next(event for event in events if event["typeId"] == kind and event["periodId"] == 2)
        events.append({**copy.deepcopy(mark), "id": kind, "periodId": 5, "timeStamp": at})


@pytest.mark.parametrize(
    ("provider", "events", "metadata", "rewrite", "kicks"),
    [
        (
            "statsbomb",
            "statsbomb_3788741_event.json",
            "statsbomb_3788741_lineup.json",
            statsbomb_shoot_out,
            [True, False],
        ),
        ("datafactory", "datafactory_events.json", None, datafactory_shoot_out, [True, False, False]),
        ("wyscout", "wyscout_events_v3.json", None, wyscout_shoot_out, [True, False]),
    ],
)
def test_shoot_out_kicks_are_detected_and_do_not_change_the_score(
    tmp_path: Path,
    provider: str,
    events: str,
    metadata: str | None,
    rewrite: Callable[[Any], None],
    kicks: list[bool],
) -> None:
    # GIVEN a match, and the same match with a shoot-out after it
    before = moments_of(
        load_feed(provider, BUNDLED_FEEDS / events, BUNDLED_FEEDS / metadata if metadata else None)
    )
    after = moments_of(rewritten(tmp_path, provider, events, metadata, rewrite))

    # THEN each kick is a moment, and all other moments are unchanged
    assert_only_kicks_were_added(before, after, kicks)


def test_a_stats_perform_shoot_out_is_detected_if_the_match_file_has_its_period(tmp_path: Path) -> None:
    def shoot_out_period(match: dict[str, Any]) -> None:
        period = {"id": 5, "start": "2021-09-11T20:40:00Z", "end": "2021-09-11T20:43:00Z"}
        match["liveData"]["matchDetails"]["period"].append(period)

    events, metadata = "statsperform_event_ma3.json", "statsperform_event_ma1.json"
    before = moments_of(load_feed("statsperform", BUNDLED_FEEDS / events, BUNDLED_FEEDS / metadata))
    rewritten_events = rewritten_file(tmp_path, events, statsperform_shoot_out)
    rewritten_match = rewritten_file(tmp_path, metadata, shoot_out_period)
    after = moments_of(load_feed("statsperform", rewritten_events, rewritten_match))

    assert_only_kicks_were_added(before, after, [True, False])


def assert_only_kicks_were_added(before: list[Moment], after: list[Moment], kicks: list[bool]) -> None:
    """Assert that goals, rushes, penalties and the score are unchanged."""
    found = of_type(after, MomentType.SHOOT_OUT_KICK)
    assert [kick.details["scored"] for kick in found] == kicks
    assert len(of_type(after, MomentType.SHOOT_OUT)) == 1
    for kind in (*GOALS, MomentType.GOAL_RUSH, MomentType.PENALTY_AWARDED, MomentType.PENALTY_MISSED):
        assert len(of_type(after, kind)) == len(of_type(before, kind)), kind
    [full_time] = of_type(after, MomentType.FULL_TIME)
    assert full_time.score == of_type(before, MomentType.FULL_TIME)[0].score
    assert int(full_time.details["kicks_home"]) + int(full_time.details["kicks_away"]) == sum(kicks)


def test_a_sportec_cup_without_extra_time_goes_straight_to_its_shoot_out(tmp_path: Path) -> None:
    # GIVEN a match whose third kick-off is the shoot-out's
    text = (BUNDLED_FEEDS / "sportec_events.xml").read_text(encoding="utf-8")
    shoot_out = """
      <Event MatchId="DFL-MAT-003BN1" EventId="900" EventTime="2020-06-05T22:30:00.000+02:00">
        <KickOff GameSection="penaltyShootout"/>
      </Event>
      <Event MatchId="DFL-MAT-003BN1" EventId="901" EventTime="2020-06-05T22:30:30.000+02:00"
             X-Position="94.0" Y-Position="34.0">
        <Penalty><ShotAtGoal Team="DFL-CLU-00000A" Player="DFL-OBJ-0000SP">
          <SuccessfulShot/></ShotAtGoal></Penalty>
      </Event>
      <Event MatchId="DFL-MAT-003BN1" EventId="902" EventTime="2020-06-05T22:31:30.000+02:00"
             X-Position="94.0" Y-Position="34.0">
        <Penalty><ShotAtGoal Team="DFL-CLU-000004" Player="DFL-OBJ-0000SP">
          <ShotWide/></ShotAtGoal></Penalty>
      </Event>
    </PutDataRequest>"""
    file = tmp_path / "sportec_events.xml"
    file.write_text(text.replace("</PutDataRequest>", shoot_out), encoding="utf-8")
    moments = moments_of(load_feed("sportec", file, BUNDLED_FEEDS / "sportec_meta.xml"))

    # THEN it is a shoot-out and no extra time, and no kick is a goal
    assert [kick.details["scored"] for kick in of_type(moments, MomentType.SHOOT_OUT_KICK)] == [True, False]
    assert of_type(moments, MomentType.EXTRA_TIME, MomentType.PENALTY_MISSED) == []
    assert of_type(moments, MomentType.FULL_TIME)[0].score == Score(home=2)


def wyscout_own_goal(match: dict[str, Any]) -> None:
    """Turn Juventus's first goal into an own goal."""
    goal = next(event for event in match["events"] if (event["shot"] or {}).get("isGoal"))
    goal["type"] = {"primary": "own_goal", "secondary": []}
    goal["shot"] = None


def statsperform_own_goal(match: dict[str, Any]) -> None:
    """Turn Sandhausen's only goal into an own goal."""
    goals = [event for event in match["liveData"]["event"] if event["typeId"] == 16]
    goals[1]["qualifier"].append({"id": 1, "qualifierId": 28})


def impect_own_goal(events: list[dict[str, Any]]) -> None:
    """Turn the first goal into an own goal of its scorer."""
    goal = next(event for event in events if event["actionType"] == "SHOT" and event["result"] == "SUCCESS")
    goal["actionType"] = "OWN_GOAL"


@pytest.mark.parametrize(
    ("provider", "events", "metadata", "rewrite", "score"),
    [
        ("wyscout", "wyscout_events_v3.json", None, wyscout_own_goal, Score(home=2, away=1)),
        (
            "statsperform",
            "statsperform_event_ma3.json",
            "statsperform_event_ma1.json",
            statsperform_own_goal,
            Score(home=3),
        ),
        ("impect", "impect_events.json", "impect_lineups.json", impect_own_goal, Score(home=4, away=3)),
    ],
)
def test_an_own_goal_counts_for_the_opponent_with_every_provider(
    tmp_path: Path,
    provider: str,
    events: str,
    metadata: str | None,
    rewrite: Callable[[Any], None],
    score: Score,
) -> None:
    moments = moments_of(rewritten(tmp_path, provider, events, metadata, rewrite))
    assert len(of_type(moments, MomentType.OWN_GOAL)) == 1
    assert of_type(moments, MomentType.FULL_TIME)[0].score == score


def test_metricas_second_half_starts_at_zero_and_its_cards_are_detected() -> None:
    feed = load_feed(
        "metrica", BUNDLED_FEEDS / "metrica_events.json", BUNDLED_FEEDS / "epts_metrica_metadata.xml"
    )
    moments = moments_of(feed)

    assert [(goal.period, round(goal.clock_seconds)) for goal in of_type(moments, *GOALS)] == [
        (1, 1083),
        (2, 427),
    ]
    [card] = of_type(moments, MomentType.YELLOW_CARD)
    assert (card.period, card.side) == (2, "away")
    [full_time] = of_type(moments, MomentType.FULL_TIME)
    assert 2700 <= full_time.clock_seconds < 3600


@pytest.mark.parametrize(
    ("provider", "events", "metadata", "has_positions"),
    [
        ("statsbomb", "statsbomb_3788741_event.json", "statsbomb_3788741_lineup.json", True),
        ("wyscout", "wyscout_events_v3.json", None, True),
        ("statsperform", "statsperform_event_ma3.json", "statsperform_event_ma1.json", True),
        ("impect", "impect_events.json", "impect_lineups.json", True),
        ("datafactory", "datafactory_events.json", None, False),
        ("metrica", "metrica_events.json", "epts_metrica_metadata.xml", False),
    ],
)
def test_positions_are_seen_by_the_side_that_acts_or_left_out(
    provider: str, events: str, metadata: str | None, has_positions: bool
) -> None:
    feed = load_feed(provider, BUNDLED_FEEDS / events, BUNDLED_FEEDS / metadata if metadata else None)
    match_events = [signal.match_event for signal in feed.signals if signal.match_event is not None]
    shots = [each.x for each in match_events if each.type is MatchEventType.SHOT]
    assert len(shots) > 3
    assert all((x is not None and x > 0.5) if has_positions else x is None for x in shots)


@pytest.mark.parametrize(
    ("provider", "content", "got"),
    [
        ("statsbomb", '[{"id": "1"}]', "got one without the field 'type'"),
        ("datafactory", "{}", "got one without the field 'match'"),
        ("datafactory", "[1]", r"got what cannot be read as one \(list indices must be"),
        ("opta", "[1]", r"expected an opta event feed .*, got what cannot be read as one \(Start tag"),
        ("statsbomb", "{}", "got what cannot be read as one$"),
    ],
)
def test_what_cannot_be_read_is_told_in_words(tmp_path: Path, provider: str, content: str, got: str) -> None:
    file = tmp_path / "match.json"
    file.write_text(content)
    with pytest.raises(FeedError, match=got):
        load_feed(provider, file, None if provider == "datafactory" else file)


def test_of_two_files_the_one_that_is_wrong_is_named(tmp_path: Path) -> None:
    no_json = tmp_path / "line-ups.csv"
    no_json.write_text("a,b")
    with pytest.raises(FeedError, match=r"line-ups\.csv: expected the line-ups .*, got invalid JSON"):
        load_feed("statsbomb", TURKEY_ITALY_EVENTS, no_json)
    # AND where nobody can tell, both are
    with pytest.raises(FeedError, match=r"event feed that goes with the line-ups .* in .*event\.json, got"):
        load_feed("statsbomb", TURKEY_ITALY_EVENTS, TURKEY_ITALY_EVENTS)
