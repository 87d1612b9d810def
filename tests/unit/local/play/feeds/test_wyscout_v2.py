"""Wyscout's version 2 feed is read correctly where its entries are ambiguous."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from domain.match import Side
from domain.match_event import Card, MatchEvent, MatchEventType, ShotOutcome
from local.play.feeds.errors import FeedError
from local.play.feeds.loading import load_feed
from local.play.feeds.wyscout_v2 import read_wyscout_v2

HOME, AWAY = 1, 2


def raw_entry(
    name: str, sub_event: str, seconds: float, team: int, *tags: int, **fields: Any
) -> dict[str, Any]:
    return {
        "id": fields.pop("id", int(seconds * 1000)),
        "matchId": 7,
        "eventName": name,
        "subEventName": sub_event,
        "eventSec": seconds,
        "matchPeriod": "1H",
        "teamId": team,
        "playerId": 10 * team,
        "positions": [],
        "tags": [{"id": tag} for tag in tags],
        **fields,
    }


def raw_match(*entries: dict[str, Any]) -> dict[str, Any]:
    def player(number: int, short: str, last: str) -> dict[str, Any]:
        return {"player": {"wyId": number, "shortName": short, "firstName": "Ana", "lastName": last}}

    return {
        "events": list(entries),
        "teams": {
            str(HOME): {"team": {"name": "Alav\\u00e9s", "officialName": "Alav\\u00e9s CF"}},
            str(AWAY): {"team": {"name": "Away", "officialName": "Away FC"}},
        },
        "players": {
            str(HOME): [player(10, "A. \\u00c1lvarez", "\\u00c1lvarez"), None],
            str(AWAY): [player(20, "A. Boateng", "Boateng"), player(21, "A. Boateng", "Boateng II")],
        },
    }


def translated(*entries: dict[str, Any]) -> list[MatchEvent]:
    match_events = read_wyscout_v2(raw_match(*entries)).match_events
    return [match_event for match_event in match_events if match_event.type is not MatchEventType.OTHER]


def test_a_goal_tagged_on_the_shot_and_on_the_keeper_counts_once_for_the_scorers() -> None:
    [goal] = translated(
        raw_entry("Shot", "Shot", 60.0, HOME, 101), raw_entry("Save attempt", "Reflexes", 62.0, AWAY, 101)
    )
    assert (goal.type, goal.side, goal.clock_seconds) == (MatchEventType.GOAL, Side.HOME, 60.0)


def test_an_own_goal_is_found_by_its_tag_on_any_entry_and_counts_for_the_opponents_once() -> None:
    [goal] = translated(
        raw_entry("Others on the ball", "Touch", 60.0, HOME, 102),
        raw_entry("Save attempt", "Reflexes", 61.0, HOME, 101, 102),
    )
    assert (goal.own_goal, goal.side, goal.player) == (True, Side.AWAY, "A. Álvarez")


def test_a_penalty_is_awarded_at_the_foul_before_it_and_missed_or_scored_at_the_kick() -> None:
    scored = translated(
        raw_entry("Foul", "Hand foul", 50.0, AWAY),
        raw_entry("Free Kick", "Penalty", 95.0, HOME, 101),
    )
    missed = translated(raw_entry("Free Kick", "Penalty", 95.0, HOME, 1802))

    assert [(e.type, e.clock_seconds, e.side) for e in scored] == [
        (MatchEventType.PENALTY_AWARDED, 50.0, Side.HOME),
        (MatchEventType.GOAL, 95.0, Side.HOME),
    ]
    assert scored[1].penalty
    assert [e.type for e in missed] == [MatchEventType.PENALTY_AWARDED, MatchEventType.PENALTY_MISSED]


def test_shoot_out_kicks_are_not_goals() -> None:
    kicks = translated(
        raw_entry("Free Kick", "Penalty", 20.0, HOME, 101, matchPeriod="P"),
        raw_entry("Free Kick", "Penalty", 60.0, AWAY, 1802, matchPeriod="P"),
    )
    assert [(k.type, k.period, k.scored) for k in kicks] == [
        (MatchEventType.SHOOT_OUT_KICK, 5, True),
        (MatchEventType.SHOOT_OUT_KICK, 5, False),
    ]


@pytest.mark.parametrize(
    ("tags", "card"),
    [
        ((1701,), Card.RED),
        ((1702,), Card.YELLOW),
        ((1703,), Card.SECOND_YELLOW),
        ((1702, 1703), Card.SECOND_YELLOW),
    ],
)
def test_cards_are_read_from_their_tags(tags: tuple[int, ...], card: Card) -> None:
    [shown] = translated(raw_entry("Foul", "Out of game foul", 9.0, AWAY, *tags, playerId=0))
    assert (shown.type, shown.card, shown.side, shown.player) == (MatchEventType.CARD, card, Side.AWAY, None)


def test_names_are_readable_and_shared_short_names_become_full_names() -> None:
    reading = read_wyscout_v2(raw_match(raw_entry("Pass", "Cross", 1.0, HOME)))
    assert reading.home.name == "Alavés"
    assert [player.name for player in reading.line_ups] == ["A. Álvarez", "Ana Boateng", "Ana Boateng II"]


def test_unknown_entries_are_counted_and_only_move_the_clock(tmp_path: Path) -> None:
    # GIVEN a gzipped feed with an unknown entry type and an unlisted player
    file = tmp_path / "match.json.gz"
    entries = [
        raw_entry("Drone sighting", "Low", 30.0, HOME, playerId=999),
        raw_entry("Pass", "Cross", 61.0, AWAY),
    ]
    file.write_bytes(gzip.compress(json.dumps(raw_match(*entries)).encode()))

    feed = load_feed("wyscout", file)

    assert feed.other_entries == {"Drone sighting / Low": 1, "Pass / Cross": 1}
    assert [s.match_event.type for s in feed.signals if s.match_event] == [
        MatchEventType.PERIOD_START,
        MatchEventType.OTHER,
        MatchEventType.OTHER,
        MatchEventType.PERIOD_END,
        MatchEventType.MATCH_END,
    ]


def test_an_entry_without_team_period_or_time_is_counted_and_dropped() -> None:
    good = raw_entry("Shot", "Shot", 60.0, HOME, 101)
    broken = [
        {**good, "teamId": 0},
        {**good, "matchPeriod": "9H"},
        {name: value for name, value in good.items() if name != "eventSec"},
    ]
    reading = read_wyscout_v2(raw_match(good, *broken))
    assert [match_event.type for match_event in reading.match_events] == [MatchEventType.GOAL]
    assert reading.other_entries == {"without a team, a period or a time": 3}


def test_ordinary_entries_are_thinned_unless_all_entries_are_requested(tmp_path: Path) -> None:
    file = tmp_path / "match.json"
    passes = [raw_entry("Pass", "Cross", second, HOME) for second in range(0, 60, 2)]
    file.write_text(json.dumps(raw_match(*passes)))

    assert len(load_feed("wyscout", file).signals) == 3 + 5
    assert len(load_feed("wyscout", file, all_entries=True).signals) == 3 + 30


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"goal!", "invalid JSON"),
        (b"[" * 100_000, "invalid JSON"),
        (b"[]", "what cannot be read as one"),
        (b'{"events": [], "teams": {}, "players": {}}', ""),
        (b'{"hello": "world"}', ""),
        (gzip.compress(b"{}", mtime=0)[:-4], "a damaged gzip file"),
    ],
)
def test_a_file_that_is_not_a_feed_is_refused_with_what_was_expected(
    tmp_path: Path, content: bytes, expected: str
) -> None:
    file = tmp_path / "other.json"
    file.write_bytes(content)
    with pytest.raises(FeedError) as caught:
        load_feed("wyscout", file)
    assert "expected a wyscout event feed" in str(caught.value)
    assert expected in caught.value.got


def test_a_missing_file_an_unknown_provider_and_missing_metadata_are_named(tmp_path: Path) -> None:
    with pytest.raises(FeedError, match="No such file"):
        load_feed("wyscout", tmp_path / "none.json")
    file = tmp_path / "match.json"
    file.write_text("{}")
    with pytest.raises(FeedError, match="one of the providers datafactory, impect"):
        load_feed("carrier pigeon", file)
    with pytest.raises(FeedError, match=r"F7 file .*--metadata"):
        load_feed("opta", file)
    for empty in ("{}", "[]", '[{"type": {}}]', "[" * 100_000):
        file.write_text(empty)
        with pytest.raises(FeedError, match="a statsbomb event feed"):
            load_feed("statsbomb", file)


@pytest.mark.parametrize(
    ("name", "sub_event", "tags", "kind", "outcome"),
    [
        ("Shot", "Shot", (1801,), MatchEventType.SHOT, ShotOutcome.SAVED),
        ("Shot", "Shot", (1802,), MatchEventType.SHOT, ShotOutcome.OFF_TARGET),
        ("Shot", "Shot", (2101,), MatchEventType.SHOT, ShotOutcome.BLOCKED),
        ("Shot", "Shot", (1219,), MatchEventType.SHOT, ShotOutcome.WOODWORK),
        ("Free Kick", "Free kick shot", (1801,), MatchEventType.SHOT, ShotOutcome.SAVED),
        ("Free Kick", "Free kick cross", (), MatchEventType.FREE_KICK, None),
        ("Free Kick", "Corner", (), MatchEventType.CORNER, None),
    ],
)
def test_shots_and_set_pieces_are_read(
    name: str, sub_event: str, tags: tuple[int, ...], kind: MatchEventType, outcome: ShotOutcome | None
) -> None:
    [read] = translated(raw_entry(name, sub_event, 60, HOME, *tags))
    assert (read.type, read.outcome) == (kind, outcome)


def test_throw_ins_and_goal_kicks_are_ordinary_entries() -> None:
    assert translated(raw_entry("Free Kick", "Throw in", 60, HOME)) == []


def test_positions_are_fractions_of_the_pitch_seen_by_the_side_that_acts() -> None:
    [corner] = translated(
        raw_entry("Free Kick", "Corner", 60, HOME, positions=[{"x": 101, "y": 0}, {"x": 93, "y": 55}])
    )
    assert (corner.x, corner.y) == (1.0, 0.0)


def test_the_position_of_an_own_goal_is_seen_by_the_side_that_gains() -> None:
    [goal] = translated(
        raw_entry("Others on the ball", "Touch", 60, HOME, 102, positions=[{"x": 4, "y": 40}])
    )
    assert (goal.side, goal.x, goal.y) == (Side.AWAY, 0.96, 0.6)
