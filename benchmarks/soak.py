"""`python -m benchmarks.soak --minutes N`: matches on a running twin, and what its processes use meanwhile.

One match follows another, at a multiple of real time. In each, viewers connect, subscribe, interact,
reconnect or vanish, and leave at its end. Between two matches a month passes, by which the rows of the first
expire. A line is printed every ten seconds; the last line has the slope of each value per match after the
warm-up, whether it grows, and what the twin holds most of.
"""

import argparse
import json
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

from benchmarks.rig.growth import MATCHES, growths
from benchmarks.rig.holdings import Held, holdings
from benchmarks.rig.match_load import play_match
from benchmarks.rig.passing_time import let_days_pass
from benchmarks.rig.process_tree import ROLES, Usage, usage_by_role
from benchmarks.rig.twin_process import TwinProcess, running_twin
from local.play.demo.demo_match import load_demo_feed
from local.play.replay.catalogue import publish_catalogue
from local.play.replay.errors import ReplayError

SAMPLE_SECONDS = 10.0
DAYS_BETWEEN_MATCHES = 31
"""Longer than the longest time to live of what a match writes."""
EARLY_SHARE = 1 / 4
"""What the twin holds is read first at this point, before the slopes begin: reading it costs memory too."""
LARGEST = 8
"""How many of the largest holdings are printed."""


class Sampler:
    """Measures the twin's processes until it is stopped, and prints each sample; `matches` counts them."""

    def __init__(self, twin: TwinProcess) -> None:
        self.samples: list[dict[str, float]] = []
        self.matches = 0
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
            minutes = (time.monotonic() - self._began) / 60
            sample = {"minutes": minutes, MATCHES: self.matches, **measure(self._twin)}
            self.samples.append(sample)
            print(json.dumps({name: round(value, 1) for name, value in sample.items()}), flush=True)


def measure(twin: TwinProcess) -> dict[str, float]:
    """Return the memory of each kind of process, and the descriptors, threads and folders of all."""
    roles = usage_by_role(twin.process_id)
    total = sum(roles.values(), Usage())
    return {
        **{f"{role}_mb": roles[role].memory_mb for role in ROLES},
        "processes": total.processes,
        "descriptors": total.descriptors,
        "threads": total.threads,
        "folders": sum(1 for _ in Path(tempfile.gettempdir()).glob(f"touchline-twin-{twin.process_id}-*")),
    }


def failed_messages(twin: TwinProcess) -> int:
    """Return how many messages of viewers a function failed to answer, or answered too late."""
    with urllib.request.urlopen(f"{twin.edge_url}/_touchline/state", timeout=30) as response:
        apis = json.load(response)["gateway"]["websocket"]
    return sum(int(api["counters"].get("IntegrationError", 0)) for api in apis.values())


def largest(held: dict[str, Held], before: dict[str, Held], matches: int) -> dict[str, Any]:
    """Return the largest holdings, with their growth per match since an earlier measurement."""
    by_size = sorted(held, key=lambda name: held[name].kilobytes, reverse=True)
    nothing = Held(count=0, kilobytes=0.0)
    return {
        name: {
            "count": held[name].count,
            "kilobytes": round(held[name].kilobytes),
            "kilobytes_per_match": round(
                (held[name].kilobytes - before.get(name, nothing).kilobytes) / max(matches, 1), 1
            ),
        }
        for name in by_size[:LARGEST]
    }


def main() -> int:
    """Run the soak; the exit status is 1 if anything failed, grows, or is left behind."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=120.0, help="how long to play (default 120)")
    parser.add_argument("--viewers", type=int, default=60, help="viewers of each match (default 60)")
    parser.add_argument("--speed", type=float, default=120.0, help="times real time (default 120)")
    arguments = parser.parse_args()
    feed, delivered, failed = load_demo_feed(), 0, 0
    with running_twin() as twin:
        publish_catalogue(twin)
        began = time.monotonic()
        early: tuple[int, dict[str, Held]] | None = None
        with Sampler(twin) as sampler:
            while (passed := time.monotonic() - began) < arguments.minutes * 60:
                if early is None and passed > arguments.minutes * 60 * EARLY_SHARE:
                    early = sampler.matches, holdings(twin)
                number = sampler.matches + 1
                try:
                    report = play_match(twin, feed, number, viewers=arguments.viewers, speed=arguments.speed)
                except ReplayError as error:
                    failed += 1
                    print(error, file=sys.stderr, flush=True)
                else:
                    delivered += report["deliveries"]["delivered"]
                let_days_pass(twin, DAYS_BETWEEN_MATCHES)
                sampler.matches = number
        matches_then, held_then = early or (0, {})
        held = largest(holdings(twin), held_then, sampler.matches - matches_then)
        unanswered = failed_messages(twin)
    found = growths(sampler.samples)
    left = Path(twin.directory).exists()
    counts = {
        MATCHES: sampler.matches,
        "failed_matches": failed,
        "failed_messages": unanswered,
        "delivered": delivered,
        "folder_left": left,
    }
    print(json.dumps({**counts, **found, "largest": held}), flush=True)
    grows = any(growth["grows"] for growth in found.values())
    return 1 if left or failed or unanswered or grows else 0


if __name__ == "__main__":
    sys.exit(main())
