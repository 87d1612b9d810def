"""`crowd_billed_kb`: what an hour of counted posts is billed as, record by record and aggregated.

On-demand streams round each record up to a kilobyte. The peer, aggregates of 25 KB in the Kinesis Producer
Library's format, is what is not done: docs/crowd.md says why.
"""

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.figure import Figure, figure
from benchmarks.rig.producer_library import aggregated
from domain.crowd.aggregate import INTERVAL_SECONDS, PostAggregator

FIGURE = "crowd_billed_kb"
MATCHES_AT_ONCE = (1, 10, 100, 1_000)
AGGREGATE_BYTES = 25_600
USD_PER_GB = 0.08
"""Data written to an on-demand stream, eu-central-1's list price rounded."""
INTERVALS_PER_HOUR = 3600 / INTERVAL_SECONDS


def figures() -> Iterator[Figure]:
    """One line per number of matches at once."""
    for matches in MATCHES_AT_ONCE:
        records = _an_interval(matches)
        plain = sum(_billed_kb(len(record)) for record in records) * INTERVALS_PER_HOUR
        together = sum(_billed_kb(len(record)) for record in _aggregates(records)) * INTERVALS_PER_HOUR
        yield figure(
            FIGURE,
            plain,
            "KB/h",
            peer="aggregated",
            peer_value=together,
            matches=matches,
            saved_usd_per_hour=round((plain - together) / 1e6 * USD_PER_GB, 5),
        )


def _an_interval(matches: int) -> list[bytes]:
    aggregator = PostAggregator("bluesky")
    aggregator.follow({f"{3_788_741 + number}" for number in range(matches)})
    start = datetime(2021, 6, 11, 19, 0, tzinfo=UTC)
    list(aggregator.close_until(start))
    for number in range(matches):
        for _ in range(15):
            aggregator.add(f"{3_788_741 + number}", start)
            aggregator.add_sentiment(f"{3_788_741 + number}", start, -0.123)
    ended = datetime(2021, 6, 11, 19, 0, 10, tzinfo=UTC)
    return [
        json.dumps(signal.to_dict(), ensure_ascii=False, separators=(",", ":")).encode()
        for signal in aggregator.close_until(ended)
    ]


def _aggregates(records: list[bytes]) -> Iterator[bytes]:
    waiting: list[bytes] = []
    for record in records:
        if waiting and sum(map(len, waiting)) + len(record) > AGGREGATE_BYTES:
            yield aggregated("0", waiting)
            waiting = []
        waiting.append(record)
    yield aggregated("0", waiting)


def _billed_kb(size: int) -> int:
    return math.ceil(size / 1024)
