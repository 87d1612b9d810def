"""`recommender_calls`: calls to the campaign for one context change, by the number of viewers.

Viewers are spread over 48 cohorts and 4 shards. The peer makes one call per viewer.
"""

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.figure import Figure, figure
from benchmarks.rig.dispatch_rig import COHORTS, dispatch_rig

VIEWER_COUNTS = (100, 1_000, 5_000)


def figures() -> Iterator[Figure]:
    """Yield a line per number of viewers, each from a new process with an empty cache."""
    for viewers in VIEWER_COUNTS:
        counted = subprocess.run(
            [sys.executable, "-m", "benchmarks.recommender_calls", str(viewers)],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        )
        yield figure(
            "recommender_calls",
            int(counted.stdout),
            "calls",
            peer="one_call_per_viewer",
            peer_value=viewers,
            viewers=viewers,
            cohorts=len(COHORTS),
        )


def calls(viewers: int) -> int:
    """Return the number of calls for one context change."""
    with dispatch_rig(viewers) as rig:
        rig.change_context(1)
        return rig.recommender_calls()


if __name__ == "__main__":
    print(calls(int(sys.argv[1])))
