"""`nab_redrawn_standard`: score of the volume detector on resampled series.

Each sample has the five series of `nab_five_series_standard` from another day on, with a share of the posts.
It shows the detector on quieter series with another history, and how much of its score is chance. The labels
are the same, so it does not replace other series.
"""

import random
from collections.abc import Iterator
from statistics import mean

from benchmarks.figure import Figure, figure
from benchmarks.nab import evaluate
from benchmarks.nab_five_series_standard import DATA
from benchmarks.nab_series import read

SAMPLES = 10


def figures() -> Iterator[Figure]:
    """Yield the mean of the samples; nothing if the series are missing."""
    folder = DATA / "social" / "nab"
    if not folder.is_dir():
        return
    series, rng = read(folder), random.Random(1)
    scores = [
        evaluate({name: one.resample(rng).scored() for name, one in series.items()}).score
        for _ in range(SAMPLES)
    ]
    yield figure(
        "nab_redrawn_standard",
        mean(scores),
        f"NAB score, standard profile, mean of {SAMPLES} redraws",
        lowest=round(min(scores), 1),
        highest=round(max(scores), 1),
    )
