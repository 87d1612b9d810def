"""`first_placement_ms`: from opening the app on a phone's slow line to the first component on the screen."""

import statistics
from collections.abc import Iterator

from benchmarks.figure import Figure, figure
from benchmarks.rig.app_in_browser import SLOW_4G, first_placement_ms, the_app

RUNS = 5


def figures() -> Iterator[Figure]:
    """One line; the peer is the same page on the same machine without a throttle."""
    with the_app() as (browser, url):
        first_placement_ms(browser, url, None)  # the machine's own caches are warm from here on
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
