"""`first_placement_ms`: time from opening the app on a slow phone connection to the first component."""

from collections.abc import Iterator

from benchmarks.figure import Figure, paired_figure
from benchmarks.rig.app_in_browser import SLOW_4G, first_placement_ms, running_app

RUNS = 5


def figures() -> Iterator[Figure]:
    """Yield one line; the peer is the same page on the same machine without throttling."""
    with running_app() as (browser, url):
        first_placement_ms(browser, url, None)  # warms the machine's caches
        pairs = [
            (first_placement_ms(browser, url, SLOW_4G), first_placement_ms(browser, url, None))
            for _ in range(RUNS)
        ]
    yield paired_figure(
        "first_placement_ms",
        "ms",
        peer="no throttle",
        pairs=pairs,
        network=SLOW_4G.name,
        latency_ms=SLOW_4G.latency_ms,
        down_kbit_per_s=SLOW_4G.down_bytes_per_second * 8 / 1000,
        runs=[round(throttled) for throttled, _ in pairs],
    )
