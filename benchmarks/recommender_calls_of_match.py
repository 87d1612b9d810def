"""`recommender_calls_of_match`: calls to the campaign for a match and 200 cohorts, calm screens included.

The matches are 24 of Wyscout, beside the repository or in the folder TOUCHLINE_DATA, and each stage's rate
of the campaign limits the calls. One viewer in twenty is asked for by name. `busiest_second` is the highest
number of calls in any second of any match, to be compared with `transactions_per_second`; `ranked_share` is
the lowest share of play, of any viewer in any match, in which the whole screen was ranked for the viewer or
the cohort.
"""

import os
import statistics
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, figure
from benchmarks.rig.served_match import Served, serve, spread_viewers
from local.play.feeds.feed import Feed
from local.play.feeds.loading import load_feed
from paths import SHARED_DATA
from stacks.config import StageConfig
from stacks.config.stages import development, production

COHORTS = 200
DATA = Path(os.environ.get("TOUCHLINE_DATA") or SHARED_DATA)


def figures() -> Iterator[Figure]:
    """Yield a line per stage."""
    feeds = [load_feed("wyscout", path) for path in sorted((DATA / "wyscout").glob("*.json.gz"))]
    for stage in (production(), development()):
        yield _figure(stage, [_serve(feed, stage) for feed in feeds])


def _serve(feed: Feed, stage: StageConfig) -> Served:
    viewers = spread_viewers(feed.match, COHORTS)
    return serve(feed, viewers, transactions_per_second=stage.personalize.match_transactions_per_second)


def _figure(stage: StageConfig, matches: list[Served]) -> Figure:
    calls = [served.calls for served in matches]
    return figure(
        "recommender_calls_of_match",
        statistics.median(calls),
        "calls",
        stage=stage.name,
        matches=len(matches),
        cohorts=COHORTS,
        lowest=min(calls),
        highest=max(calls),
        calm_calls=statistics.median(served.calm_calls for served in matches),
        versions=statistics.median(served.versions for served in matches),
        busiest_second=max(served.busiest_second for served in matches),
        transactions_per_second=stage.personalize.match_transactions_per_second,
        ranked_share=round(min(min(served.ranked.values()) for served in matches), 3),
    )
