"""`first_placement_ms`: time from opening the app on a slow phone connection to the first component."""

import statistics
from collections.abc import Iterator

from benchmarks.figure import Figure, figure
from benchmarks.rig.app_in_browser import SLOW_4G, first_placement_ms, running_app

RUNS = 5


def figures() -> Iterator[Figure]:
    """Yield one line; the peer is the same page on the same machine without throttling."""
    with running_app() as (browser, url):
        first_placement_ms(browser, url, None)  # warms the machine's caches
        throttled = [first_placement_ms(browser, url, SLOW_4G) for _ in range(RUNS)]
        free = [first_placement_ms(browser, url, None) for _ in range(RUNS)]
    yield figure(
        "first_placement_ms",
        statistics.median(throttled),
        "ms",
        peer="no throttle",
        peer_value=statistics.median(free),
        network=SLOW_4G.name,
        latency_ms=SLOW_4G.latency_ms,
        down_kbit_per_s=SLOW_4G.down_bytes_per_second * 8 / 1000,
        runs=[round(each) for each in throttled],
    )
