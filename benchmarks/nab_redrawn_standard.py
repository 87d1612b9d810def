"""`nab_redrawn_standard`: the volume detector on series that it was not tuned on to the last post.

Each redraw has the five series of `nab_five_series_standard` begun on another day and thinned to another
volume: how the detector fares on quieter tickers with another past, and how much of its score is luck. The
labels stay the same, so it is no substitute for other series.
"""

import random
from collections.abc import Iterator
from statistics import mean

from benchmarks.figure import Figure, figure
from benchmarks.nab import evaluate
from benchmarks.nab_five_series_standard import DATA
from benchmarks.nab_series import read

REDRAWS = 10


def figures() -> Iterator[Figure]:
    """The mean of the redraws; none when the series are not there."""
    folder = DATA / "social" / "nab"
    if not folder.is_dir():
        return
    series, chance = read(folder), random.Random(1)
    scores = [
        evaluate({name: one.redrawn(chance).scored() for name, one in series.items()}).score
        for _ in range(REDRAWS)
    ]
    yield figure(
        "nab_redrawn_standard",
        mean(scores),
        f"NAB score, standard profile, mean of {REDRAWS} redraws",
        lowest=round(min(scores), 1),
        highest=round(max(scores), 1),
    )
