"""Run the detector over a whole feed, and read the table of what happened in the match."""

import csv
from collections.abc import Iterable

from domain.detection.engine import MatchEngine
from domain.moment import Moment, MomentType
from domain.signal import Signal
from local.play.feeds.feed import Feed
from tests.support.real_data import real_data

MATCH_IDS = [
    "1694399",
    "1694404",
    "1694405",
    "1694413",
    "2057961",
    "2057986",
    "2057993",
    "2057997",
    "2058004",
    "2058006",
    "2058017",
    "2499742",
    "2499771",
    "2499781",
    "2499899",
    "2499909",
    "2500055",
    "2500070",
    "2500097",
    "2500762",
    "2500928",
    "2516847",
    "2565683",
    "2565917",
]
PERIODS = {"1H": 1, "2H": 2, "E1": 3, "E2": 4, "P": 5}
GOALS = (MomentType.GOAL, MomentType.OWN_GOAL)


def moments_of(match_id: str, signals: Iterable[Signal]) -> list[Moment]:
    """Return the moments that a new engine finds in the signals."""
    engine = MatchEngine(match_id)
    return [moment for signal in signals for moment in engine.observe(signal).moments]


def of_type(moments: Iterable[Moment], *types: MomentType) -> list[Moment]:
    """Return the moments of some types."""
    return [moment for moment in moments if moment.type in types]


def match_rows() -> list[dict[str, str]]:
    """Return the table of the real matches."""
    with real_data("wyscout/matches.csv").open(encoding="utf-8") as table:
        return list(csv.DictReader(table))


def goals_and_cards(match_id: str) -> list[dict[str, str]]:
    """Return every goal and card of a real match."""
    with real_data("wyscout/goals_and_cards.csv").open(encoding="utf-8") as table:
        return [row for row in csv.DictReader(table) if row["match_id"] == match_id]


def team_of(feed: Feed, moment: Moment) -> str | None:
    """Return the name of a moment's team."""
    return feed.match.team(moment.side).name if moment.side is not None else None


def clock_minutes(moment: Moment) -> float:
    """Return the display clock in minutes, as in the tables."""
    starts = {1: 0, 2: 45, 3: 90, 4: 105, 5: 120}
    return starts[moment.period] + moment.clock_seconds / 60
