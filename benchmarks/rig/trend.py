"""The trend of a series of measurements: a line by least squares."""

from collections.abc import Sequence
from statistics import fmean


def slope(times: Sequence[float], values: Sequence[float]) -> tuple[float, float]:
    """Return the change per unit of time, and its standard error; at least three measurements."""
    middle, mean = fmean(times), fmean(values)
    spread = sum((time - middle) ** 2 for time in times)
    change = sum((time - middle) * (value - mean) for time, value in zip(times, values, strict=True)) / spread
    left = sum(
        (value - mean - change * (time - middle)) ** 2 for time, value in zip(times, values, strict=True)
    )
    return change, (left / (len(times) - 2) / spread) ** 0.5
