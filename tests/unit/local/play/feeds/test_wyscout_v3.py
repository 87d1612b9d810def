"""Substitutions of Wyscout's version 3, which stand beside the entries."""

import json
from pathlib import Path
from typing import Any

from domain.match import Side
from domain.match_event import MatchEventType
from local.play.feeds.bundled import BUNDLED_FEEDS
from local.play.feeds.feed import Feed
from local.play.feeds.loading import load_feed


def substitutions_of(feed: Feed) -> list[tuple[Any, ...]]:
    return [
        (each.match_event.period, each.match_event.clock_seconds, each.match_event.side)
        for each in feed.signals
        if each.match_event is not None and each.match_event.type is MatchEventType.SUBSTITUTION
    ]


def test_substitutions_of_wyscout_version_3_stand_beside_its_entries() -> None:
    feed = load_feed("wyscout", BUNDLED_FEEDS / "wyscout_events_v3.json")
    found = substitutions_of(feed)
    assert len(found) == 9
    assert found.count((2, 4.0, Side.AWAY)) == 3
    assert found == sorted(found, key=lambda each: each[:2])
    players = [
        each.match_event.player
        for each in feed.signals
        if each.match_event is not None and each.match_event.type is MatchEventType.SUBSTITUTION
    ]
    assert None not in players


def test_substitutions_of_wyscout_version_3_may_be_a_list_with_minutes(tmp_path: Path) -> None:
    raw = json.loads((BUNDLED_FEEDS / "wyscout_events_v3.json").read_text(encoding="utf-8"))
    raw["substitutions"] = None
    changed = tmp_path / "match.json"
    changed.write_text(json.dumps(raw))
    found = substitutions_of(load_feed("wyscout", changed))
    assert (2, 22 * 60.0, Side.HOME) in found
