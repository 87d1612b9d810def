"""`python -m benchmarks.soak --minutes N`: matches on a running twin, and what its processes use meanwhile.

One match follows another, at a multiple of real time. In each, viewers connect, subscribe, interact,
reconnect or vanish, and leave at its end. A line is printed every ten seconds; the last line has the slope
per hour of each value after the warm-up, with its standard error.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import Any

from benchmarks.rig.match_load import play_match
from benchmarks.rig.process_tree import ROLES, Usage, usage_by_role
from benchmarks.rig.trend import slope
from benchmarks.rig.twin_process import TwinProcess, running_twin
from local.play.demo.demo_match import load_demo_feed
from local.play.replay.catalogue import publish_catalogue
from local.play.replay.errors import ReplayError

SAMPLE_SECONDS = 10.0
WARM_UP_SHARE = 1 / 3
"""The first third is not in the slopes: environments start, and caches fill."""

Sample = dict[str, float]


class Sampler:
    """Measures the twin's processes until it is stopped, and prints each sample."""

    def __init__(self, twin: TwinProcess) -> None:
        self.samples: list[Sample] = []
        self._twin = twin
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._began = time.monotonic()

    def __enter__(self) -> "Sampler":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()

    def _run(self) -> None:
        while not self._ended.wait(SAMPLE_SECONDS):
            sample = {"minutes": (time.monotonic() - self._began) / 60, **measure(self._twin)}
            self.samples.append(sample)
            print(json.dumps({name: round(value, 1) for name, value in sample.items()}), flush=True)


def measure(twin: TwinProcess) -> Sample:
    """Return the memory of each kind of process, and the descriptors, threads and folders of all."""
    roles = usage_by_role(twin.process_id)
    total = sum(roles.values(), Usage())
    return {
        **{f"{role}_mb": roles[role].memory_mb for role in ROLES},
        "processes": total.processes,
        "descriptors": total.descriptors,
        "threads": total.threads,
        "folders": sum(1 for _ in Path(tempfile.gettempdir()).glob("touchline-twin-*")),
    }


def trends(samples: list[Sample]) -> dict[str, Any]:
    """Return each value's first and last measurement after the warm-up, and its slope per hour."""
    steady = [sample for sample in samples if sample["minutes"] >= samples[-1]["minutes"] * WARM_UP_SHARE]
    hours = [sample["minutes"] / 60 for sample in steady]
    found = {}
    for name in steady[0].keys() - {"minutes"}:
        values = [sample[name] for sample in steady]
        per_hour, error = slope(hours, values)
        found[name] = {
            "first": round(values[0], 1),
            "last": round(values[-1], 1),
            "per_hour": round(per_hour, 1),
            "standard_error": round(error, 1),
        }
    return dict(sorted(found.items()))


def main() -> int:
    """Run the soak; the exit status is 1 if a match failed, or if the twin left its folder."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=120.0, help="how long to play (default 120)")
    parser.add_argument("--viewers", type=int, default=60, help="viewers of each match (default 60)")
    parser.add_argument("--speed", type=float, default=120.0, help="times real time (default 120)")
    arguments = parser.parse_args()
    feed, delivered, matches, failed = load_demo_feed(), 0, 0, 0
    with running_twin() as twin:
        publish_catalogue(twin)
        ends_at = time.monotonic() + arguments.minutes * 60
        with Sampler(twin) as sampler:
            while time.monotonic() < ends_at:
                matches += 1
                try:
                    report = play_match(twin, feed, matches, viewers=arguments.viewers, speed=arguments.speed)
                except ReplayError as error:
                    failed += 1
                    print(error, file=sys.stderr, flush=True)
                else:
                    delivered += report["deliveries"]["delivered"]
    left = Path(twin.directory).exists()
    counts = {"matches": matches, "failed_matches": failed, "delivered": delivered, "folder_left": left}
    print(json.dumps({**counts, **trends(sampler.samples)}), flush=True)
    return 1 if left or failed else 0


if __name__ == "__main__":
    sys.exit(main())
