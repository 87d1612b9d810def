"""`crowd_billed_kb`: the data that Kinesis bills for an hour of post counts.

On-demand streams round each record up to a kilobyte. The peer sends aggregates of 25 KB in the format of the
Kinesis Producer Library; docs/crowd.md says why Touchline does not.
"""

import json
import math
from collections.abc import Iterator
from datetime import UTC, datetime

from benchmarks.figure import Figure, figure
from benchmarks.rig.producer_library import aggregated
from domain.crowd.aggregate import INTERVAL_SECONDS, PostAggregator

FIGURE = "crowd_billed_kb"
CONCURRENT_MATCHES = (1, 10, 100, 1_000)
AGGREGATE_BYTES = 25_600
USD_PER_GB = 0.08
"""Price of data written to an on-demand stream in eu-central-1, rounded."""
INTERVALS_PER_HOUR = 3600 / INTERVAL_SECONDS


def figures() -> Iterator[Figure]:
    """Yield a line per number of concurrent matches."""
    for matches in CONCURRENT_MATCHES:
        records = _interval_records(matches)
        plain_kb = sum(_billed_kb(len(record)) for record in records) * INTERVALS_PER_HOUR
        aggregated_kb = sum(_billed_kb(len(record)) for record in _aggregates(records)) * INTERVALS_PER_HOUR
        yield figure(
            FIGURE,
            plain_kb,
            "KB/h",
            peer="aggregated",
            peer_value=aggregated_kb,
            matches=matches,
            saved_usd_per_hour=round((plain_kb - aggregated_kb) / 1e6 * USD_PER_GB, 5),
        )


def _interval_records(matches: int) -> list[bytes]:
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
