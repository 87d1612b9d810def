"""`publish_cpu_ms_per_change`: CPU of a context change where each audience is told once, by its viewers.

It measures the whole of planning and of `dispatch_components` in delivery mode `broadcast`: reads,
recommendations, candidates, publishes, documents, logs and metrics. The same 48 audiences have 100, 1,000 and
5,000 viewers, in turn; the peer is the match of 100. The publishes are counted by the API.
"""

from collections.abc import Iterator

from benchmarks.figure import Figure, paired_figure
from benchmarks.rig.audience_rig import AudienceRig, audience_rig
from benchmarks.rig.processor_time import processor_seconds

FEWEST = 100
SIZES = (FEWEST, 1_000, 5_000)
ROUNDS = 9


def figures() -> Iterator[Figure]:
    """Yield one line for each larger match."""
    with audience_rig(SIZES) as rig:
        for viewers in SIZES:
            rig.change_context(viewers, 1)
        rounds = [_round(rig, version) for version in range(2, 2 + ROUNDS)]
    for viewers in SIZES[1:]:
        yield paired_figure(
            "publish_cpu_ms_per_change",
            "ms",
            peer=f"{FEWEST}_viewers",
            pairs=[(each[viewers][0], each[FEWEST][0]) for each in rounds],
            viewers=viewers,
            publishes=sorted({each[viewers][1] for each in rounds}),
            publishes_of_peer=sorted({each[FEWEST][1] for each in rounds}),
        )


def _round(rig: AudienceRig, version: int) -> dict[int, tuple[float, int]]:
    """Return CPU milliseconds and publishes of one version by size, in an order that changes."""
    order = SIZES[version % len(SIZES) :] + SIZES[: version % len(SIZES)]
    measured: dict[int, tuple[float, int]] = {}
    for viewers in order:
        before = rig.published()
        seconds = processor_seconds(lambda: rig.change_context(viewers, version))  # noqa: B023 - called at once
        measured[viewers] = seconds * 1_000, rig.published() - before
    return measured
