"""`dispatch_cpu_in_play_us_per_viewer`: as `dispatch_cpu_us_per_viewer`, for viewers who are well into play.

Each has seen six components, one in twenty has engaged and has recommendations of their own, and one in
twenty is in the holdout group.
"""

from collections.abc import Iterator

from benchmarks.figure import Figure
from benchmarks.rig.dispatch_cpu import dispatch_cpu_figure
from benchmarks.rig.dispatch_rig import ViewerHistory


def figures() -> Iterator[Figure]:
    """Yield one line."""
    history = ViewerHistory(components_seen=6, engaged_one_in=20, holdout_share=0.05)
    yield dispatch_cpu_figure("dispatch_cpu_in_play_us_per_viewer", history)
