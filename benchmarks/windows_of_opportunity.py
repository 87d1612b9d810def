"""`windows_of_opportunity`: how often what viewers see changes in a half of a match.

A change is a moment that takes the screen, or the calm screen that returns; what happens in one instant is
one change. News (a goal, a red card, a penalty, a video check) waits for nothing and is counted apart. The
matches are those in kloppy's package and, where the real data is there, twenty-four more.
"""

import os
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from benchmarks.figure import Figure, figure
from domain.detection.engine import MatchEngine
from local.play.feeds.bundled import BUNDLED_FEEDS
from local.play.feeds.feed import Feed
from local.play.feeds.loading import load_feed
from local.study.windows.screen_changes import PeriodPace, paces_of
from paths import SHARED_DATA

FIGURE = "windows_of_opportunity"
BUNDLED = (
    ("statsbomb", "statsbomb_3788741_event.json", "statsbomb_3788741_lineup.json"),
    ("statsbomb", "statsbomb_event.json", "statsbomb_lineup.json"),
    ("statsbomb", "statsbomb_15986_event.json", "statsbomb_15986_lineup.json"),
    ("wyscout", "wyscout_events_v3.json", None),
    ("statsperform", "statsperform_event_ma3.json", "statsperform_event_ma1.json"),
    ("datafactory", "datafactory_events.json", None),
)
HALVES = (1, 2)
FLICKER_SECONDS = 20


def figures() -> Iterator[Figure]:
    """Yield the figures of the bundled matches, and of the real ones if their folder is there."""
    bundled = [
        load_feed(provider, BUNDLED_FEEDS / events, BUNDLED_FEEDS / metadata if metadata else None)
        for provider, events, metadata in BUNDLED
    ]
    yield from _lines("bundled", bundled)
    real = sorted((Path(os.environ.get("TOUCHLINE_DATA") or SHARED_DATA) / "wyscout").glob("*.json.gz"))
    if real:
        yield from _lines("real", [load_feed("wyscout", path) for path in real])


def _lines(matches: str, feeds: Sequence[Feed]) -> Iterator[Figure]:
    halves = [pace for feed in feeds for pace in _halves(feed)]
    counts = [len(half.changes) for half in halves]
    without_news = [half.count_without_news for half in halves]
    holds = [half.shortest_seconds(by_news=False) for half in halves]
    by_news = [half.shortest_seconds(by_news=True) for half in halves]
    values: Iterable[tuple[str, float, str]] = (
        ("fewest in a half", min(counts), "changes"),
        ("mean of a half", sum(counts) / len(counts), "changes"),
        ("most in a half", max(counts), "changes"),
        ("most in a half without those by news", max(without_news), "changes"),
        ("halves with more than 20", sum(count > 20 for count in counts), "halves"),
        ("longest time without a change in play", max(half.longest_seconds for half in halves), "s"),
        ("shortest time before a change that is no news", min(filter(None, holds)), "s"),
        (f"halves in which news came within {FLICKER_SECONDS} s", _count_short(by_news), "halves"),
    )
    for what, value, unit in values:
        yield figure(FIGURE, value, unit, what=what, matches=matches, halves=len(halves))


def _halves(feed: Feed) -> list[PeriodPace]:
    engine = MatchEngine(feed.match.id)
    moments = [moment for signal in feed.signals for moment in engine.observe(signal).moments]
    return [pace for pace in paces_of(feed.match, feed.signals, moments) if pace.period in HALVES]


def _count_short(holds: Iterable[float | None]) -> int:
    return sum(hold is not None and hold < FLICKER_SECONDS for hold in holds)
