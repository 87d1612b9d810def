"""`momentum_predicts_shots`: shots in the next five minutes of a side that presses and of one that does not.

The matches are 24 of Wyscout, beside the repository or in the folder TOUCHLINE_DATA. The value is the rate
of shots while a side presses, as a multiple of the rate while it does not. Peers are other measures of
momentum, each at the threshold that is passed as often. `interval` is 95%, by a bootstrap over matches.
`over_thresholds` has the lowest and the highest value over 15 pairs of thresholds. The row `other providers`
has the whole matches of StatsBomb, Stats Perform and Impect that kloppy carries; nothing was chosen on them.
"""

import math
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from benchmarks.figure import Figure, figure
from domain.detection.momentum import THRESHOLDS, Thresholds
from local.play.feeds.bundled import BUNDLED_FEEDS
from local.play.feeds.loading import load_feed
from local.study.momentum.expected_threat import zone_values
from local.study.momentum.located_match import STEP_SECONDS, Floats, LocatedMatch
from local.study.momentum.measures import MEASURES, Measure, pressing_sides
from local.study.momentum.prediction import (
    Estimate,
    Flags,
    Instants,
    area_under_curve,
    flatten,
    instants_of,
    predict,
)
from paths import SHARED_DATA

FIGURE, UNIT = "momentum_predicts_shots", "times the shots of a side that does not press"
DATA = Path(os.environ.get("TOUCHLINE_DATA") or SHARED_DATA)
BUNDLED = (
    ("statsbomb", "statsbomb_3788741_event.json", "statsbomb_3788741_lineup.json"),
    ("statsbomb", "statsbomb_15986_event.json", "statsbomb_15986_lineup.json"),
    ("statsbomb", "statsbomb_event.json", "statsbomb_lineup.json"),
    ("statsperform", "statsperform_event_ma3.json", "statsperform_event_ma1.json"),
    ("impect", "impect_events.json", "impect_lineups.json"),
)
CANDIDATES = tuple(
    Thresholds(start_tilt=tilt, start_share=share, end_tilt=tilt - 0.15, end_share=share - 0.1)
    for tilt in (0.65, 0.7, 0.75, 0.8, 0.85)
    for share in (0.2, 0.25, 0.3)
)


def figures() -> Iterator[Figure]:
    """Yield the rule in use, a line per peer, and the other providers; none if the matches are missing."""
    folder = DATA / "wyscout"
    if not folder.is_dir():
        return
    matches = [_match("wyscout", path, None) for path in sorted(folder.glob("*.json.gz"))]
    instants = instants_of(matches)
    pressing = _pressing(matches)
    in_use = predict(pressing, instants).shots.value
    ratios = [predict(_pressing(matches, each), instants).shots.value for each in CANDIDATES]
    yield {
        **_line("rule in use", matches, instants, pressing),
        "over_thresholds": [round(min(ratios), 2), round(max(ratios), 2)],
    }
    grids = [zone_values(matches[:number] + matches[number + 1 :]) for number in range(len(matches))]
    for name, measure in MEASURES.items():
        values = _values(matches, measure, grids)
        flags = values >= np.quantile(values, 1 - pressing.mean())
        found = predict(flags, instants)
        yield figure(
            FIGURE,
            in_use,
            UNIT,
            peer=name,
            peer_value=found.shots.value,
            higher_is_better=True,
            peer_interval=_interval(found.shots),
            peer_goals=[round(found.goals.value, 2), *_interval(found.goals)],
            peer_against_opponents=[round(found.against.value, 2), *_interval(found.against)],
            peer_area_under_curve=round(area_under_curve(values, instants), 3),
        )
    others = [
        _match(provider, BUNDLED_FEEDS / events, BUNDLED_FEEDS / line_ups)
        for provider, events, line_ups in BUNDLED
    ]
    yield _line("other providers", others, instants_of(others), _pressing(others))


def _match(provider: str, events: Path, line_ups: Path | None) -> LocatedMatch:
    feed = load_feed(provider, events, line_ups, all_entries=True)
    return LocatedMatch.of(signal.match_event for signal in feed.signals if signal.match_event is not None)


def _pressing(matches: Sequence[LocatedMatch], thresholds: Thresholds = THRESHOLDS) -> Flags:
    return flatten(matches, lambda number, period: pressing_sides(matches[number], period, thresholds)) > 0


def _values(matches: Sequence[LocatedMatch], measure: Measure, grids: Sequence[Floats]) -> Floats:
    return flatten(matches, lambda number, period: measure(matches[number], period, grids[number]))


def _line(row: str, matches: Sequence[LocatedMatch], instants: Instants, pressing: Flags) -> Figure:
    found = predict(pressing, instants)
    halves = [
        pressing_sides(match, period, THRESHOLDS)
        for match in matches
        for period in match.steps
        if period <= 2
    ]
    starts = [int((np.diff(half, axis=0, prepend=0) > 0).sum()) for half in halves]
    return {
        **figure(FIGURE, found.shots.value, UNIT),
        "row": row,
        "matches": len(matches),
        "interval": _interval(found.shots),
        "goals": [round(found.goals.value, 2), *_interval(found.goals)],
        "against_opponents": [round(found.against.value, 2), *_interval(found.against)],
        "within_team": round(found.within_team, 2),
        "episodes_a_half": [round(float(np.mean(starts)), 1), min(starts), max(starts)],
        "seconds_an_episode": round(STEP_SECONDS * float(sum(half.sum() for half in halves)) / sum(starts)),
        "share_of_play": round(2 * float(pressing.mean()), 2),
    }


def _interval(estimate: Estimate) -> list[float | None]:
    """Return the interval; an infinite end is no number in JSON."""
    return [round(end, 2) if math.isfinite(end) else None for end in (estimate.low, estimate.high)]
