"""`dispatch_cpu_us_per_viewer`: CPU time of `dispatch_components` per viewer and context change.

It measures the whole handler: reads, recommendations, constraints, posts, logs and metrics.
"""

from collections.abc import Iterator

from benchmarks.figure import Figure
from benchmarks.rig.dispatch_cpu import dispatch_cpu_figure


def figures() -> Iterator[Figure]:
    """Yield one line."""
    yield dispatch_cpu_figure("dispatch_cpu_us_per_viewer")
