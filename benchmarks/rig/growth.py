"""Whether what is measured from match to match grows, after the warm-up."""

from collections.abc import Mapping, Sequence
from typing import Any

from benchmarks.rig.trend import slope

WARM_UP_SHARE = 1 / 3
"""The first third is not in the slopes: environments start, and caches fill."""
MATCHES = "matches"
"""The name of the number of matches in a sample."""
MOST_PER_MATCH = {
    "edge_mb": 0.5,
    "moto_mb": 0.5,
    "functions_mb": 1.0,
    "descriptors": 1.0,
    "threads": 0.2,
    "processes": 0.0,
    "folders": 0.0,
}
"""The growth a match that is no leak: caches below their bounds, and pages that the allocator keeps."""
LEAST_MATCHES = 3
"""The number of matches from which a slope can be measured."""
_ERRORS = 2.0
"""A value grows if its slope exceeds the most by so many standard errors."""

Sample = Mapping[str, float]


def growths(samples: Sequence[Sample]) -> dict[str, Any]:
    """Return for each value the first and last measurement, the slope per match, and the verdict.

    Nothing is returned for fewer than three matches after the warm-up.
    """
    first = samples[-1][MATCHES] * WARM_UP_SHARE
    steady = [sample for sample in samples if sample[MATCHES] >= first]
    if len({sample[MATCHES] for sample in steady}) < LEAST_MATCHES:
        return {}
    return {name: _growth(steady, name) for name in sorted(MOST_PER_MATCH)}


def _growth(samples: Sequence[Sample], name: str) -> dict[str, Any]:
    values = [sample[name] for sample in samples]
    per_match, error = slope([sample[MATCHES] for sample in samples], values)
    return {
        "first": round(values[0], 1),
        "last": round(values[-1], 1),
        "per_match": round(per_match, 2),
        "standard_error": round(error, 2),
        "grows": per_match - _ERRORS * error > MOST_PER_MATCH[name],
    }
