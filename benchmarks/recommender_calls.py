"""`recommender_calls`: how often the campaign is asked for one context change, by the number of viewers.

Viewers are spread over 48 cohorts and 4 shards; the peer asks once for every viewer.
"""

import subprocess
import sys
from collections.abc import Iterator

from benchmarks.figure import Figure, figure
from benchmarks.rig.dispatch_rig import COHORTS, dispatch_rig

AUDIENCES = (100, 1_000, 5_000)


def figures() -> Iterator[Figure]:
    """One line per size of the audience, each counted by a process of its own that knows nothing yet."""
    for viewers in AUDIENCES:
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
    """Calls for one context change to so many viewers."""
    with dispatch_rig(viewers) as rig:
        rig.change_context(1)
        return rig.recommender_calls()


if __name__ == "__main__":
    print(calls(int(sys.argv[1])))
