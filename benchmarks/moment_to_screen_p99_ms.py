"""`moment_to_screen_p99_ms`: latency of a real match through the whole twin to 1,000 viewers, at full speed.

Measured at the receiving sockets, from the ingestion of the moment; `by_step` has the latency of each step.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.figure import Figure, figure
from local.play.feeds.bundled import TURKEY_ITALY_EVENTS, TURKEY_ITALY_LINE_UPS

VIEWERS = 1_000


def figures() -> Iterator[Figure]:
    """Yield one line."""
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        subprocess.run(
            [
                *(sys.executable, "-m", "local", "replay", "--feed", "statsbomb", "--speed", "0"),
                *("--events", str(TURKEY_ITALY_EVENTS)),
                *("--metadata", str(TURKEY_ITALY_LINE_UPS)),
                *("--viewers", str(VIEWERS), "--report", str(report)),
            ],
            check=True,
            stdout=sys.stderr,
        )
        report_fields = json.loads(report.read_text())
    latency, deliveries = report_fields["latency_ms"], report_fields["deliveries"]
    yield figure(
        "moment_to_screen_p99_ms",
        latency["moment_to_screen"]["p99"],
        "ms",
        viewers=VIEWERS,
        p50=latency["moment_to_screen"]["p50"],
        p95=latency["moment_to_screen"]["p95"],
        by_step=latency["by_step"],
        delivered=deliveries["delivered"],
        duplicates=deliveries["duplicates"],
    )
